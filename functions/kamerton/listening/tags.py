"""The tags that the tagger hears, and which of them speak for a genre of a catalog.

Public names: TAGS, GENRE_TAGS, tags_of_genre.
"""

from __future__ import annotations

from functools import lru_cache

from kamerton.music.normalise import normalise

TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock", "jazz",
    "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow", "electronica", "80s",
    "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic",
    "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country", "easy listening", "sexy", "catchy",
    "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
"""In the order of the model's output: the fifty commonest of Last.fm."""

GENRE_TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "dance", "alternative rock", "jazz", "metal", "classic rock", "soul",
    "indie rock", "electronica", "folk", "punk", "blues", "hard rock", "ambient", "Hip-Hop", "country", "easy listening",
    "funk", "electro", "heavy metal", "Progressive rock", "rnb", "indie pop", "House",
)  # fmt: skip
"""Those that name a kind of music, and no mood, decade or voice."""

_ELECTRONIC = ("electronic", "electronica", "electro")
# What is called by other words than the tags are, or by more of them. The first tag counts whole, the others half.
_OTHER_WORDS = {
    "deep house": ("House", "dance", "electronic"),
    "dubstep": ("electro", "electronic", "electronica"),
    "drum and bass": _ELECTRONIC,
    "techno": _ELECTRONIC,
    "trance": ("dance", *_ELECTRONIC),
    "edm": ("dance", *_ELECTRONIC),
    "idm": ("electronica", "electronic", "experimental"),
    "garage": ("House", "electronic"),
    "disco": ("funk", "dance"),
    "rap": ("Hip-Hop",),
    "trap": ("Hip-Hop",),
    "r and b": ("rnb", "soul"),
    "rock": ("rock", "alternative rock", "classic rock", "indie rock"),
    "metal": ("metal", "heavy metal", "hard rock"),
    "metalcore": ("metal", "heavy metal"),
    "grindcore": ("metal", "heavy metal"),
    "hardcore": ("punk", "metal"),
    "grunge": ("alternative rock", "rock"),
    "emo": ("punk", "alternative rock"),
    "acoustic": ("acoustic", "folk"),
    "singer songwriter": ("acoustic", "folk"),
    "songwriter": ("acoustic", "folk"),
    "bluegrass": ("country", "folk"),
    "honky tonk": ("country",),
    "gospel": ("soul",),
    "groove": ("funk", "soul"),
    "chill": ("chill", "chillout"),
    "new age": ("ambient",),
    "sleep": ("ambient",),
    "study": ("ambient", "chillout"),
    "classical": ("instrumental", "ambient"),
    "piano": ("instrumental", "ambient"),
    "guitar": ("guitar", "acoustic"),
}


@lru_cache(maxsize=512)
def tags_of_genre(genre: str) -> tuple[str, ...]:
    """The tags that speak for a genre, the surest first; none for a genre of which no tag says anything."""
    name = normalise(genre)
    own = {normalise(tag): tag for tag in TAGS}
    if name in _OTHER_WORDS:
        return _OTHER_WORDS[name]
    if name in own:
        return (own[name],)
    # "progressive house" is a kind of house.
    words = name.split()
    tails = [" ".join(words[start:]) for start in range(1, len(words))]
    return next((_OTHER_WORDS.get(tail) or (own[tail],) for tail in tails if tail in _OTHER_WORDS or tail in own), ())
