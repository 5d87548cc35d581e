"""The formats that the schemas name: each says in an operator's words what is wrong with a value."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any, Final

from jsonschema import FormatChecker

from planner.units import parse_duration, parse_rate, parse_size

FORMATS: Final = FormatChecker(formats=["date"])

_Parser = Callable[[int | str], int]


def _is_quantity(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)


def _more_than_zero(parse: _Parser) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if _is_quantity(value) and _amount(value, parse) <= 0:
            raise ValueError(f"{value!r} must be more than zero")
        return True

    return check


def _not_negative(parse: _Parser) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if _is_quantity(value) and _amount(value, parse) < 0:
            raise ValueError(f"{value!r} must not be negative")
        return True

    return check


def _amount(value: int | str, parse: _Parser) -> int:
    """The quantity; text with a minus sign, which no parser accepts, counts as -1."""
    return -1 if isinstance(value, str) and value.lstrip().startswith("-") else parse(value)


def _is_address(value: Any) -> bool:
    if isinstance(value, str):
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise ValueError(f"{value!r} is no IP address") from None
    return True


def mac(text: str) -> str:
    """A MAC address in lower case with colons, from any of the usual spellings.

    Raises ValueError when the text is no MAC address.

    >>> mac("00-50-56-AA-BB-CC"), mac("0050.56aa.bbcc")
    ('00:50:56:aa:bb:cc', '00:50:56:aa:bb:cc')
    """
    digits = re.sub(r"[:.\-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise ValueError(f"{text!r} is no MAC address: write it like 52:54:00:12:34:56")
    return ":".join(re.findall("..", digits))


def _is_mac(value: Any) -> bool:
    return not isinstance(value, str) or bool(mac(value))


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "planner-size": _more_than_zero(parse_size),
    "planner-size-or-zero": _not_negative(parse_size),
    "planner-rate": _more_than_zero(parse_rate),
    "planner-rate-or-zero": _not_negative(parse_rate),
    "planner-duration": _not_negative(parse_duration),
    "planner-address": _is_address,
    "planner-mac": _is_mac,
}

for _name, _check in _CHECKS.items():
    FORMATS.checks(_name, raises=ValueError)(_check)
