"""What a person may ask of a list of recommendations: one definition, by which a question is read from an address or a JSON
body, checked, written back into links, and described in the OpenAPI document.

A new filter is one field of `ListOptions`, and the place where it is applied.

Public names: ListOptions, TrackQuestion, FeaturesQuestion, Features, the types of single fields, and their bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from kamerton.matching.typed_name import LONGEST_QUERY
from kamerton.music.features import NAMES, RANGES, AudioFeatures
from kamerton.music.markets import CODES
from kamerton.music.pasted_link import LONGEST_TEXT
from kamerton.music.years import YEARS_PATTERN
from kamerton.recommending.feature_shift import LARGEST_SHIFT, SHIFTED, FeatureShift

FEWEST_RESULTS, MOST_RESULTS = 1, 50
DEFAULT_LIMIT = 10
DEFAULT_ARTIST_CAP = 1
MOST_SEEDS = 5
MOST_OFFSET = 450
MOST_EXCLUDED = 20
DEFAULT_POPULARITY = 0.5

WHOLE_FEATURES = ("key", "mode")
FLAGS = ("explicit",)

# No control characters but tabs and line breaks, no U+FFFD, and something else than spaces.
_PLAIN = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFD]"
_PLAIN_TEXT = rf"^{_PLAIN}*{_PLAIN[:-1]}\s]{_PLAIN}*$"

NAME_SCHEMA = {"minLength": 1, "maxLength": LONGEST_QUERY, "pattern": _PLAIN_TEXT}
"""What a name may be, as a JSON schema: stated here, and checked by the resolver, which has a sentence for each fault."""

Name = Annotated[
    str,
    Meta(
        description="A link to a track at Spotify, Deezer or Apple Music or to a video at YouTube, a URI or id of Spotify's, "
        "an ISRC, or a name: title, artist, or both in any order; "
        f"or a text of up to {LONGEST_TEXT} characters with a link in it.",
        examples=["Muse Hysteria", "https://open.spotify.com/track/7xyYsOvq5Ec3P4fr6mM9fD", "GBAYE0601690"],
        # A longer text may have a link in it.
        extra_json_schema=NAME_SCHEMA,
    ),
]
Limit = Annotated[int, Meta(ge=FEWEST_RESULTS, le=MOST_RESULTS, description="How many tracks to answer with, at most.")]
ArtistCap = Annotated[
    int, Meta(ge=FEWEST_RESULTS, le=MOST_RESULTS, description="How many tracks one artist may have in the answer.")
]
Offset = Annotated[
    int, Meta(ge=0, le=MOST_OFFSET, description="How many tracks of the list to leave out: those of the pages before.")
]
Tracks = Annotated[
    tuple[Name, ...],
    Meta(min_length=1, max_length=MOST_SEEDS, description="What to sound like; of several each has its part of the list."),
]
Unlike = Annotated[tuple[Name, ...], Meta(max_length=MOST_SEEDS, description="Tracks that the list should keep away from.")]
Genre = Annotated[
    str, Meta(max_length=100, description="The only genre to answer with, as /api/v1/genres has it.", examples=["metal"])
]
ExcludedArtists = Annotated[
    tuple[Annotated[str, Meta(max_length=LONGEST_QUERY, extra_json_schema={"minLength": 1, "pattern": _PLAIN_TEXT})], ...],
    Meta(max_length=MOST_EXCLUDED, description="Artists of whom no track should come."),
]
Popularity = Annotated[
    float,
    Meta(
        ge=-1,
        le=1,
        description="How much tracks that listeners know come before others that are as alike: 1 most, 0 not at all, -1 the "
        "reverse. A release without popularities has no preference.",
    ),
]


def _shift(what: str, example: str) -> Meta:
    description = f"How much more {what} each track should have than what it is like, or less: {example}."
    return Meta(ge=-LARGEST_SHIFT, le=LARGEST_SHIFT, description=description)


_MORE = "0.2 is a fifth of the scale more"
EnergyShift = Annotated[float, _shift("energy", _MORE)]
ValenceShift = Annotated[float, _shift("valence (a cheerful mood)", _MORE)]
TempoShift = Annotated[float, _shift("tempo", "0.1 is a tenth faster")]
AcousticnessShift = Annotated[float, _shift("acousticness", _MORE)]
Year = Annotated[
    str,
    Meta(
        description="When the tracks came out: a year, ten, or from one to another. Only where the release knows.",
        examples=["1990s", "1990-1999", "1994"],
        # Checked by the recommender, which has a sentence for it.
        extra_json_schema={"pattern": YEARS_PATTERN},
    ),
]
Explicit = Annotated[int, Meta(ge=0, le=1, description="0: no track that is marked as explicit; 1: as it comes.")]
Format = Annotated[
    Literal["json", "csv", "m3u", "txt"], Meta(description="The form of the list; by default what the header Accept asks for.")
]
World = Annotated[int, Meta(ge=0, le=1, description="1: tracks that other services name are among the answers; 0: none are.")]
Market = Annotated[
    str,
    Meta(
        description="The country to mark tracks for that cannot be played there.",
        examples=["DE"],
        # Checked by the service, too.
        extra_json_schema={"enum": sorted(CODES)},
    ),
]
Start = Annotated[float, Meta(ge=0, le=600, description="Where to begin to listen, in seconds; in the middle if not given.")]
FORMATS: tuple[str, ...] = get_args(get_args(Format)[0])


def _feature_type(name: str) -> Any:
    low, high = RANGES[name]
    number = Annotated[float, Meta(ge=low, le=high, multiple_of=1 if name in (*WHOLE_FEATURES, *FLAGS) else None)]
    return number | bool | None if name in FLAGS else number | None


if TYPE_CHECKING:
    Features = Any
else:
    Features = msgspec.defstruct(
        "Features",
        [(name, _feature_type(name), None) for name in NAMES],
        module=__name__,
        forbid_unknown_fields=True,
    )


class ListOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is wanted of the list, whatever it should sound like."""

    limit: Limit = DEFAULT_LIMIT
    artist_cap: ArtistCap = DEFAULT_ARTIST_CAP
    offset: Offset = 0
    unlike: Unlike = ()
    genre: Genre | UnsetType = UNSET
    exclude_artist: ExcludedArtists = ()
    popularity: Popularity = DEFAULT_POPULARITY
    energy: EnergyShift = 0.0
    valence: ValenceShift = 0.0
    tempo: TempoShift = 0.0
    acousticness: AcousticnessShift = 0.0
    year: Year | UnsetType = UNSET
    explicit: Explicit = 1

    @property
    def only_genre(self) -> str | None:
        return None if self.genre is UNSET else self.genre

    @property
    def shift(self) -> FeatureShift:
        return FeatureShift(**{name: getattr(self, name) for name in SHIFTED})

    def arguments(self) -> dict[str, Any]:
        """The question as the arguments of an address, without those that equal the defaults; names stand before numbers."""
        # msgspec leaves out a number only where it is the very object that the default is.
        unshifted = [name for name in SHIFTED if not getattr(self, name)]
        fields = {name: value for name, value in msgspec.to_builtins(self).items() if name not in unshifted}
        return dict(sorted(fields.items(), key=lambda field: isinstance(field[1], int | float)))


class _OfTracks(ListOptions, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    # By position, and so before the options, which are told by keyword.
    track: Tracks


class TrackQuestion(_OfTracks, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Tracks like those of `track`; with `world` tracks that services outside name are wanted, too."""

    world: World = 1
    format: Format | UnsetType = UNSET
    market: Market | UnsetType = UNSET


class SoundQuestion(ListOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Tracks like a sound that is sent along: half a minute of it, from `start` seconds on or in its middle."""

    start: Start | UnsetType = UNSET
    market: Market | UnsetType = UNSET


class _OfFeatures(ListOptions, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    features: Annotated[Features, Meta(extra_json_schema={"minProperties": 1})]


class FeaturesQuestion(_OfFeatures, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Audio features to sound like, as Spotify scales them. What is not known is left out or null; one at least is needed."""

    market: Market | UnsetType = UNSET


def audio_features(message: Any) -> AudioFeatures:
    """The values of a `Features`."""
    values = msgspec.structs.asdict(message).items()
    return AudioFeatures(**{name: None if value is None else float(value) for name, value in values})
