"""The bare libraries, with nothing done to what they read. Run as `python -m benchmarks.bare HOW PATH`.

Each imports its library itself: what a process takes is then that of one library alone.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final


def calamine(path: Path) -> None:
    """Every cell of a workbook, by the library that the planner reads workbooks with."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl(path: Path) -> None:
    """Every cell of a workbook, by openpyxl's read-only mode."""
    from openpyxl import load_workbook  # noqa: PLC0415

    for sheet in load_workbook(path, read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def lxml(path: Path) -> None:
    """Every XML file of a folder, parsed."""
    from lxml import etree  # noqa: PLC0415

    for file in sorted(path.rglob("*.xml")):
        etree.parse(file)


def lines(path: Path) -> None:
    """Every text file of a folder, read and split at the first `=` of each line."""
    for file in sorted(path.rglob("*.vm[xd]*")):
        dict(line.partition("=")[::2] for line in file.read_text().splitlines())


HOW: Final[dict[str, Callable[[Path], None]]] = {
    "calamine": calamine,
    "openpyxl": openpyxl,
    "lxml": lxml,
    "lines": lines,
}

if __name__ == "__main__":
    HOW[sys.argv[1]](Path(sys.argv[2]))
