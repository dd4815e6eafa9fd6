"""Lists that go on without repeating themselves, previews, chance, and chats that are not as they were."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from kamerton import texts
from kamerton.deadline import Deadline
from kamerton.errors import NotOffered
from kamerton.lookup.offline_session import OfflineSession
from kamerton.release.current_release import CurrentRelease
from kamerton.release.loader import load_release
from kamerton.release.release import Release
from kamerton.service.kamerton import Kamerton
from kamerton.storage import Bucket
from kamerton.telegram.bot_api_types import AnswerCallbackQuery, SendAudio
from kamerton.telegram.callback_data import CARD, MORE, PREVIEW, CallbackData
from kamerton.telegram.commands import Commands
from kamerton.telegram.conversation import Conversation, Preview
from kamerton.telegram.language_store import LanguageStore
from kamerton.telegram.replies import ButtonRows, MessageContent, Reply, keyboard
from kamerton.telegram.track_replies import ReplyContext, TrackReplies
from kamerton.telegram.updates import CallbackQuery, Chat, Message, User
from tests.conversing import Talk
from tests.fakes.telegram import FakeTelegram, Sent, blocked, read_html, refusal
from tests.small_release import put_release, small_objects, small_tracks

SANDMAN = "5sICkBXVmaCQk5aISGR3x1"


@pytest.fixture(scope="module")
def other_release() -> Release:
    """As after another training: a sixth of the tracks is gone, and the rest is in another order."""
    bucket = Bucket.open("memory://")
    put_release(bucket, *small_objects(small_tracks().iloc[::-1].iloc[20:].reset_index(drop=True), release="small-2"))
    return load_release(bucket, "small-2", Deadline(30))


def kamerton() -> Kamerton:
    """Answers from whatever release it is given."""
    return Kamerton(CurrentRelease(lambda: Bucket.open("memory://"), lambda *_: None))


def context(release: Release) -> ReplyContext:
    return ReplyContext(release, "en", OfflineSession(Deadline(10)))


def cards_in(rows: ButtonRows) -> list[str]:
    return [data.value for data in data_in(rows) if data.kind == CARD]


def more_in(rows: ButtonRows) -> CallbackData | None:
    return next((data for data in data_in(rows) if data.kind == MORE), None)


def data_in(rows: ButtonRows) -> list[CallbackData]:
    return [button.callback_data for row in rows for button in row if button.callback_data]


def as_message(content: MessageContent) -> Message:
    """What Telegram makes of the content, and sends along with a press of its buttons."""
    shown, entities = read_html(content.html, "HTML")
    buttons = keyboard(content.buttons)
    form: dict[str, Any] = {"message_id": 1, "chat": {"id": 1}, "text": shown, "entities": entities}
    return msgspec.convert(form | ({"reply_markup": msgspec.to_builtins(buttons)} if buttons else {}), Message)


def test_more_goes_on_until_the_message_is_full_and_names_no_track_twice(talk: Talk) -> None:
    talk.say("enter sandman")
    shown = [_ids(talk.last)]
    while talk.last.has("More"):
        talk.press("More")
        shown.append(_ids(talk.last))
        assert shown[-1][: len(shown[-2])] == shown[-2]
    assert [len(ids) for ids in shown] == [5, 10, 15, 20]
    assert len(set(shown[-1])) == 20
    assert talk.last.text.count("\n20. ") == 1


def test_a_message_in_another_chat_goes_on_the_same_way(talk: Talk) -> None:
    talk.type_inline("enter sandman")
    talk.pick(0)
    talk.press("What sounds like it")
    shown = [_links(talk.last)]
    while talk.last.has("More"):
        talk.press("More")
        shown.append(_links(talk.last))
        assert shown[-1][: len(shown[-2])] == shown[-2]
    assert [len(links) for links in shown] == [5, 10, 15, 20]
    assert len(set(shown[-1])) == 20


def _ids(sent: Sent) -> list[str]:
    data = [button.get("callback_data", "") for row in sent.keyboard for button in row]
    return [text.removeprefix("c|") for text in data if text.startswith("c|")]


def _links(sent: Sent) -> list[str]:
    return [button["url"] for row in sent.keyboard for button in row if "url" in button]


def test_after_a_new_release_more_names_no_track_twice(release: Release, other_release: Release) -> None:
    track_replies = TrackReplies(kamerton(), None, has_previews=False, finds_videos=False)
    content: MessageContent | None = track_replies.similar(SANDMAN, context(release))
    for in_force in (release, other_release, other_release):
        assert content is not None
        data = more_in(content.buttons)
        assert data is not None
        content = track_replies.more_similar(data, as_message(content), context(in_force))
    assert content is not None
    assert len(set(cards_in(content.buttons))) == len(cards_in(content.buttons)) == 20
    assert more_in(content.buttons) is None


def test_after_a_new_release_a_message_that_cannot_be_seen_begins_anew(release: Release, other_release: Release) -> None:
    track_replies = TrackReplies(kamerton(), None, has_previews=False, finds_videos=False)
    data = more_in(track_replies.similar(SANDMAN, context(release), inline=True).buttons)
    assert data is not None
    content = track_replies.more_similar_inline(data, context(other_release))
    urls = [button.url for row in content.buttons for button in row if button.url]
    assert len(set(urls)) == len(urls) == 10


def test_more_of_a_message_that_telegram_shows_no_longer_is_a_new_one(talk: Talk, telegram: FakeTelegram) -> None:
    gone = {"message_id": 1, "date": 0, "chat": {"id": 501, "type": "private"}}
    assert talk.press_data(f"m|{SANDMAN}|5|00000000", message=gone) == 200
    assert [kind for kind, _ in telegram.events] == ["said"]


def test_a_message_that_cannot_be_changed_any_more_is_said_anew(talk: Talk, telegram: FakeTelegram) -> None:
    talk.say("/genre enter sandman")
    telegram.before = lambda method, _: (
        refusal(400, "Bad Request: message can't be edited") if method == "editMessageText" else None
    )
    talk.press("What sounds like it")
    assert [kind for kind, _ in telegram.events] == ["typing", "said", "said"]
    assert "Sounds alike" in talk.last.text


@pytest.mark.parametrize(
    "data", ["", "x", "c|", "c", "m|id", "m|id|many|tag", "m||5|tag", "m|id|-1|t", "a|1|2", "|", "l|xx", "z|1"]
)
def test_a_button_that_cannot_be_read_is_answered(talk: Talk, telegram: FakeTelegram, data: str) -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 501, "type": "private"}, "text": "Hello"}
    assert talk.press_data(data, message=message) == 200
    assert telegram.events == [("alerted", texts.bot_text("old_button", "en"))]


@pytest.mark.parametrize("kind", ["a", "e", "c", "m", "p"])
def test_a_button_of_a_track_that_is_gone_is_answered(talk: Talk, telegram: FakeTelegram, kind: str) -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 501, "type": "private"}, "text": "Hello"}
    assert talk.press_data(f"{kind}|{'0' * 22}" + ("|5|tag" if kind == "m" else ""), message=message) == 200
    assert [event for event, _ in telegram.events] == ["alerted"]


def test_who_blocked_the_bot_is_left_alone(talk: Talk, telegram: FakeTelegram) -> None:
    telegram.before = lambda method, _: blocked(_NOTHING) if method == "sendMessage" else None
    assert talk.say("enter sandman") == 200
    assert telegram.methods.count("sendMessage") == 1


_NOTHING: Any = None


def test_a_random_track_is_of_the_genre_and_another_one_takes_its_place(talk: Talk, telegram: FakeTelegram) -> None:
    talk.say("/random Hip Hop")
    pictures = {talk.last.preview}
    for _ in range(8):
        talk.press("Another one")
        pictures.add(talk.last.preview)
    assert len(telegram.messages) == 1
    assert len(pictures) > 3


def test_every_track_of_a_genre_may_come_by_chance(release: Release) -> None:
    index = release.index
    for genre, size in index.genre_sizes.items():
        numbers = [index.track_of(genre, place) for place in range(size)]
        assert len(set(numbers)) == size
        assert all(genre in entry.track.genres for entry in release.catalog.entries(numbers))


def previewing(preview: Preview | None) -> Callable[[Release], Reply]:
    """What a press of the button for a preview of a track gives."""

    def press(release: Release) -> Reply:
        track_replies = TrackReplies(kamerton(), None, has_previews=preview is not None, finds_videos=False)
        languages = LanguageStore(lambda: Bucket.open("memory://"), "1", lambda *_: None)
        conversation = Conversation(track_replies, Commands(track_replies, random.Random(0), None), languages, preview)
        query = CallbackQuery("1", User(1), Message(1, Chat(1), text="Hello"), data=f"{PREVIEW}|{SANDMAN}")
        return conversation.callback_reply(query, context(release))

    return press


def test_a_preview_is_played_from_where_it_is_now(release: Release) -> None:
    reply = previewing(lambda track, _: f"https://cdn.example/{track.id}.mp3")(release)
    assert isinstance(reply, SendAudio)
    assert (reply.audio, reply.title, reply.performer) == (f"https://cdn.example/{SANDMAN}.mp3", "Enter Sandman", "Metallica")


def unoffered(*_: object) -> str:
    raise NotOffered("no_preview")


@pytest.mark.parametrize("preview", [None, unoffered])
def test_a_track_without_a_preview_says_so(release: Release, preview: Preview | None) -> None:
    assert previewing(preview)(release) == AnswerCallbackQuery("1", texts.bot_text("no_preview", "en"), show_alert=True)


def test_a_card_offers_a_preview_only_where_there_are_any(release: Release) -> None:
    track = release.catalog.find(SANDMAN).track
    for has_previews in (True, False):
        rows = TrackReplies(kamerton(), None, has_previews, False).card(track, context(release)).buttons
        assert (texts.bot_text("preview", "en") in [button.text for row in rows for button in row]) is has_previews


def test_a_button_for_the_video_says_whether_there_may_be_one(release: Release) -> None:
    track = release.catalog.find(SANDMAN).track
    for finds_videos, text in ((True, "Video"), (False, "Search at YouTube")):
        rows = TrackReplies(kamerton(), None, False, finds_videos).card(track, context(release)).buttons
        assert text in [button.text for row in rows for button in row]


def test_where_the_page_is_not_known_links_go_to_the_services_themselves(release: Release) -> None:
    track = release.catalog.find(SANDMAN).track
    urls = [
        button.url
        for row in TrackReplies(kamerton(), None, False, False).card(track, context(release)).buttons
        for button in row
    ]
    assert urls[0] == f"https://open.spotify.com/track/{SANDMAN}"
    assert urls[1].startswith("https://www.youtube.com/results?search_query=Metallica")
