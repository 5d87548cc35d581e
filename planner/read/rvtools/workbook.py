"""Sheets of an RVTools workbook (.xlsx), by python-calamine."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from planner.errors import InputError, Problem
from planner.read.rvtools.columns import COLUMNS
from planner.read.rvtools.guard import check_archive
from planner.read.rvtools.sheet import Sheet, canonical_name, make_sheet

# Excel keeps workbooks of the 1990s, and encrypted ones, in an OLE compound file.
OLE_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Every sheet of the workbook at `path`.

    Raises InputError when it is too large, damaged, protected or in the old .xls format.
    """
    with path.open("rb") as stream:
        signature = stream.read(len(OLE_SIGNATURE))
    if signature == OLE_SIGNATURE:
        message = "is an old .xls or a password-protected workbook: save it as .xlsx without a password"
        raise InputError((Problem(file=str(path), message=message),))
    check_archive(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            return tuple(make_sheet(name, _table(workbook, name)) for name in workbook.sheet_names)
    except CalamineError as error:
        message = f"cannot be read as a workbook ({error}): export it again"
        raise InputError((Problem(file=str(path), message=message),)) from error


def _table(workbook: CalamineWorkbook, name: str) -> Iterable[list[Any]]:
    """The lines of a sheet; none of one that nobody asks for, such as the list of all files."""
    if canonical_name(name) not in COLUMNS:
        return ()
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
