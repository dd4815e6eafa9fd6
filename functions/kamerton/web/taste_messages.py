"""The API's messages about what a person likes. Public names: FeedbackQuestion, ProfileAnswer, JudgedTrack, ForgottenAnswer,
ForYouQuestion, ExportQuestion, profile_answer, PROFILE_EXPORTS, LONGEST_ID."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from kamerton.music.track import Track
from kamerton.recommending.question import Format, ListOptions, Market
from kamerton.release.release import Release
from kamerton.taste.profile import Profile
from kamerton.web.exports import Export, as_csv

LONGEST_ID = 64

Verdict = Annotated[
    Literal["like", "dislike", "clear", "block", "unblock"],
    Meta(
        description="like, dislike, or clear to take either back, of a track; block, so that no track of an artist comes any "
        "more, or unblock."
    ),
]
TrackId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_ID,
        description="The id of a track, as answers have it.",
        examples=["7xyYsOvq5Ec3P4fr6mM9fD"],
        extra_json_schema={"pattern": r"^[0-9A-Za-z:_-]{1,64}$"},
    ),
]
ArtistName = Annotated[str, Meta(min_length=1, max_length=170, description="The name of an artist.", examples=["Muse"])]


class FeedbackQuestion(Struct, forbid_unknown_fields=True):
    """What somebody says of a track or, for block and unblock, of an artist."""

    verdict: Verdict
    track: TrackId | UnsetType = UNSET
    artist: ArtistName | UnsetType = UNSET


class JudgedTrack(Struct):
    """`title` and `artists` are of the catalog; null and empty for a track that it lacks."""

    id: str
    title: str | None
    artists: list[str]


class ProfileAnswer(Struct):
    """What somebody has said, the last first."""

    likes: list[JudgedTrack]
    dislikes: list[JudgedTrack]
    blocked_artists: list[str]


class ForgottenAnswer(Struct):
    forgotten: bool


class ExportQuestion(Struct, forbid_unknown_fields=True):
    format: Annotated[Literal["json", "csv"], Meta(description="The form.")] | UnsetType = UNSET


class ForYouQuestion(ListOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Tracks by what somebody likes alone."""

    format: Format | UnsetType = UNSET
    market: Market | UnsetType = UNSET


def profile_answer(release: Release, profile: Profile) -> ProfileAnswer:
    liked, disliked = (judged_tracks(release, ids) for ids in (profile.liked, profile.disliked))
    return ProfileAnswer([_judged(*each) for each in liked], [_judged(*each) for each in disliked], list(profile.blocked))


def judged_tracks(release: Release, ids: tuple[str, ...]) -> list[tuple[str, Track | None]]:
    """Each id with its track, where the catalog has it."""
    entries = ((track_id, release.catalog.find(track_id)) for track_id in ids)
    return [(track_id, entry.track if entry else None) for track_id, entry in entries]


def _judged(track_id: str, track: Track | None) -> JudgedTrack:
    return JudgedTrack(track_id, track.title if track else None, list(track.artists) if track else [])


def _csv(answer: ProfileAnswer) -> str:
    rows = [
        (verdict, each.id, each.title or "", "; ".join(each.artists))
        for verdict, tracks in (("like", answer.likes), ("dislike", answer.dislikes))
        for each in tracks
    ]
    return as_csv(
        ("verdict", "track_id", "track_name", "artists"), [*rows, *(("block", "", "", name) for name in answer.blocked_artists)]
    )


PROFILE_EXPORTS = {"csv": Export("text/csv", "kamerton-likes.csv", _csv)}
