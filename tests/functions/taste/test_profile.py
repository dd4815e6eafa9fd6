"""Verdicts as keys, what they come to, and who says them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.storage import Bucket
from kamerton.taste.identity import Identity
from kamerton.taste.profile import NOBODY, Profile, profile_of, superseded
from kamerton.taste.taste_store import MOST_KEPT, TasteStore
from kamerton.taste.verdict import VERDICTS, Verdict, prefix_of, read_verdict, verdict_key

WHATS = ["7xyYsOvq5Ec3P4fr6mM9fD", "deezer:3135556", "own:0123456789abcdef", "Sigur Rós", "AC/DC", "Кино", "-", "a b\tc", "🎵"]
verdicts = st.builds(Verdict, st.integers(0, 5), st.sampled_from(VERDICTS), st.sampled_from(["a", "b", "Muse", "MUSE"]))


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("kind", VERDICTS)
def test_a_key_says_all(kind: str, what: str) -> None:
    verdict = Verdict(1_764_230_000_000, kind, what)
    key = verdict_key("0" * 32, verdict)
    assert key.startswith(prefix_of("0" * 32) + "/")
    assert key.isascii()
    assert read_verdict(key) == verdict


@pytest.mark.parametrize(
    "name", ["", "1-like-a", "1764230000000-love-YQ", "1764230000000-like-", "1764230000000-like-!", "x" * 900]
)
def test_what_is_no_key_of_ours_is_passed_over(name: str) -> None:
    assert read_verdict(f"taste/{'0' * 32}/{name}") is None


def test_the_last_word_on_each_counts() -> None:
    said = [("like", "a"), ("like", "b"), ("dislike", "a"), ("like", "c"), ("clear", "b"), ("block", "Muse"), ("block", "Kino")]
    said += [("unblock", "MUSE"), ("like", "d")]
    profile = profile_of(Verdict(at, kind, what) for at, (kind, what) in enumerate(said))
    assert profile == Profile(liked=("d", "c"), disliked=("a",), blocked=("Kino",))
    assert profile
    assert not profile_of([Verdict(0, "like", "a"), Verdict(1, "clear", "a")])


@given(st.lists(verdicts), st.randoms())
def test_the_order_in_which_they_are_listed_changes_nothing(said: list[Verdict], chance: random.Random) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert profile_of(shuffled) == profile_of(said)


@given(st.lists(verdicts))
def test_what_is_superseded_can_go_the_oldest_first_at_any_point(said: list[Verdict]) -> None:
    every = sorted(set(said))
    gone = superseded(every)
    for n_gone in range(len(gone) + 1):
        assert profile_of([verdict for verdict in every if verdict not in gone[:n_gone]]) == profile_of(every)


def test_above_so_many_the_superseded_go() -> None:
    bucket, now = Bucket.open("memory://tidy"), iter(range(1, 10_000))
    store = TasteStore(lambda: bucket, "a secret of this test", lambda: next(now))
    for number in range(MOST_KEPT + 50):
        profile = store.say("p", "like" if number % 2 == 0 else "clear", f"track{number // 4}")
    assert len(bucket.keys("taste/p")) <= MOST_KEPT + 1
    assert store.profile("p") == profile
    store.forget("p")
    assert bucket.keys("taste") == []
    assert store.profile("p") == NOBODY


def test_a_token_is_known_to_who_made_it_alone() -> None:
    ours, other = Identity(b"one secret"), Identity(b"another one")
    token = ours.new_token()
    person = ours.person(token)
    assert person is not None
    assert ours.person(token) == person
    assert other.person(token) is None
    assert token.partition(".")[0] not in person
    for forged in (
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        ("A" if token[0] != "A" else "B") + token[1:],
        "",
        ".",
        token + "\n",
        "é" * 55,
    ):
        assert ours.person(forged) is None, forged
    assert len({ours.new_token() for _ in range(100)}) == 100


def test_a_telegram_id_is_not_to_be_read_from_the_name() -> None:
    identity = Identity(b"one secret")
    assert identity.telegram_person(12345) == identity.telegram_person(12345)
    assert "12345" not in identity.telegram_person(12345)
    assert identity.telegram_person(12345) != Identity(b"two").telegram_person(12345)


def test_all_instances_use_the_key_that_was_made_first() -> None:
    bucket = Bucket.open("memory://secret")
    first, second = TasteStore(lambda: bucket), TasteStore(lambda: bucket)
    token = first.identity.new_token()
    assert second.identity.person(token) == first.identity.person(token)
    assert TasteStore(lambda: bucket, "a key that is given").identity.person(token) is None
