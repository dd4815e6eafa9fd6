"""One contract over every kind of bucket that a machine without an account can have."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from kamerton.errors import BucketError, ObjectExists, ObjectMissing
from kamerton.storage import Bucket

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "word", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of an S3 server on this machine, which has a bucket called kamerton."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    connection = http.client.HTTPConnection(host, port)
    connection.request("PUT", "/kamerton")
    assert connection.getresponse().status == 200
    connection.close()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def silent_address() -> Iterator[str]:
    """The address of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def set_s3(monkeypatch: pytest.MonkeyPatch, endpoint: str, **more: str) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, **more}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["file", "memory", "s3"])
def bucket_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    if request.param == "s3":
        set_s3(monkeypatch, request.getfixturevalue("s3_address"))
        return f"s3://kamerton/{tmp_path.name}"
    return tmp_path.as_uri() if request.param == "file" else "memory://"


@pytest.fixture
def bucket(bucket_url: str) -> Bucket:
    return Bucket.open(bucket_url)


def test_what_is_put_is_got(bucket: Bucket) -> None:
    bucket.put("releases/one/model.onnx", bytes(range(256)))
    assert bucket.get("releases/one/model.onnx").data == bytes(range(256))


def test_an_object_may_be_empty(bucket: Bucket) -> None:
    bucket.put("empty", b"")
    assert bucket.get("empty").data == b""


def test_put_replaces(bucket: Bucket) -> None:
    bucket.put("current.json", b"old")
    bucket.put("current.json", b"new")
    assert bucket.get("current.json").data == b"new"


def test_a_large_object_comes_back_whole(bucket: Bucket) -> None:
    large = bytes(20_000_000)
    bucket.put("large", large)
    assert bucket.get("large").data == large


def test_a_missing_object_is_missing(bucket: Bucket) -> None:
    with pytest.raises(ObjectMissing, match="nothing-here"):
        bucket.get("nothing-here")
    with pytest.raises(ObjectMissing):
        bucket.get_if_changed("nothing-here", None)
    with pytest.raises(ObjectMissing):
        bucket.get_if_changed("nothing-here", '"tag"')


def test_a_folder_is_no_object(bucket: Bucket) -> None:
    bucket.put("releases/one", b"1")
    with pytest.raises(ObjectMissing):
        bucket.get("releases")


def test_create_stores_what_is_not_there(bucket: Bucket) -> None:
    bucket.create("once", b"first")
    assert bucket.get("once").data == b"first"


def test_create_refuses_what_is_there_and_leaves_it(bucket: Bucket) -> None:
    bucket.put("once", b"first")
    with pytest.raises(ObjectExists, match="once"):
        bucket.create("once", b"second")
    assert bucket.get("once").data == b"first"


def test_of_several_that_create_one_wins(bucket: Bucket) -> None:
    won: list[bytes] = []
    barrier = threading.Barrier(4)

    def create(data: bytes) -> None:
        barrier.wait()
        try:
            bucket.create("once", data)
        except ObjectExists:
            return
        won.append(data)

    threads = [threading.Thread(target=create, args=(name,)) for name in (b"a", b"b", b"c", b"d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [bucket.get("once").data]


def test_an_object_is_read_again_only_when_it_changed(bucket: Bucket) -> None:
    bucket.put("current.json", b"old")
    first = bucket.get_if_changed("current.json", None)
    assert first is not None
    assert bucket.get_if_changed("current.json", first.etag) is None
    bucket.put("current.json", b"new")
    second = bucket.get_if_changed("current.json", first.etag)
    assert second is not None
    assert second.data == b"new"
    assert second.etag != first.etag


def test_delete_leaves_nothing(bucket: Bucket) -> None:
    bucket.put("gone", b"1")
    bucket.delete("gone")
    assert bucket.keys() == []
    with pytest.raises(ObjectMissing):
        bucket.get("gone")


def test_deleting_what_is_not_there_is_no_error(bucket: Bucket) -> None:
    bucket.delete("never-there")


def test_keys_are_sorted_and_under_a_prefix_of_whole_segments(bucket: Bucket) -> None:
    for key in ("releases/b/x", "releases/a/x", "releases/ab/x", "current.json"):
        bucket.put(key, b"1")
    assert bucket.keys() == ["current.json", "releases/a/x", "releases/ab/x", "releases/b/x"]
    assert bucket.keys("releases/a") == ["releases/a/x"]
    assert bucket.keys("releases/") == bucket.keys("releases")
    assert bucket.keys("nothing") == []


def test_a_key_cannot_leave_the_bucket(bucket: Bucket) -> None:
    for key in ("../outside", "a/../../outside"):
        with pytest.raises(BucketError):
            bucket.put(key, b"1")


@pytest.mark.parametrize("bucket_url", ["file", "s3"], indirect=True)
def test_keys_are_relative_to_the_buckets_prefix(bucket_url: str) -> None:
    inner = Bucket.open(f"{bucket_url}/inside")
    inner.put("key", b"1")
    assert inner.keys() == ["key"]
    assert Bucket.open(bucket_url).keys() == ["inside/key"]


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    bucket = Bucket.open((tmp_path / "new" / "folder").as_uri())
    assert bucket.keys() == []


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BucketError, match="cannot open the bucket"):
        Bucket.open((tmp_path / "file").as_uri())


def test_a_container_without_an_account_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(BucketError, match=r"^cannot open the bucket az://container: .*$"):
        Bucket.open("az://container")


def test_a_server_that_is_not_there_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        set_s3(monkeypatch, f"http://127.0.0.1:{unused.getsockname()[1]}")
        bucket = Bucket.open("s3://kamerton")
        started = time.monotonic()
        with pytest.raises(BucketError, match=r"^the bucket failed at current\.json: .*$"):
            bucket.get("current.json")
        assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch, silent_address: str) -> None:
    set_s3(monkeypatch, silent_address)
    bucket = Bucket.open("s3://kamerton", seconds=1.0)
    started = time.monotonic()
    with pytest.raises(BucketError):
        bucket.get("current.json")
    assert time.monotonic() - started < 2.5


def test_with_keys_nobody_asks_the_machine_who_it_is(monkeypatch: pytest.MonkeyPatch, s3_address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as metadata:
        set_s3(monkeypatch, s3_address, AWS_METADATA_ENDPOINT=f"http://127.0.0.1:{metadata.getsockname()[1]}")
        Bucket.open("s3://kamerton/asked").put("key", b"1")
        metadata.setblocking(False)
        with pytest.raises(BlockingIOError):
            metadata.accept()


def test_a_bucket_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, s3_address: str) -> None:
    set_s3(monkeypatch, s3_address)
    with pytest.raises(BucketError):
        Bucket.open("s3://no-such-bucket").keys()
