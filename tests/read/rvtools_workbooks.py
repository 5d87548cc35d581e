"""Workbooks for the tests, written by openpyxl as RVTools lays them out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.errors import InputError
from planner.model.estate import Estate
from planner.read.rvtools import read_rvtools

Sheets = Mapping[str, Sequence[Mapping[str, Any]]]

VINFO = {
    "VM": "web",
    "Powerstate": "poweredOn",
    "Template": "False",
    "CPUs": 2,
    "Memory": 4096,
    "NICs": 0,
    "Disks": 0,
    "Cluster": "CL",
    "Host": "esx1",
    "VM ID": "vm-1",
    "VM UUID": "42000000-0000-0000-0000-000000000001",
}


def vinfo(**changes: Any) -> dict[str, Any]:
    """A row of vInfo; keys of `changes` spell headings with `_` for a space."""
    return VINFO | {key.replace("_", " "): value for key, value in changes.items()}


def write_workbook(path: Path, sheets: Sheets) -> Path:
    """A workbook with one sheet per key; the headings are those of all its rows, in order of appearance."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        sheet.append(headings)
        for row in rows:
            sheet.append([row.get(heading) for heading in headings])
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # text, also when it begins like a formula
    book.save(path)
    return path


def host(name: str | None = "esx1", **changes: Any) -> dict[str, Any]:
    """A row of vHost."""
    row = {"Host": name, "Datacenter": "DC", "Cluster": "CL", "# Cores": 32, "# Memory": 262144}
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def estate_of(directory: Path, **sheets: Any) -> Estate:
    """The estate of a workbook with the given sheets."""
    return read_rvtools(write_workbook(directory / "export.xlsx", sheets))


def problems_of(directory: Path, **sheets: Any) -> list[str]:
    """Problems of a workbook with the given sheets, without the file's name."""
    path = write_workbook(directory / "export.xlsx", sheets)
    with pytest.raises(InputError) as caught:
        read_rvtools(path)
    return [str(problem).removeprefix(f"{path}: ") for problem in caught.value.problems]
