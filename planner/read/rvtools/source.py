"""The ways an RVTools export is handed over, told apart by content."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.rvtools.columns import COLUMNS, TRANSLATED, comparable
from planner.read.rvtools.csv_export import first_csv_line, read_csv_archive, read_csv_folder, read_vinfo_csv
from planner.read.rvtools.estate import estate_of
from planner.read.rvtools.export import make_export
from planner.read.rvtools.sheet import Sheet, canonical_name
from planner.read.rvtools.workbook import OLE_SIGNATURE, read_workbook
from planner.read.source import Sample

_POWER_STATES: Final = {"powerstate"} | {comparable(word) for words in TRANSLATED.values() for word in words}


def is_rvtools(path: Path) -> bool:
    """Whether `path` is a workbook, a folder or zip of RVTools' CSV files, or its vInfo as CSV.

    Only content counts, never the name of the file; False also when there is nothing to read.
    """
    try:
        return _reader(path) is not None
    except OSError:
        return False


def is_rvtools_file(sample: Sample) -> bool:
    """Whether a file is one of RVTools, by what it begins with."""
    return _reader_of_file(sample) is not None


def read_rvtools(path: Path) -> Estate:
    """The estate of an RVTools export.

    Raises InputError with everything that is wrong, each with sheet and cell (`vInfo!C7`).
    """
    try:
        reader = _reader(path)
        if reader is None:
            raise InputError((Problem(file=str(path), message="is no export of RVTools"),))
        return estate_of(make_export(str(path), reader(path)))
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error


def _reader(path: Path) -> Callable[[Path], tuple[Sheet, ...]] | None:
    if path.is_dir():
        return read_csv_folder if any(_is_tab(file.name) for file in path.iterdir()) else None
    return _reader_of_file(Sample.of(path)) if path.is_file() else None


def _reader_of_file(sample: Sample) -> Callable[[Path], tuple[Sheet, ...]] | None:
    if sample.head.startswith(b"PK"):
        return _archive_reader(sample.path)
    if sample.head.startswith(OLE_SIGNATURE):
        return read_workbook
    return read_vinfo_csv if _is_vinfo(first_csv_line(sample.head)) else None


def _archive_reader(path: Path) -> Callable[[Path], tuple[Sheet, ...]] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return read_workbook
    return read_csv_archive if any(map(_is_tab, names)) else read_workbook


def _is_tab(name: str) -> bool:
    stem, _, ending = name.rsplit("/", 1)[-1].rpartition(".")
    return ending.lower() == "csv" and canonical_name(stem) in COLUMNS


def _is_vinfo(headings: list[str]) -> bool:
    """A list of VMs with their power state, in English or a language that is refused later."""
    found = {comparable(heading) for heading in headings}
    return "vm" in found and bool(found & _POWER_STATES)
