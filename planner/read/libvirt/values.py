"""Numbers, sizes and identities as libvirt writes them, and what is wrong with them."""

import re
import uuid
from dataclasses import dataclass
from typing import Any, Final

from planner.errors import Problem
from planner.read import formats
from planner.read.xml import Element

_USUAL_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USUAL_MAC: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
LARGEST_DISK: Final = 2**60
LARGEST_MEMORY: Final = 2**50
LARGEST_VCPUS: Final = 10_000
LARGEST_COUNT: Final = 2**31

# libvirt documentation, domain XML, memory allocation: KB is 1000, k and KiB are 1024, in any case.
_UNITS: Final[dict[str, int]] = {"": 1, "b": 1, "byte": 1, "bytes": 1} | {
    unit: factor
    for power, letter in enumerate("kmgtpe", start=1)
    for unit, factor in (
        (letter, 1024**power),
        (f"{letter}ib", 1024**power),
        (f"{letter}b", 1000**power),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document: the `file` or URL that it came from, and the list that takes its problems.

    `path` names it where lines mean nothing to an operator, because libvirt made the text just now.
    """

    file: str
    problems: list[Problem]
    path: str | None = None

    def fault(self, element: Element, message: str) -> None:
        """Note what is wrong at an element."""
        line: Any = None if self.path else element.sourceline
        self.problems.append(Problem(file=self.file, line=line, path=self.path, message=message))

    def origin(self, element: Element) -> str:
        """Where an element stands, for people."""
        return self.file if self.path else f"{self.file}:{element.sourceline}"

    def whole(self, element: Element, text: str | None, what: str, least: int, most: int) -> int | None:
        """A whole number; None, and a problem, when the text is none or is out of bounds."""
        digits = (text or "").strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 40 else None
        if value is None or not least <= value <= most:
            self.fault(element, f"{what} is {digits[:60]!r}: expected a whole number from {least} to {most}")
            return None
        return value

    def scaled(self, element: Element, what: str, unit: str, least: int, most: int) -> int | None:
        """Bytes of an element's text in its attribute `unit`, else in `unit`; None, and a problem, when unfit."""
        said = element.get("unit", unit)
        factor = _UNITS.get(said.lower())
        if factor is None:
            self.fault(
                element, f"{what} has the unit {said[:60]!r}: expected bytes, KiB, MiB, GiB or the like"
            )
            return None
        value = self.whole(element, element.text, what, 0, LARGEST_DISK)
        if value is None:
            return None
        if not least <= value * factor <= most:
            self.fault(
                element, f"{what} is {value} {said}: expected from {least} bytes to {most // 1024**3} GiB"
            )
            return None
        return value * factor

    def memory(self, element: Element, what: str) -> int | None:
        """Bytes of memory: KiB unless the element says otherwise."""
        return self.scaled(element, what, "KiB", 1, LARGEST_MEMORY)

    def size(self, element: Element | None, what: str) -> int | None:
        """Bytes of storage: bytes unless the element says otherwise; None where there is no element."""
        return None if element is None else self.scaled(element, what, "bytes", 0, LARGEST_DISK)

    def uuid(self, element: Element | None) -> str | None:
        """A UUID in its usual form; libvirt takes it without dashes and in capitals, too."""
        if element is None:
            return None
        text = (element.text or "").strip()
        if _USUAL_UUID.fullmatch(text):
            return text
        try:
            return str(uuid.UUID(text))
        except ValueError:
            self.fault(element, f"{text[:60]!r} is no UUID")
            return None

    def mac(self, element: Element, text: str) -> str | None:
        """A MAC address in the usual form."""
        if _USUAL_MAC.fullmatch(text):
            return text
        try:
            return formats.mac(text.strip())
        except ValueError as error:
            self.fault(element, str(error))
            return None


def parts(element: Element | None) -> dict[str, Element]:
    """The children of an element by their tags, each but the last of a tag left out: one look for all."""
    return {} if element is None else {child.tag: child for child in element}


def text_of(element: Element | None) -> str | None:
    """The text of an element; None where there is none."""
    return element.text if element is not None and element.text and element.text.strip() else None


def pci_address(element: Element | None) -> str | None:
    """A PCI address as tools print it (`0000:03:10.1`); None when an element holds none."""
    if element is None:
        return None
    try:
        domain, bus, slot, function = (
            int(element.get(key, "0"), 0) for key in ("domain", "bus", "slot", "function")
        )
    except ValueError:
        return None
    return f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"
