"""The cells of a file of tracks, whatever program wrote it: CSV with any separator and encoding, packed or not, Excel, Parquet.

Public names: read_cells.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
from charset_normalizer import from_bytes

_PARQUET, _GZIP, _ZIP = b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx")
_SEPARATORS = ",;\t|"
# What of a file is looked at to tell its encoding, and what a packed one may become.
_SAMPLE, _LARGEST = 400_000, 4_000_000_000
# Of those that are alike in most letters the most usual: text in Latin letters fits dozens.
_ENCODINGS = ("cp1252", "cp1251", "koi8_r", "shift_jis", "euc_kr", "gb18030", "big5", "iso8859_9")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_cells(path: Path) -> pd.DataFrame:
    """The table as text, with None where a cell is empty; a Parquet file with its own kinds. SystemExit, with a sentence, for
    what is no table."""
    try:
        data = _unpacked(path.read_bytes(), path.name)
        cells = _parquet(data) if data[:4] == _PARQUET else _excel(data) if data[:4] == _ZIP else _csv(data, path.name)
    except FileNotFoundError:
        raise SystemExit(f"{path.name} is not there: no file {path}.") from None
    except (OSError, ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, csv.Error) as error:
        what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SystemExit(f"{path.name} cannot be read as a table: {what}") from error
    cells.columns = [str(name).strip() for name in cells.columns]
    # Problems name rows by their place, whatever index was stored with them.
    return cells.reset_index(drop=True)


def _unpacked(data: bytes, name: str) -> bytes:
    """The table in a gz or a zip; a file of Excel is a zip, too."""
    if data[:2] == _GZIP:
        with gzip.open(io.BytesIO(data)) as stream:
            data = stream.read(_LARGEST)
    if data[:4] != _ZIP:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            return data
        tables = [each for each in names if each.lower().endswith(_TABLES) and not each.startswith("__MACOSX")]
        if len(tables) != 1:
            found = ", ".join(tables[:5]) or "none"
            raise SystemExit(f"{name} is a zip that should hold one table, and holds {len(tables)} ({found}).")
        if archive.getinfo(tables[0]).file_size > _LARGEST:
            raise SystemExit(f"{name} holds {tables[0]}, which is too large to be unpacked.")
        return archive.read(tables[0])


def _parquet(data: bytes) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(data))


def _excel(data: bytes) -> pd.DataFrame:
    return pd.read_excel(io.BytesIO(data), dtype=str, keep_default_na=False, na_values=[""])


def _csv(data: bytes, name: str) -> pd.DataFrame:
    _refuse_other_files(data, name)
    text = _decoded(data, name)
    first = text.lstrip("\ufeff\r\n").splitlines()[:1]
    if not first:
        raise SystemExit(f"{name} is empty.")
    separator = max(_SEPARATORS, key=first[0].count)
    names = next(csv.reader(first, delimiter=separator))
    _require_distinct([each.strip() for each in names if each.strip()], name)
    try:
        # As text, because pandas would take the song "None" for a missing name and an id of digits for a number.
        return pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            index_col=False,
            on_bad_lines="error",
        )
    except pd.errors.ParserError as error:
        if "EOF inside string" in str(error):
            raise SystemExit(f'{name} has a quotation mark that is never closed: look for a single " in it.') from error
        raise


def _refuse_other_files(data: bytes, name: str) -> None:
    start = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"version https://git-lfs"):
        raise SystemExit(f"{name} is a pointer of Git LFS and not the table itself: fetch it with `git lfs pull`.")
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head")):
        raise SystemExit(f"{name} is a web page and not a table: the download asked for a login, or for a click.")


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\x00" in data[:1000]:
        raise SystemExit(f"{name} is no text, and no kind of table that is known: CSV, Excel or Parquet.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_ENCODINGS)).best()
    encoding = best.encoding if best is not None else "cp1252"
    print(f"{name} is read as {encoding}.")
    return data.decode(encoding, errors="replace")


def _require_distinct(names: list[str], name: str) -> None:
    if repeated := [column for place, column in enumerate(names) if column in names[:place]]:
        raise SystemExit(f"{name} has two columns of one name: {repeated[0]}.")
