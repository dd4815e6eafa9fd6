"""Publish a release: upload it, read it back as serving does, ask it questions, and only then put it in force.

    python -m training.publish [--bucket URL] [--build build] [--reports reports]
    python -m training.publish --list
    python -m training.publish --rollback ID
    python -m training.publish --prune N     removes all but the N newest releases and the one in force
    python -m training.publish --exists      exits with 3 when no release is in force that this program can serve

The bucket is --bucket, else KAMERTON_BUCKET, else ./bucket.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from tqdm import tqdm

from kamerton.deadline import Deadline
from kamerton.errors import BucketError, KamertonError, ObjectExists, ObjectMissing, ReleaseError, SettingsError
from kamerton.recommending.question import ListOptions
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.loader import load_manifest, load_release, read_pointer
from kamerton.release.manifest import (
    EMBEDDER,
    FORMAT,
    MANIFEST,
    MODEL,
    OBJECTS,
    POINTER,
    DataSummary,
    Manifest,
    ObjectSummary,
    Pointer,
    Shard,
    checked_id,
    object_key,
)
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from training.data.artifacts import EXPORTED, LAYOUT, digests, read_bytes, read_json

NONE_IN_FORCE = 3
_LOADING_SECONDS = 300.0
_TRANSFER_SECONDS = 120.0
_MOST_APART = 1e-3
"""Between a stored probability and the model's: half as many bytes leave three digits."""
_QUESTIONS = 2
_ANSWERS = 5


def main(arguments: list[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    try:
        bucket = Bucket.open(
            bucket_url(options.bucket, "--bucket") if options.bucket else _bucket_in_force(), _TRANSFER_SECONDS
        )
        _run(bucket, options)
    except KamertonError as error:
        raise SystemExit(f"publish: {error}") from error


def _run(bucket: Bucket, options: argparse.Namespace) -> None:
    if options.exists:
        sys.exit(0 if can_be_served(bucket) else NONE_IN_FORCE)
    elif options.list:
        print("\n".join(described_releases(bucket)))
    elif options.prune:
        removed = prune(bucket, options.prune)
        print(f"publish: removed {', '.join(removed) or 'nothing'}; {options.prune} releases are kept in {bucket.url}")
    elif options.rollback:
        roll_back(bucket, options.rollback)
        print(f"publish: {options.rollback} is in force in {bucket.url}")
    else:
        manifest = publish(bucket, options.build, options.reports)
        print(f"publish: {manifest.release} is in force in {bucket.url}")


def publish(bucket: Bucket, build: Path, reports: Path) -> Manifest:
    """Upload what is in `build` under a new id and put it in force; whatever fails, the old release stays in force."""
    objects = {name: read_bytes(build / "release" / name, _made_by(name)) for name in OBJECTS}
    manifest = _manifest(objects, build, reports)
    bucket.require_exclusive_create()
    try:
        _upload(bucket, manifest, objects)
        _ask_questions(load_release(bucket, manifest.release, Deadline(_LOADING_SECONDS)))
    except ObjectExists:
        # Somebody else is publishing under this id: it is not ours to remove.
        raise
    except KamertonError:
        _remove(bucket, manifest.release)
        raise
    _point(bucket, manifest.release)
    return manifest


def _made_by(name: str) -> str:
    return "export" if name in (MODEL, EMBEDDER) else "index"


def roll_back(bucket: Bucket, release_id: str) -> None:
    """Put an earlier release in force, after trying it as a new one is tried."""
    try:
        _ask_questions(load_release(bucket, checked_id(release_id), Deadline(_LOADING_SECONDS)))
    except ObjectMissing as error:
        raise ReleaseError(f"there is no complete release {release_id}: see --list") from error
    _point(bucket, release_id)


def release_in_force(bucket: Bucket) -> str | None:
    try:
        return read_pointer(bucket.get(POINTER))
    except ObjectMissing:
        return None


def can_be_served(bucket: Bucket) -> bool:
    """Whether a complete release of this program's kind is in force, its checksums aside. Raises `BucketError`."""
    try:
        release_id = release_in_force(bucket)
        manifest = load_manifest(bucket, release_id) if release_id else None
    except (ObjectMissing, ReleaseError):
        return False
    if manifest is None:
        return False
    needed = {object_key(manifest.release, name) for name in manifest.objects}
    return needed <= set(bucket.keys(f"releases/{manifest.release}"))


def described_releases(bucket: Bucket) -> Iterator[str]:
    """A line a release, the oldest first; the one in force has a star."""
    try:
        in_force = release_in_force(bucket)
    except ReleaseError as error:
        # One who has to roll back from this needs the list most.
        in_force = None
        yield f"no release is in force: {error}"
    releases = sorted({key.split("/")[1] for key in bucket.keys("releases")})
    if not releases:
        yield f"no release in {bucket.url}"
    for release_id in releases:
        yield f"{'*' if release_id == in_force else ' '} {release_id}  {_description(bucket, release_id)}"


def _description(bucket: Bucket, release_id: str) -> str:
    try:
        manifest = load_manifest(bucket, release_id)
    except (BucketError, ReleaseError):
        return "incomplete, or made by another version"
    accuracy = manifest.metrics.get("new_artists", {}).get("accuracy")
    figure = f", accuracy for new artists {accuracy:.3f}" if accuracy is not None else ""
    return f"{manifest.family}, {len(manifest.genres)} genres, {manifest.data.tracks:,} tracks{figure}"


def prune(bucket: Bucket, n_kept: int) -> list[str]:
    """Remove all but the newest `n_kept` releases; the one in force stays, however old. The removed, the oldest first.

    Raises `BucketError`, or `ReleaseError` when the pointer cannot be read: then it is not known which release is in force.
    """
    in_force = release_in_force(bucket)
    old = sorted({key.split("/")[1] for key in bucket.keys("releases")})[:-n_kept]
    removed = [release_id for release_id in old if release_id != in_force]
    for release_id in removed:
        _remove(bucket, release_id)
    return removed


def _manifest(objects: dict[str, bytes], build: Path, reports: Path) -> Manifest:
    layout = read_json(build / "release" / LAYOUT, "index")
    model = read_json(build / "classifier.json", "train")
    now = datetime.now(UTC)
    summaries = {name: ObjectSummary(len(data), hashlib.sha256(data).hexdigest()) for name, data in objects.items()}
    content = hashlib.sha256("".join(summary.sha256 for summary in summaries.values()).encode()).hexdigest()
    data = msgspec.convert(read_json(build / "prepare.json", "prepare"), DataSummary)
    if model["fingerprint"] != data.fingerprint:
        raise ReleaseError(f"the model in {build} is of other data than prepare.json: run the stages from `training.train` on")
    _require_unchanged(read_json(build / "release" / EXPORTED, "export"), build, "export")
    _require_unchanged(layout["made_from"], build, "index")
    return Manifest(
        format=FORMAT,
        release=f"{now:%Y%m%dT%H%M%S%f}Z-{content[:8]}",
        created=now.isoformat(timespec="seconds"),
        family=model["family"],
        feature_names=tuple(model["feature_names"]),
        feature_quantiles={name: tuple(values) for name, values in layout["feature_quantiles"].items()},
        genres=tuple(model["genres"]),
        shards=tuple(Shard(genre, start, stop) for genre, (start, stop) in layout["shards"].items()),
        data=data,
        objects=summaries,
        metrics=_metrics(reports, data.fingerprint, model["family"]),
        genre_averages=layout["genre_averages"],
        label_confusion=layout["label_confusion"],
        likeness_bounds=tuple(layout["likeness_bounds"]),
        foreign_distance=layout["foreign_distance"],
    )


def _require_unchanged(made_from: dict[str, str], build: Path, stage: str) -> None:
    """Raises `ReleaseError` when a file that `stage` read was made again after it."""
    paths = {path.name: path for path in (*build.iterdir(), *(build / "release").iterdir()) if path.name in made_from}
    if digests(*paths.values()) != made_from:
        changed = ", ".join(made_from)
        raise ReleaseError(f"{changed}: what is in {build} now is not what was read: run the stages from `training.{stage}` on")


def _metrics(reports: Path, fingerprint: str, family: str) -> dict[str, Any]:
    """The evaluation's figures of this family when they are of this data; none when it was not evaluated."""
    if not (reports / "evaluation.json").exists():
        return {}
    evaluation = read_json(reports / "evaluation.json", "evaluate")
    figures = evaluation.get("families", {}).get(family)
    if figures is None or evaluation.get("data", {}).get("fingerprint") != fingerprint:
        return {}
    return {"protocol": evaluation["protocol"], "random": figures["random"], "new_artists": figures["new_artists"]}


def _upload(bucket: Bucket, manifest: Manifest, objects: dict[str, bytes]) -> None:
    """The manifest last: a release without one is not there."""
    for name, data in tqdm(objects.items(), desc="upload", unit="object", disable=None):
        bucket.create(object_key(manifest.release, name), data)
    bucket.create(object_key(manifest.release, MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))


def _ask_questions(release: Release) -> None:
    """Raises `ReleaseError` unless the release answers for a track or two of each genre."""
    recommender = Recommender.of(release)
    for entry in release.catalog.examples(_QUESTIONS):
        seed = new_seed(release, entry.features, entry.track)
        answers = recommender.recommend([seed], ListOptions(limit=min(_ANSWERS, len(release.catalog) - 1)))
        if abs(sum(score.probability for score in seed.genres) - 1) > 1e-6:
            raise ReleaseError(f"{release.id}: the genres of {entry.track.id} do not sum to 1")
        if len(release.catalog) > 1 and not answers:
            raise ReleaseError(f"{release.id}: nothing is recommended for {entry.track.id}")
        _require_same(release, seed, catalog_seed(release, entry))


def _require_same(release: Release, computed: Seed, served: Seed) -> None:
    """Raises `ReleaseError` unless a track is served with what the models say of it."""
    probabilities = {score.genre: score.probability for score in computed.genres}
    farthest = max(abs(score.probability - probabilities[score.genre]) for score in served.genres)
    if farthest > _MOST_APART or not np.allclose(computed.embedding, served.embedding, atol=1e-4):
        raise ReleaseError(f"{release.id}: the precomputed outputs are not those of the models")


def _point(bucket: Bucket, release_id: str) -> None:
    bucket.put(POINTER, msgspec.json.encode(Pointer(release_id)))


def _remove(bucket: Bucket, release_id: str) -> None:
    """Leave nothing of a release that failed, as far as the bucket lets us; an unfinished one does no harm."""
    try:
        # The manifest first: if this is interrupted too, what is left is still no release.
        bucket.delete(object_key(release_id, MANIFEST))
        for key in bucket.keys(f"releases/{release_id}"):
            bucket.delete(key)
    except BucketError as error:
        print(f"publish: {release_id} could not be removed: {error}", file=sys.stderr)


def _bucket_in_force() -> str:
    try:
        return Settings.from_environ(os.environ).bucket_url
    except SettingsError as error:
        raise SystemExit(f"publish: {error}") from error


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one release is kept")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.publish", description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", metavar="URL", help="file:// gs:// s3:// or az:// (default: KAMERTON_BUCKET or ./bucket)")
    parser.add_argument("--build", type=Path, default=Path("build"), help="folder of the stages' files (default: build)")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder of the figures (default: reports)")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--list", action="store_true", help="show the releases in the bucket")
    choice.add_argument("--rollback", metavar="ID", help="put an earlier release in force")
    choice.add_argument("--prune", type=_at_least_one, metavar="N", help="remove all but the N newest and the one in force")
    choice.add_argument(
        "--exists", action="store_true", help="exit with 0 if a release is in force that can be served, else with 3"
    )
    return parser


if __name__ == "__main__":
    main()
