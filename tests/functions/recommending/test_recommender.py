from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kamerton.deadline import Deadline
from kamerton.music.audible import AUDIBLE
from kamerton.music.candidate import Candidate
from kamerton.music.features import NAMES, RANGES, AudioFeatures
from kamerton.music.normalise import normalise
from kamerton.music.titles import version_keys
from kamerton.music.track import Track
from kamerton.recommending.question import ListOptions
from kamerton.recommending.reasons import CloseFeatures, Closeness, LikelyGenre, OtherGenre, SameGenre, SimilarSound
from kamerton.recommending.recommendation import Recommendation
from kamerton.recommending.recommender import Recommender
from kamerton.recommending.seed import likeliest, new_seed
from kamerton.release.catalog import CatalogEntry
from kamerton.release.classifier import GenreScore
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.release.track_index import TrackIndex
from kamerton.storage import Bucket
from tests.small_release import put_release, small_objects, small_tracks

NOTHING = AudioFeatures()


def release_of(tracks: pd.DataFrame) -> Release:
    bucket = Bucket.open("memory://")
    put_release(bucket, *small_objects(tracks))
    return load_release(bucket, "small-1", Deadline(30))


@pytest.fixture(scope="module")
def versions() -> Release:
    """The small catalog, in which the first track of each genre is there in five versions."""
    tracks = small_tracks()
    firsts = tracks.groupby("track_genre").head(1)
    copies = [tracks]
    for number, suffix in enumerate((" - Live", " - 2011 Remaster", " (Acoustic)", " (feat. Nobody)")):
        copy = firsts.assign(track_name=firsts["track_name"] + suffix)
        copy["track_id"] = [f"{identifier[:-1]}{number}" for identifier in copy["track_id"]]
        copies.append(copy)
    return release_of(pd.concat(copies, ignore_index=True))


@pytest.fixture(scope="module")
def prolific() -> Release:
    """The small catalog as if three artists had made all of it."""
    tracks = small_tracks()
    return release_of(tracks.assign(artists=[("One", "Two", "One;Three")[place % 3] for place in range(len(tracks))]))


def recommended(release: Release, place: int, limit: int = 10, artist_cap: int = 1) -> list[Recommendation]:
    entry = release.catalog.entries([place])[0]
    seed = new_seed(release, entry.features, entry.track)
    return Recommender.of(release).recommend([seed], ListOptions(limit=limit, artist_cap=artist_cap))


def artists(found: list[Recommendation]) -> Counter[str]:
    return Counter(normalise(artist) for recommendation in found for artist in recommendation.track.artists)


@pytest.mark.parametrize("place", range(0, 120, 7))
def test_no_version_of_the_seed_and_no_song_twice(versions: Release, place: int) -> None:
    seed = versions.catalog.entries([place])[0].track
    named = [version_keys(seed)] + [version_keys(item.track) for item in recommended(versions, place, 20, artist_cap=20)]
    keys = [key for keys in named for key in keys]
    assert len(keys) == len(set(keys))


def test_a_seed_that_is_a_version_finds_no_other(versions: Release) -> None:
    live = next(entry for entry in versions.catalog.search("live", 50) if entry.track.title.endswith(" - Live"))
    found = Recommender.of(versions).recommend(
        [new_seed(versions, live.features, live.track)], ListOptions(limit=50, artist_cap=50)
    )
    assert not any(version_keys(item.track) & version_keys(live.track) for item in found)


@pytest.mark.parametrize("artist_cap", [1, 2, 5])
def test_no_artist_is_named_more_often_than_the_cap(prolific: Release, artist_cap: int) -> None:
    found = recommended(prolific, 0, 50, artist_cap)
    assert max(artists(found).values()) == artist_cap


def test_the_artists_of_a_duet_count_both(prolific: Release) -> None:
    found = recommended(prolific, 0, 50, artist_cap=1)
    assert artists(found) in (Counter(one=1, two=1), Counter(one=1, two=1, three=1))


def test_as_many_as_were_asked_for_come_when_there_are_enough(release: Release) -> None:
    for limit in (1, 10, 50):
        assert len(recommended(release, 5, limit, artist_cap=50)) == limit


def test_fewer_come_when_no_more_may_be_named(prolific: Release) -> None:
    assert 1 <= len(recommended(prolific, 0, 50, artist_cap=1)) <= 3


def test_a_catalog_of_little_else_than_the_seed_has_little_to_name() -> None:
    lonely = release_of(small_tracks().groupby("track_genre").head(1).reset_index(drop=True))
    assert len(recommended(lonely, 0)) == 2


def test_the_same_release_and_seed_give_the_same_answer(release: Release, small_bucket_url: str) -> None:
    again = load_release(Bucket.open(small_bucket_url), "small-1", Deadline(30))
    for place in (0, 50, 100):
        assert recommended(release, place) == recommended(release, place) == recommended(again, place)


@pytest.mark.parametrize("place", range(0, 120, 11))
def test_scores_fall_from_one_to_zero(release: Release, place: int) -> None:
    scores = [item.score for item in recommended(release, place, 50, artist_cap=50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_copy_under_another_name_comes_first() -> None:
    tracks = small_tracks()
    copy = tracks.head(1).assign(track_id="0" * 22, track_name="Another name", artists="Somebody else")
    found = recommended(release_of(pd.concat([tracks, copy], ignore_index=True)), 0)
    assert found[0].track.title == "Another name"


def share_between(name: str, one: float, other: float) -> float:
    """The share of the catalog whose value lies between two values, ends included."""
    return float(small_tracks()[name].between(min(one, other), max(one, other)).mean())


@pytest.mark.parametrize("place", range(0, 120, 13))
def test_every_reason_is_true(release: Release, place: int) -> None:
    seed = release.catalog.entries([place])[0]
    probabilities = {score.genre: score.probability for score in new_seed(release, seed.features).genres}
    for item in recommended(release, place, 20, artist_cap=20):
        features = release.catalog.find(item.track.id).features
        genre, sound = item.reasons
        own = {new_seed(release, seed.features).genres[0].genre, *seed.track.genres}
        probability = probabilities[item.genre]
        assert type(genre) is (SameGenre if item.genre in own else LikelyGenre if probability >= 0.25 else OtherGenre)
        assert genre.genre == item.genre
        assert item.genre in item.track.genres
        assert getattr(genre, "probability", probability) == probability
        assert isinstance(sound, CloseFeatures | SimilarSound)
        for name in sound.features if isinstance(sound, CloseFeatures) else ():
            assert share_between(name, getattr(seed.features, name), getattr(features, name)) < 0.18


def test_a_reason_never_speaks_of_what_is_not_known(release: Release) -> None:
    seed = new_seed(release, AudioFeatures(energy=0.9))
    named = {
        name
        for item in Recommender.of(release).recommend([seed], ListOptions(limit=50, artist_cap=50))
        for name in sound_features(item)
    }
    assert named == {"energy"}


def sound_features(item: Recommendation) -> tuple[str, ...]:
    return tuple(name for reason in item.reasons if isinstance(reason, CloseFeatures) for name in reason.features)


def test_features_alone_are_a_seed(release: Release) -> None:
    loud = AudioFeatures(energy=0.98, loudness=-3, acousticness=0.0001, danceability=0.3, valence=0.2)
    found = Recommender.of(release).recommend([new_seed(release, loud)], ListOptions(limit=10))
    assert len(found) == 10
    assert Counter(item.genre for item in found).most_common(1)[0][0] == "metal"


@given(st.builds(AudioFeatures, **{name: st.none() | st.floats(*RANGES[name]) for name in NAMES}), st.integers(1, 50))
@settings(max_examples=50)
def test_any_features_get_an_answer(release: Release, features: AudioFeatures, limit: int) -> None:
    seed = new_seed(release, features)
    assert sum(score.probability for score in seed.genres) == pytest.approx(1)
    found = Recommender.of(release).recommend([seed], ListOptions(limit=limit))
    assert 1 <= len(found) <= limit
    assert all(0 <= item.score <= 1 for item in found)


def test_the_likeliest_genres_hold_the_mass_and_no_more() -> None:
    scores = [GenreScore("metal", 0.7), GenreScore("rock", 0.2), GenreScore("blues", 0.1)]
    assert likeliest(scores, 0.5) == ["metal"]
    assert likeliest(scores, 0.7) == ["metal"]
    assert likeliest(scores, 0.8) == ["metal", "rock"]
    assert likeliest(scores, 1.0) == ["metal", "rock", "blues"]
    assert likeliest(scores, 0.0) == ["metal"]


class OneGenre:
    """A classifier, an embedder and a catalog of one genre, whose tracks stand where the index says; the seed is at 0."""

    def __init__(
        self, vectors: list[list[float]], artists: Sequence[str] = "ABC", popularity: Sequence[float] | None = None
    ) -> None:
        self._artists = artists
        self.popularity = None if popularity is None else np.array(popularity, dtype=np.float32)
        self._embedding = np.zeros(len(vectors[0]), dtype=np.float32)
        rows = np.arange(len(vectors), dtype=np.int32)
        index = TrackIndex(np.array(vectors, dtype=np.float32), rows, {"metal": (0, len(vectors))})
        self.recommender = Recommender(self, self, index, self, Closeness(dict.fromkeys(AUDIBLE, (0.0,))))

    def predict(self, _: np.ndarray) -> list[GenreScore]:
        return [GenreScore("metal", 1.0)]

    def embed(self, _: np.ndarray) -> np.ndarray:
        return self._embedding

    def entries(self, numbers: Sequence[int]) -> list[CatalogEntry]:
        return [CatalogEntry(number, self._track(number), NOTHING) for number in numbers]

    def _track(self, number: int) -> Track:
        return Track(f"{number:022}", f"Title {number}", (self._artists[number],), genres=("metal",))


def test_another_track_is_better_than_a_copy_of_a_chosen_one() -> None:
    recommender = OneGenre([[1.0, 0.0], [1.0, 0.01], [-1.1, 0.0]]).recommender
    found = recommender.recommend([new_seed(recommender, NOTHING)], ListOptions(limit=2))
    assert [item.track.title for item in found] == ["Title 0", "Title 2"]


def test_a_copy_of_a_chosen_track_is_better_than_one_far_away() -> None:
    recommender = OneGenre([[1.0, 0.0], [1.0, 0.01], [-3.0, 0.0]]).recommender
    found = recommender.recommend([new_seed(recommender, NOTHING)], ListOptions(limit=2))
    assert [item.track.title for item in found] == ["Title 0", "Title 1"]


def test_of_two_tracks_that_are_nearly_as_near_the_better_known_comes_first_as_much_as_is_wished() -> None:
    recommender = OneGenre([[0.5, 0.0], [-0.6, 0.0]], "AB", [0.0, 1.0]).recommender

    def first(popularity: float) -> str:
        seed, options = new_seed(recommender, NOTHING), ListOptions(limit=2, popularity=popularity)
        return recommender.recommend([seed], options)[0].track.title

    assert [first(0.0), first(0.5), first(-0.5)] == ["Title 0", "Title 1", "Title 0"]


def test_popularity_does_not_bring_a_track_that_is_far_away() -> None:
    recommender = OneGenre([[0.5, 0.0], [-3.0, 0.0]], "AB", [0.0, 1.0]).recommender
    found = recommender.recommend([new_seed(recommender, NOTHING)], ListOptions(limit=2, popularity=1.0))
    assert found[0].track.title == "Title 0"


@pytest.mark.parametrize("place", range(0, 120, 17))
@pytest.mark.parametrize("cap", [1, 3])
def test_a_longer_list_begins_with_a_shorter_one_and_pages_fit_together(release: Release, place: int, cap: int) -> None:
    entry = release.catalog.entries([place])[0]
    seeds = [new_seed(release, other.features, other.track) for other in (entry, release.catalog.entries([119 - place])[0])]
    recommender = Recommender.of(release)
    for chosen in (seeds[:1], seeds):
        whole = recommender.recommend(chosen, ListOptions(limit=50, artist_cap=cap))
        for limit in (1, 4, 10, 23):
            assert recommender.recommend(chosen, ListOptions(limit=limit, artist_cap=cap)) == whole[:limit]
        pages = [
            item
            for offset in range(0, 50, 10)
            for item in recommender.recommend(chosen, ListOptions(limit=10, offset=offset, artist_cap=cap))
        ]
        assert pages == whole


def test_reasons_differ_from_row_to_row(release: Release) -> None:
    told = [sound_features(item) for place in range(0, 120, 10) for item in recommended(release, place, 10)]
    repeated = sum(one == other for one, other in pairwise(told))
    assert repeated < len(told) / 10


def carols(release_tracks: pd.DataFrame) -> pd.DataFrame:
    """The tracks with every second one a carol, by its album."""
    albums = ["Country Christmas 2022" if place % 2 else "An Album" for place in range(len(release_tracks))]
    return release_tracks.assign(album_name=albums)


def test_music_of_an_occasion_comes_only_to_a_seed_of_it() -> None:
    release = release_of(carols(small_tracks()))
    for place in range(0, 120, 8):
        assert {item.track.album for item in recommended(release, place, 20)} == {"An Album"}
    assert "Country Christmas 2022" in {item.track.album for item in recommended(release, 1, 20)}


def test_what_is_no_whole_piece_of_music_never_comes() -> None:
    tracks = small_tracks()
    names = [f"{name} (Skit)" if place % 3 else name for place, name in enumerate(tracks["track_name"])]
    release = release_of(tracks.assign(track_name=names))
    for place in range(0, 120, 7):
        assert not any("(Skit)" in item.track.title for item in recommended(release, place, 20))


def test_the_search_widens_until_enough_may_be_named() -> None:
    """A thousand near tracks of one artist do not hide the others."""
    names = ["Same"] * 1000 + ["Other"]
    recommender = OneGenre([[place / 1000, 0.0] for place in range(1000)] + [[9.0, 0.0]], names).recommender
    found = recommender.recommend([new_seed(recommender, NOTHING)], ListOptions(limit=2))
    assert [item.track.artists for item in found] == [("Same",), ("Other",)]


@pytest.mark.parametrize("place", [0, 50, 100])
def test_a_list_goes_on_where_a_shorter_one_ends(release: Release, place: int) -> None:
    """However many are asked for: the next page has no track of the last one, and leaves none out."""
    lists = [{item.track.id for item in recommended(release, place, limit, artist_cap=5)} for limit in (1, 10, 11, 25, 50)]
    assert all(shorter < longer for shorter, longer in pairwise(lists))


def like(entry: CatalogEntry, number: int = 0, **changes: object) -> Candidate:
    """A track of the world with just these features, under names of its own unless they are given."""
    names: dict[str, object] = {"title": f"New {number}", "artists": (f"Newcomer {number}",), "genres": ()}
    return Candidate(replace(entry.track, id=f"{number:022}", **(names | changes)), entry.features)


def recommended_with(release: Release, place: int, candidates: Sequence[Candidate], limit: int = 10) -> list[Recommendation]:
    entry = release.catalog.entries([place])[0]
    seed = new_seed(release, entry.features, entry.track)
    return Recommender.of(release).recommend([replace(seed, candidates=tuple(candidates))], ListOptions(limit=limit))


@pytest.mark.parametrize("place", range(0, 120, 13))
def test_a_track_of_the_world_that_is_clearly_nearer_comes_first(release: Release, place: int) -> None:
    entry = release.catalog.entries([place])[0]
    found = recommended_with(release, place, [like(entry)])
    assert (found[0].track.title, found[0].origin) == ("New 0", "world")
    assert found[0].features == entry.features
    assert {item.origin for item in found[1:]} == {"index"}


@pytest.mark.parametrize("place", range(0, 120, 13))
def test_a_track_of_the_world_that_is_clearly_farther_does_not_come(release: Release, place: int) -> None:
    far = recommended(release, place, 120, artist_cap=120)[-1]
    candidate = like(CatalogEntry(0, far.track, far.features))
    assert recommended_with(release, place, [candidate]) == recommended_with(release, place, [])


def test_both_are_on_one_scale(release: Release) -> None:
    """The same track as one of the world has hardly another score than as one of the index."""
    for item in recommended_with(release, 7, []):
        copy = like(CatalogEntry(0, item.track, item.features))
        (twin,) = [other for other in recommended_with(release, 7, [copy], 50) if other.origin == "world"]
        # That its genre is what the classifier says, and not what it was filed under, costs it a little.
        # Told is no more than of the track before, which the copy changes.
        assert item.score - 0.15 < twin.score <= item.score + 0.05


@pytest.mark.parametrize("suffix", ["", " - Live", " (Acoustic)", " - 2011 Remaster"])
def test_no_version_of_the_seed_comes_from_outside(release: Release, suffix: str) -> None:
    entry = release.catalog.entries([3])[0]
    version = like(entry, title=entry.track.title + suffix, artists=(*entry.track.artists, "Guest"))
    assert "world" not in {item.origin for item in recommended_with(release, 3, [version], 50)}


@pytest.mark.parametrize("place", range(0, 120, 13))
@pytest.mark.parametrize("suffix", ["", " - 2011 Remaster"])
def test_the_catalogs_version_comes_instead_of_the_same_song_from_outside(release: Release, place: int, suffix: str) -> None:
    """Two releases of a song differ in their audio features a little."""
    own = recommended_with(release, place, [])[2]
    features = replace(own.features, valence=own.features.valence * 0.98, loudness=own.features.loudness - 0.2)
    outside = like(CatalogEntry(0, own.track, features), title=own.track.title + suffix, artists=own.track.artists)
    found = recommended_with(release, place, [outside], 20)
    assert [item.origin for item in found if item.track.artists == own.track.artists] == ["index"]
    assert own.track.id in {item.track.id for item in found}


def test_an_artist_is_named_once_wherever_the_tracks_are_from(release: Release) -> None:
    entry = release.catalog.entries([3])[0]
    first = recommended_with(release, 3, [])[0]
    same = like(entry, artists=(first.track.artists[0].upper(),))
    twice = [like(entry, number, artists=("Twice",)) for number in (1, 2)]
    found = recommended_with(release, 3, [same, *twice], 50)
    assert max(artists(found).values()) == 1
    assert {item.track.title for item in found if item.origin == "world"} == {"New 0", "New 1"}


def test_a_track_of_the_world_has_true_reasons(release: Release) -> None:
    entry = release.catalog.entries([3])[0]
    found = recommended_with(release, 3, [like(entry)])[0]
    genre, sound = found.reasons
    likeliest_genre = new_seed(release, entry.features).genres[0]
    assert (genre.genre, genre.probability) == (found.genre, likeliest_genre.probability)
    assert isinstance(sound, CloseFeatures)


def test_the_nearest_of_many_candidates_is_found_wherever_it_stands(release: Release) -> None:
    entries = release.catalog.entries(range(120))
    found = recommended_with(release, 119, [like(entry, 1000 + number) for number, entry in enumerate(entries)])
    assert (found[0].track.title, found[0].features) == ("New 1119", entries[119].features)
