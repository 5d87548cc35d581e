"""A sheet of an export as text and numbers, whatever file it came from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_PREFIX: Final = re.compile(r"(?:rvtools_)?(?:tab)?(?=d?v[a-z])", re.IGNORECASE)
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Headers and rows of one sheet. A row carries its number as a spreadsheet shows it, from 1.

    Rows in which every cell is empty are left out: real exports end in hundreds of them.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def make_sheet(name: str, table: Iterable[Sequence[Any]]) -> Sheet:
    """A sheet from its lines; the first line that is not empty holds the headers."""
    lines = [
        (number, tuple(line))
        for number, line in enumerate(table, start=1)
        if any(cell not in ("", None) for cell in line)
    ]
    headers = tuple(str(cell) for cell in lines[0][1]) if lines else ()
    return Sheet(name=name, headers=headers, rows=tuple(lines[1:]))


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
