"""Whether a sound is foreign to a catalog: farther from its nearest tracks than nearly all tracks of new artists are.

Training measures the bound on the catalog: 19 of 20 tracks lie nearer to the nearest tracks by other artists. So most of what
is far off is told (8 of 10 classical tracks, for a catalog of rock, metal and club music), and little of what lies between its
genres.

Public names: judged, NEAREST.
"""

from __future__ import annotations

from msgspec.structs import replace

from kamerton.recommending.seed import Seed
from kamerton.release.release import Release

NEAREST = 20
"""How many of the nearest tracks are looked at."""


def judged(release: Release, seed: Seed) -> Seed:
    """The seed, marked when it is foreign; in a release that was made without the bound none is."""
    bound = release.manifest.foreign_distance
    return replace(seed, is_foreign=bound is not None and release.index.mean_distance(seed.embedding, NEAREST) > bound)
