from __future__ import annotations

from kamerton.presenting.explanation import reason_text, shown_reasons
from kamerton.recommending.reasons import AskedGenre, CloseFeatures, LikelyGenre, OtherGenre, SameGenre, SimilarSound


def test_reasons_are_said_in_both_languages() -> None:
    same = SameGenre("metal", 0.814)
    assert reason_text(same, "en") == "same genre: metal 0.81"
    assert reason_text(same, "ru") == "тот же жанр: metal 0.81"
    assert reason_text(same, "en", percent=True) == "same genre: metal 81%"
    assert reason_text(same, "ru", percent=True) == "тот же жанр: metal 81\N{NO-BREAK SPACE}%"
    assert "jazz 0.12" in reason_text(LikelyGenre("jazz", 0.121), "en")
    assert "jazz 0.12" in reason_text(LikelyGenre("jazz", 0.121), "ru")
    close = CloseFeatures(("energy", "tempo"))
    assert reason_text(close, "en") == "alike in energy and tempo"
    assert reason_text(close, "ru") == "общее: энергия и темп"
    assert reason_text(SimilarSound(), "ru") == "похоже по звучанию в целом"
    assert reason_text(OtherGenre("folk"), "en") == "of another genre: folk"
    assert reason_text(AskedGenre("folk"), "en") == "of the genre you asked for: folk"


def test_the_likeliest_genre_which_stands_above_the_list_is_no_reason_in_it() -> None:
    reasons = [SameGenre("metal", 0.9), CloseFeatures(("energy",)), LikelyGenre("rock", 0.1), SimilarSound()]
    assert shown_reasons(reasons, "metal") == reasons[1:]
    assert shown_reasons(reasons, "jazz") == reasons
