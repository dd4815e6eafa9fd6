"""One contract over every kind of bucket: of the clouds by services on this machine, which also do what clouds do besides."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kamerton.errors import BucketBusy, BucketError, ObjectExists, ObjectMissing
from kamerton.storage import Bucket
from tests.fakes import clouds
from tests.fakes.clouds import CLOUDS, Cloud, Fault

FAULTS = {
    "slow down": clouds.slow_down,
    "a lost answer": clouds.lost_answer,
    "a late answer": clouds.delayed(0.2),
}
KINDS = ["file", "memory", *CLOUDS, *(f"{cloud} with {fault}" for cloud in CLOUDS for fault in FAULTS)]


@pytest.fixture
def silent_address() -> Iterator[str]:
    """The address of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture(params=KINDS)
def bucket_url(request: pytest.FixtureRequest, in_cloud: Callable[[str], Cloud], tmp_path: Path) -> str:
    name, _, fault = request.param.partition(" with ")
    if name not in CLOUDS:
        return tmp_path.as_uri() if name == "file" else "memory://"
    cloud = in_cloud(name)
    cloud.fault = FAULTS[fault] if fault else clouds.no_fault
    return f"{cloud.url}/{tmp_path.name}"


@pytest.fixture
def set_s3(in_cloud: Callable[[str], Cloud], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets more than the cloud's settings, or others."""
    in_cloud("s3")

    def also(**more: str) -> None:
        for name, value in more.items():
            monkeypatch.setenv(name, value)

    return also


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


@pytest.mark.parametrize("bucket_url", ["file", *CLOUDS], indirect=True)
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


def test_a_server_that_is_not_there_is_an_error_in_time(set_s3: Callable[..., None]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        set_s3(AWS_ENDPOINT_URL=f"http://127.0.0.1:{unused.getsockname()[1]}")
        bucket = Bucket.open("s3://kamerton", seconds=1.0)
        started = time.monotonic()
        with pytest.raises(BucketError, match=r"^the bucket failed at current\.json: .*$"):
            bucket.get("current.json")
        assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_is_an_error_in_time(set_s3: Callable[..., None], silent_address: str) -> None:
    set_s3(AWS_ENDPOINT_URL=silent_address)
    bucket = Bucket.open("s3://kamerton", seconds=1.0)
    started = time.monotonic()
    with pytest.raises(BucketError):
        bucket.get("current.json")
    assert time.monotonic() - started < 2.5


def test_with_keys_nobody_asks_the_machine_who_it_is(set_s3: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as metadata:
        set_s3(AWS_METADATA_ENDPOINT=f"http://127.0.0.1:{metadata.getsockname()[1]}")
        Bucket.open("s3://kamerton/asked").put("key", b"1")
        metadata.setblocking(False)
        with pytest.raises(BlockingIOError):
            metadata.accept()


@pytest.mark.parametrize("name", CLOUDS)
def test_a_bucket_that_is_not_there_is_an_error(in_cloud: Callable[[str], Cloud], name: str) -> None:
    scheme = in_cloud(name).url.partition("://")[0]
    with pytest.raises(BucketError):
        Bucket.open(f"{scheme}://no-such-bucket").keys()


@pytest.mark.parametrize("name", CLOUDS)
def test_a_create_that_was_done_is_ours_though_nobody_says_so(
    in_cloud: Callable[[str], Cloud], name: str, tmp_path: Path
) -> None:
    cloud = in_cloud(name)
    bucket = Bucket.open(f"{cloud.url}/{tmp_path.name}")
    cloud.fault = clouds.lost_answers
    bucket.create("once", b"first")
    with pytest.raises(ObjectExists):
        bucket.create("once", b"second")
    assert bucket.get("once").data == b"first"


@pytest.mark.parametrize("name", CLOUDS)
def test_a_bucket_that_wants_fewer_writes_for_long_says_so(in_cloud: Callable[[str], Cloud], name: str, tmp_path: Path) -> None:
    cloud = in_cloud(name)
    bucket = Bucket.open(f"{cloud.url}/{tmp_path.name}", seconds=0.5)
    bucket.put("theirs", b"1")
    cloud.fault = clouds.always_busy
    with pytest.raises(BucketBusy):
        bucket.put("theirs", b"2")
    with pytest.raises(BucketBusy):
        bucket.create("nobody's", b"2")
    with pytest.raises(ObjectExists):
        bucket.create("theirs", b"2")


def test_what_creates_exclusively_is_taken(bucket_url: str) -> None:
    bucket = Bucket.open(bucket_url)
    bucket.require_exclusive_create()
    assert bucket.keys() == []


@pytest.mark.parametrize(
    ("fault", "words"), [(clouds.creates_again, "it ignores the header"), (clouds.knows_no_create, "does not know")]
)
def test_a_service_that_lets_two_create_one_object_is_refused_with_a_sentence(
    in_cloud: Callable[[str], Cloud], fault: Fault, words: str
) -> None:
    cloud = in_cloud("s3")
    cloud.fault = fault
    bucket = Bucket.open(f"{cloud.url}/probed")
    with pytest.raises(BucketError, match=words):
        bucket.require_exclusive_create()
    assert bucket.keys() == []
