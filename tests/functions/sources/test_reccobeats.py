"""Audio features from ReccoBeats: the link of a row names its track, whatever the order."""

from __future__ import annotations

import pytest

from kamerton.errors import SourceNotFound, SourceUnavailable
from kamerton.music.features import CORE
from kamerton.music.track import ISRC, SPOTIFY, Track, TrackReference
from kamerton.sources.answer_values import has_core
from kamerton.sources.reccobeats import ReccoBeatsClient, read_audio_features
from tests.fakes import loopback
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.reccobeats import FakeReccoBeats, features_object


def test_each_track_gets_its_own_features(reccobeats_client: ReccoBeatsClient, music: list[MadeTrack]) -> None:
    tracks = music[:40]
    features = reccobeats_client.audio_features([track.id for track in tracks])
    assert list(features) == [track.id for track in tracks]
    for track in tracks:
        assert features[track.id].known == track.features
        assert has_core(features[track.id])


def test_unknown_tracks_are_missing(music: list[MadeTrack]) -> None:
    unknown = {music[1].id, music[3].id}
    with FakeReccoBeats(music, unknown) as fake:
        features = ReccoBeatsClient(fake.url, 5).audio_features([track.id for track in music[:5]])
    assert set(features) == {music[0].id, music[2].id, music[4].id}


def test_more_ids_than_it_reads_are_never_sent() -> None:
    many = [track.id for track in made_music(("metal",), (2020,), per_year=41)]
    with FakeReccoBeats([]) as fake:
        with pytest.raises(ValueError, match="41 ids"):
            ReccoBeatsClient(fake.url, 5).audio_features(many)
        assert not fake.calls


def test_good_answers_are_recorded_as_they_came(reccobeats: FakeReccoBeats, music: list[MadeTrack]) -> None:
    record: list[str] = []
    ReccoBeatsClient(reccobeats.url, 5, record.append).audio_features([music[0].id])
    assert len(record) == 1
    assert music[0].link in record[0]


def test_rows_are_read_with_distrust(music: list[MadeTrack]) -> None:
    first, second, third = (features_object(track) for track in music[:3])
    rows = [
        None,
        {"href": None},
        {"href": 7},
        first | {"energy": None},
        first | {"href": f"{music[0].link}/?si=1"},
        first | {"energy": 0.123},
        second | {"tempo": -1, "key": 12, "mode": "major"},
        third | {"href": "https://open.spotify.com/track/another"},
        third | {"tempo": 10**400, "energy": float("nan"), "key": 3.5, "mode": 0.5},
    ]
    features = read_audio_features({"content": rows}, [track.id for track in music[:3]])
    assert list(features) == [music[0].id, music[1].id, music[2].id]
    # Of two rows the one with all of the core counts, and of those the first.
    assert features[music[0].id].energy == music[0].features["energy"]
    assert not has_core(features[music[1].id])
    assert (features[music[1].id].key, features[music[1].id].mode) == (None, None)
    assert set(features[music[2].id].known) == set(CORE) - {"tempo", "energy"}


@pytest.mark.parametrize("answer", [{}, {"content": None}, {"content": {}}])
def test_an_answer_without_rows_is_an_error(answer: dict[str, object]) -> None:
    with pytest.raises(SourceUnavailable, match="holds no rows"):
        read_audio_features(answer, ["a"])


def test_a_batch_may_mix_ids_and_isrcs(reccobeats_client: ReccoBeatsClient, music: list[MadeTrack]) -> None:
    by_id = [TrackReference(SPOTIFY, track.id) for track in music[:20]]
    by_isrc = [TrackReference(ISRC, track.isrc) for track in music[20:40]]
    batch = reccobeats_client.features_of([*by_id, *by_isrc])
    assert list(batch) == [*by_id, *by_isrc]
    for track, answer in zip(music, batch.values(), strict=False):
        assert answer.features.known == track.features
        assert answer.track_id == track.id


def test_of_a_batch_what_is_unknown_or_known_by_half_is_missing(music: list[MadeTrack]) -> None:
    references = [TrackReference(SPOTIFY, track.id) for track in music[:4]]
    with FakeReccoBeats(music, {music[1].id}) as fake:
        half = features_object(music[0]) | {"energy": None}
        rows = [half, features_object(music[2]), features_object(music[2]) | {"energy": 0.123}, None, 7]
        client = ReccoBeatsClient(fake.url, 5)
        assert set(client.features_of(references)) == {references[0], references[2], references[3]}
        fake.fail(loopback.replied({"content": rows}))
        features = client.features_of(references)
    assert list(features) == [references[2]]
    assert features[references[2]].features.energy == music[2].features["energy"]


def test_a_batch_of_more_than_it_reads_is_never_sent(reccobeats: FakeReccoBeats, reccobeats_client: ReccoBeatsClient) -> None:
    with pytest.raises(ValueError, match="41 tracks"):
        reccobeats_client.features_of([TrackReference(ISRC, f"ZZKAM19{number:05d}") for number in range(41)])
    assert not reccobeats.calls


def seed_of(track: MadeTrack) -> Track:
    return Track(track.id, track.title, track.artists)


def test_it_names_tracks_like_another(reccobeats_client: ReccoBeatsClient, music: list[MadeTrack]) -> None:
    steps = reccobeats_client.candidates(seed_of(music[0]))
    (call,) = next(steps)
    tracks = call.ask()
    assert [track.id for track in tracks] == [track.id for track in music[1:41]]
    with pytest.raises(StopIteration) as end:
        steps.send([tracks])
    assert end.value.value == tracks


@pytest.mark.parametrize("seed", [Track("ZZKAM1900001", "t", ("a",)), Track("deezer:1", "t", ("a",))])
def test_it_names_none_for_what_has_no_id_of_spotifys(
    reccobeats: FakeReccoBeats, reccobeats_client: ReccoBeatsClient, seed: Track
) -> None:
    with pytest.raises(StopIteration) as end:
        next(reccobeats_client.candidates(seed))
    assert end.value.value == []
    assert not reccobeats.calls


def test_a_seed_that_it_does_not_know_is_not_found(reccobeats_client: ReccoBeatsClient) -> None:
    (call,) = next(reccobeats_client.candidates(Track("0" * 22, "t", ("a",))))
    with pytest.raises(SourceNotFound):
        call.ask()
