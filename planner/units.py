"""Sizes, rates and durations: text to integers and back.

Inside the planner sizes are bytes, rates bytes a second and durations seconds, all `int`.
"""

import re
from typing import Final

KIB: Final = 1024
MIB: Final = 1024**2
GIB: Final = 1024**3
TIB: Final = 1024**4

_SIZE_UNITS: Final = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "tb": 1000**4,
    "kib": KIB,
    "mib": MIB,
    "gib": GIB,
    "tib": TIB,
}
_BIT_RATE_UNITS: Final = {"kbit/s": 10**3, "mbit/s": 10**6, "gbit/s": 10**9}
_DURATION_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_QUANTITY: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z/]*)\s*")


def _quantity(text: str, units: dict[str, int], what: str) -> int:
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2].lower() not in units:
        known = ", ".join(units)
        raise ValueError(f"{text!r} is not a {what}: write a number and one of {known}")
    return round(float(match[1]) * units[match[2].lower()])


def parse_size(value: int | str) -> int:
    """Bytes of a size: an integer is bytes already; text carries its unit (`64 GiB`, `500 GB`).

    Raises ValueError, in words for an operator, when the text is no size.

    >>> parse_size("1.5 GiB")
    1610612736
    """
    return value if isinstance(value, int) else _quantity(value, _SIZE_UNITS, "size")


def parse_rate(value: int | str) -> int:
    """Bytes a second of a rate: an integer is bytes a second; text carries its unit (`10 Gbit/s`, `110 MB/s`).

    Raises ValueError when the text is no rate.

    >>> parse_rate("1 Gbit/s")
    125000000
    """
    if isinstance(value, int):
        return value
    if "bit" in value.lower():
        return _quantity(value, _BIT_RATE_UNITS, "rate") // 8
    byte_units = {f"{unit}/s": factor for unit, factor in _SIZE_UNITS.items()}
    return _quantity(value, byte_units, "rate")


def parse_duration(value: int | str) -> int:
    """Seconds of a duration: an integer is seconds; text carries its unit (`90 min`, `2 h`).

    Raises ValueError when the text is no duration.

    >>> parse_duration("1.5 h")
    5400
    """
    return value if isinstance(value, int) else _quantity(value, _DURATION_UNITS, "duration")


_SIZES: Final = (
    ("TiB", TIB, 10 * TIB),
    ("GiB", GIB, GIB),
    ("MiB", MIB, MIB // 10),
    ("KiB", KIB, 1),
    ("MiB", MIB, 0),
)
"""Units with their bytes, and from how many bytes on each is used."""


def format_size(size_bytes: int | None) -> str:
    """A size in GiB (TiB from 10 TiB up, MiB below 1 GiB, KiB below a tenth of that) for people; unknown says so.

    >>> format_size(1610612736), format_size(77)
    ('1.5 GiB', '0.1 KiB')
    """
    if size_bytes is None:
        return "unknown"
    for unit, factor, least in _SIZES:
        if abs(size_bytes) >= least:
            return f"{size_bytes / factor:.1f}".removesuffix(".0") + f" {unit}"
    raise AssertionError("unreachable: the last row matches every size")


def format_rate(bytes_per_second: int | None) -> str:
    """A rate in MB/s, as storage and network people say it.

    >>> format_rate(125000000)
    '125 MB/s'
    """
    return "unknown" if bytes_per_second is None else f"{bytes_per_second / 10**6:.0f} MB/s"


def format_duration(seconds: int) -> str:
    """A duration as `2 d 03:20` or `3:20 h` or `12 min`, rounded up to the minute.

    >>> format_duration(12000)
    '3:20 h'
    """
    minutes = -(-seconds // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours:02d}:{rest:02d}"
    return f"{hours}:{rest:02d} h" if hours else f"{rest} min"
