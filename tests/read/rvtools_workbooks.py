"""Workbooks for the tests, written by openpyxl as RVTools lays them out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

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
    book.save(path)
    return path
