"""What kind of track a title and an album name: music of an occasion, or what nobody wants in a list of music.

    christmas   also New Year's; recommended only to a track of the same kind
    halloween   likewise
    fragment    an intro, a skit, a piece of a DJ's mix, a score of seconds; never recommended, like all that follow
    karaoke     backing tracks, tributes, re-recordings "in the style of"
    altered     sped up, slowed down, 8D
    noise       rain, white noise, sounds to sleep by

The words are those of English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Russian. An album counts for an
occasion as its title does: whole albums are made for Christmas.

Public names: kind_of, OCCASIONS.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kamerton.music.track import Track

CHRISTMAS, HALLOWEEN = "christmas", "halloween"
OCCASIONS = (CHRISTMAS, HALLOWEEN)

_SHORTEST_MS, _LONGEST_MS = 60_000, 900_000


def _words(patterns: str) -> re.Pattern[str]:
    """Any of the patterns, with "|" between, as whole words."""
    return re.compile(rf"\b(?:{patterns})\b", re.IGNORECASE)


# Words that are of Christmas wherever they stand.
_OF_CHRISTMAS = (
    r"christmas\w*|x-?mas\w*|santa claus|st\.? nick|saint nick|kris kringle|mistletoe|yuletide|yule|navidad\w*|"
    r"navideñ\w+|villancicos?|papá noel|noël|joyeux noel|père noël|weihnacht\w*|nikolaus(?:abend|lied\w*)|"
    r"natale|feliz natal|natalin\w+|"
    r"kerst(?:mis|lied\w*|hits|muziek|man)?|god jul|jul(?:mys|musik|sanger)|jullåt\w*|julesang\w*|рождеств\w*|"
    r"новогодн\w*|с новым годом|дед мороз|[её]лочка|hanukkah|chanukah"
)
# Titles, or their beginnings, of songs that are heard at Christmas alone.
_CAROLS = (
    r"jingle bells?|sleigh ride|sleigh bells|silver bells|silent night|stille nacht|o holy night|winter wonderland|"
    r"let it snow|frosty the snowman|rudolph,? the|run,? rudolph,? run|run run rudolph|little drummer boy|deck the halls?|"
    r"joy to the world|o come,? all ye faithful|o come,? o come|hark!? the herald|away in a manger|the first noel|"
    r"what child is this|go tell it on the mountain|we three kings|god rest (?:ye|you) merry|in the bleak midwinter|"
    r"angels we have heard|angels from the realms|it came upon a midnight|good king wenceslas|carol of the bells|"
    r"have yourself a merry little|it'?s the most wonderful time|holly jolly|baby,? it'?s cold outside|mele kalikimaka|"
    r"mary,? did you know|santa baby|here comes santa|must be santa|shoot me santa|i want a hippopotamus|"
    r"dominick the donkey|happy holidays?|home for the holidays|mr\.? grinch|auld lang syne|santa tell me|"
    r"fairytale of new york|"
    r"underneath the tree|ding dong,? merrily|once in royal david|do you hear what i hear|little town of bethlehem|"
    r"the first nowell|coventry carol|i saw three ships|marshmallow world|stilla natt|nu tändas tusen|"
    r"new year'?s eve|happy new year|tannenbaum|leise rieselt|kling,? glöckchen|adeste fideles|petit papa|"
    r"ihr kinderlein,? kommet|oh? du fröhliche|alle jahre wieder|es ist ein ros|schneeflöckchen|vom himmel hoch|"
    r"kommet,? ihr hirten|mon beau sapin|minuit,? chrétiens|douce nuit|vive le vent|il est né,? le divin|"
    r"les anges dans nos campagnes|astro del ciel|tu scendi dalle stelle|noche de paz|campana sobre campana|"
    r"mi burrito sabanero|los peces en el r[ií]o|el tamborilero|"
    r"noite feliz|nu är det jul|all the way for christmas|the man with all the toys|a great big sled|chestnuts roasting"
)
# "Snowman" alone is Sia's; "snowman" in a title may be anything.
_CHRISTMAS_TITLE = re.compile(rf"{_words(f'{_OF_CHRISTMAS}|{_CAROLS}').pattern}|^snowman$", re.IGNORECASE)
# Other songs of such names: a film's music, and a bullfrog's joy.
_NAMESAKES = re.compile(r"merry christmas,? mr\.? lawrence|joy to the world.*\n.*(?:three dog night|hoyt axton)", re.IGNORECASE)
_CHRISTMAS_ALBUM = _words(
    rf"{_OF_CHRISTMAS}|country holiday|holidays are coming|holiday (?:hits|songs|music|favou?rites|classics)"
)
# "70s Christmas Party", "Christmas Vibes But Not Christmas Songs": playlists of other music.
_NOT_OF_CHRISTMAS = re.compile(r"not christmas songs|\d0s christmas party", re.IGNORECASE)

_HALLOWEEN = _words(r"halloween|monster mash|spooky scary|trick or treat")
_FRAGMENT = _words(r"skit|commentary|interview|background score")
# Some are songs by themselves, and then they are as long as one.
_SHORT_FRAGMENT = _words(r"intro|interlude|interludio|outro|intermission")
_SHORTEST_SONG_MS = 120_000
_IN_BRACKETS = re.compile(r"[(\[]mixed[)\]]|\b(?:continuous|dj) mix\b", re.IGNORECASE)
_KARAOKE = _words(
    r"karaoke\w*|караоке|backing track|made famous by|in the style of|originally performed by|as made popular by|"
    r"tribute (?:version|band)|(?:string|piano) (?:quartet )?tribute|instrumental cover|минусовка|rockabye baby"
)
# In a title of its own "tribute to" is homage; in brackets, in an album or an artist it is an imitation.
_TRIBUTE = re.compile(r"[(\[](?:an? )?(?:\w+ )?tribute to\b|\n.*\btribute to\b", re.IGNORECASE)
_ALTERED = _words(r"sped[- ]up|slowed|nightcore|8d audio|daycore|432 ?hz")
_NOISE = _words(
    r"white noise|brown noise|pink noise|rain sounds?|ocean waves|nature sounds?|sleep sounds?|asmr|thunderstorm sounds?|"
    r"deep sleep music|baby sleep|sounds? of (?:rain|nature|the sea)"
)


def kind_of(track: Track) -> str | None:
    """The kind of the track; None for ordinary music."""
    return _kind(track.title, ", ".join(track.artists), track.album or "", track.duration_ms)


@lru_cache(maxsize=4096)
def _kind(title: str, artists: str, album: str, duration_ms: int | None) -> str | None:
    if duration_ms is not None and not _SHORTEST_MS <= duration_ms <= _LONGEST_MS:
        return "fragment"
    if _FRAGMENT.search(title) or _IN_BRACKETS.search(title):
        return "fragment"
    if _SHORT_FRAGMENT.search(title) and (duration_ms is None or duration_ms < _SHORTEST_SONG_MS):
        return "fragment"
    everywhere = f"{title}\n{artists}\n{album}"
    for kind, pattern in (("karaoke", _KARAOKE), ("karaoke", _TRIBUTE), ("noise", _NOISE)):
        if pattern.search(everywhere):
            return kind
    if _ALTERED.search(title):
        return "altered"
    if _NAMESAKES.search(f"{title}\n{artists}"):
        return None
    if _CHRISTMAS_TITLE.search(title) or (_CHRISTMAS_ALBUM.search(album) and not _NOT_OF_CHRISTMAS.search(album)):
        return CHRISTMAS
    return HALLOWEEN if _HALLOWEEN.search(title) else None
