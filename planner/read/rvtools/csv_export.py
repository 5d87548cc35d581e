"""Sheets of an RVTools export to CSV: a folder or zip of RVTools_tab<sheet>.csv, or vInfo alone."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from planner.errors import InputError, Problem
from planner.read.rvtools.guard import MOST_BYTES, check_archive
from planner.read.rvtools.sheet import Sheet, make_sheet
from planner.units import format_size

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = ",;\t"


def read_csv_folder(path: Path) -> tuple[Sheet, ...]:
    """Every CSV file directly in a folder as a sheet. Raises InputError when they are too large."""
    files = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() == ".csv")
    total = sum(file.stat().st_size for file in files)
    if total > MOST_BYTES:
        message = f"holds {format_size(total)} of CSV, more than the {format_size(MOST_BYTES)} that are read"
        raise InputError((Problem(file=str(path), message=message),))
    return tuple(_sheet(file.stem, file.read_bytes(), str(file)) for file in files)


def read_csv_archive(path: Path) -> tuple[Sheet, ...]:
    """Every CSV file of a zip archive as a sheet; nothing is unpacked to disk.

    Raises InputError when the archive is too large or damaged.
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        return tuple(
            _sheet(PurePosixPath(name).stem, archive.read(name), f"{path}/{name}")
            for name in sorted(archive.namelist())
            if name.lower().endswith(".csv")
        )


def read_vinfo_csv(path: Path) -> tuple[Sheet, ...]:
    """One CSV file as the sheet vInfo, whatever it is called."""
    return (_sheet("vInfo", path.read_bytes(), str(path)),)


def first_csv_line(beginning: bytes) -> list[str]:
    """The first line of a CSV file from its first bytes; empty when they are no text."""
    try:
        text = decode(beginning, errors="ignore")
    except UnicodeError:
        return []
    return next(_lines(text), []) if "\x00" not in text else []


def decode(data: bytes, errors: str = "strict") -> str:
    """Text of a file: by its byte order mark, as UTF-8, or as Windows writes Western text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors)
    try:
        return data.decode("utf-8", errors)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _sheet(name: str, data: bytes, file: str) -> Sheet:
    try:
        return make_sheet(name, _lines(decode(data)))
    except (UnicodeError, csv.Error) as error:
        raise InputError((Problem(file=file, message=f"is not readable as CSV: {error}"),)) from error


def _lines(text: str) -> Iterator[list[str]]:
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
