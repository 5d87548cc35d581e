"""Refuse archives that would exhaust memory, before anything is unpacked into it.

A workbook is a zip archive of XML; the reader below us keeps every cell between the first and the last
used one, so two cells in opposite corners cost as much as a full sheet.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from planner.errors import InputError, Problem
from planner.units import GIB, KIB, MIB, format_size

MOST_BYTES: Final = 2 * GIB
MOST_MEMBERS: Final = 1000
MOST_CELLS: Final = 50_000_000
# The XML of a sheet full of equal cells packs about 1:60; a bomb needs far more to be one.
MOST_RATIO: Final = 150
_RATIO_MATTERS_FROM: Final = 10 * MIB
_CHUNK: Final = MIB
_LONGEST_TAG: Final = 64 * KIB
_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])([^<>]*)>")
# Cells but those that are written as every spreadsheet does and stand left of column EA, above row 100,000:
# however many of them there are, they lie within 13 million.
_UNUSUAL: Final = re.compile(rb'<c(?! r="[A-D]?[A-Z][0-9]{1,5}"|ol|ust|ell|f)')
_REFERENCE: Final = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{0,3})(\d{1,7})[\"']")


def check_archive(path: Path) -> None:
    """Raises InputError when `path` is a damaged archive, or one that is too large once unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            message = _too_large(archive.infolist()) or _too_wide(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError) as error:
        message = f"is damaged or protected ({error}): export it again"
    except NotImplementedError as error:
        message = f"uses a compression that no RVTools writes ({error}): export it again"
    if message:
        raise InputError((Problem(file=str(path), message=message),))


def _too_large(members: list[zipfile.ZipInfo]) -> str | None:
    if len(members) > MOST_MEMBERS:
        return f"holds {len(members)} files, more than the {MOST_MEMBERS} that any export has"
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        return f"unpacks to {format_size(total)}, more than the {format_size(MOST_BYTES)} that are read"
    for member in members:
        ratio = member.file_size // max(member.compress_size, 1)
        if member.file_size > _RATIO_MATTERS_FROM and ratio > MOST_RATIO:
            return (
                f"is refused as a zip bomb: a part of it unpacks to {format_size(member.file_size)}, "
                f"{ratio} times its size; an export stays below {MOST_RATIO} times"
            )
    return None


def _too_wide(archive: zipfile.ZipFile) -> str | None:
    """Reading to the end also proves that no member is larger than the archive's directory says."""
    for member in archive.infolist():
        with archive.open(member) as stream:
            if _is_usual(stream) or not _is_sheet(member):
                continue
        with archive.open(member) as stream:
            rows, columns = _corner(stream)
        if rows * columns > MOST_CELLS:
            return (
                f"has a sheet of {rows} rows and {columns} columns, more than {MOST_CELLS:,} cells: "
                "delete what stands far away from the table, or export it again"
            )
    return None


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")


def _is_usual(stream: IO[bytes]) -> bool:
    """Whether no cell stands far away. To search for one that does is several times faster than to look at each."""
    usual, rest = True, b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        cut = max(text.rfind(b"<"), len(text) - _LONGEST_TAG)
        text, rest = text[:cut], text[cut:]
        usual = usual and b":c" not in text and not _UNUSUAL.search(text)
    return usual


def _corner(stream: IO[bytes]) -> tuple[int, int]:
    """The last row and the last column with content, each counted from 1."""
    rows = columns = 0
    for row, column in _cells(stream):
        rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _cells(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column, from 1, of every cell with content; a cell without a reference follows the last one."""
    row = column = 0
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        end = 0
        for tag in _TAG.finditer(text):
            end = tag.end()
            reference = _REFERENCE.search(tag[2])
            if tag[1] == b"row":
                row, column = (int(reference[2]) if reference else row + 1), 0
                continue
            row = int(reference[2]) if reference else row
            column = _column(reference[1]) if reference else column + 1
            if not tag[2].endswith(b"/"):
                yield row, column
        rest = text[max(end, len(text) - _LONGEST_TAG) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
