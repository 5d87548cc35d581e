"""Numbers and units of OVF."""

import re
from collections.abc import Mapping
from typing import Final

from planner.units import GIB, KIB, MIB, TIB

_PROGRAMMATIC: Final = re.compile(r"bytes?(?:\s*\*\s*(?P<base>2|10)\s*\^\s*(?P<exponent>\d{1,2}))?")
_NAMED: Final[Mapping[str, int]] = {
    **dict.fromkeys(("kilobytes", "kilobyte", "kb", "kib"), KIB),
    **dict.fromkeys(("megabytes", "megabyte", "mb", "mib"), MIB),
    **dict.fromkeys(("gigabytes", "gigabyte", "gb", "gib"), GIB),
    **dict.fromkeys(("terabytes", "terabyte", "tb", "tib"), TIB),
}
_LARGEST_UNIT: Final = 2**50
_WHOLE: Final = re.compile(r"-?\d{1,20}")


def unit_bytes(text: str) -> int:
    """Bytes of a unit: `byte * 2^20` as DSP0004 writes it, or `MegaBytes` as OVF 0.9 does.

    Raises ValueError for any other.

    >>> unit_bytes("byte * 2^20"), unit_bytes("MegaBytes"), unit_bytes("byte")
    (1048576, 1048576, 1)
    """
    word = text.strip().lower()
    match = _PROGRAMMATIC.fullmatch(word)
    factor = int(match["base"] or 1) ** int(match["exponent"] or 1) if match else _NAMED.get(word)
    if factor is not None and factor <= _LARGEST_UNIT:
        return factor
    raise ValueError(f"{text!r} is no unit of size: expected one like `byte * 2^30`")


def whole(text: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises ValueError for anything else.

    >>> whole(" 12 ", 0, 64)
    12
    """
    word = text.strip()
    if not _WHOLE.fullmatch(word) or not least <= int(word) <= most:
        raise ValueError(f"is {text!r}, expected a whole number from {least} to {most}")
    return int(word)
