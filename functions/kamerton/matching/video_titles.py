"""Reads the titles and channels of videos: the name of the song, the marks of a version, and decoration.

Public names: channel_artist, title_forms, without, numbers, foreign_marks, is_titled_official, track_in, without_decoration,
without_guests, search_text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kamerton.music.normalise import normalise, normalise_name
from kamerton.music.titles import base_title
from kamerton.music.track import YOUTUBE, Track

_LONGEST_SEARCH = 200
_MOST_ARTISTS = 2

# YouTube makes channels "ARTIST - Topic" for the videos that labels deliver, and Vevo names its own ARTISTVEVO.
_TOPIC = re.compile(r"\s+-\s+(?:topic|тема|tema|thema)\s*$", re.IGNORECASE)
_OFFICIAL_CHANNEL = re.compile(r"(?:\s*vevo|\s+official(?:\s+(?:channel|artist channel))?|\s+music)\s*$", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—―~]\s+|\s*[|]\s*|:\s+")
_QUOTES = re.compile(r"[\"“”„«»「」『』]")
_QUOTED = re.compile(r"(?<!\w)['\"“”„‘«]([^'\"“”‘’«»]{2,})['\"“”’»](?!\w)|[「『]([^」』]+)[」』]")
_OFFICIAL = re.compile(r"\bofficial\b|\bофициальн", re.IGNORECASE)
_GUESTS = re.compile(
    r"\s*(?P<open>[\(\[])?(?:\s*[-–—,])?\s*\b(?:feat|ft|featuring)\b\.?\s+[^\)\]]*(?P<close>[\)\]])?", re.IGNORECASE
)
_BRACKETS = re.compile(r"[\(\[【][^\)\]】]*[\)\]】]")

_DECORATION_WORDS = (
    "official oficial offizielles officiel ufficiale video videoclip clip music audio lyric lyrics lyrical letra paroles "
    "текст visualizer visualiser hd hq 4k uhd 1080p 720p 8k mv m v pv full song explicit clean remaster remastered "
    "remasterizado version album original премьера клип официальный официальное видео аудио клипа with stereo mono upscaled "
    "new prod"
)
_DECORATION = frozenset(normalise(_DECORATION_WORDS).split())
_YEAR = re.compile(r"(?:19|20)\d\d")

_MARKS = {
    "live": re.compile(r"\b(?:live|en vivo|ao vivo|in concert|concert|unplugged|концерт|вживую|tiny desk|session|sessions)\b"),
    "cover": re.compile(r"\b(?:cover|covers|covered|кавер|tribute|in the style of|originally performed)\b"),
    "karaoke": re.compile(r"\b(?:karaoke|караоке|backing track|minus one|минусовка)\b"),
    "instrumental": re.compile(r"\b(?:instrumental|instrumentals|type beat)\b"),
    "remix": re.compile(r"\b(?:remix|remixed|rmx|mashup|bootleg|flip|ремикс|vip mix|club mix|extended mix)\b"),
    "speed": re.compile(r"\b(?:sped up|speed up|slowed|slow down|nightcore|daycore|chipmunk|chopped|pitched|tiktok version)\b"),
    "effect": re.compile(r"\b(?:reverb|8d|16d|bass boosted|bassboosted|lofi|lo fi|8 bit|8bit|432hz|432 hz)\b"),
    "length": re.compile(r"\b(?:\d+ ?(?:hour|hours|hr|hrs|h|час|часа|часов)|loop|looped|on repeat)\b"),
    "acoustic": re.compile(r"\b(?:acoustic|akustik|acustico|акустика)\b"),
    "lesson": re.compile(
        r"\b(?:tutorial|lesson|how to play|guitar tab|tabs|drum cam|bass cover|drum cover|piano cover|synthesia|playthrough)\b"
    ),
    "about": re.compile(
        r"\b(?:reaction|reacts|reacting|review|interview|documentary|behind the scenes|making of|teaser|trailer|explained|"
        r"parody|пародия|реакция|full album|lullaby|музыка из|shorts)\b"
    ),
    "demo": re.compile(r"\bdemo\b"),
}
_CHANNEL_MARKS = ("cover", "karaoke", "speed", "effect", "lesson", "about")


def channel_artist(channel: str) -> str:
    """The normalised name of the artist whose channel it is: "Radiohead - Topic" and "RadioheadVEVO" are "radiohead"."""
    name = _TOPIC.sub("", channel)
    stripped = _OFFICIAL_CHANNEL.sub("", name)
    return normalise(stripped) or normalise_name(name).strip()


def title_forms(title: str, artists: Iterable[str] = ()) -> set[str]:
    """The normalised names that the song of a title may have: the whole title, its parts and its quotations, each with and
    without the artists, decoration, guests and brackets."""
    parts = [title, *_DASH.split(title), *(match[1] or match[2] for match in _QUOTED.finditer(title))]
    names = {name for part in parts for name in (_plain_words(part), normalise(_BRACKETS.sub(" ", part)), base_title(part))}
    return {form for name in names for form in (name, without(name, artists)) if form}


def _plain_words(title: str) -> str:
    """The normalised title without decoration and guests."""
    words = normalise(without_guests(title)).split()
    return " ".join(word for word in words if word not in _DECORATION and not _YEAR.fullmatch(word))


def without(text: str, artists: Iterable[str]) -> str:
    """The normalised text without the first mention of each artist."""
    padded = f" {text} "
    for artist in artists:
        padded = padded.replace(f" {normalise(artist)} ", " ", 1)
    return " ".join(padded.split())


def numbers(form: str) -> list[str]:
    """The numbers in a normalised title, without years, which editions have."""
    return sorted(word.lstrip("0") for word in form.split() if word.isdigit() and not _YEAR.fullmatch(word))


def foreign_marks(track: Track, title: str, channel: str) -> tuple[int, int]:
    """How many marks of another version only the video has, and how many only the track has."""
    track_title, video_title = normalise(track.title), without(normalise(title), track.artists)
    channel_name, artist_names = normalise(channel), normalise(" ".join(track.artists))
    foreign = missing = 0
    for mark, pattern in _MARKS.items():
        track_words, video_words = Counter(pattern.findall(track_title)), Counter(pattern.findall(video_title))
        in_channel = bool(mark in _CHANNEL_MARKS and pattern.search(channel_name) and not pattern.search(artist_names))
        # "Live and Let Die (Live)" has the title's word once more; "Live, Unplugged" means no more than "Live".
        has_more = any(video_words[word] > track_words[word] for word in track_words)
        foreign += has_more if track_words else bool(video_words) or in_channel
        missing += bool(track_words) and not video_words and not in_channel
    return foreign, missing


def is_titled_official(title: str) -> bool:
    return bool(_OFFICIAL.search(title))


def track_in(video_id: str, title: str, channel: str, duration_ms: int | None = None) -> Track:
    """The track of a video, as far as the title and the channel tell: "Artist - Title (Official Video)"."""
    parts = None if _TOPIC.search(channel) else _split_title(title)
    artist, name = parts or (_as_written(channel), title)
    name = _song_name(name) or _song_name(title) or title.strip()
    artist = " ".join(_QUOTES.sub("", _GUESTS.sub("", artist)).split())
    artists = (artist,) if artist else ()
    return Track(id=f"{YOUTUBE}:{video_id}", title=name, artists=artists, duration_ms=duration_ms)


def _split_title(title: str) -> tuple[str, str] | None:
    """Artist and title, when a dash or quotation marks separate them."""
    parts = _DASH.split(title, maxsplit=1)
    if len(parts) == 2 and all(map(normalise, parts)):
        return parts[0], parts[1]
    quoted = _QUOTED.search(title)
    before = _BRACKETS.sub(" ", title[: quoted.start()]).strip() if quoted else ""
    return (before, quoted[1] or quoted[2]) if quoted and normalise(before) else None


def _as_written(channel: str) -> str:
    name = _TOPIC.sub("", channel)
    return _OFFICIAL_CHANNEL.sub("", name).strip() or name.strip()


def _song_name(title: str) -> str:
    """The title as it is written, without decoration, guests, and the part behind a bar."""
    return without_decoration(without_guests(title.partition("|")[0]))


def without_guests(title: str) -> str:
    """The title without "feat." and the names behind it: "Get Lucky (Radio Edit - feat. Nile)" is "Get Lucky (Radio Edit)"."""
    return _GUESTS.sub(lambda match: (match["close"] or " ") if not match["open"] else " ", title)


def without_decoration(title: str) -> str:
    """The title as it is written, without quotation marks and brackets that hold only decoration."""

    def replacement(match: re.Match[str]) -> str:
        words = normalise(match[0]).split()
        is_decoration = all(word in _DECORATION or _YEAR.fullmatch(word) for word in words)
        return " " if is_decoration else match[0]

    text = _BRACKETS.sub(replacement, title)
    return " ".join(_QUOTES.sub(" ", text).split()).strip(" -–—")


def search_text(track: Track) -> str:
    """The text of a search for the track: artists and title, without YouTube's operators: a dash before a word, a bar."""
    names = " ".join((*track.artists[:_MOST_ARTISTS], without_guests(track.title)))
    words = [word.lstrip("-–—") for word in names.replace("|", " ").replace('"', " ").split()]
    return " ".join(filter(None, words))[:_LONGEST_SEARCH]
