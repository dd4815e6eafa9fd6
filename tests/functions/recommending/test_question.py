"""More to ask of the recommender: several seeds, what to keep away from, a genre, no such artist, and the next page."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from msgspec.structs import replace

from kamerton.music.candidate import Candidate
from kamerton.music.normalise import normalise
from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from kamerton.recommending.question import ListOptions
from kamerton.recommending.reasons import AskedGenre, LikelyGenre, OtherGenre, SameGenre
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import Seed, new_seed
from kamerton.release.distances import log_share, squared_distances
from kamerton.release.release import Release

COUNTRY, HIP_HOP, METAL = 0, 50, 100


def seed_of(release: Release, place: int) -> Seed:
    entry = release.catalog.entries([place])[0]
    return new_seed(release, entry.features, entry.track)


def like(
    release: Release, *places: int, options: ListOptions | None = None, unlike: tuple[int, ...] = ()
) -> list[Recommendation]:
    seeds = [seed_of(release, place) for place in places]
    return Recommender.of(release).recommend(seeds, options or ListOptions(), [seed_of(release, place) for place in unlike])


def genre_of(release: Release, place: int) -> str:
    return release.catalog.entries([place])[0].track.genres[0]


def ids(found: list[Recommendation]) -> list[str]:
    return [item.track.id for item in found]


def distance(release: Release, item: Recommendation, seed: Seed) -> float:
    other = new_seed(release, item.features)
    return float(squared_distances(other.embedding[np.newaxis], seed.embedding)[0])


def test_each_of_several_seeds_has_its_part_of_the_list(release: Release) -> None:
    places = [COUNTRY, HIP_HOP, METAL]
    found = like(release, *places, options=ListOptions(limit=9))
    named = [release.catalog.entries([place])[0].track for place in places]
    assert sorted(item.seed.id for item in found) == sorted(3 * [track.id for track in named])
    for place, track in zip(places, named, strict=True):
        own = [item for item in found if item.seed == track]
        assert Counter(item.genre for item in own).most_common(1)[0][0] == genre_of(release, place)


def test_several_seeds_are_not_one_between_them(release: Release) -> None:
    """What comes for a seed is what comes for it alone."""
    both = like(release, COUNTRY, METAL, options=ListOptions(limit=20))
    for place in (COUNTRY, METAL):
        alone = set(ids(like(release, place, options=ListOptions(limit=20))))
        own = [item.track.id for item in both if item.seed.id == seed_of(release, place).track.id]
        assert len(own) == 10
        assert len(alone & set(own)) >= 9


def test_no_version_of_any_seed_and_no_track_twice(release: Release) -> None:
    found = like(release, *range(0, 120, 25), options=ListOptions(limit=50, artist_cap=50))
    seeds = [seed_of(release, place).track for place in range(0, 120, 25)]
    keys = [key for track in [*seeds, *(item.track for item in found)] for key in version_keys(track)]
    assert len(keys) == len(set(keys))


def test_the_artist_cap_holds_for_the_whole_list(release: Release) -> None:
    found = like(release, COUNTRY, HIP_HOP, METAL, options=ListOptions(limit=50))
    artists = [normalise(artist) for item in found for artist in item.track.artists]
    assert len(artists) == len(set(artists))


@pytest.mark.parametrize("places", [(COUNTRY,), (METAL,), (COUNTRY, HIP_HOP, METAL)])
@pytest.mark.parametrize("size", [1, 7, 10])
def test_pages_have_no_repeats_and_no_holes(release: Release, places: tuple[int, ...], size: int) -> None:
    whole = ids(like(release, *places, options=ListOptions(limit=40, artist_cap=3)))
    pages = [
        ids(like(release, *places, options=ListOptions(limit=size, artist_cap=3, offset=start))) for start in range(0, 40, size)
    ]
    paged = [track for page in pages for track in page][:40]
    assert len(paged) == len(set(paged))
    assert set(paged[: 40 - 40 % size]) <= set(whole)
    if 40 % size == 0:
        assert set(paged) == set(whole)


def test_pages_fit_together_with_the_world_on(release: Release) -> None:
    entries = release.catalog.entries(range(0, 120, 4))
    new = [
        Candidate(Track(f"{place:022}", f"New {place}", (f"Newcomer {place}",)), entry.features)
        for place, entry in enumerate(entries)
    ]
    seed = replace(seed_of(release, METAL), candidates=tuple(new))

    def page(limit: int, offset: int) -> list[Recommendation]:
        return Recommender.of(release).recommend([seed], ListOptions(limit=limit, offset=offset))

    paged = [track for offset in range(0, 50, 10) for track in ids(page(10, offset))]
    assert len(paged) == len(set(paged)) == 50
    assert set(paged) == set(ids(page(50, 0)))
    assert {item.origin for item in page(50, 0)} == {"index", "world"}


def test_a_page_beyond_the_end_is_empty(release: Release) -> None:
    assert like(release, METAL, options=ListOptions(limit=10, offset=450)) == []


def test_what_is_unlike_is_kept_away_from(release: Release) -> None:
    """What came for a seed and is nearest to another track comes no more, or later, when that is to be kept away from."""
    for place in range(0, 120, 17):
        plain = like(release, place, options=ListOptions(limit=10, artist_cap=10))
        other = max(range(120), key=lambda one: release.catalog.entries([one])[0].track == plain[1].track)
        unliked = seed_of(release, other)
        kept = like(release, place, options=ListOptions(limit=10, artist_cap=10), unlike=(other,))
        assert plain[1].track.id not in ids(kept)
        before, after = ([distance(release, item, unliked) for item in found] for found in (plain, kept))
        assert np.mean(after) > np.mean(before)


def test_what_is_unlike_and_far_away_changes_nothing(release: Release) -> None:
    seed = seed_of(release, METAL)
    far = max(range(40), key=lambda place: squared_distances(seed_of(release, place).embedding[np.newaxis], seed.embedding)[0])
    assert len(set(ids(like(release, METAL))) & set(ids(like(release, METAL, unlike=(far,))))) >= 8


def test_no_version_of_what_is_unlike_comes(release: Release) -> None:
    unliked = seed_of(release, METAL + 1).track
    found = like(release, METAL, options=ListOptions(limit=50, artist_cap=50), unlike=(METAL + 1,))
    assert not any(version_keys(item.track) & version_keys(unliked) for item in found)


def test_the_share_of_a_place_is_a_probability() -> None:
    vectors = np.array([[0.0], [1.0], [2.0], [9.0]], dtype=np.float32)
    mine, other = np.zeros(1, np.float32), np.full(1, 2.0, np.float32)
    distances = squared_distances(vectors, mine)
    assert log_share(vectors, distances, []).tolist() == [0, 0, 0, 0]
    share = np.exp(log_share(vectors, distances, [other]))
    others = np.exp(log_share(vectors, squared_distances(vectors, other), [mine]))
    assert share + others == pytest.approx(1)
    assert share[1] == pytest.approx(0.5)
    assert (np.diff(share) < 0).all()


@pytest.mark.parametrize("genre", ["country", "hip-hop", "metal"])
def test_a_genre_is_the_only_one(release: Release, genre: str) -> None:
    found = like(release, METAL, options=ListOptions(limit=30, artist_cap=5, genre=genre))
    assert len(found) == 30
    assert {item.genre for item in found} == {genre}
    assert all(genre in item.track.genres for item in found)
    kinds = {type(item.reasons[0]) for item in found}
    assert kinds == ({SameGenre} if genre == "metal" else {AskedGenre})


def test_within_a_genre_the_nearest_come_first(release: Release) -> None:
    seed = seed_of(release, METAL)
    found = like(release, METAL, options=ListOptions(limit=3, genre="country"))
    nearest = release.index.nearest(seed.embedding, seed.probabilities, ["country"], 1).tracks[0]
    assert found[0].track == release.catalog.entries([int(nearest)])[0].track


def test_of_the_world_what_is_likeliest_of_the_genre_comes(release: Release) -> None:
    entries = release.catalog.entries([COUNTRY, METAL])
    new = [
        Candidate(Track(f"{number:022}", f"New {number}", (f"N {number}",)), entry.features)
        for number, entry in enumerate(entries)
    ]
    seed = replace(seed_of(release, HIP_HOP), candidates=tuple(new))
    for genre, title in (("country", "New 0"), ("metal", "New 1")):
        found = Recommender.of(release).recommend([seed], ListOptions(limit=50, artist_cap=50, genre=genre))
        assert [item.track.title for item in found if item.origin == "world"] == [title]
    assert "world" not in {
        item.origin for item in Recommender.of(release).recommend([seed], ListOptions(limit=50, genre="hip-hop"))
    }


def test_an_excluded_artist_does_not_come_however_the_name_is_typed(release: Release) -> None:
    plain = like(release, METAL)
    names = plain[0].track.artists[0], plain[3].track.artists[-1]
    found = like(release, METAL, options=ListOptions(limit=10, exclude_artist=(names[0].upper(), f" {names[1].lower()}")))
    assert len(found) == 10
    assert not {normalise(name) for name in names} & {normalise(artist) for item in found for artist in item.track.artists}


def test_a_likely_genre_is_still_said_without_a_wish(release: Release) -> None:
    found = like(release, HIP_HOP, options=ListOptions(limit=50, artist_cap=50))
    assert {type(item.reasons[0]) for item in found} <= {SameGenre, LikelyGenre, OtherGenre}
