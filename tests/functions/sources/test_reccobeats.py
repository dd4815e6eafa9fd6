"""Audio features from ReccoBeats: whose a row is says its link, whatever the order."""

from __future__ import annotations

import pytest

from kamerton.errors import SourceUnavailable
from kamerton.features import CORE
from kamerton.sources.reccobeats import ReccoBeatsClient, read_audio_features
from kamerton.sources.values import has_core
from tests.fakes.music import MadeTrack, made_music
from tests.fakes.reccobeats import FakeReccoBeats, features_object


def test_each_track_gets_its_own_features(reccobeats_client: ReccoBeatsClient, music: list[MadeTrack]) -> None:
    asked = music[:40]
    found = reccobeats_client.audio_features([track.id for track in asked])
    assert list(found) == [track.id for track in asked]
    for track in asked:
        assert found[track.id].known == track.features
        assert has_core(found[track.id])


def test_unknown_tracks_are_missing(music: list[MadeTrack]) -> None:
    unknown = {music[1].id, music[3].id}
    with FakeReccoBeats(music, unknown) as fake:
        found = ReccoBeatsClient(fake.url, 5).audio_features([track.id for track in music[:5]])
    assert set(found) == {music[0].id, music[2].id, music[4].id}


def test_more_ids_than_it_reads_are_never_sent() -> None:
    many = [track.id for track in made_music(("metal",), (2020,), per_year=41)]
    with FakeReccoBeats([]) as fake:
        with pytest.raises(ValueError, match="41 ids"):
            ReccoBeatsClient(fake.url, 5).audio_features(many)
        assert not fake.calls


def test_good_answers_are_recorded_as_they_came(reccobeats: FakeReccoBeats, music: list[MadeTrack]) -> None:
    recorded: list[str] = []
    ReccoBeatsClient(reccobeats.url, 5, recorded.append).audio_features([music[0].id])
    assert len(recorded) == 1
    assert music[0].link in recorded[0]


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
    found = read_audio_features({"content": rows}, [track.id for track in music[:3]])
    assert list(found) == [music[0].id, music[1].id, music[2].id]
    # Of two rows the one with all of the core counts, and of those the first.
    assert found[music[0].id].energy == music[0].features["energy"]
    assert not has_core(found[music[1].id])
    assert (found[music[1].id].key, found[music[1].id].mode) == (None, None)
    assert set(found[music[2].id].known) == set(CORE) - {"tempo", "energy"}


@pytest.mark.parametrize("answer", [{}, {"content": None}, {"content": {}}])
def test_an_answer_without_rows_is_an_error(answer: dict[str, object]) -> None:
    with pytest.raises(SourceUnavailable, match="holds no rows"):
        read_audio_features(answer, ["a"])
