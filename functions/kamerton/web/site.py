"""The web application: the API's routes, the page, and the headers and the log line of every answer.

Public names: build_site.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import msgspec
from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound

from kamerton.deadline import REQUEST_SECONDS, Deadline
from kamerton.decoders import prepare_decoders
from kamerton.http.client_address import client_name
from kamerton.http.problems import handle_problems
from kamerton.http.public_links import set_public_url
from kamerton.http.trace_context import HEADER, trace_fields
from kamerton.logs import Log, begin_request, durations, end_request
from kamerton.lookup.client_budgets import ClientBudgets
from kamerton.music.allowed_hosts import PREVIEWS
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.settings import Settings
from kamerton.taste.taste_store import TasteStore
from kamerton.web.answer_page import page_view, random_view
from kamerton.web.artist_page import artist_view
from kamerton.web.assets import asset_view, read_assets
from kamerton.web.exports import JSON, export_response, requested_format
from kamerton.web.file_upload import FormRequest, read_file
from kamerton.web.http_cache import NO_CACHE, cached_response, compress, entity_tag
from kamerton.web.map_pages import map_views
from kamerton.web.messages import Picture, Redirection
from kamerton.web.openapi import openapi_document
from kamerton.web.problem_page import problem_page
from kamerton.web.release_response import answer_from_release
from kamerton.web.request_parsing import LARGEST_BODY, is_awaited, is_unasked, read_body, read_query
from kamerton.web.route import LONGEST_ARGUMENT, Call, Route
from kamerton.web.routes import ROUTES
from kamerton.web.sound_page import sound_view
from kamerton.web.taste_pages import taste_views
from kamerton.web.visitor import COOKIE, Visitor, require_own_page

_CONTENT_SECURITY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    # A preview is a redirect of ours, and where it leads is checked, too.
    "media-src": " ".join(("'self'", *(f"https://*.{domain}" for domain in PREVIEWS))),
    "connect-src": "'self'",
    # The players, which are opened by a click.
    "frame-src": "https://open.spotify.com https://www.youtube-nocookie.com",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _CONTENT_SECURITY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


# Of a client, since each is a write into the bucket: as fast as one can tap.
_TAPS_AT_ONCE, _TAPS_PER_SECOND = 60, 0.5


def build_site(kamerton: Kamerton, settings: Settings, log: Log, taste: TasteStore) -> Flask:
    app = Flask("kamerton.web", static_folder=None, template_folder="templates")
    app.request_class = FormRequest
    assets = read_assets()
    # PyAV is in a list of requirements of its own.
    hears = find_spec("av") is not None
    app.context_processor(
        lambda: {
            "assets": assets,
            "public_url": settings.public_url,
            "finds_videos": settings.finds_videos,
            "has_covers": settings.world,
            "hears": hears,
        }
    )
    # One more than is taken: there werkzeug cuts a body in chunks without a word, and by its length `read_body` sees it.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    set_public_url(app, settings.public_url)
    app.url_map.strict_slashes = False
    app.before_request(_begin(settings, taste))
    app.after_request(_finish(log, settings))
    app.teardown_request(lambda _: end_request())
    handle_problems(app, log, LARGEST_BODY, problem_page(kamerton))
    prepare_decoders(*(route.question for route in ROUTES))
    for route in ROUTES:
        _register(app, route, _api_view(route, kamerton, settings))
    app.add_url_rule("/openapi.json", "openapi", _openapi_view(settings), methods=["GET"])
    app.add_url_rule("/assets/<name>", "asset", asset_view(assets), methods=["GET"])
    app.add_url_rule("/", "page", page_view(kamerton, settings), methods=["GET"])
    app.add_url_rule("/random", "random", random_view(kamerton), methods=["GET"])
    app.add_url_rule("/artist/<path:name>", "artist_page", artist_view(kamerton, settings), methods=["GET"])
    for rule, method, taste_view in taste_views(kamerton, settings):
        app.add_url_rule(rule, f"{method} {rule}", taste_view, methods=[method])
    app.add_url_rule("/hear", "hear", sound_view(kamerton), methods=["POST"])
    for rule, view in map_views(kamerton, settings).items():
        app.add_url_rule(rule, rule, view, methods=["GET"])
    for rule in ("/docs", "/postman.json"):
        app.add_url_rule(rule, rule, _docs_view(rule, kamerton, settings), methods=["GET"])
    return app


def _register(app: Flask, route: Route, view: Callable[..., Response]) -> None:
    rule = route.path.replace("{", "<").replace("}", ">")
    app.add_url_rule(rule, route.name, view, methods=[route.method])


def _begin(settings: Settings, taste: TasteStore) -> Callable[[], None]:
    budgets = ClientBudgets(burst=_TAPS_AT_ONCE, per_second=_TAPS_PER_SECOND)

    def begin() -> None:
        g.started = time.monotonic()
        g.deadline = Deadline(REQUEST_SECONDS)
        g.client = client_name(request.environ, settings.proxies)
        g.visitor = Visitor(taste, budgets, g.client, request.cookies.get(COOKIE, ""))
        begin_request(trace_fields(request.headers.get(HEADER), settings.project))

    return begin


def _api_view(route: Route, kamerton: Kamerton, settings: Settings) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        if any(len(value) > LONGEST_ARGUMENT for value in arguments.values()):
            raise NotFound
        if route.changes:
            require_own_page(request, settings.public_url)
        question = (read_body if route.has_body else read_query)(request, route.question)
        file = b""
        if route.takes_file:
            file = read_file(request)
            # From here on: what is sent slowly is the sender's time.
            g.deadline = Deadline(REQUEST_SECONDS)
        form = requested_format(request, question, route.exports)

        def make(release: Release, language: str) -> Response:
            asked = kamerton.offline() if is_unasked(request) else kamerton
            awaited = is_awaited(request)
            call = Call(asked, release, g.deadline, language, question, g.visitor, arguments, awaited, g.client, file)
            answer = route.handler(call)
            if isinstance(answer, Redirection):
                return _redirection(answer)
            if isinstance(answer, Picture):
                return _picture(answer)
            g.source = getattr(answer, "features_source", None)
            response = export_response(answer, route.exports[form]) if form != JSON else _json(answer)
            if getattr(answer, "notes", None):
                response.headers["Cache-Control"] = NO_CACHE
            return response

        tag_parts, visitor = [request.path, form, *_tag_parts(question)], g.visitor if route.is_personal else None
        response = answer_from_release(kamerton, settings, tag_parts, make, keep=route.cached, visitor=visitor)
        if route.exports:
            response.vary.add("Accept")
        return response

    return view


def _redirection(answer: Redirection) -> Response:
    # Not werkzeug's own: it puts the address into a page, and makes another of what it takes for a wrong one.
    cache_control = f"public, max-age={answer.seconds}" if answer.seconds else "no-store"
    return Response(status=302, headers={"Location": answer.location, "Cache-Control": cache_control})


def _picture(answer: Picture) -> Response:
    return Response(answer.data, mimetype=answer.kind, headers={"Cache-Control": f"public, max-age={answer.seconds}"})


def _json(answer: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def _tag_parts(question: Any) -> list[str]:
    return [part for name, value in msgspec.structs.asdict(question).items() for part in (name, str(value))]


def _docs_view(rule: str, kamerton: Kamerton, settings: Settings) -> Callable[[], Response]:
    def view() -> Response:
        # Imported here: few ask for the reference, and all would wait for it.
        from kamerton.web.api_reference import docs_views

        return docs_views(kamerton, settings)[rule]()

    return view


def _openapi_view(settings: Settings) -> Callable[[], Response]:
    @cache
    def document() -> tuple[str, bytes]:
        # "/" is where the document came from. The request's own address would be a proxy's word, or whatever the asker wrote.
        data = msgspec.json.encode(openapi_document(settings.public_url or "/"))
        return entity_tag(data.decode()), data

    def view() -> Response:
        tag, data = document()
        return cached_response(tag, lambda: Response(data, mimetype="application/json"))

    return view


def _finish(log: Log, settings: Settings) -> Callable[[Response], Response]:
    def finish(response: Response) -> Response:
        response.headers.update(_HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        if "visitor" in g:
            g.visitor.keep(response, _is_secure(settings))
        if request.method == "OPTIONS":
            _answer_preflight(response)
        compress(response)
        seconds = time.monotonic() - g.get("started", time.monotonic())
        log.line(
            _severity(response.status_code),
            "request",
            method=request.method,
            route=str(request.url_rule),
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            release=g.get("release"),
            source=g.get("source"),
            durations=durations(),
        )
        return response

    return finish


def _is_secure(settings: Settings) -> bool:
    """Whether listeners come by HTTPS, as far as we are told: in front of us it may have ended."""
    forwarded = request.headers.get("X-Forwarded-Proto", "") if settings.proxies else ""
    return (settings.public_url or request.url).startswith("https:") or forwarded == "https"


def _severity(status: int) -> str:
    # 503 and 504 are said on purpose, when there is no release yet or no time left.
    return "ERROR" if status == 500 else "WARNING" if status > 500 else "INFO"


def _answer_preflight(response: Response) -> None:
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
    response.headers["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match, Accept-Language"
    response.headers["Access-Control-Max-Age"] = "86400"
