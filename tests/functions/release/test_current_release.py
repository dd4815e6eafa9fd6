"""The release in force, however the bucket behaves."""

from __future__ import annotations

import queue
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


class Serving:
    """The current release of a bucket, with a clock to turn and all reports."""

    def __init__(self, bucket: FailingBucket | None = None) -> None:
        self.bucket = bucket or FailingBucket()
        self.clock = Clock()
        self.reports: list[tuple[str, str]] = []
        self.current_release = CurrentRelease(
            lambda: self.bucket, lambda *line: self.reports.append(line), self.clock, LOOK_EVERY
        )

    def id(self, seconds: float = 30.0) -> str:
        return self.current_release.release(Deadline(seconds)).id

    def id_later(self) -> str:
        """After the longest time that may be between two looks."""
        self.clock.pass_by(LONGEST_WAIT)
        return self.id()

    def publish(self, release: str, point: bool = True) -> tuple[Manifest, Objects]:
        manifest, objects = release_named(release)
        put_release(self.bucket, manifest, objects, point)
        return manifest, objects


@lru_cache
def small_release_objects() -> tuple[Manifest, Objects]:
    return small_objects(small_tracks())


def release_named(release: str) -> tuple[Manifest, Objects]:
    manifest, objects = small_release_objects()
    return msgspec.structs.replace(manifest, release=release), objects


@pytest.fixture
def serving() -> Serving:
    serving = Serving()
    serving.publish("one")
    return serving


def test_nothing_is_opened_before_the_first_request() -> None:
    def open_bucket() -> Bucket:
        raise AssertionError("opened too early")

    CurrentRelease(open_bucket, lambda *_: None)


def test_the_release_that_the_pointer_names_is_in_force(serving: Serving) -> None:
    serving.publish("two", point=False)
    assert serving.id() == "one"
    assert serving.reports == [("INFO", "release one is in force")]


def test_a_new_pointer_is_seen_after_a_while_and_not_before(serving: Serving) -> None:
    assert serving.id() == "one"
    serving.publish("two")
    serving.clock.pass_by(LOOK_EVERY - 1)
    assert serving.id() == "one"
    serving.clock.pass_by(1)
    assert serving.id() == "two"


def test_the_pointer_moves_back_too(serving: Serving) -> None:
    serving.publish("two")
    assert serving.id() == "two"
    point_to(serving.bucket, "one")
    assert serving.id_later() == "one"


def test_a_request_keeps_the_release_it_began_with(serving: Serving) -> None:
    release = serving.current_release.release(Deadline(30))
    serving.publish("two")
    assert serving.id_later() == "two"
    assert release.id == "one"
    assert release.catalog.examples(1)


def test_between_two_looks_the_bucket_is_left_alone(serving: Serving) -> None:
    serving.id()
    calls = serving.bucket.calls
    for _ in range(100):
        serving.id()
    assert serving.bucket.calls == calls


def test_an_unchanged_pointer_costs_one_call(serving: Serving) -> None:
    serving.id()
    calls = serving.bucket.calls
    serving.id_later()
    assert serving.bucket.calls == calls + 1


def test_a_pointer_written_again_does_not_load_the_same_release_again(serving: Serving) -> None:
    first = serving.current_release.release(Deadline(30))
    point_to(serving.bucket, "one")
    serving.clock.pass_by(LOOK_EVERY)
    assert serving.current_release.release(Deadline(30)) is first


def test_a_clock_set_back_does_not_stop_the_looking(serving: Serving) -> None:
    serving.id()
    serving.publish("two")
    serving.clock.pass_by(-3600)
    assert serving.id() == "two"


def damage_object(serving: Serving) -> None:
    serving.publish("two")
    serving.bucket.put(object_key("two", "model.onnx"), b"damaged")


def other_features(serving: Serving) -> None:
    manifest, _ = serving.publish("two")
    changed = msgspec.structs.replace(manifest, feature_names=("popularity",))
    serving.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(changed))


def other_format(serving: Serving) -> None:
    manifest, _ = serving.publish("two")
    serving.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(msgspec.structs.replace(manifest, format=99)))


def damaged_manifest(serving: Serving) -> None:
    serving.publish("two")
    serving.bucket.put(object_key("two", MANIFEST), b"{")


def missing_object(serving: Serving) -> None:
    serving.publish("two")
    serving.bucket.delete(object_key("two", "rows.npy"))


def damaged_pointer(serving: Serving) -> None:
    serving.bucket.put(POINTER, b"{")


def missing_pointer(serving: Serving) -> None:
    serving.bucket.delete(POINTER)


def pointer_to_nothing(serving: Serving) -> None:
    point_to(serving.bucket, "never-published")


SPOIL = [damage_object, other_features, other_format, damaged_manifest, missing_object]
SPOIL += [damaged_pointer, missing_pointer, pointer_to_nothing]


@pytest.mark.parametrize("spoil", SPOIL)
def test_whatever_is_wrong_the_last_good_release_goes_on(serving: Serving, spoil: Callable[[Serving], None]) -> None:
    assert serving.id() == "one"
    spoil(serving)
    assert serving.id_later() == "one"
    assert serving.id_later() == "one"
    severity, message = serving.reports[-1]
    assert severity == "ERROR"
    assert message.startswith("the release was not refreshed: ")


@pytest.mark.parametrize("spoil", SPOIL)
def test_once_mended_the_new_release_is_taken(serving: Serving, spoil: Callable[[Serving], None]) -> None:
    serving.id()
    spoil(serving)
    serving.id_later()
    serving.publish("two")
    assert serving.id_later() == "two"


def test_an_error_that_nobody_foresaw_leaves_the_release_in_force(serving: Serving) -> None:
    assert serving.id() == "one"
    serving.bucket.error = ZeroDivisionError
    serving.bucket.fail_from_now(0)
    assert serving.id_later() == "one"
    assert "ZeroDivisionError" in serving.reports[-1][1]


def test_the_upload_of_a_release_is_never_seen_half(serving: Serving) -> None:
    assert serving.id() == "one"
    manifest, objects = release_named("two")
    for name, data in objects.items():
        serving.bucket.put(object_key("two", name), data)
        assert serving.id_later() == "one"
    serving.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(manifest))
    assert serving.id_later() == "one"
    point_to(serving.bucket, "two")
    assert serving.id_later() == "two"
    assert not any(severity == "ERROR" for severity, _ in serving.reports)


def test_a_pointer_that_comes_too_early_is_followed_once_the_release_is_whole(serving: Serving) -> None:
    assert serving.id() == "one"
    manifest, objects = release_named("two")
    point_to(serving.bucket, "two")
    for name in OBJECTS:
        assert serving.id_later() == "one"
        serving.bucket.put(object_key("two", name), objects[name])
    assert serving.id_later() == "one"
    serving.bucket.put(object_key("two", MANIFEST), msgspec.json.encode(manifest))
    assert serving.id_later() == "two"


@pytest.mark.parametrize("fail_at", range(7))
def test_a_bucket_that_fails_at_any_call_costs_nothing_but_time(serving: Serving, fail_at: int) -> None:
    serving.id()
    serving.publish("two")
    serving.bucket.fail_from_now(fail_at)
    assert serving.id_later() == "one"
    serving.bucket.fail_from_now(None)
    assert serving.id_later() == "two"


def test_each_failure_doubles_the_wait_for_the_next_look(serving: Serving) -> None:
    serving.id()
    serving.bucket.fail_from_now(0, down=True)
    began = serving.clock.now
    failure_times = []
    for _ in range(250):
        n_reports = len(serving.reports)
        serving.clock.pass_by(5)
        serving.id()
        failure_times += [serving.clock.now - began] * (len(serving.reports) - n_reports)
    assert failure_times == [30, 90, 210, 450, 750, 1050]


def test_a_success_ends_the_longer_waits(serving: Serving) -> None:
    serving.id()
    serving.bucket.fail_from_now(0, down=True)
    serving.id_later()
    serving.bucket.fail_from_now(None)
    serving.id_later()
    serving.publish("two")
    serving.clock.pass_by(LOOK_EVERY)
    assert serving.id() == "two"


def test_the_first_load_may_take_longer_than_a_request(serving: Serving) -> None:
    assert serving.id(seconds=0) == "one"


def test_without_a_release_there_is_nothing_to_answer_from() -> None:
    with pytest.raises(NotReady):
        Serving().id()


def test_a_bucket_that_cannot_be_opened_is_tried_again() -> None:
    tries: list[str] = []
    serving = Serving()
    serving.publish("one")

    def open_bucket() -> Bucket:
        tries.append("try")
        if len(tries) == 1:
            raise BucketError("cannot open the bucket")
        return serving.bucket

    current_release = CurrentRelease(open_bucket, lambda *_: None, serving.clock)
    with pytest.raises(NotReady):
        current_release.release(Deadline(30))
    serving.clock.pass_by(60)
    assert current_release.release(Deadline(30)).id == "one"


def test_a_failed_first_load_is_not_tried_again_at_once() -> None:
    serving = Serving()
    for _ in range(10):
        with pytest.raises(NotReady):
            serving.id()
    assert serving.bucket.calls == 1
    serving.publish("one")
    serving.clock.pass_by(2)
    assert serving.id() == "one"


class BlockingBucket(FailingBucket):
    """A bucket that blocks at the manifest of the release `slow` until it is opened."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow, self.reached, self.opened = slow, threading.Event(), threading.Event()

    def get(self, key: str) -> Stored:
        if key == object_key(self.slow, MANIFEST):
            self.reached.set()
            assert self.opened.wait(10)
        return super().get(key)


def test_while_one_request_loads_the_others_are_answered() -> None:
    bucket = BlockingBucket("two")
    serving = Serving(bucket)
    serving.publish("one")
    assert serving.id() == "one"
    serving.publish("two")
    serving.clock.pass_by(LOOK_EVERY)
    release_ids: list[str] = []
    loader = threading.Thread(target=lambda: release_ids.append(serving.id()))
    loader.start()
    assert bucket.reached.wait(10)
    assert [serving.id() for _ in range(100)] == ["one"] * 100
    bucket.opened.set()
    loader.join()
    assert release_ids == ["two"]
    assert serving.id() == "two"


def test_a_bucket_that_hangs_holds_nobody_who_can_be_answered() -> None:
    bucket = BlockingBucket("two")
    serving = Serving(bucket)
    serving.publish("one")
    assert serving.id() == "one"
    serving.publish("two")
    serving.clock.pass_by(LOOK_EVERY)
    # The bucket opens only after the answer.
    assert serving.id() == "one"
    assert bucket.reached.is_set()
    bucket.opened.set()
    while serving.id() != "two":
        time.sleep(0.01)


def test_while_the_first_release_is_loaded_others_are_told_to_come_again() -> None:
    bucket = BlockingBucket("one")
    serving = Serving(bucket)
    serving.publish("one")
    loader = threading.Thread(target=serving.id)
    loader.start()
    assert bucket.reached.wait(10)
    with pytest.raises(NotReady):
        serving.id(seconds=30)
    bucket.opened.set()
    loader.join()
    assert serving.id() == "one"


class MeetingBucket(FailingBucket):
    """A bucket that gives no object of a release before all of them are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._together = threading.Barrier(len(OBJECTS), timeout=10)

    def get(self, key: str) -> Stored:
        if key.rpartition("/")[2] in OBJECTS:
            self._together.wait()
        return super().get(key)


def test_the_objects_of_a_release_are_read_side_by_side() -> None:
    serving = Serving(MeetingBucket())
    serving.publish("one")
    assert serving.id() == "one"


def test_of_many_first_requests_one_loads_and_all_are_answered() -> None:
    bucket = BlockingBucket("one")
    serving = Serving(bucket)
    serving.publish("one")
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(serving.id())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert bucket.reached.wait(10)
    bucket.opened.set()
    for thread in threads:
        thread.join()
    assert answers == ["one"] * 8
    assert len(serving.reports) == 1


def test_a_first_request_waits_no_longer_than_its_deadline() -> None:
    bucket = BlockingBucket("one")
    serving = Serving(bucket)
    serving.publish("one")
    loader = threading.Thread(target=serving.id)
    loader.start()
    assert bucket.reached.wait(10)
    started = time.monotonic()
    with pytest.raises(NotReady):
        serving.id(seconds=0.1)
    assert time.monotonic() - started < 5
    bucket.opened.set()
    loader.join()


def test_under_a_storm_of_requests_every_answer_is_a_whole_release(serving: Serving) -> None:
    """Eight threads ask without a pause while the pointer goes to and fro."""
    serving.publish("two", point=False)
    serving.id()
    stop = threading.Event()
    releases: list[set[tuple[str, str]]] = []
    answered: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        own_releases = set()
        while not stop.is_set():
            release = serving.current_release.release(Deadline(30))
            own_releases.add((release.id, release.manifest.release))
            release.catalog.entries([0])
            answered.put(release.id)
        releases.append(own_releases)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for wanted in ("two", "one") * 5:
            point_to(serving.bucket, wanted)
            serving.clock.pass_by(LOOK_EVERY)
            # However slow the machine: the next turn waits for this one's release.
            while answered.get(timeout=60) != wanted:
                pass
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(releases) == 8
    assert set().union(*releases) == {("one", "one"), ("two", "two")}
    assert not any(severity == "ERROR" for severity, _ in serving.reports)
