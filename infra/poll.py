"""Run the Telegram bot on this machine, which nobody outside has to reach: updates are fetched, and answered as by the webhook.

python -m infra.poll
"""

from __future__ import annotations

import os
import signal

from kamerton.errors import KamertonError, SettingsError, SourceRefused
from kamerton.logs import Log
from kamerton.settings import Settings


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        poll(Settings.from_environ(os.environ), Log())
    except SettingsError as error:
        raise SystemExit(f"kamerton: {error}") from None
    except SourceRefused as refusal:
        raise SystemExit(f"kamerton: {_ADVICE.get(refusal.status, '')}{refusal}") from None
    except KamertonError as error:
        raise SystemExit(f"kamerton: {error}") from None


_ADVICE = {
    401: "TELEGRAM_TOKEN is no bot's. ",
    404: "TELEGRAM_TOKEN is no bot's. ",
    409: "Another program has the bot's updates: a webhook (deleteWebhook removes it), or this one a second time. ",
}


def poll(settings: Settings, log: Log) -> None:
    from kamerton.wiring import new_poller

    poller = new_poller(settings, log)
    print(f"Kamerton answers as @{poller.username} (Ctrl-C stops it)", flush=True)
    poller.run()


def _stop(*_: object) -> None:
    # Not by an exception, which a library may catch. What this cuts off is fetched and answered again at the next start.
    os._exit(0)


if __name__ == "__main__":
    main()
