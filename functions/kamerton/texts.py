"""Every sentence that a person reads, in English and Russian, for the page, the API's details and reasons, and the bot.

Blanks are filled by `str.format`. A key that lacks a language is a defect; a test looks for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kamerton.notes import Note
from kamerton.reasons import CloseFeatures, LikelyGenre, Reason, SameGenre

LANGUAGES = ("en", "ru")
DEFAULT_LANGUAGE = "en"

Text = Mapping[str, str]

PROBLEM_TITLES: dict[str, Text] = {
    "bad_query": {"en": "The question cannot be read", "ru": "Вопрос не удалось прочитать"},
    "track_not_found": {"en": "No such track", "ru": "Такого трека нет"},
    "features_unavailable": {"en": "No audio features for this track", "ru": "Нет аудиопризнаков этого трека"},
    "not_ready": {"en": "Not ready yet", "ru": "Ещё не готово"},
    "deadline_exceeded": {"en": "It took too long", "ru": "Ответ занял слишком много времени"},
    "not_found": {"en": "No such page", "ru": "Такой страницы нет"},
    "method_not_allowed": {"en": "Wrong method", "ru": "Неверный метод"},
    "too_large": {"en": "Too large", "ru": "Слишком большой запрос"},
    "unsupported_media_type": {"en": "Wrong content type", "ru": "Неверный тип содержимого"},
    "bad_request": {"en": "The request cannot be answered", "ru": "На этот запрос ответить нельзя"},
    "internal": {"en": "Our mistake", "ru": "Наша ошибка"},
}

PROBLEMS: dict[str, Text] = {
    "query_empty": {
        "en": "Nothing was asked: give a Spotify link or the name of a track.",
        "ru": "Пустой запрос: дайте ссылку на Spotify или название трека.",
    },
    "query_long": {
        "en": "The query is too long: {most} characters at most.",
        "ru": "Слишком длинный запрос: не больше {most} символов.",
    },
    "query_characters": {
        "en": "The query holds characters that no name or link has (control characters or broken UTF-8): type it again.",
        "ru": "В запросе есть символы, которых не бывает ни в названии, ни в ссылке: введите его заново.",
    },
    "link_broken": {
        "en": "This link is not complete: copy it again with Share, Copy link to track.",
        "ru": "Ссылка неполная: скопируйте её ещё раз («Поделиться», «Копировать ссылку на трек»).",
    },
    "link_unfollowed": {
        "en": "The short link could not be followed now: open it, and copy the address that begins with open.spotify.com; "
        "or give the name of the track.",
        "ru": "Короткую ссылку сейчас не удалось открыть: откройте её и скопируйте адрес, который начинается с "
        "open.spotify.com; можно и просто название трека.",
    },
    "link_foreign": {
        "en": "Only links to tracks on open.spotify.com are understood; or give the name of the track.",
        "ru": "Понимаю только ссылки на треки open.spotify.com; можно и просто название трека.",
    },
    "link_short": {
        "en": "Short links cannot be followed yet: open it, and copy the address that begins with open.spotify.com; "
        "or give the name of the track.",
        "ru": "Короткие ссылки пока не открываются: откройте её и скопируйте адрес, который начинается с open.spotify.com; "
        "можно и просто название трека.",
    },
    "link_not_a_track": {
        "en": "This link leads to something else ({kind}): give the link of one track.",
        "ru": "Эта ссылка ведёт не на трек ({kind}): дайте ссылку на один трек.",
    },
    "link_unknown": {
        "en": "This track is not in the catalog, and its audio features are not known from anywhere else. Try its name: "
        "another edition may be there.",
        "ru": "Этого трека нет в каталоге, и его аудиопризнаки взять неоткуда. Попробуйте название: "
        "может найтись другое издание.",
    },
    "no_such_name": {
        "en": "No track of the catalog is called anything like this. Check the spelling, or give the artist and the title.",
        "ru": "В каталоге нет похожего названия. Проверьте написание или укажите исполнителя и название.",
    },
    "no_such_name_anywhere": {
        "en": "No track is called anything like this. Check the spelling, or give the artist and the title.",
        "ru": "Похожего названия не нашлось. Проверьте написание или укажите исполнителя и название.",
    },
    "no_such_track": {
        "en": "Nobody knows a track by this link or number: copy it again, or give the name of the track.",
        "ru": "По этой ссылке или номеру трека нет: скопируйте ещё раз или дайте название трека.",
    },
    "features_nowhere": {
        "en": "The audio features of this track are not known from anywhere, so nothing can be said about its sound. "
        "Try another edition, or another track of the artist.",
        "ru": "Аудиопризнаков этого трека нигде нет, и о его звучании сказать нечего. "
        "Попробуйте другое издание или другой трек исполнителя.",
    },
    "no_such_id": {
        "en": "The catalog holds no track with this id.",
        "ru": "В каталоге нет трека с таким идентификатором.",
    },
    "no_features": {
        "en": "No audio feature was given: give at least one number, such as energy or tempo.",
        "ru": "Не задан ни один аудиопризнак: дайте хотя бы одно число, например energy или tempo.",
    },
    "field_range": {
        "en": "{field} must be a number from {low} to {high}.",
        "ru": "{field}: нужно число от {low} до {high}.",
    },
    "field_whole": {
        "en": "{field} must be a whole number from {low} to {high}.",
        "ru": "{field}: нужно целое число от {low} до {high}.",
    },
    "field_flag": {
        "en": "{field} must be true or false (or 1 or 0).",
        "ru": "{field}: нужно true или false (или 1 или 0).",
    },
    "field_wrong": {
        "en": "{field} is not as it should be: see /openapi.json.",
        "ru": "{field}: неверное значение, см. /openapi.json.",
    },
    "field_unknown": {
        "en": "{field} is not known here. Known: {known}.",
        "ru": "{field}: такого параметра нет. Есть: {known}.",
    },
    "field_missing": {"en": "{field} is missing.", "ru": "Не хватает {field}."},
    "field_repeated": {"en": "{field} is given more than once.", "ru": "{field} задан несколько раз."},
    "not_finite": {
        "en": "NaN and Infinity are not allowed: leave out what is not known, or give null.",
        "ru": "NaN и Infinity не допускаются: не указывайте то, что неизвестно, или пишите null.",
    },
    "bad_json": {
        "en": "The body is not JSON of the form that /openapi.json describes.",
        "ru": "Тело запроса — не JSON того вида, что описан в /openapi.json.",
    },
    "not_ready": {
        "en": "No release could be loaded yet. Try again in a few seconds.",
        "ru": "Модель ещё не загружена. Попробуйте через несколько секунд.",
    },
    "deadline": {
        "en": "The answer was not ready in time. Try again in a few seconds.",
        "ru": "Ответ не успел приготовиться. Попробуйте через несколько секунд.",
    },
    "not_found": {
        "en": "There is nothing at this address. The API is described in /openapi.json.",
        "ru": "По этому адресу ничего нет. API описан в /openapi.json.",
    },
    "method_not_allowed": {
        "en": "This address does not take {method}, but {allowed}.",
        "ru": "Этот адрес не принимает {method}, только {allowed}.",
    },
    "too_large": {
        "en": "The body is too large: {most} bytes at most.",
        "ru": "Слишком большое тело запроса: не больше {most} байт.",
    },
    "unsupported_media_type": {
        "en": "The body must be sent as application/json.",
        "ru": "Тело запроса нужно отправлять как application/json.",
    },
    "bad_request": {
        "en": "The request cannot be answered as it was sent (status {status}). Check its address and its headers.",
        "ru": "На запрос в таком виде ответить нельзя (статус {status}). Проверьте его адрес и заголовки.",
    },
    "internal": {
        "en": "Something broke on our side. It has been logged; try again.",
        "ru": "Что-то сломалось у нас. Это записано в журнал; попробуйте ещё раз.",
    },
}

NOTES: dict[str, Text] = {
    "source_unavailable": {"en": "{source} could not be asked.", "ru": "{source}: спросить не удалось."},
    "source_limited": {"en": "{source} takes no more questions for now.", "ru": "{source}: пока больше не отвечает."},
    "source_refused": {"en": "{source} refuses to answer.", "ru": "{source}: отказывается отвечать."},
    "answered_instead": {
        "en": "What fits this name best has no audio features anywhere: this is the next best.",
        "ru": "У того, что подходит лучше всего, нигде нет аудиопризнаков: это следующее по сходству название.",
    },
    "title_only": {"en": "Only the title of this track is known.", "ru": "Известно только название этого трека."},
    "title_unknown": {
        "en": "What this track is called could not be found out.",
        "ru": "Как называется этот трек, узнать не удалось.",
    },
}

FEATURE_SOURCES: dict[str, Text] = {
    "catalog": {"en": "the catalog", "ru": "каталог"},
    "remembered": {"en": "remembered from an earlier question", "ru": "сохранены с прошлого раза"},
    "request": {"en": "given in the question", "ru": "заданы в вопросе"},
    "spotify": {"en": "Spotify", "ru": "Spotify"},
    "reccobeats": {"en": "ReccoBeats", "ru": "ReccoBeats"},
}

FEATURES: dict[str, Text] = {
    "acousticness": {"en": "acousticness", "ru": "акустичность"},
    "danceability": {"en": "danceability", "ru": "танцевальность"},
    "energy": {"en": "energy", "ru": "энергия"},
    "instrumentalness": {"en": "instrumentalness", "ru": "инструментальность"},
    "loudness": {"en": "loudness", "ru": "громкость"},
    "speechiness": {"en": "speechiness", "ru": "речь"},
    "tempo": {"en": "tempo", "ru": "темп"},
    "valence": {"en": "mood", "ru": "настроение"},
}

_SAME_GENRE: Text = {"en": "same genre: {genre} {probability:.2f}", "ru": "тот же жанр: {genre} {probability:.2f}"}
_LIKELY_GENRE: Text = {"en": "also likely: {genre} {probability:.2f}", "ru": "возможный жанр: {genre} {probability:.2f}"}
_CLOSE: Text = {"en": "close in {features}", "ru": "близко: {features}"}
_SIMILAR: Text = {"en": "similar in overall sound", "ru": "похоже по звучанию в целом"}
_AND: Text = {"en": " and ", "ru": " и "}

PAGE: dict[str, Text] = {
    "title": {"en": "Kamerton: tracks that sound alike", "ru": "Камертон: треки, которые похоже звучат"},
    "lead": {
        "en": "Give one track, and get its genre and tracks that sound like it.",
        "ru": "Назовите один трек, и узнаете его жанр и треки с похожим звучанием.",
    },
    "label": {"en": "Spotify link or name of a track", "ru": "Ссылка на Spotify или название трека"},
    "button": {"en": "Find", "ru": "Найти"},
    "genre": {"en": "Genre", "ru": "Жанр"},
    "recommendations": {"en": "Sounds alike", "ru": "Похоже звучит"},
    "alternatives": {"en": "Or did you mean", "ru": "Или вы имели в виду"},
    "examples": {"en": "A track to begin with", "ru": "С чего начать"},
    "none": {"en": "The catalog holds no other track to name.", "ru": "В каталоге больше нечего назвать."},
    "source": {"en": "Audio features:", "ru": "Аудиопризнаки:"},
    "substitutes": {"en": "What can be asked for instead", "ru": "Что можно спросить вместо него"},
    "likeness": {"en": "likeness", "ru": "сходство"},
    "api": {"en": "The API", "ru": "API"},
}


def problem_title(code: str, language: str) -> str:
    return PROBLEM_TITLES[code][language]


def problem_detail(reason: str, language: str, **params: object) -> str:
    return PROBLEMS[reason][language].format(**params)


def note_text(note: Note, language: str) -> str:
    return NOTES[note.code][language].format(source=note.source)


def source_text(source: str, language: str) -> str:
    """Who has the audio features."""
    return FEATURE_SOURCES[source][language]


def page_texts(language: str) -> dict[str, str]:
    return {key: text[language] for key, text in PAGE.items()}


def reason_text(reason: Reason, language: str) -> str:
    """One reason for a recommendation, such as "same genre: metal 0.81"."""
    if isinstance(reason, SameGenre):
        return _SAME_GENRE[language].format(genre=reason.genre, probability=reason.probability)
    if isinstance(reason, LikelyGenre):
        return _LIKELY_GENRE[language].format(genre=reason.genre, probability=reason.probability)
    if isinstance(reason, CloseFeatures):
        return _CLOSE[language].format(features=_AND[language].join(FEATURES[name][language] for name in reason.features))
    return _SIMILAR[language]
