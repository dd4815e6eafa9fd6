"""Serve a function, as the program functions-framework does, with bounds on what a client may send and for how long.

python serve.py, with FUNCTION_TARGET (http_api or telegram_webhook), HOST, PORT and THREADS as the framework reads them. With
RELOAD=1 what is changed in kamerton/ is served from the next request on, but not this file, main.py and what they import.

The framework's own program takes request lines of any length, and lets requests wait without end. Google's functions are
started by that program all the same: there the front end bounds what comes, and how many requests an instance gets at a time.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import functions_framework
from functions_framework._http.gunicorn import GunicornApplication

from kamerton.http.bounded_worker import BoundedWorker

OPTIONS = {
    "worker_class": BoundedWorker,
    # As long as gunicorn can bound it; `kamerton.http.bounds` refuses what is longer than a question of ours.
    "limit_request_line": 8190,
    "limit_request_fields": 60,
    "limit_request_field_size": 8190,
    "worker_connections": 1000,
    "backlog": 256,
    "keepalive": 5,
    "graceful_timeout": 15,
}


_EDITED = ("*.html", "*.css", "*.js", "*.json")


def reload_options() -> dict[str, Any]:
    """A worker that sees a changed file ends, and the next one imports anew."""
    package = Path(__file__).with_name("kamerton")
    files = [str(path) for pattern in _EDITED for path in package.rglob(pattern)]
    return {"reload": True, "reload_engine": "poll", "reload_extra_files": files, "post_fork": _become_new}


def _become_new(_server: object, _worker: object) -> None:
    """A browser that holds an answer of the worker before is given another."""
    os.environ["K_REVISION"] = str(time.time_ns())


def main() -> None:
    target = os.environ.get("FUNCTION_TARGET", "http_api")
    create_app: Any = functions_framework.create_app
    app = create_app(target, str(Path(__file__).with_name("main.py")), "http")
    host, port = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))
    application: Any = GunicornApplication
    options = OPTIONS | (reload_options() if os.environ.get("RELOAD") else {})
    application(app, host, port, False, **options).run()


if __name__ == "__main__":
    main()
