"""Values of cells: what RVTools writes, and what spreadsheets and locales make of it.

Every function raises ValueError, in words for an operator, when a cell cannot mean what it should.
"""

import datetime as dt
import math
import re
from typing import Any, Final

from planner.read.outside import is_name, note
from planner.units import MIB

_NUMBERS: Final = (int, float)
_TIMES: Final = (dt.datetime, dt.date, dt.time)
_LARGEST: Final = 2**63 - 1
_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
# RVTools' columns that are read here hold whole numbers, so a separator before three digits groups them.
_GROUPED: Final = re.compile(r"([+-]?\d{1,3})([.,' \u2019])(\d{3}(?:\2\d{3})*)(?:(?!\2)[.,]0+)?")
_PLAIN: Final = re.compile(r"[+-]?\d+(?:[.,]0+)?")
_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
REMEDY: Final = "correct the cell, or empty it when the value is unknown"


def text(cell: Any) -> str | None:
    """Text of one line without surrounding space; None when there is nothing in the cell."""
    if isinstance(cell, str) and cell.isprintable():  # nearly every cell, and there are millions
        return cell.strip() or None
    return (name(cell) or "").strip() or None


def name(cell: Any) -> str | None:
    """A name, space and all; None when there is nothing but space.

    A number that a spreadsheet made of it loses its decimals, a date becomes ISO 8601.

    Raises ValueError when it holds a control character: no hypervisor shows such a name as it is.
    """
    value = _written(cell)
    if value and not is_name(value):
        raise ValueError(
            f"{value!r} holds a line break or another control character: remove it at the source"
        )
    return value if value.strip() else None


def remark(cell: Any) -> str | None:
    """Text that only people read, of any number of lines; None when nothing is left of it."""
    return note(_written(cell))


def truth(cell: Any) -> bool | None:
    """A truth value, also where RVTools wrote it as text; None when there is nothing in it."""
    if isinstance(cell, bool):
        return cell
    value = text(cell)
    meaning = _TRUTH.get(value.lower()) if value is not None else None
    if value is not None and meaning is None:
        raise ValueError(f"{value!r} is neither True nor False: {REMEDY}")
    return meaning


def whole(cell: Any, least: int = 0) -> int | None:
    """A whole number from `least` up to 63 bits; None when there is nothing in the cell.

    >>> whole("4.096,00"), whole("4,096"), whole(4096.0), whole("")
    (4096, 4096, 4096, None)
    """
    if isinstance(cell, bool):
        raise ValueError(f"{cell} is no number: {REMEDY}")  # noqa: TRY004
    number = float(cell) if isinstance(cell, _NUMBERS) else _number(text(cell))
    if number is None:
        return None
    if not math.isfinite(number) or not number.is_integer():
        raise ValueError(f"{_written(cell)!r} is no whole number: {REMEDY}")
    if number < least:
        raise ValueError(f"{_written(cell)!r} is not {least} or more: {REMEDY}")
    if number > _LARGEST:
        raise ValueError(f"{_written(cell)!r} is more than any machine has: {REMEDY}")
    return int(number)


def mebibytes(cell: Any, least: int = 0) -> int | None:
    """Bytes of a cell in MiB.

    Columns that old versions head `MB` hold the same figures: RVTools counts by 1024 and later only corrected
    the headings (a VM of 4 GiB is 4096 under either).
    """
    number = whole(cell, least)
    if number is not None and number * MIB > _LARGEST:
        raise ValueError(f"{cell} MiB is more than any machine has: {REMEDY}")
    return None if number is None else number * MIB


def _written(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, _TIMES) else str(cell)


def _number(value: str | None) -> float | None:
    if value is None:
        return None
    value = value.translate(_SPACES)
    if grouped := _GROUPED.fullmatch(value):
        return float(grouped[1] + grouped[3].replace(grouped[2], ""))
    if _PLAIN.fullmatch(value):
        return float(re.split("[.,]", value)[0])
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{value!r} is no number: {REMEDY}") from None
