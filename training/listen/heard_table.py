"""What was heard in the files of a folder, as a table that `prepare` takes. Public names: heard_table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from training.listen.music_file import HeardFile

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = ("duration_ms", "year")


def heard_table(heard: Iterable[HeardFile], by_sound: bool) -> pd.DataFrame:
    """A row for each file that was heard. A track's genre is what its file says; what is heard, where the file says nothing or
    all are to go `by_sound`."""
    import pandas as pd

    table = pd.DataFrame([each.row for each in heard if each.row is not None])
    if table.empty:
        return table
    table["track_genre"] = table["heard_genre"] if by_sound else table["track_genre"].fillna(table["heard_genre"])
    return table.astype(dict.fromkeys(_WHOLE, "Int64"))
