"""Publishing: a release is in force whole and tried, or the one before it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kamerton.deadline import Deadline
from kamerton.errors import BucketError, KamertonError, ObjectExists, ReleaseError
from kamerton.music.features import FEATURE_NAMES
from kamerton.release.loader import load_release
from kamerton.release.manifest import CATALOG, MANIFEST, MODEL, OBJECTS, POINTER, object_key
from kamerton.storage import Bucket
from tests.fakes.buckets import FailingBucket
from tests.small_release import GENRES, point_to, put_release, small_build, small_objects, small_release, small_tracks
from training.data.artifacts import read_json, write_json
from training.index import genre_averages
from training.publish import described_releases, main, prune, publish, release_in_force, roll_back


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the stages before, which no test changes."""
    return small_build(tmp_path_factory.mktemp("build"))


@pytest.fixture
def own_build(tmp_path: Path) -> Path:
    return small_build(tmp_path / "build")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def bucket() -> FailingBucket:
    return FailingBucket()


def works(bucket: Bucket, release_id: str | None) -> bool:
    return release_id is not None and load_release(bucket, release_id, Deadline(30)).id == release_id


def releases(bucket: Bucket) -> set[str]:
    return {key.split("/")[1] for key in bucket.keys("releases")}


def test_a_published_release_is_in_force_and_whole(bucket: FailingBucket, build: Path, reports: Path) -> None:
    manifest = publish(bucket, build, reports)
    assert release_in_force(bucket) == manifest.release
    assert works(bucket, manifest.release)
    assert bucket.keys() == sorted([POINTER, *(object_key(manifest.release, name) for name in (*OBJECTS, MANIFEST))])


def test_the_manifest_tells_what_was_published(bucket: FailingBucket, build: Path, reports: Path) -> None:
    manifest = publish(bucket, build, reports)
    assert re.fullmatch(r"\d{8}T\d{12}Z-[0-9a-f]{8}", manifest.release)
    assert manifest.feature_names == FEATURE_NAMES
    assert manifest.genres == GENRES
    assert manifest.data.tracks == 120
    assert manifest.metrics == {}
    assert manifest.genre_averages == genre_averages(small_tracks())
    for name, summary in manifest.objects.items():
        assert summary.size == len(bucket.get(object_key(manifest.release, name)).data)


def test_each_publication_has_an_id_of_its_own_in_the_order_of_time(bucket: FailingBucket, build: Path, reports: Path) -> None:
    ids = [publish(bucket, build, reports).release for _ in range(3)]
    assert ids == sorted(set(ids))
    assert release_in_force(bucket) == ids[-1]
    assert all(works(bucket, release_id) for release_id in ids)


def calls_of_a_publication(build: Path, reports: Path) -> int:
    bucket = FailingBucket()
    publish(bucket, build, reports)
    return bucket.calls


@pytest.mark.parametrize("down", [False, True], ids=["fails once", "goes down"])
def test_a_bucket_that_fails_at_any_call_leaves_the_old_release_in_force(
    bucket: FailingBucket, build: Path, reports: Path, down: bool
) -> None:
    old = publish(bucket, build, reports).release
    for call in range(calls_of_a_publication(build, reports)):
        bucket.fail_from_now(call, down)
        with pytest.raises(BucketError, match=r"call \d+$") as failed:
            publish(bucket, build, reports)
        # Objects are read back side by side: which of the calls that failed is told is theirs to decide.
        assert int(str(failed.value).split()[-1]) >= call
        bucket.fail_from_now(None)
        assert release_in_force(bucket) == old
        assert works(bucket, old)


def test_a_bucket_that_fails_at_any_call_of_the_first_publication_has_no_release(build: Path, reports: Path) -> None:
    for call in range(calls_of_a_publication(build, reports)):
        bucket = FailingBucket()
        bucket.fail_from_now(call)
        with pytest.raises(BucketError):
            publish(bucket, build, reports)
        bucket.fail_from_now(None)
        assert release_in_force(bucket) is None


def test_a_publication_that_failed_leaves_nothing_behind(bucket: FailingBucket, build: Path, reports: Path) -> None:
    # All but the last call, which moves the pointer: by then the release is whole, and may have been pointed to.
    for call in range(calls_of_a_publication(build, reports) - 1):
        bucket.fail_from_now(call)
        with pytest.raises(BucketError):
            publish(bucket, build, reports)
        bucket.fail_from_now(None)
        assert bucket.keys() == []


def test_what_an_interrupted_publication_left_is_no_release(bucket: FailingBucket, build: Path, reports: Path) -> None:
    for call in range(calls_of_a_publication(build, reports) - 1):
        bucket.fail_from_now(call, down=True)
        with pytest.raises(BucketError):
            publish(bucket, build, reports)
        bucket.fail_from_now(None)
        keys = bucket.keys()
        assert all(works(bucket, key.split("/")[1]) for key in keys if key.endswith(MANIFEST))


def test_a_pointer_whose_answer_was_lost_points_to_a_whole_release(build: Path, reports: Path) -> None:
    class Lossy(FailingBucket):
        def put(self, key: str, data: bytes) -> None:
            super().put(key, data)
            raise BucketError(f"the answer for {key} was lost")

    lossy = Lossy()
    with pytest.raises(BucketError, match="lost"):
        publish(lossy, build, reports)
    assert works(lossy, release_in_force(lossy))


def test_one_who_interrupts_a_publication_leaves_the_old_release_in_force(
    bucket: FailingBucket, build: Path, reports: Path
) -> None:
    old = publish(bucket, build, reports).release
    bucket.error = KeyboardInterrupt
    for call in range(12):
        bucket.fail_from_now(call)
        with pytest.raises(KeyboardInterrupt):
            publish(bucket, build, reports)
        assert release_in_force(bucket) == old


def test_a_release_of_somebody_else_is_not_removed(build: Path, reports: Path) -> None:
    class Raced(FailingBucket):
        """Somebody else's object is there already when the second one is uploaded."""

        def create(self, key: str, data: bytes) -> None:
            if self.keys():
                self.put(key, b"theirs")
            super().create(key, data)

    bucket = Raced()
    with pytest.raises(ObjectExists):
        publish(bucket, build, reports)
    assert len(bucket.keys()) == 2
    assert release_in_force(bucket) is None


def spoil_model(build: Path) -> None:
    (build / "release" / MODEL).write_bytes(b"no model")


def swap_model(build: Path) -> None:
    (build / "release" / MODEL).write_bytes((build / "release" / "embedder.onnx").read_bytes())


def other_catalog(build: Path) -> None:
    (build / "release" / "catalog.sqlite").write_bytes(small_objects(small_tracks().head(90))[1]["catalog.sqlite"])


def change(build: Path, name: str, **values: object) -> None:
    write_json(build / name, read_json(build / name, "test") | values)


SPOIL: dict[str, Callable[[Path], None]] = {
    "the model is broken": spoil_model,
    "the model is another": swap_model,
    "the catalog is of other tracks": other_catalog,
    "the model has other genres": lambda build: change(build, "classifier.json", genres=["blues", "k-pop"]),
    "the model has other features": lambda build: change(build, "classifier.json", feature_names=FEATURE_NAMES[::-1]),
    "the model is of other data": lambda build: change(build, "classifier.json", fingerprint="f" * 64),
    "the shards are of other vectors": lambda build: change(build, "release/layout.json", shards={"metal": [0, 7]}),
}


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
def test_files_that_make_no_release_are_not_published(
    bucket: FailingBucket, own_build: Path, reports: Path, spoil: Callable[[Path], None]
) -> None:
    old = publish(bucket, own_build, reports).release
    spoil(own_build)
    with pytest.raises(ReleaseError):
        publish(bucket, own_build, reports)
    assert release_in_force(bucket) == old
    assert releases(bucket) == {old}


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("release/model.onnx", "export"),
        ("release/vectors.npy", "index"),
        ("release/layout.json", "index"),
        ("classifier.json", "train"),
        ("prepare.json", "prepare"),
    ],
)
def test_a_missing_file_is_named_with_the_stage_that_makes_it(
    bucket: FailingBucket, own_build: Path, reports: Path, name: str, stage: str
) -> None:
    (own_build / name).unlink()
    with pytest.raises(SystemExit, match=rf"{Path(name).name} is not there: run `python -m training\.{stage}"):
        publish(bucket, own_build, reports)
    assert bucket.keys() == []


def test_figures_are_published_when_they_are_of_this_data(bucket: FailingBucket, build: Path, reports: Path) -> None:
    figures = {"random": {"accuracy": 0.75}, "new_artists": {"accuracy": 0.67}}
    report = {"protocol": "folds", "families": {"centroids": figures}, "data": {"fingerprint": "0" * 64}}
    write_json(reports / "evaluation.json", report)
    assert publish(bucket, build, reports).metrics == {"protocol": "folds", **figures}
    write_json(reports / "evaluation.json", report | {"data": {"fingerprint": "1" * 64}})
    assert publish(bucket, build, reports).metrics == {}
    write_json(reports / "evaluation.json", report | {"families": {"another": figures}})
    assert publish(bucket, build, reports).metrics == {}


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("classifier.model", "export"),
        ("embedding.npz", "export"),
        ("tracks.parquet", "index"),
        ("release/embedder.onnx", "index"),
    ],
)
def test_what_was_made_again_needs_the_stages_after_it(
    bucket: FailingBucket, own_build: Path, reports: Path, name: str, stage: str
) -> None:
    (own_build / name).write_bytes(b"made again")
    with pytest.raises(ReleaseError, match=rf"run the stages from `training\.{stage}` on"):
        publish(bucket, own_build, reports)
    assert bucket.keys() == []


def test_an_earlier_release_can_be_put_in_force_again(bucket: FailingBucket, build: Path, reports: Path) -> None:
    first, second = (publish(bucket, build, reports).release for _ in range(2))
    roll_back(bucket, first)
    assert release_in_force(bucket) == first
    roll_back(bucket, second)
    assert release_in_force(bucket) == second


def test_a_damaged_release_is_not_rolled_back_to(bucket: FailingBucket, build: Path, reports: Path) -> None:
    first, second = (publish(bucket, build, reports).release for _ in range(2))
    bucket.put(object_key(first, MODEL), b"damaged")
    with pytest.raises(ReleaseError, match="checksum"):
        roll_back(bucket, first)
    bucket.delete(object_key(first, MODEL))
    with pytest.raises(ReleaseError, match="no complete release"):
        roll_back(bucket, first)
    assert release_in_force(bucket) == second


@pytest.mark.parametrize("release_id", ["never", "../other", "", "a/b"])
def test_what_is_no_release_is_not_rolled_back_to(bucket: FailingBucket, release_id: str) -> None:
    with pytest.raises(ReleaseError):
        roll_back(bucket, release_id)


def test_a_bucket_that_fails_while_rolling_back_changes_nothing(bucket: FailingBucket, build: Path, reports: Path) -> None:
    first, second = (publish(bucket, build, reports).release for _ in range(2))
    for call in range(8):
        bucket.fail_from_now(call)
        with pytest.raises(KamertonError):
            roll_back(bucket, first)
        bucket.fail_from_now(None)
        assert release_in_force(bucket) == second


def test_old_releases_are_removed_and_the_one_in_force_never(bucket: FailingBucket, build: Path, reports: Path) -> None:
    ids = [publish(bucket, build, reports).release for _ in range(4)]
    assert prune(bucket, 4) == prune(bucket, 9) == []
    roll_back(bucket, ids[0])
    assert prune(bucket, 2) == [ids[1]]
    assert releases(bucket) == {ids[0], ids[2], ids[3]}
    assert works(bucket, ids[0])
    roll_back(bucket, ids[3])
    assert prune(bucket, 1) == [ids[0], ids[2]]
    assert works(bucket, ids[3])


def test_nothing_is_removed_while_it_is_not_known_what_is_in_force(bucket: FailingBucket, build: Path, reports: Path) -> None:
    ids = {publish(bucket, build, reports).release for _ in range(2)}
    bucket.put(POINTER, b"damaged")
    with pytest.raises(ReleaseError, match="damaged"):
        prune(bucket, 1)
    assert releases(bucket) == ids


def test_at_least_one_release_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--bucket", "memory://", "--prune", "0"])
    assert "at least one" in capsys.readouterr().err


def test_the_list_shows_every_release_and_stars_the_one_in_force(bucket: FailingBucket, build: Path, reports: Path) -> None:
    assert list(described_releases(bucket)) == ["no release in memory://"]
    first, second = (publish(bucket, build, reports).release for _ in range(2))
    bucket.put("releases/half/model.onnx", b"1")
    roll_back(bucket, first)
    assert list(described_releases(bucket)) == [
        f"* {first}  centroids, 3 genres, 120 tracks",
        f"  {second}  centroids, 3 genres, 120 tracks",
        "  half  incomplete, or made by another version",
    ]


def test_a_damaged_pointer_does_not_hide_the_list(bucket: FailingBucket, build: Path, reports: Path) -> None:
    release_id = publish(bucket, build, reports).release
    bucket.put(POINTER, b"{")
    first, second = described_releases(bucket)
    assert first.startswith("no release is in force: current.json is damaged")
    assert second.startswith(f"  {release_id}")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return (tmp_path / "bucket").as_uri()


def test_the_command_publishes_lists_and_rolls_back(
    folder: str, build: Path, reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        main(["--bucket", folder, "--build", str(build), "--reports", str(reports)])
    first, second = sorted(releases(Bucket.open(folder)))
    assert capsys.readouterr().out.splitlines()[-1] == f"publish: {second} is in force in {folder}"
    main(["--bucket", folder, "--rollback", first])
    assert capsys.readouterr().out == f"publish: {first} is in force in {folder}\n"
    main(["--bucket", folder, "--list"])
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].startswith(f"* {first}")
    assert listed[1].startswith(f"  {second}")


def test_the_command_takes_the_bucket_from_the_environment(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAMERTON_BUCKET", folder)
    small_release(Bucket.open(folder))
    main(["--list"])
    assert capsys.readouterr().out.startswith("* small-1")


def exists(bucket_url: str) -> object:
    with pytest.raises(SystemExit) as done:
        main(["--bucket", bucket_url, "--exists"])
    return done.value.code


def test_exists_tells_whether_a_release_is_in_force_that_can_be_served(tmp_path: Path) -> None:
    bucket = Bucket.open(tmp_path.as_uri())
    assert exists(tmp_path.as_uri()) == 3
    point_to(bucket, "small-1")
    assert exists(tmp_path.as_uri()) == 3
    manifest = small_release(bucket)
    assert exists(tmp_path.as_uri()) == 0
    bucket.delete(object_key(manifest.release, CATALOG))
    assert exists(tmp_path.as_uri()) == 3


def test_a_release_of_other_features_does_not_count_as_one_that_exists(tmp_path: Path) -> None:
    put_release(Bucket.open(tmp_path.as_uri()), *small_objects(small_tracks(), feature_names=("other",)))
    assert exists(tmp_path.as_uri()) == 3


def test_a_bucket_that_cannot_be_asked_is_no_reason_to_train() -> None:
    assert exists("az://nobody") not in (0, 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bucket", "nonsense"], "publish: --bucket is 'nonsense'"),
        (["--bucket", "memory://", "--rollback", "never"], "publish: there is no complete release never: see --list"),
        (["--bucket", "az://nobody"], "publish: cannot open the bucket az://nobody"),
    ],
)
def test_what_went_wrong_is_a_sentence(arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(SystemExit) as done:
        main(arguments)
    assert str(done.value.code).startswith(sentence)


def test_a_wrong_environment_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMERTON_BUCKET", "nonsense")
    with pytest.raises(SystemExit, match="KAMERTON_BUCKET is 'nonsense'"):
        main(["--list"])


def test_a_manifest_reads_well(bucket: FailingBucket, build: Path, reports: Path) -> None:
    """People look at it when something is wrong."""
    data = bucket.get(object_key(publish(bucket, build, reports).release, MANIFEST)).data
    assert data.startswith(b"{\n")
    assert json.loads(data)["objects"].keys() == set(OBJECTS)
