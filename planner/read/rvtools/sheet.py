"""A sheet of an export as text and numbers, whatever file it came from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

from planner.read.rvtools.columns import fields_of

_PREFIX: Final = re.compile(r"(?:rvtools_)?(?:tab)?(?=d?v[a-z])", re.IGNORECASE)
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of an export: its headings, and the column of every field that is read of it, from 0.

    A row carries its number as a spreadsheet shows it, from 1, and the cells of `columns` in their order. Rows in which
    every cell is empty are left out: real exports end in hundreds of them.
    """

    name: str
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def make_sheet(name: str, table: Iterable[Sequence[Any]]) -> Sheet:
    """A sheet from its lines; the first line that is not empty holds the headers."""
    lines = ((number, line) for number, line in enumerate(table, start=1) if not _is_empty(line))
    _, first = next(lines, (0, ()))
    headers = tuple(str(cell) for cell in first)
    columns = fields_of(canonical_name(name), headers)
    wanted = tuple(columns.values())
    width = max(wanted, default=-1) + 1
    return Sheet(
        name=name,
        headers=headers,
        columns=columns,
        rows=tuple((number, _picked(line, wanted, width)) for number, line in lines),
    )


def canonical_name(name: str) -> str:
    """The name of a sheet without what some versions put before it, in lower case.

    >>> canonical_name("RVTools_tabvInfo"), canonical_name("tabdvPort"), canonical_name("vHost")
    ('vinfo', 'dvport', 'vhost')
    """
    return _PREFIX.sub("", name.strip(), count=1).lower()


def column_letters(index: int) -> str:
    """The letters above a column, counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _is_empty(line: Sequence[Any]) -> bool:
    return not any(line) and all(cell == "" for cell in line)


def _picked(line: Sequence[Any], wanted: tuple[int, ...], width: int) -> tuple[Any, ...]:
    """Lines of CSV end early where their last cells are empty."""
    whole = line if len(line) >= width else [*line, *repeat("", width - len(line))]
    return tuple(map(whole.__getitem__, wanted))
