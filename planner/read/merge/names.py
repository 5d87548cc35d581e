"""When two texts name the same thing."""

import ipaddress
from uuid import UUID


def folded(text: str | None) -> str | None:
    """A name as far as it tells: in lower case, without the dot that ends a full one.

    >>> folded("ESX1.Example.org.")
    'esx1.example.org'
    """
    return text.strip().lower().rstrip(".") or None if text else None


def machine_uuid(text: str | None) -> str | None:
    """A UUID as it can be compared; None for one of zeros or ones only, which firmware without any gives.

    A guest reads the first three fields in the other byte order than VMware writes them (DMTF DSP0134, 7.2.1), so
    both spellings are one.

    >>> machine_uuid("564D4F6E-0102-0304-0506-0708090A0B0C") == machine_uuid("6e4f4d56-0201-0403-0506-0708090a0b0c")
    True
    >>> machine_uuid("00000000-0000-0000-0000-000000000000") is None
    True
    """
    lowered = folded(text)
    if lowered is None or not lowered.strip("0-") or not lowered.strip("f-"):
        return None
    try:
        read = UUID(lowered)
    except ValueError:
        return lowered
    return min(read.bytes, read.bytes_le).hex()


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def short(name: str | None) -> str | None:
    """The first part of a host's name; of an address there is none."""
    lowered = folded(name)
    return None if lowered is None or is_address(lowered) else lowered.partition(".")[0]


def same_name(one: str, other: str) -> bool:
    """Whether two names differ only in case, or one is the other with its domain.

    >>> same_name("ESX1", "esx1.example.org"), same_name("esx1.example.com", "esx1.example.org")
    (True, False)
    """
    first, second = folded(one) or "", folded(other) or ""
    if first == second:
        return True
    return not (is_address(first) or is_address(second)) and (
        first.startswith(f"{second}.") or second.startswith(f"{first}.")
    )


def other_place(one: str | None, other: str | None) -> bool:
    """Whether two addresses cannot be of one machine; of a name and an IP address nobody can tell."""
    if not one or not other or is_address(one) is not is_address(other):
        return False
    return not same_name(one, other)
