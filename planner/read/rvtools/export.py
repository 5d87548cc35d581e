"""An export as tables of rows with named fields; what is wrong in it is collected, not raised at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from planner.errors import InputError, Problem
from planner.read.rvtools import cells
from planner.read.rvtools.columns import COLUMNS, REQUIRED, TRANSLATED, comparable, fields_of
from planner.read.rvtools.sheet import Sheet, canonical_name, column_letters

T = TypeVar("T")

_DATABASE_HEADING: Final = "vinfovmname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a sheet. Reading a cell that cannot mean what it should adds to `problems` and gives None."""

    file: str
    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: tuple[Any, ...]
    problems: list[Problem]

    @property
    def origin(self) -> str:
        """Where the row stands, as `export.xlsx:vInfo!7`."""
        return f"{self.file.rsplit('/', 1)[-1]}:{self.sheet}!{self.number}"

    def has(self, field: str) -> bool:
        """Whether the sheet has the column of `field`."""
        return field in self.columns

    def blank(self, field: str) -> bool:
        """Whether a field holds nothing at all."""
        column = self.columns.get(field)
        return column is None or column >= len(self.cells) or self.cells[column] in ("", None)

    def text(self, field: str) -> str | None:
        """The text of a field, stripped."""
        return self._read(field, cells.text)

    def name(self, field: str) -> str | None:
        """The name in a field, exactly as it stands."""
        return self._read(field, cells.name)

    def remark(self, field: str) -> str | None:
        """Text for people in a field, of any number of lines."""
        return self._read(field, cells.remark)

    def truth(self, field: str) -> bool | None:
        """The truth value of a field."""
        return self._read(field, cells.truth)

    def whole(self, field: str, least: int = 0) -> int | None:
        """The whole number in a field, at least `least`."""
        return self._read(field, lambda cell: cells.whole(cell, least))

    def size(self, field: str, least: int = 0) -> int | None:
        """Bytes of a field in MiB, at least `least` MiB."""
        return self._read(field, lambda cell: cells.mebibytes(cell, least))

    def names(self, field: str) -> tuple[str, ...]:
        """The names of a field that lists them with commas."""
        return tuple(part.strip() for part in (self.name(field) or "").split(",") if part.strip())

    def refuse(self, field: str, message: str) -> None:
        """Report what is wrong with a field."""
        column = self.columns.get(field)
        path = f"{self.sheet}!{'' if column is None else column_letters(column)}{self.number}"
        self.problems.append(Problem(file=self.file, path=path, message=message))

    def _read(self, field: str, convert: Callable[[Any], T | None]) -> T | None:
        column = self.columns.get(field)
        cell = self.cells[column] if column is not None and column < len(self.cells) else None
        if cell is None or cell == "":
            return None
        try:
            return convert(cell)
        except ValueError as error:
            self.refuse(field, str(error))
            return None


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
        columns = fields_of(name, sheet.headers)
        tables[name] = tuple(
            Row(
                file=file,
                sheet=sheet.name,
                number=number,
                columns=columns,
                cells=values,
                problems=problems,
            )
            for number, values in sheet.rows
        )
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
    present = fields_of("vinfo", vinfo.headers)
    missing = [COLUMNS["vinfo"][field][0] for field in REQUIRED if field not in present]
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
