"""An export as tables of rows with named fields; what is wrong in it is collected, not raised at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from planner.errors import InputError, Problem
from planner.read.outside import line
from planner.read.rvtools import cells
from planner.read.rvtools.columns import ATTRIBUTE, COLUMNS, REQUIRED, TRANSLATED, comparable
from planner.read.rvtools.sheet import Sheet, canonical_name, column_letters

T = TypeVar("T")

_DATABASE_HEADING: Final = "vinfovmname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What all rows of a sheet share: where they stand, and where to tell what is wrong with one of them.

    `columns` are those of the fields in the sheet, `positions` where their values stand in a row, `attributes` the
    fields that are custom attributes.
    """

    file: str
    sheet: str
    columns: Mapping[str, int]
    positions: Mapping[str, int]
    attributes: tuple[str, ...]
    problems: list[Problem]


def _reading(convert: Callable[[Any], T | None]) -> "Callable[[Row, str], T | None]":
    """A method of rows that reads a field by `convert`: None of an empty cell, and of a refused one."""

    def read(row: "Row", field: str) -> T | None:
        at = row.place.positions.get(field)
        if at is None or (cell := row.values[at]) == "":
            return None
        try:
            return convert(cell)
        except ValueError as error:
            row.refuse(field, str(error))
            return None

    return read


@cache
def _reading_from(
    convert: Callable[[Any, int], int | None], least: int
) -> "Callable[[Row, str], int | None]":
    """A method of rows that reads numbers from `least` on; there are few such, and millions of cells."""
    return _reading(lambda cell: convert(cell, least))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet. Reading a cell that cannot mean what it should adds to the problems and gives None."""

    place: Place
    number: int
    values: tuple[Any, ...]

    @property
    def origin(self) -> str:
        """Where the row stands, as `export.xlsx:vInfo!7`."""
        return f"{self.place.file.rsplit('/', 1)[-1]}:{self.place.sheet}!{self.number}"

    def has(self, field: str) -> bool:
        """Whether the sheet has the column of `field`."""
        return field in self.place.columns

    def blank(self, field: str) -> bool:
        """Whether a field holds nothing at all."""
        at = self.place.positions.get(field)
        return at is None or self.values[at] == ""

    # What a field holds, as the function of the same name in `cells` has it; made here, since a call more for each of
    # millions of cells is felt.
    text = _reading(cells.text)
    name = _reading(cells.name)
    remark = _reading(cells.remark)
    truth = _reading(cells.truth)

    def whole(self, field: str, least: int = 0) -> int | None:
        """The whole number in a field, at least `least`."""
        return _reading_from(cells.whole, least)(self, field)

    def size(self, field: str, least: int = 0) -> int | None:
        """Bytes of a field in MiB, at least `least` MiB."""
        return _reading_from(cells.mebibytes, least)(self, field)

    def attributes(self) -> Iterator[tuple[str, str]]:
        """Names and values of the custom attributes that have both."""
        for field in self.place.attributes:
            name, value = line(field.removeprefix(ATTRIBUTE)), line(self.remark(field))
            if name and value:
                yield name, value

    def names(self, field: str) -> tuple[str, ...]:
        """The names of a field that lists them with commas."""
        return tuple(part.strip() for part in (self.name(field) or "").split(",") if part.strip())

    def refuse(self, field: str, message: str) -> None:
        """Report what is wrong with a field."""
        column = self.place.columns.get(field)
        letters = "" if column is None else column_letters(column)
        path = f"{self.place.sheet}!{letters}{self.number}"
        self.place.problems.append(Problem(file=self.place.file, path=path, message=message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Every sheet that is read, by its lower-case name; `problems` and `notes` grow while it is read.

    Problems refuse the export; notes count what was left out because nothing says where it belongs.
    """

    file: str
    tables: Mapping[str, tuple[Row, ...]]
    problems: list[Problem]
    notes: list[str]

    def has(self, sheet: str) -> bool:
        """Whether the export has the sheet at all."""
        return sheet in self.tables

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet; none where the export lacks it."""
        return iter(self.tables.get(sheet, ()))


def make_export(file: str, sheets: tuple[Sheet, ...]) -> Export:
    """The tables of an export.

    Raises InputError when there is no sheet vInfo, or when its headings are not RVTools' English ones.
    """
    problems: list[Problem] = []
    known = {canonical_name(sheet.name): sheet for sheet in sheets if canonical_name(sheet.name) in COLUMNS}
    _refuse_unusable(file, sheets, known.get("vinfo"))
    tables = {}
    for name, sheet in known.items():
        place = Place(
            file=file,
            sheet=sheet.name,
            columns=sheet.columns,
            positions={field: at for at, field in enumerate(sheet.columns)},
            attributes=tuple(field for field in sheet.columns if field.startswith(ATTRIBUTE)),
            problems=problems,
        )
        tables[name] = tuple(Row(place, number, cells) for number, cells in sheet.rows)
    return Export(file=file, tables=tables, problems=problems, notes=[])


def _refuse_unusable(file: str, sheets: tuple[Sheet, ...], vinfo: Sheet | None) -> None:
    if vinfo is None:
        present = ", ".join(repr(sheet.name) for sheet in sheets) or "none"
        message = f"has no sheet vInfo, which lists the VMs (sheets: {present}): export all tabs of RVTools"
        raise InputError((Problem(file=file, message=message),))
    unusable = _foreign(vinfo.headers) or _incomplete(vinfo)
    if unusable is not None:
        raise InputError((Problem(file=file, path=vinfo.name, message=unusable),))


def _incomplete(vinfo: Sheet) -> str | None:
    missing = [COLUMNS["vinfo"][field][0] for field in REQUIRED if field not in vinfo.columns]
    if missing:
        return f"lacks {', '.join(missing)}: export all columns of RVTools"
    return None if vinfo.rows else "lists no VM: connect RVTools to a vCenter or host that has some"


def _foreign(headers: tuple[str, ...]) -> str | None:
    headings = {comparable(header): header for header in headers}
    if _DATABASE_HEADING in headings:
        return (
            "has database column names (-DBColumnNames), whose units differ by version: "
            "export without that option"
        )
    for language, words in TRANSLATED.items():
        found = [headings[key] for key in map(comparable, words) if key in headings]
        if found:
            return (
                f"has {language} column headings ({', '.join(found)}), so its numbers and words may be "
                f"{language} too: export again with RVTools' own English headings"
            )
    return None
