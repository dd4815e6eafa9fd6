"""Every sentence that a person reads, in English and Russian, for the page, the API's details and reasons, and the bot.

Blanks are filled by `str.format`. A key that lacks a language is a defect; a test looks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kamerton.notes import Note
from kamerton.recommending.reasons import AskedGenre, CloseFeatures, LikelyGenre, OtherGenre, Reason, SameGenre

LANGUAGES = ("en", "ru")
DEFAULT_LANGUAGE = "en"

Text = Mapping[str, str]

PROBLEM_TITLES: dict[str, Text] = {
    "bad_query": {"en": "The question cannot be read", "ru": "Вопрос не удалось прочитать"},
    "track_not_found": {"en": "No such track", "ru": "Такого трека нет"},
    "genre_not_found": {"en": "No such genre", "ru": "Такого жанра нет"},
    "features_unavailable": {"en": "No audio features for this track", "ru": "Нет аудиопризнаков этого трека"},
    "map_missing": {"en": "No such map", "ru": "Такой карты нет"},
    "not_ready": {"en": "Not ready yet", "ru": "Ещё не готово"},
    "deadline_exceeded": {"en": "It took too long", "ru": "Ответ занял слишком много времени"},
    "not_offered": {"en": "There is none of this track", "ru": "У этого трека такого нет"},
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
        "en": "The short link could not be followed now: open it, and copy the address of the page that it leads to; "
        "or give the name of the track.",
        "ru": "Короткую ссылку сейчас не удалось открыть: откройте её и скопируйте адрес страницы, на которую она ведёт; "
        "можно и просто название трека.",
    },
    "link_foreign": {
        "en": "Only links to tracks at Spotify, Deezer, Apple Music and YouTube are understood; or give the name of the track.",
        "ru": "Понимаю только ссылки на треки Spotify, Deezer, Apple Music и YouTube; можно и просто название трека.",
    },
    "link_gone": {
        "en": "Deezer's links of this kind lead nowhere since August 2025: copy a new one with Share, "
        "or give the name of the track.",
        "ru": "Такие ссылки Deezer с августа 2025 года никуда не ведут: скопируйте новую («Поделиться») "
        "или дайте название трека.",
    },
    "link_unasked": {
        "en": "Links of other services than Spotify are not looked up here: give the name of the track.",
        "ru": "Ссылки других сервисов, кроме Spotify, здесь не открываются: дайте название трека.",
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
    "tracks_wrong": {
        "en": "tracks must be ids of tracks with commas between them, {most} at most.",
        "ru": "tracks: нужны идентификаторы треков через запятую, не больше {most}.",
    },
    "no_preview": {
        "en": "Deezer has no half minute of this track to hear, or could not be asked.",
        "ru": "Отрывка этого трека у Deezer нет, или спросить его не удалось.",
    },
    "no_cover": {"en": "No cover of this track was found.", "ru": "Обложка этого трека не нашлась."},
    "no_such_service": {
        "en": "There is no such service here. Known: {known}.",
        "ru": "Такого сервиса здесь нет. Есть: {known}.",
    },
    "market_wrong": {
        "en": "market must be a country's two capital letters (ISO 3166-1), such as DE.",
        "ru": "market: нужен код страны из двух заглавных букв (ISO 3166-1), например DE.",
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
    "field_many": {
        "en": "{field} may be given {most} times at most.",
        "ru": "{field} можно указать не больше {most} раз.",
    },
    "field_choice": {"en": "{field} must be one of: {known}.", "ru": "{field}: одно из {known}."},
    "genre_unknown": {
        "en": "There is no such genre here. Known: {known}.",
        "ru": "Такого жанра здесь нет. Есть: {known}.",
    },
    "field_repeated": {"en": "{field} is given more than once.", "ru": "{field} задан несколько раз."},
    "not_finite": {
        "en": "NaN and Infinity are not allowed: leave out what is not known, or give null.",
        "ru": "NaN и Infinity не допускаются: не указывайте то, что неизвестно, или пишите null.",
    },
    "bad_json": {
        "en": "The body is not JSON of the form that /openapi.json describes.",
        "ru": "Тело запроса — не JSON того вида, что описан в /openapi.json.",
    },
    "map_none": {
        "en": "The release in force was made before there were maps: the next one that is trained will have one.",
        "ru": "Действующий выпуск собран, когда карт ещё не было: у следующего обученного она будет.",
    },
    "map_changed": {
        "en": "Another map is in force by now: load the page again.",
        "ru": "Карта обновилась: загрузите страницу ещё раз.",
    },
    "not_ready": {
        "en": "No release could be loaded yet. Try again in a few seconds.",
        "ru": "Модель ещё не загружена. Попробуйте через несколько секунд.",
    },
    "deadline": {
        "en": "The answer was not ready in time. Try again in a few seconds.",
        "ru": "Не удалось ответить вовремя. Попробуйте через несколько секунд.",
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
    "market_unknown": {
        "en": "Whether these tracks can be played in this country could not be found out.",
        "ru": "Можно ли слушать эти треки в этой стране, узнать не удалось.",
    },
    "title_only": {"en": "Only the title of this track is known.", "ru": "Известно только название этого трека."},
    "title_unknown": {
        "en": "What this track is called could not be found out.",
        "ru": "Как называется этот трек, узнать не удалось.",
    },
    "video_unsearched": {
        "en": "Videos cannot be searched for here at the moment: the link leads to YouTube's own search.",
        "ru": "Искать видео здесь сейчас нельзя: ссылка ведёт на поиск YouTube.",
    },
    "videos_used_up": {
        "en": "No more videos are searched for at this hour: the link leads to YouTube's own search.",
        "ru": "Лимит поиска видео на этот час исчерпан: ссылка ведёт на поиск YouTube.",
    },
    "video_busy": {
        "en": "This video is being searched for just now: ask again in a moment.",
        "ru": "Это видео как раз ищут: спросите ещё раз чуть позже.",
    },
    "video_unfit": {
        "en": "No video was found that is surely this track.",
        "ru": "Не нашлось видео, в котором точно звучит этот трек.",
    },
    "video_blocked": {
        "en": "The videos of this track cannot be played in your country.",
        "ru": "Видео с этим треком в вашей стране не воспроизводятся.",
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

FEATURE_MEANINGS: dict[str, Text] = {
    "acousticness": {
        "en": "How sure it is that nothing but acoustic instruments and voices are heard.",
        "ru": "Насколько вероятно, что звучат только акустические инструменты и голоса.",
    },
    "danceability": {
        "en": "How well it can be danced to: steady tempo, clear beat, even pulse.",
        "ru": "Насколько удобно под это танцевать: ровный темп, ясный бит, устойчивый пульс.",
    },
    "energy": {
        "en": "How intense it feels: fast, loud and dense music has much, a lullaby little.",
        "ru": "Насколько напряжённо это звучит: у быстрой, громкой, плотной музыки энергии много, у колыбельной мало.",
    },
    "instrumentalness": {
        "en": "How sure it is that nobody sings or speaks.",
        "ru": "Насколько вероятно, что здесь никто не поёт и не говорит.",
    },
    "loudness": {
        "en": "The average loudness of the recording in decibels: 0 is the loudest that a file can hold.",
        "ru": "Средняя громкость записи в децибелах: 0 — самое громкое, что вмещает файл.",
    },
    "speechiness": {
        "en": "How much of it is speech: little in a song, more in rap, nearly all in a talk.",
        "ru": "Сколько в треке речи: в песне мало, в рэпе больше, в рассказе почти всё.",
    },
    "tempo": {
        "en": "How fast it goes: beats a minute.",
        "ru": "Насколько быстро: сколько ударов в минуту.",
    },
    "valence": {
        "en": "How cheerful it sounds: sad or angry at one end, happy at the other.",
        "ru": "Насколько весело это звучит: на одном краю грусть или злость, на другом радость.",
    },
}

_SAME_GENRE: Text = {"en": "same genre: {genre} {sure}", "ru": "тот же жанр: {genre} {sure}"}
_LIKELY_GENRE: Text = {"en": "also likely: {genre} {sure}", "ru": "возможный жанр: {genre} {sure}"}
_OTHER_GENRE: Text = {"en": "of another genre: {genre}", "ru": "другой жанр: {genre}"}
_ASKED_GENRE: Text = {"en": "of the genre you asked for: {genre}", "ru": "нужный вам жанр: {genre}"}
_CLOSE: Text = {"en": "close in {features}", "ru": "близко: {features}"}
_SIMILAR: Text = {"en": "similar in overall sound", "ru": "похоже по звучанию в целом"}
_AND: Text = {"en": " and ", "ru": " и "}
_SHARE: Text = {"en": "{share:.0f}%", "ru": "{share:.0f}\N{NO-BREAK SPACE}%"}
_UNITS: dict[str, Text] = {
    "loudness": {"en": "{value:.1f}\N{NO-BREAK SPACE}dB", "ru": "{value:.1f}\N{NO-BREAK SPACE}дБ"},
    "tempo": {"en": "{value:.0f}\N{NO-BREAK SPACE}bpm", "ru": "{value:.0f}\N{NO-BREAK SPACE}уд./мин"},
}
_SHARED: Text = {"en": "{genre} {share}. It sounds like {others}.", "ru": "{genre}, {share}. Похоже звучат: {others}."}
_SHARED_ALONE: Text = {"en": "{genre} {share}.", "ru": "{genre}, {share}."}
_UNKNOWN = "\N{EN DASH}"

LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
"""Each in itself."""

WATCHING: dict[str, Text] = {
    "play_video": {"en": "Video", "ru": "Видео"},
    "video": {"en": "Video at YouTube", "ru": "Видео на YouTube"},
    "search_video": {"en": "Search at YouTube", "ru": "Поискать на YouTube"},
    "play_all": {"en": "Play all at YouTube", "ru": "Включить всё на YouTube"},
}

LISTENING: dict[str, Text] = {
    "listen": {"en": "At other services", "ru": "На других сервисах"},
    "preview": {"en": "Half a minute", "ru": "Отрывок"},
    "unplayable": {"en": "cannot be played in {market}", "ru": "в {market} не воспроизводится"},
}

PAGE: dict[str, Text] = {
    "title": {"en": "Kamerton: tracks that sound alike", "ru": "Камертон: треки, которые похоже звучат"},
    "headline": {
        "en": "One track you know. Others that sound like it.",
        "ru": "Один знакомый трек. И\N{NO-BREAK SPACE}другие, что звучат так же.",
    },
    "lead": {
        "en": "Give one track, and get its genre and tracks that sound like it.",
        "ru": "Назовите один трек, и узнаете его жанр и треки с похожим звучанием.",
    },
    "label": {"en": "Link or name of a track", "ru": "Ссылка на трек или его название"},
    "button": {"en": "Find", "ru": "Найти"},
    "genre": {"en": "Genre", "ru": "Жанр"},
    "sound": {"en": "Sound", "ru": "Звучание"},
    "recommendations": {"en": "Sounds alike", "ru": "Похоже звучит"},
    "alternatives": {"en": "Or did you mean", "ru": "Или вы имели в виду"},
    "examples": {"en": "A track to begin with", "ru": "С чего начать"},
    "more_examples": {"en": "All genres", "ru": "Все жанры"},
    "none": {"en": "The catalog holds no other track to name.", "ru": "В каталоге больше нечего назвать."},
    "source": {"en": "Audio features:", "ru": "Аудиопризнаки:"},
    "substitutes": {"en": "What can be asked for instead", "ru": "Что подойдёт вместо него"},
    "rest_stays": {
        "en": "Another name in its place leaves the rest of the question as it is.",
        "ru": "Другое название на его месте оставит остальной запрос как есть.",
    },
    "world": {"en": "not in the catalog", "ru": "не из каталога"},
    "likeness": {"en": "likeness", "ru": "сходство"},
    "why": {"en": "Why this one?", "ru": "Почему этот трек?"},
    "this_track": {"en": "this track", "ru": "этот трек"},
    "your_track": {"en": "your track", "ru": "ваш трек"},
    "average": {"en": "average of {genre}", "ru": "среднее: {genre}"},
    "feature": {"en": "What is heard", "ru": "Что слышно"},
    "scale": {
        "en": "The rim is for the highest values of the catalog, the middle for the lowest.",
        "ru": "На краю самые высокие значения каталога, в середине самые низкие.",
    },
    "like": {"en": "like", "ru": "похоже на"},
    "unlike": {"en": "not like", "ru": "не похоже на"},
    "only_genre": {"en": "only", "ru": "только"},
    "only": {"en": "Only {genre}", "ru": "Только {genre}"},
    "without": {"en": "without", "ru": "без"},
    "leave_out": {"en": "Leave out: {what}", "ru": "Убрать: {what}"},
    "also_like": {"en": "more like this one, too", "ru": "и похожее на этот"},
    "less_like": {"en": "less like this one", "ru": "меньше похожего на этот"},
    "more": {"en": "The next ten", "ru": "Следующие десять"},
    "fewer": {"en": "The previous ten", "ru": "Предыдущие десять"},
    "from_start": {"en": "From the start", "ru": "К началу списка"},
    "none_left": {"en": "The list ends before this page.", "ru": "Список закончился раньше этой страницы."},
    "choose_genre": {
        "en": "There is no such genre here. Choose one of these:",
        "ru": "Такого жанра здесь нет. Выберите один из этих:",
    },
    "this_list": {"en": "Link to this list", "ru": "Ссылка на этот список"},
    "as_text": {"en": "Text", "ru": "Текст"},
    "explicit": {"en": "explicit", "ru": "ненормативная лексика"},
    "play": {"en": "Play here", "ru": "Слушать здесь"},
    "player": {"en": "Spotify's player: {title}", "ru": "Плеер Spotify: {title}"},
    "again": {"en": "Try again", "ru": "Попробовать ещё раз"},
    "api": {"en": "The API", "ru": "API"},
    "skip": {"en": "To the content", "ru": "К содержанию"},
    "language": {"en": "Language", "ru": "Язык"},
    "menu": {"en": "Kamerton", "ru": "Камертон"},
    "suggested": {"en": "Tracks found: {count}", "ru": "Найдено треков: {count}"},
    "footer": {
        "en": "No account, no cookie, and nothing is loaded from elsewhere before you click.",
        "ru": "Без регистрации и без cookie; пока вы ничего не нажали, с других сайтов ничего не загружается.",
    },
    "share": {"en": "{title}: tracks that sound like it", "ru": "{title}: треки с похожим звучанием"},
    "map": {"en": "Map", "ru": "Карта"},
    "on_map": {"en": "See it on the map", "ru": "Показать на карте"},
}

MAP: dict[str, Text] = {
    "title": {"en": "The map of music", "ru": "Карта музыки"},
    "lead": {
        "en": "{tracks} tracks, each a point. What lies close together sounds alike; the directions mean nothing.",
        "ru": "Треков на карте: {tracks}, каждый — точка. Что лежит рядом, звучит похоже; сами направления ничего не значат.",
    },
    "around": {"en": "Around {title}", "ru": "Вокруг «{title}»"},
    "seed_lead": {
        "en": "Lines lead from the track to those of the catalog that sound most like it.",
        "ru": "Линии ведут от трека к тем трекам каталога, которые звучат похоже.",
    },
    "answer": {"en": "Its genres, and why these", "ru": "Жанры трека и почему именно эти"},
    "all": {"en": "The whole map", "ru": "Вся карта"},
    "plane": {"en": "Map of tracks", "ru": "Карта треков"},
    "how": {
        "en": "Drag or use the arrow keys to move, the wheel, two fingers or + and − to zoom, 0 for the whole. "
        "A click, a second touch or Enter makes a track the seed.",
        "ru": "Двигайте мышью, пальцем или стрелками; масштаб меняют колесо, два пальца или + и −, 0 показывает всё. "
        "Щелчок по треку, второе касание или Enter открывают похожее на него.",
    },
    "nearer": {"en": "Zoom in", "ru": "Приблизить"},
    "farther": {"en": "Zoom out", "ru": "Отдалить"},
    "whole": {"en": "Show all", "ru": "Показать всё"},
    "legend": {"en": "Genres in colour", "ru": "Цвета жанров"},
    "most": {"en": "eight at a time", "ru": "восемь за раз"},
    "find": {"en": "Find what sounds like it", "ru": "Найти похожее"},
    "here": {"en": "Show it on the map", "ru": "Показать на карте"},
    "failed": {
        "en": "The map could not be drawn. The table below says the same; or load the page again.",
        "ru": "Карту не удалось нарисовать. То же самое есть в таблице ниже; можно и загрузить страницу ещё раз.",
    },
    "changed": {
        "en": "Another map is in force by now: load the page again.",
        "ru": "Карта обновилась: загрузите страницу ещё раз.",
    },
    "table": {"en": "The same as a table", "ru": "То же таблицей"},
    "genre": {"en": "Genre", "ru": "Жанр"},
    "tracks": {"en": "Tracks", "ru": "Треков"},
    "beside": {"en": "Lies beside", "ru": "Рядом"},
    "begin": {"en": "To begin with", "ru": "С чего начать"},
    "track": {"en": "Track", "ru": "Трек"},
    "artists": {"en": "Artists", "ru": "Исполнители"},
    "likeness": {"en": "Likeness", "ru": "Сходство"},
    "seed": {"en": "the seed", "ru": "исходный"},
}

DOCS: dict[str, Text] = {
    "title": {"en": "The API", "ru": "API"},
    "lead": {
        "en": "No key, no account; JSON in and out. Each answer below was given by this server just now, from the release in "
        "force, and every one says itself how long it may be kept.",
        "ru": "Без ключа и без учётной записи, JSON на входе и на выходе. Каждый ответ ниже дал этот сервер только что, из "
        "действующего выпуска; сколько ответ можно хранить, сказано в нём самом.",
    },
    "openapi": {"en": "the same for programs, OpenAPI 3.1", "ru": "то же для программ, OpenAPI 3.1"},
    "postman": {"en": "a collection for Postman, with these calls", "ru": "коллекция для Postman с этими вызовами"},
    "contents": {"en": "Calls", "ru": "Вызовы"},
    "parameters": {"en": "Parameter", "ru": "Параметр"},
    "value": {"en": "What it is", "ru": "Что это"},
    "required": {"en": "required", "ru": "обязателен"},
    "body": {"en": "The body is JSON of the type", "ru": "Тело запроса — JSON типа"},
    "question": {"en": "Question", "ru": "Запрос"},
    "answer": {"en": "Answer", "ru": "Ответ"},
    "types": {"en": "Types", "ru": "Типы"},
    "problem": {
        "en": "What cannot be answered is answered by a Problem, with a sentence that says what to do.",
        "ru": "Когда ответить нельзя, приходит Problem с фразой о том, что делать.",
    },
}

SCHEMA: dict[str, Text] = {
    "integer": {"en": "a whole number", "ru": "целое число"},
    "number": {"en": "a number", "ru": "число"},
    "string": {"en": "text", "ru": "текст"},
    "boolean": {"en": "true or false", "ru": "true или false"},
    "null": {"en": "null", "ru": "null"},
    "object": {"en": "an object", "ru": "объект"},
    "array": {"en": "a list of: {items}", "ru": "список: {items}"},
    "or": {"en": ", or ", "ru": " или "},
    "choice": {"en": "one of {n}: {some}, ...", "ru": "одно из {n} значений: {some}, ..."},
    "range": {"en": " from {low} to {high}", "ru": " от {low} до {high}"},
    "length": {"en": ", {most} characters at most", "ru": ", не больше {most} символов"},
    "default": {"en": "; {value} if not given", "ru": "; если не задано, {value}"},
}

DOCUMENT: dict[str, str] = {
    "The genres of a track and the tracks that sound like it": "Жанры трека и треки, которые звучат похоже",
    "The same, from audio features that the asker brings": "То же по аудиопризнакам из запроса",
    "The genres of a track, without recommendations": "Жанры трека без рекомендаций",
    "Tracks by name: of the catalog, else of the world": "Треки по названию: из каталога, а если там нет, отовсюду",
    "Tracks of the catalog that a half-typed name may become; nobody outside is asked": (
        "Треки каталога, которыми может стать начатое название; больше никого не спрашивают"
    ),
    "What somebody who types this may be going to ask for, the likeliest first.": (
        "О чём, вероятно, собирается спросить тот, кто это набирает; самое вероятное первым."
    ),
    "One track of the catalog with its audio features": "Один трек каталога с его аудиопризнаками",
    "The genres that the release knows, with how many tracks each has": "Жанры выпуска и число треков в каждом",
    "Whether a release is loaded, and which": "Загружен ли выпуск и какой",
    "This document": "Этот документ для программ",
    "A link to a track at Spotify, Deezer or Apple Music or to a video at YouTube, a URI or id of Spotify's, an ISRC, or a "
    "name: title, artist, or both in any order.": (
        "Ссылка на трек в Spotify, Deezer или Apple Music или на видео YouTube, URI или идентификатор Spotify, ISRC или "
        "название: сам трек, исполнитель или то и другое в любом порядке."
    ),
    "Where half a minute of the track can be heard now": "Где сейчас можно послушать полминуты трека",
    "To the track itself at a service, or to a search for it": "К самому треку на сервисе или к его поиску там",
    "To half a minute of the track, an mp3 file at Deezer": "К полуминутному отрывку трека, файлу mp3 на Deezer",
    "To the picture of the track's album": "К обложке альбома",
    "Half a minute of a track as an mp3 file at Deezer. `url` is good for some minutes: ask again, and do not keep it.": (
        "Полминуты трека, файл mp3 на Deezer. `url` действует несколько минут: спросите ещё раз, а не храните."
    ),
    "How many tracks to answer with, at most.": "Сколько треков дать в ответе, самое большее.",
    "How many tracks one artist may have in the answer.": "Сколько треков одного исполнителя может быть в ответе.",
    "The language of the sentences: en or ru; en for others.": "Язык фраз: en или ru; вместо других en.",
    "The ETag of an answer that is held already; it is not sent again while it holds.": (
        "ETag ответа, который уже есть: пока он верен, ответ не присылается снова."
    ),
    "The answer": "Ответ",
    "What is held already holds": "Сохранённый ответ ещё верен",
    "Bad Request": "Вопрос не прочитать",
    "Not Found": "Не найдено",
    "Method Not Allowed": "Неверный метод",
    "Request Entity Too Large": "Слишком большое тело",
    "Unsupported Media Type": "Не JSON",
    "Unprocessable Entity": "Нет аудиопризнаков",
    "Service Unavailable": "Ещё не готово или слишком долго",
    "Audio features to sound like, as Spotify scales them. What is not known is left out or null; one at least is needed.": (
        "Аудиопризнаки, на которые должно быть похоже, в шкалах Spotify. Чего не знаете, не указывайте или пишите "
        "null; нужен хотя бы один."
    ),
    "The genres of a track, the likeliest first; the probabilities sum to 1. `features_source` says who has the "
    "features: catalog, remembered, spotify, reccobeats.": (
        "Жанры трека, самые вероятные первыми; вероятности в сумме дают 1. `features_source` говорит, откуда признаки:"
        " catalog, remembered, spotify, reccobeats."
    ),
    "What is missing from an answer; `text` is for people, `code` for programs.": (
        "Чего не хватает в ответе; `text` для людей, `code` для программ."
    ),
    "An error, by RFC 9457; `detail` says what to do, `code` is for programs. `alternatives` can be answered for instead.": (
        "Ошибка по RFC 9457; `detail` говорит, что делать, `code` — для программ. На `alternatives` ответить можно."
    ),
    "`score` is 1 for the same sound and falls towards 0; `genre` is the track's likeliest for the seed. `origin` is the "
    "index of the release, or the world: what other services named. `seed` is the id of the track that it was chosen for.": (
        "`score` равен 1 при том же звучании и убывает к 0; `genre` — самый вероятный для исходного трека из жанров этого. "
        "`origin` — индекс выпуска (index) или остальной мир (world): то, что назвали другие сервисы. "
        "`seed` — идентификатор трека, для которого он выбран."
    ),
    "One more track that the list is like.": "Ещё один трек, на который похож список.",
    "The same list for whoever goes there, its next page unless it ends here, and the list in other forms.": (
        "Тот же список для любого, кто откроет ссылку, его следующая страница, если она есть, и список в других видах."
    ),
    "What to sound like; of several each has its part of the list.": (
        "На что должно быть похоже; если треков несколько, у каждого своя часть списка."
    ),
    "Tracks that the list should keep away from.": "Треки, от которых список должен держаться подальше.",
    "Artists of whom no track should come.": "Исполнители, чьих треков быть не должно.",
    "The only genre to answer with, as /api/v1/genres has it.": "Единственный нужный жанр, как его называет /api/v1/genres.",
    "How many tracks of the list to leave out: those of the pages before.": (
        "Сколько треков списка пропустить: те, что были на прежних страницах."
    ),
    "The form of the list; by default what the header Accept asks for.": (
        "Вид списка; если не задан, его определяет заголовок Accept."
    ),
    "1: tracks that other services name are among the answers; 0: none are.": (
        "1: в ответе бывают треки, которые назвали другие сервисы; 0: их нет."
    ),
    "The genres of a track and the tracks that sound like it. `track` is null when the question was features alone, and so are "
    "`links` then. `more_seeds` are the others of several tracks, and `unlike` those that were kept away from.": (
        "Жанры трека и треки, которые звучат похоже. `track` равен null, если в вопросе были только признаки, и `links` тогда "
        "тоже. `more_seeds` — остальные треки, если их было несколько, `unlike` — те, на которые список не должен быть похож."
    ),
    "A track of the catalog with its audio features and the genres that it is filed under.": (
        "Трек каталога с аудиопризнаками и жанрами, под которыми он записан."
    ),
    "A track; null for what is not known. `id` is Spotify's, or what else the track may be asked for by, such as its ISRC. "
    "`image` leads to its cover, if there is one. `playable` is whether it can be played in the market that was asked about.": (
        "Трек; null там, где неизвестно. `id` — идентификатор Spotify или другой, по которому можно спросить, например ISRC. "
        "`image` ведёт к обложке, если она есть. `playable` — можно ли слушать трек в стране, о которой спросили."
    ),
    "A video at YouTube. `score` is how well it fits the track, from 0 to 1. `embed` can be framed in a page.": (
        "Видео на YouTube. `score` — насколько оно подходит треку, от 0 до 1. `embed` можно встроить в страницу."
    ),
    "Ids of tracks with commas between them, 50 at most.": "Идентификаторы треков через запятую, не больше 50.",
    "It is there": "Найдено по другому адресу",
    "The country to mark tracks for that cannot be played there.": "Страна: треки, которые в ней не играют, будут помечены.",
    "The video of a track at YouTube, with how well it fits": "Видео трека на YouTube и насколько оно подходит",
    "The video of a track, if there is one that fits and plays in the market; `runner_up` is the next best, whether it fits or "
    "not. `remembered`: nobody was asked for it. `search` is YouTube's own search for the track.": (
        "Видео трека, если есть подходящее и в этой стране оно играет; `runner_up` — следующее по сходству, подходит оно или "
        "нет. `remembered`: никого спрашивать не пришлось. `search` — поиск трека на самом YouTube."
    ),
    "To the video of the track at YouTube, or to a search for it": "К видео трека на YouTube или к его поиску там",
    "To the videos of several tracks at YouTube, one after the other, as far as they are known already": (
        "К видео нескольких треков на YouTube подряд, насколько они уже известны"
    ),
    "`deezer` and `apple_music` lead to the track itself, `youtube` to its video, which are looked for when somebody goes "
    "there, or to a search; `spotify` to the track where Spotify's id is known. The others are searches.": (
        "`deezer` и `apple_music` ведут к самому треку, `youtube` — к его видео (их ищут, когда по ссылке переходят) или к "
        "поиску; `spotify` — к треку, если известен его идентификатор в Spotify. Остальные ссылки — поиск."
    ),
}
"""The sentences of the OpenAPI document, which is English, in Russian."""


BOT: dict[str, Text] = {
    "hello": {
        "en": "Hello! I am Kamerton. Give me a track that you like, and I say which genre it is and what sounds like it.\n\n"
        "Send a name, such as “nirvana smells like teen”, a link from Spotify, or forward a message with one.",
        "ru": "Здравствуйте! Я Камертон. Дайте трек, который вам нравится, и я скажу, какого он жанра и что на него похоже.\n\n"
        "Пришлите название, например «nirvana smells like teen», ссылку на Spotify или перешлите сообщение с ней.",
    },
    "help": {
        "en": "Send the name of a track (words in any order, slips of the finger are forgiven), a link to it, or its id.\n\n"
        "/genre name – the genre alone\n"
        "/random – a track by chance; /random genre – of that genre\n"
        "/genres – the genres that I know\n"
        "/language – English or Russian\n"
        "/about – what I am, and what I remember\n\n"
        "In a group, name me or answer one of my messages. In any chat, type my name and a track, and pick one.",
        "ru": "Пришлите название трека (слова в любом порядке, опечатки прощаются), ссылку на него или его идентификатор.\n\n"
        "/genre название – только жанр\n"
        "/random – случайный трек; /random жанр – случайный трек этого жанра\n"
        "/genres – жанры, которые я знаю\n"
        "/language – русский или английский\n"
        "/about – кто я и что запоминаю\n\n"
        "В группе назовите меня или ответьте на моё сообщение. В любом чате наберите моё имя и трек и выберите из списка.",
    },
    "about": {
        "en": "Kamerton (Russian for tuning fork) is an open music recommender. It compares how tracks sound, by numbers such "
        "as tempo, energy and mood, and not who listened to them.\n\n"
        "I keep no messages. I remember the number of each update for two days, so as not to answer twice, and your language "
        "if you choose one.",
        "ru": "Камертон – открытая система музыкальных рекомендаций. Она сравнивает, как треки звучат (темп, энергия, "
        "настроение и другие числа), а не кто их слушал.\n\n"
        "Сообщений я не храню. Номер каждого обновления помню два дня, чтобы не отвечать дважды, а ваш язык – если вы его "
        "выбрали.",
    },
    "page": {"en": "Kamerton on the web", "ru": "Камертон в вебе"},
    "alike": {"en": "Sounds alike", "ru": "Похоже звучит"},
    "explicit": {"en": "explicit", "ru": "ненормативная лексика"},
    "none": {"en": "The catalog holds no other track to name.", "ru": "В каталоге больше нечего назвать."},
    "more": {"en": "More", "ru": "Ещё"},
    "more_like_this": {"en": "More like this", "ru": "Похожие"},
    "similar": {"en": "What sounds like it", "ru": "Что на него похоже"},
    "another": {"en": "Another one", "ru": "Ещё один"},
    "listen": {"en": "Spotify", "ru": "Spotify"},
    "watch": {"en": "Video", "ru": "Видео"},
    "preview": {"en": "Listen for 30 s", "ru": "Послушать 30 с"},
    "no_preview": {"en": "There is no preview of this track.", "ru": "У этого трека нет отрывка."},
    "no_more": {"en": "That is all that sounds like it.", "ru": "Больше похожего нет."},
    "old_button": {
        "en": "This button is too old: send the name of the track again.",
        "ru": "Эта кнопка устарела: пришлите название трека ещё раз.",
    },
    "genre_of_what": {
        "en": "Of which track? Write /genre and its name, or answer a message that has a track with /genre.",
        "ru": "Какого трека? Напишите /genre и название или ответьте командой /genre на сообщение с треком.",
    },
    "genres": {"en": "The genres that I know, with their tracks:", "ru": "Жанры, которые я знаю, и сколько в них треков:"},
    "no_such_genre": {
        "en": "I do not know this genre. /genres lists those that I know.",
        "ru": "Такого жанра я не знаю. Список: /genres",
    },
    "choose_language": {"en": "In which language shall I answer?", "ru": "На каком языке отвечать?"},
    "language_chosen": {"en": "I answer in English from now on.", "ru": "Теперь я отвечаю по-русски."},
    "language_told": {"en": "I answer in the language of your Telegram.", "ru": "Отвечаю на языке вашего Telegram."},
    "as_telegram": {"en": "As in Telegram", "ru": "Как в Telegram"},
    "unknown_command": {
        "en": "I do not know this command. /help lists those that I know; or just send the name of a track.",
        "ru": "Такой команды я не знаю. Список: /help; а можно просто прислать название трека.",
    },
    "unreadable": {
        "en": "Thank you! But I read only names of tracks and links to them. Send me one?",
        "ru": "Спасибо! Но я понимаю только названия треков и ссылки на них. Пришлёте?",
    },
    "apology": {
        "en": "I am sorry, something went wrong on my side. Try again in a little while.",
        "ru": "Простите, у меня что-то сломалось. Попробуйте немного позже.",
    },
}

BOT_PROFILE: dict[str, Text] = {
    "description": {
        "en": "Give one track, and get its genre and tracks that sound like it. Send a name or a link from Spotify. "
        "Works in groups and, by its name, in any chat.",
        "ru": "Дайте один трек и узнайте его жанр и треки с похожим звучанием. Пришлите название или ссылку на Spotify. "
        "Работает в группах и, по имени бота, в любом чате.",
    },
    "short_description": {"en": "Tracks that sound like the one you know", "ru": "Треки, похожие на тот, что вы знаете"},
    "start": {"en": "How to begin", "ru": "С чего начать"},
    "help": {"en": "What I can do", "ru": "Что я умею"},
    "genre": {"en": "The genre of a track", "ru": "Жанр трека"},
    "random": {"en": "A track by chance, of a genre if you name one", "ru": "Случайный трек, можно назвать жанр"},
    "genres": {"en": "The genres that I know", "ru": "Жанры, которые я знаю"},
    "language": {"en": "English or Russian", "ru": "Русский или английский"},
    "about": {"en": "What I am, and what I remember", "ru": "Кто я и что запоминаю"},
}

# From the likeliest genre's probability, the surest first.
_SURENESS: tuple[tuple[float, Text], ...] = (
    (0.9, {"en": "Surely {genre}", "ru": "Точно {genre}"}),
    (0.6, {"en": "Most likely {genre}", "ru": "Скорее всего {genre}"}),
    (0.4, {"en": "Probably {genre}", "ru": "Вероятно, {genre}"}),
    (0.0, {"en": "Perhaps {genre}, hard to tell", "ru": "Может быть, {genre}, трудно сказать"}),
)


def problem_title(code: str, language: str) -> str:
    return PROBLEM_TITLES[code][language]


def problem_detail(reason: str, language: str, **params: object) -> str:
    """`about` is which of several tracks it is about."""
    sentence = PROBLEMS[reason][language].format(**params)
    return f"{params['about']}: {sentence}" if "about" in params else sentence


def note_text(note: Note, language: str) -> str:
    return NOTES[note.code][language].format(source=note.source)


def source_text(source: str, language: str) -> str:
    """Who has the audio features."""
    return FEATURE_SOURCES[source][language]


def feature_meaning(name: str, language: str) -> str:
    """One plain sentence on what a listener hears of this feature."""
    return FEATURE_MEANINGS[name][language]


def feature_value(name: str, value: float | None, language: str) -> str:
    """The value with its unit, such as "91%", "-5.9 dB" or "105 bpm"; a dash for what is not known."""
    if value is None:
        return _UNKNOWN
    if name not in _UNITS:
        return share_text(value, language)
    said = _UNITS[name][language].format(value=value).replace("-", "\N{MINUS SIGN}")
    return said.replace(".", ",", 1) if language == "ru" and name == "loudness" else said


def duration_text(duration_ms: float) -> str:
    """Minutes and seconds, such as 3:07."""
    return "{}:{:02}".format(*divmod(round(duration_ms / 1000), 60))


def share_text(share: float, language: str) -> str:
    """A share of 0 to 1 in per cent."""
    return _SHARE[language].format(share=100 * share)


def shared_text(genre: str, share: float, others: Sequence[str], language: str) -> str:
    """An answer in a sentence, for those to whom a link to it is shown; `others` are a few of its tracks."""
    text = _SHARED if others else _SHARED_ALONE
    return text[language].format(genre=genre, share=share_text(share, language), others=", ".join(others))


def page_texts(language: str) -> dict[str, str]:
    return {key: text[language] for key, text in (PAGE | LISTENING | WATCHING).items()}


def number(value: int, language: str) -> str:
    """With the thousands set apart, as the language does it."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}" if language == "ru" else ",")


def map_texts(language: str) -> dict[str, str]:
    return {key: text[language] for key, text in MAP.items()}


def docs_texts(language: str) -> dict[str, str]:
    return {key: text[language] for key, text in DOCS.items()}


def schema_text(key: str, language: str, **params: object) -> str:
    return SCHEMA[key][language].format(**params)


def document_text(sentence: str, language: str) -> str:
    """A sentence of the OpenAPI document; in English where it was not translated."""
    return DOCUMENT.get(sentence, sentence) if language == "ru" else sentence


def bot_text(key: str, language: str) -> str:
    """What the bot says of its own, as plain text."""
    return BOT[key][language]


def profile_text(key: str, language: str) -> str:
    """What Telegram shows of the bot: its descriptions and, by their names, its commands."""
    return BOT_PROFILE[key][language]


def sureness(probability: float, genre: str, language: str) -> str:
    """The likeliest genre in words, such as "Most likely metal"."""
    text = next(text for least, text in _SURENESS if probability >= least)
    return text[language].format(genre=genre)


def reason_text(reason: Reason, language: str, *, percent: bool = False) -> str:
    """One reason for a recommendation, such as "same genre: metal 0.81", or with `percent` "same genre: metal 81%"."""
    if isinstance(reason, SameGenre | LikelyGenre):
        sure = share_text(reason.probability, language) if percent else f"{reason.probability:.2f}"
        said = _SAME_GENRE if isinstance(reason, SameGenre) else _LIKELY_GENRE
        return said[language].format(genre=reason.genre, sure=sure)
    if isinstance(reason, OtherGenre):
        return _OTHER_GENRE[language].format(genre=reason.genre)
    if isinstance(reason, AskedGenre):
        return _ASKED_GENRE[language].format(genre=reason.genre)
    if isinstance(reason, CloseFeatures):
        return _CLOSE[language].format(features=_AND[language].join(FEATURES[name][language] for name in reason.features))
    return _SIMILAR[language]
