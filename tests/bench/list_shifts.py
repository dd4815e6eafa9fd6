"""How far lists go when more or less of a feature is asked for: `python -m tests.bench.list_shifts [--bucket URL]`.

Over tracks of the release in force, drawn with a fixed seed; every feature is asked for by a fifth of its scale, both ways.
"""

from __future__ import annotations

import os
import random
from argparse import ArgumentParser
from collections.abc import Sequence

import numpy as np

from kamerton.deadline import Deadline
from kamerton.recommending.feature_shift import SHIFTED, shifted_seed
from kamerton.recommending.question import ListOptions
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.service.catalog_seed import catalog_seed
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from training.publish import release_in_force

_SEEDS = 200
_SHIFTS = (-0.2, 0.2)


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.bench.list_shifts", description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", metavar="URL", help="default: KAMERTON_BUCKET or ./bucket")
    given = parser.parse_args().bucket
    bucket = Bucket.open(bucket_url(given, "--bucket") if given else Settings.from_environ(os.environ).bucket_url)
    release_id = release_in_force(bucket)
    if release_id is None:
        raise SystemExit("there is no release in the bucket: `make train` makes one")
    for line in shifts(load_release(bucket, release_id, Deadline(60)), _SEEDS):
        print(line)


def shifts(release: Release, n_seeds: int) -> list[str]:
    """A row of a table for each feature and way: how far was asked for and gone, in the mean, and how many lists are short."""
    chance = random.Random(0)
    numbers = [chance.randrange(len(release.catalog)) for _ in range(n_seeds)]
    seeds = [catalog_seed(release, entry) for entry in release.catalog.entries(numbers)]
    plain = [_list(release, seed, ListOptions()) for seed in seeds]
    rows = [
        "| asked for | wanted, mean | gone, mean | filed as the seed | lists of fewer than ten |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in SHIFTED:
        for by in _SHIFTS:
            options = ListOptions(**{name: by})
            rows.append(_row(name, by, options, seeds, plain, [_list(release, seed, options) for seed in seeds]))
    return rows


def _list(release: Release, seed: Seed, options: ListOptions) -> list[Recommendation]:
    if options.shift.asked:
        seed = shifted_seed(release, seed, options.shift, release.manifest.label_confusion)
    return Recommender.of(release).recommend([seed], options)


def _row(
    name: str,
    by: float,
    options: ListOptions,
    seeds: Sequence[Seed],
    plain: Sequence[list[Recommendation]],
    lists: Sequence[list[Recommendation]],
) -> str:
    wanted = np.mean([_value(options.shift.applied(seed.features), name) - _value(seed.features, name) for seed in seeds])
    gone = np.mean([_mean(found, name) - _mean(before, name) for found, before in zip(lists, plain, strict=True) if found])
    filed = np.mean(
        [
            bool(set(item.track.genres) & set(seed.track.genres))
            for seed, found in zip(seeds, lists, strict=True)
            for item in found
            if seed.track
        ]
    )
    short = sum(len(found) < ListOptions().limit for found in lists)
    return f"| `{name}={by:+g}` | {wanted:+.3g} | {gone:+.3g} | {100 * filed:.0f} % | {short} of {len(lists)} |"


def _value(features: object, name: str) -> float:
    return float(getattr(features, name))


def _mean(found: Sequence[Recommendation], name: str) -> float:
    return float(np.mean([_value(item.features, name) for item in found]))


if __name__ == "__main__":
    main()
