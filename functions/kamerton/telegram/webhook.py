"""What Telegram calls: POST / with an update, and GET /health as for the page.

Telegram asks again for whatever is not answered with 2xx, and holds the chat's other updates back meanwhile. So only what can
be mended by asking again is 503; a body that is no update is 4xx, and nothing is done.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, UnsupportedMediaType

from kamerton.deadline import REQUEST_SECONDS, Deadline
from kamerton.http.health import health_answer
from kamerton.http.problems import handle_problems
from kamerton.http.trace_context import HEADER, trace_fields
from kamerton.logs import Log, begin_request, end_request
from kamerton.service.kamerton import Kamerton
from kamerton.telegram.update_handler import Outcome, UpdateHandler
from kamerton.telegram.updates import Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1024 * 1024
"""Bytes. A message has 4096 characters at most, and with it comes the one that it answers."""

_RETRY_SECONDS = "5"


def build_webhook(
    kamerton: Kamerton, handler: Callable[[], UpdateHandler], secret: str | None, log: Log, project: str | None = None
) -> Flask:
    """`handler` is called with the first update. Without a `secret` every update is refused. `project` is for traces."""
    app = Flask("kamerton.telegram", static_folder=None, template_folder=None)
    # One more than is taken: there werkzeug cuts a body in chunks without a word, and by its length `_read` sees it.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    app.before_request(lambda: begin_request(trace_fields(request.headers.get(HEADER), project)))
    app.teardown_request(lambda _: end_request())
    handle_problems(app, log, LARGEST_BODY)
    # Made here, by one thread: see `kamerton.decoders`.
    decoder = msgspec.json.Decoder(Update)

    def answer_update() -> Response:
        _check_secret(secret)
        update = _read(decoder)
        outcome = handler().handle(update)
        if outcome is Outcome.RETRY_LATER:
            return Response(status=503, headers={"Retry-After": _RETRY_SECONDS})
        return Response(status=200)

    def show_health() -> Response:
        answer = health_answer(kamerton.release(Deadline(REQUEST_SECONDS)).id)
        return Response(msgspec.json.encode(answer), mimetype="application/json", headers={"Cache-Control": "no-store"})

    app.add_url_rule("/", "update", answer_update, methods=["POST"])
    app.add_url_rule("/health", "health", show_health, methods=["GET"])
    return app


def _check_secret(secret: str | None) -> None:
    """Before anything of the body is read. Raises `Forbidden`."""
    secret_header = request.headers.get(SECRET_HEADER, "")
    # Compared even when there is none, and as bytes, which may be anything.
    same = hmac.compare_digest(secret_header.encode("utf-8", "surrogateescape"), (secret or "").encode())
    if not same or not secret:
        raise Forbidden


def _read(decoder: msgspec.json.Decoder[Update]) -> Update:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if len(data := request.get_data()) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest from error
