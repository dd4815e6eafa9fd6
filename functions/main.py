"""The entry points of the cloud functions. They hold no state: the framework runs this file again for every application."""

from __future__ import annotations

import os

import functions_framework
from flask import Request, Response

from kamerton.errors import SettingsError
from kamerton.http.address_bound import too_long
from kamerton.settings import Settings

# A request is one thread's work: numpy's own threads wait for one another longer than they work. Read when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

try:
    Settings.from_environ(os.environ)
except SettingsError as error:
    # A wrong setting stops the start, with a sentence and not a traceback.
    raise SystemExit(f"kamerton: {error}") from None


@functions_framework.http
def http_api(request: Request) -> Response:
    """The web page and the JSON API."""
    if refusal := too_long(request.environ):
        return refusal  # type: ignore[return-value]  # werkzeug's, which Flask takes
    # Imported here: building anything real has to wait until gunicorn has forked.
    from kamerton.wiring import site

    response: Response = Response.from_app(site(), request.environ)  # type: ignore[assignment]  # werkzeug names its base class
    return response


@functions_framework.http
def telegram_webhook(request: Request) -> Response:
    """What Telegram calls with each update of the bot."""
    if refusal := too_long(request.environ):
        return refusal  # type: ignore[return-value]  # as above
    from kamerton.wiring import webhook

    response: Response = Response.from_app(webhook(), request.environ)  # type: ignore[assignment]  # as above
    return response
