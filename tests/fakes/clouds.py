"""Object storages of the clouds, on this machine: S3 and Google's by moto, Azure's by azurite; and what clouds do besides.

    with s3_cloud() as cloud:
        cloud.fault = slow_down
        bucket = Bucket.open(cloud.url)     # with `cloud.environ` set

Google's speaks S3's protocol under other names of headers.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import io
import json
import logging
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from email.utils import formatdate
from pathlib import Path
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests import node

CONTAINER = "kamerton"
_ACCOUNT = "kamerton"
_OF_A_CONNECTION = ("transfer-encoding", "connection", "keep-alive")
_ACCOUNT_KEY = base64.b64encode(b"a key of this machine alone").decode()
_SIGNED = "AWS4-HMAC-SHA256 Credential=id/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none"
_LISTENING = re.compile(r"successfully listen(?:s|ing) on http://127\.0\.0\.1:(\d+)")

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Fault = Callable[[Request, int, Callable[[], Response]], Response]
"""Of a request, the number of writes of its object before it, and what makes the right answer."""


def no_fault(_request: Request, _n_writes: int, answer: Callable[[], Response]) -> Response:
    return answer()


def slow_down(_request: Request, n_writes: int, answer: Callable[[], Response]) -> Response:
    """Google's, to the second write of an object and the third, which come too soon."""
    if n_writes not in (1, 2):
        return answer()
    code = "<Code>SlowDown</Code><Message>The object exceeded the rate limit for object mutation operations.</Message>"
    return Response(f"<?xml version='1.0' encoding='UTF-8'?><Error>{code}</Error>", 429, mimetype="application/xml")


def lost_answer(_request: Request, n_writes: int, answer: Callable[[], Response]) -> Response:
    """The first write of an object is done, and answered as though it were not."""
    answered = answer()
    return Response(status=503) if n_writes == 0 else answered


def lost_answers(_request: Request, n_writes: int, answer: Callable[[], Response]) -> Response:
    """Every write is done, and none is confirmed."""
    answered = answer()
    return answered if n_writes < 0 else Response(status=503)


def always_busy(_request: Request, n_writes: int, answer: Callable[[], Response]) -> Response:
    return answer() if n_writes < 0 else slow_down(_request, 1, answer)


def creates_again(request: Request, _n_writes: int, answer: Callable[[], Response]) -> Response:
    """As some services that speak S3's protocol."""
    request.environ.pop("HTTP_IF_NONE_MATCH", None)
    return answer()


def knows_no_create(request: Request, _n_writes: int, answer: Callable[[], Response]) -> Response:
    """As others do."""
    if request.environ.get("HTTP_IF_NONE_MATCH") == "*":
        return Response("<Error><Code>NotImplemented</Code></Error>", 501, mimetype="application/xml")
    return answer()


def delayed(seconds: float) -> Fault:
    def fault(_request: Request, _n_writes: int, answer: Callable[[], Response]) -> Response:
        time.sleep(seconds)
        return answer()

    return fault


class Cloud:
    """`url` is that of its bucket, and `environ` what a client needs to find it. Faults befall all calls; `n_writes` of
    one that reads is -1."""

    def __init__(self, app: App) -> None:
        self.url = ""
        self.environ: Mapping[str, str] = {}
        self.fault: Fault = no_fault
        self._app = app
        self._writes: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._write = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        n_writes = -1
        if request.method == "PUT":
            with self._lock:
                n_writes = self._writes[request.path]
                self._writes[request.path] += 1
        # Read whole, so that the client has sent all before it is answered.
        environ["wsgi.input"] = io.BytesIO(request.get_data())
        answered = self.fault(request, n_writes, lambda: self._answer(environ, n_writes >= 0))
        return answered(environ, start_response)

    def _answer(self, environ: dict[str, Any], writes: bool) -> Response:
        # moto looks whether there is an object and then writes it; in the clouds that is one step.
        with self._write if writes else nullcontext():
            return Response.from_app(self._app, environ, buffered=True)


@contextmanager
def s3_cloud(_folder: Path) -> Iterator[Cloud]:
    cloud = Cloud(DomainDispatcherApplication(create_backend_app))
    with _serving(cloud) as address:
        cloud.url = f"s3://{CONTAINER}"
        cloud.environ = {
            "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "word",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": address,
        }
        _make_bucket(address)
        yield cloud


@contextmanager
def gs_cloud(folder: Path) -> Iterator[Cloud]:
    cloud = Cloud(_as_google(DomainDispatcherApplication(create_backend_app)))
    with _serving(cloud) as address:
        account = {"gcs_base_url": address, "disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
        path = folder / "account.json"
        path.write_text(json.dumps(account))
        cloud.url = f"gs://{CONTAINER}"
        cloud.environ = {"GOOGLE_SERVICE_ACCOUNT": str(path)}
        _make_bucket(address)
        yield cloud


@contextmanager
def az_cloud(folder: Path) -> Iterator[Cloud]:
    with _azurite(folder) as port:
        cloud = Cloud(_forwarding(port))
        with _serving(cloud) as address:
            cloud.url = f"az://{CONTAINER}"
            cloud.environ = {
                "AZURE_STORAGE_ACCOUNT_NAME": _ACCOUNT,
                "AZURE_STORAGE_ACCOUNT_KEY": _ACCOUNT_KEY,
                "AZURE_STORAGE_ENDPOINT": f"{address}/{_ACCOUNT}",
            }
            _make_container(port)
            yield cloud


CLOUDS = {"s3": s3_cloud, "gs": gs_cloud, "az": az_cloud}


@contextmanager
def _serving(app: App) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _as_google(app: App) -> App:
    def google(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.pop("HTTP_X_GOOG_IF_GENERATION_MATCH", "") == "0":
            environ["HTTP_IF_NONE_MATCH"] = "*"
        environ["HTTP_AUTHORIZATION"] = _SIGNED
        for name in [name for name in environ if name.startswith("HTTP_X_GOOG_META_")]:
            environ[name.replace("_GOOG_", "_AMZ_")] = environ.pop(name)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            renamed = [(name.lower().replace("x-amz-", "x-goog-"), value) for name, value in headers]
            return start_response(status, renamed, *more)

        return app(environ, start)

    return google


def _make_bucket(address: str) -> None:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    connection.request("PUT", f"/{CONTAINER}", headers={"Authorization": _SIGNED})
    assert connection.getresponse().status == 200
    connection.close()


@contextmanager
def _azurite(folder: Path) -> Iterator[int]:
    """The port of its blobs, which it keeps in memory."""
    output = folder / "azurite.txt"
    options = ["--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]
    command = [*node.program("azurite", "azurite-blob"), *options]
    with output.open("w") as stream:
        environ = {"AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_ACCOUNT_KEY}", "PATH": str(node.NODE.parent)}
        process = subprocess.Popen([*map(str, command)], env=environ, cwd=folder, stdout=stream, stderr=stream)
    try:
        while (found := _LISTENING.search(output.read_text())) is None:
            assert process.poll() is None, output.read_text()
            time.sleep(0.05)
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(20)


def _make_container(port: int) -> None:
    """Signed as Azure wants it: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key"""
    path = f"/{_ACCOUNT}/{CONTAINER}"
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    lines = [f"{name}:{value}" for name, value in headers.items()]
    signed = "\n".join(["PUT", *[""] * 11, *lines, f"/{_ACCOUNT}{path}", "restype:container"])
    digest = hmac.digest(base64.b64decode(_ACCOUNT_KEY), signed.encode(), "sha256")
    headers |= {"Authorization": f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}", "Content-Length": "0"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("PUT", f"{path}?restype=container", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()


def _forwarding(port: int) -> App:
    """All that comes, to a server on this machine; signatures of Azure's do not hold the host."""

    def forward(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            target = environ["RAW_URI"]
            headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
            connection.request(request.method, target, request.get_data(), headers)
            answer = connection.getresponse()
            body = answer.read()
            kept = [
                (name, value) for name, value in answer.getheaders() if name.lower() not in ("transfer-encoding", "connection")
            ]
            return Response(body, answer.status, kept)(environ, start_response)
        finally:
            connection.close()

    return forward
