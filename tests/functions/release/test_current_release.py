"""The release in force, however the bucket behaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

import msgspec
import pytest

from kamerton.deadline import Deadline
from kamerton.errors import BucketError, NotReady
from kamerton.release.current_release import LONGEST_WAIT, CurrentRelease
from kamerton.release.manifest import MANIFEST, OBJECTS, POINTER, Manifest, object_key
from kamerton.storage import Bucket, Stored
from tests.fakes.buckets import FailingBucket
from tests.fakes.clock import Clock
from tests.small_release import point_to, put_release, small_objects, small_tracks

LOOK_EVERY = 30.0
Objects = dict[str, bytes]


class Kept:
    """A keeper over a bucket, with a clock to turn and all that it reported."""

    def __init__(self, bucket: FailingBucket | None = None) -> None:
        self.bucket = bucket or FailingBucket()
        self.clock = Clock()
        self.reports: list[tuple[str, str]] = []
        self.keeper = CurrentRelease(lambda: self.bucket, lambda *line: self.reports.append(line), self.clock, LOOK_EVERY)

    def id(self, seconds: float = 30.0) -> str:
        return self.keeper.release(Deadline(seconds)).id

    def id_later(self) -> str:
        """After the longest time that may be between two looks."""
        self.clock.pass_by(LONGEST_WAIT)
        return self.id()

    def publish(self, release: str, point: bool = True) -> tuple[Manifest, Objects]:
        manifest, objects = release_named(release)
        put_release(self.bucket, manifest, objects, point)
        return manifest, objects


@lru_cache
def made() -> tuple[Manifest, Objects]:
    return small_objects(small_tracks())


def release_named(release: str) -> tuple[Manifest, Objects]:
    manifest, objects = made()
    return msgspec.structs.replace(manifest, release=release), objects


@pytest.fixture
def kept() -> Kept:
    kept = Kept()
    kept.publish("one")
    return kept


def test_nothing_is_opened_before_the_first_request() -> None:
    def open_bucket() -> Bucket:
        raise AssertionError("opened too early")

    CurrentRelease(open_bucket, lambda *_: None)


def test_the_release_that_the_pointer_names_is_in_force(kept: Kept) -> None:
    kept.publish("two", point=False)
    assert kept.id() == "one"
    assert kept.reports == [("INFO", "release one is in force")]


def test_a_new_pointer_is_seen_after_a_while_and_not_before(kept: Kept) -> None:
    assert kept.id() == "one"
    kept.publish("two")
    kept.clock.pass_by(LOOK_EVERY - 1)
    assert kept.id() == "one"
    kept.clock.pass_by(1)
    assert kept.id() == "two"


def test_the_pointer_moves_back_too(kept: Kept) -> None:
    kept.publish("two")
    assert kept.id() == "two"
    point_to(kept.bucket, "one")
    assert kept.id_later() == "one"


def test_a_request_keeps_the_release_it_began_with(kept: Kept) -> None:
    release = kept.keeper.release(Deadline(30))
    kept.publish("two")
    assert kept.id_later() == "two"
    assert release.id == "one"
    assert release.catalog.examples(1)


def test_between_two_looks_the_bucket_is_left_alone(kept: Kept) -> None:
    kept.id()
    calls = kept.bucket.calls
    for _ in range(100):
        kept.id()
    assert kept.bucket.calls == calls


def test_an_unchanged_pointer_costs_one_call(kept: Kept) -> None:
    kept.id()
    calls = kept.bucket.calls
    kept.id_later()
    assert kept.bucket.calls == calls + 1


def test_a_pointer_written_again_does_not_load_the_same_release_again(kept: Kept) -> None:
    first = kept.keeper.release(Deadline(30))
    point_to(kept.bucket, "one")
    kept.clock.pass_by(LOOK_EVERY)
    assert kept.keeper.release(Deadline(30)) is first


def test_a_clock_set_back_does_not_stop_the_looking(kept: Kept) -> None:
    kept.id()
    kept.publish("two")
    kept.clock.pass_by(-3600)
    assert kept.id() == "two"


def damage_object(kept: Kept) -> None:
    kept.publish("two")
    kept.bucket.put(object_key("two", "model.onnx"), b"damaged")


def other_features(kept: Kept) -> None:
    manifest, _ = kept.publish("two")
    other = msgspec.structs.replace(manifest, feature_names=("popularity",))
    kept.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(other))


def other_format(kept: Kept) -> None:
    manifest, _ = kept.publish("two")
    kept.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(msgspec.structs.replace(manifest, format=99)))


def damaged_manifest(kept: Kept) -> None:
    kept.publish("two")
    kept.bucket.put(object_key("two", MANIFEST), b"{")


def missing_object(kept: Kept) -> None:
    kept.publish("two")
    kept.bucket.delete(object_key("two", "rows.npy"))


def damaged_pointer(kept: Kept) -> None:
    kept.bucket.put(POINTER, b"{")


def missing_pointer(kept: Kept) -> None:
    kept.bucket.delete(POINTER)


def pointer_to_nothing(kept: Kept) -> None:
    point_to(kept.bucket, "never-published")


SPOIL = [damage_object, other_features, other_format, damaged_manifest, missing_object]
SPOIL += [damaged_pointer, missing_pointer, pointer_to_nothing]


@pytest.mark.parametrize("spoil", SPOIL)
def test_whatever_is_wrong_the_last_good_release_goes_on(kept: Kept, spoil: Callable[[Kept], None]) -> None:
    assert kept.id() == "one"
    spoil(kept)
    assert kept.id_later() == "one"
    assert kept.id_later() == "one"
    severity, message = kept.reports[-1]
    assert severity == "ERROR"
    assert message.startswith("the release was not refreshed: ")


@pytest.mark.parametrize("spoil", SPOIL)
def test_once_mended_the_new_release_is_taken(kept: Kept, spoil: Callable[[Kept], None]) -> None:
    kept.id()
    spoil(kept)
    kept.id_later()
    kept.publish("two")
    assert kept.id_later() == "two"


def test_an_error_that_nobody_foresaw_leaves_the_release_in_force(kept: Kept) -> None:
    assert kept.id() == "one"
    kept.bucket.error = ZeroDivisionError
    kept.bucket.fail_from_now(0)
    assert kept.id_later() == "one"
    assert "ZeroDivisionError" in kept.reports[-1][1]


def test_the_upload_of_a_release_is_never_seen_half(kept: Kept) -> None:
    assert kept.id() == "one"
    manifest, objects = release_named("two")
    for name, data in objects.items():
        kept.bucket.put(object_key("two", name), data)
        assert kept.id_later() == "one"
    kept.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(manifest))
    assert kept.id_later() == "one"
    point_to(kept.bucket, "two")
    assert kept.id_later() == "two"
    assert not any(severity == "ERROR" for severity, _ in kept.reports)


def test_a_pointer_that_comes_too_early_is_followed_once_the_release_is_whole(kept: Kept) -> None:
    assert kept.id() == "one"
    manifest, objects = release_named("two")
    point_to(kept.bucket, "two")
    for name in OBJECTS:
        assert kept.id_later() == "one"
        kept.bucket.put(object_key("two", name), objects[name])
    assert kept.id_later() == "one"
    kept.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(manifest))
    assert kept.id_later() == "two"


@pytest.mark.parametrize("fail_at", range(7))
def test_a_bucket_that_fails_at_any_call_costs_nothing_but_time(kept: Kept, fail_at: int) -> None:
    kept.id()
    kept.publish("two")
    kept.bucket.fail_from_now(fail_at)
    assert kept.id_later() == "one"
    kept.bucket.fail_from_now(None)
    assert kept.id_later() == "two"


def test_each_failure_doubles_the_wait_for_the_next_look(kept: Kept) -> None:
    kept.id()
    kept.bucket.fail_from_now(0, down=True)
    began = kept.clock.now
    failed = []
    for _ in range(250):
        reported = len(kept.reports)
        kept.clock.pass_by(5)
        kept.id()
        failed += [kept.clock.now - began] * (len(kept.reports) - reported)
    assert failed == [30, 90, 210, 450, 750, 1050]


def test_a_success_ends_the_longer_waits(kept: Kept) -> None:
    kept.id()
    kept.bucket.fail_from_now(0, down=True)
    kept.id_later()
    kept.bucket.fail_from_now(None)
    kept.id_later()
    kept.publish("two")
    kept.clock.pass_by(LOOK_EVERY)
    assert kept.id() == "two"


def test_the_first_load_may_take_longer_than_a_request(kept: Kept) -> None:
    assert kept.id(seconds=0) == "one"


def test_without_a_release_there_is_nothing_to_answer_from() -> None:
    with pytest.raises(NotReady):
        Kept().id()


def test_a_bucket_that_cannot_be_opened_is_tried_again() -> None:
    tries: list[str] = []
    kept = Kept()
    kept.publish("one")

    def open_bucket() -> Bucket:
        tries.append("try")
        if len(tries) == 1:
            raise BucketError("cannot open the bucket")
        return kept.bucket

    keeper = CurrentRelease(open_bucket, lambda *_: None, kept.clock)
    with pytest.raises(NotReady):
        keeper.release(Deadline(30))
    kept.clock.pass_by(60)
    assert keeper.release(Deadline(30)).id == "one"


def test_a_failed_first_load_is_not_tried_again_at_once() -> None:
    kept = Kept()
    for _ in range(10):
        with pytest.raises(NotReady):
            kept.id()
    assert kept.bucket.calls == 1
    kept.publish("one")
    kept.clock.pass_by(2)
    assert kept.id() == "one"


class Gate(FailingBucket):
    """A bucket that waits before it answers for the manifest of `slow`."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow, self.reached, self.opened = slow, threading.Event(), threading.Event()

    def get(self, key: str) -> Stored:
        if key == object_key(self.slow, MANIFEST):
            self.reached.set()
            assert self.opened.wait(10)
        return super().get(key)


def test_while_one_request_loads_the_others_are_answered() -> None:
    gate = Gate("two")
    kept = Kept(gate)
    kept.publish("one")
    assert kept.id() == "one"
    kept.publish("two")
    kept.clock.pass_by(LOOK_EVERY)
    loaded: list[str] = []
    loader = threading.Thread(target=lambda: loaded.append(kept.id()))
    loader.start()
    assert gate.reached.wait(10)
    assert [kept.id() for _ in range(100)] == ["one"] * 100
    gate.opened.set()
    loader.join()
    assert loaded == ["two"]
    assert kept.id() == "two"


def test_of_many_first_requests_one_loads_and_all_are_answered() -> None:
    gate = Gate("one")
    kept = Kept(gate)
    kept.publish("one")
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(kept.id())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert gate.reached.wait(10)
    gate.opened.set()
    for thread in threads:
        thread.join()
    assert answers == ["one"] * 8
    assert len(kept.reports) == 1


def test_a_first_request_waits_no_longer_than_its_deadline() -> None:
    gate = Gate("one")
    kept = Kept(gate)
    kept.publish("one")
    loader = threading.Thread(target=kept.id)
    loader.start()
    assert gate.reached.wait(10)
    started = time.monotonic()
    with pytest.raises(NotReady):
        kept.id(seconds=0.1)
    assert time.monotonic() - started < 5
    gate.opened.set()
    loader.join()


def test_under_a_storm_of_requests_every_answer_is_a_whole_release(kept: Kept) -> None:
    """Eight threads ask without a pause while the pointer goes to and fro."""
    kept.publish("two", point=False)
    kept.id()
    stop = threading.Event()
    seen: list[set[tuple[str, str]]] = []

    def ask() -> None:
        mine = set()
        while not stop.is_set():
            release = kept.keeper.release(Deadline(30))
            mine.add((release.id, release.manifest.release))
            release.catalog.entries([0])
        seen.append(mine)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        point_to(kept.bucket, ("two", "one")[turn % 2])
        kept.clock.pass_by(LOOK_EVERY)
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert set().union(*seen) == {("one", "one"), ("two", "two")}
    assert not any(severity == "ERROR" for severity, _ in kept.reports)
