"""The API's calls about what a person likes: see `kamerton.web.visitor` for who that is.

Public names: feedback, judged, me, forget_me, for_you.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from kamerton.errors import BadQuery, NothingLiked, VerdictUnclear
from kamerton.lookup.lookup_session import LookupSession
from kamerton.music.markets import known_market
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.service.resolver import clean_query
from kamerton.taste.verdict import BLOCK, MOST_BYTES, TRACK_VERDICTS, UNBLOCK
from kamerton.web import messages
from kamerton.web.route import Call
from kamerton.web.taste_messages import LONGEST_ID, ForgottenAnswer, profile_answer


def feedback(call: Call) -> msgspec.Struct:
    question = call.question
    track, artist = ("" if name is UNSET else name for name in (question.track, question.artist))
    what = judged(call.kamerton, call.release, call.session, question.verdict, track, artist)
    return profile_answer(call.release, call.visitor.say(question.verdict, what))


def judged(kamerton: Kamerton, release: Release, session: LookupSession, verdict: str, track: str, artist: str) -> str:
    """The id of the track that is judged, or the artist's name; the other one is empty.

    Raises `VerdictUnclear`, `TrackNotFound`.
    """
    try:
        if verdict in TRACK_VERDICTS and track and not artist and len(track) <= LONGEST_ID:
            return kamerton.identify(release, track, session).id
        if verdict in (BLOCK, UNBLOCK) and artist and not track:
            name = clean_query(artist)
            if len(name.encode()) <= MOST_BYTES:
                return name
    except BadQuery as error:
        raise VerdictUnclear("verdict_of_what") from error
    raise VerdictUnclear("verdict_of_what")


def me(call: Call) -> msgspec.Struct:
    return profile_answer(call.release, call.visitor.required_profile())


def forget_me(call: Call) -> msgspec.Struct:
    call.visitor.forget()
    return ForgottenAnswer(True)


def for_you(call: Call) -> msgspec.Struct:
    answer = call.kamerton.for_person(call.release, call.question, call.session, call.visitor.required_profile())
    if answer is None:
        raise NothingLiked("nothing_liked")
    if call.question.market is not UNSET:
        answer = call.kamerton.with_market(answer, known_market(call.question.market), call.session)
    return messages.recommendations_answer(answer, None, call.language)
