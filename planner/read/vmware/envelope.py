"""An OVF envelope: its parts by name, whatever namespace and generation they are written in."""

import re
from collections.abc import Iterator
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.read.source import Sample
from planner.read.xml import Element, local_name

_NAMESPACES: Final = frozenset(
    {
        "http://www.vmware.com/schema/ovf/1/envelope",
        "http://schemas.dmtf.org/ovf/1/envelope",
        "http://schemas.dmtf.org/ovf/envelope/1",
        "http://schemas.dmtf.org/ovf/envelope/2",
    }
)
"""OVF 0.9, the draft of 1.0, 1.x and 2.x."""
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST_ELEMENT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.-]*:)?(?P<name>[A-Za-z_][\w.-]*)(?P<rest>[^>]*)", re.DOTALL
)
_OF_OVF: Final = re.compile(
    r"""=\s*["']http://(?:schemas\.dmtf\.org/ovf/|www\.vmware\.com/schema/ovf/1/envelope)"""
)


def is_envelope(sample: Sample) -> bool:
    """Whether a file begins as an OVF envelope of any version."""
    if not sample.text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    first = _FIRST_ELEMENT.search(_COMMENT.sub("", sample.text))
    return bool(first and first["name"] == "Envelope" and _OF_OVF.search(first["rest"]))


def checked(root: Element, source: str) -> Element:
    """The envelope itself. Raises InputError when the document is none, or of a version that nobody knows."""
    tag = str(root.tag)
    namespace, name = tag[1:].partition("}")[0] if tag.startswith("{") else "", local_name(root)
    if name != "Envelope":
        message = f"is no OVF: expected an Envelope, found <{name}>"
    elif namespace not in _NAMESPACES:
        message = f"is in the namespace {namespace!r}, which is not known: export it as OVF 1.x or 2.x"
    else:
        return root
    raise InputError((Problem(file=source, line=row_of(root), message=message),))


def row_of(element: Element) -> int | None:
    """The line that an element begins in."""
    row: Any = element.sourceline
    return row if isinstance(row, int) else None


def name_of(element: Element) -> str:
    """What an element is: OVF 0.9 writes `Section` and `Content`, and says what they are in a type."""
    name = local_name(element)
    if name not in {"Section", "Content"}:
        return name
    return (element.get(_TYPE) or name).rpartition(":")[2].removesuffix("_Type")


def parts(element: Element, *names: str) -> Iterator[Element]:
    """The children of one of these names, in their order."""
    return (child for child in element.iterchildren() if name_of(child) in names)


def part(element: Element | None, name: str) -> Element | None:
    """The first child of that name."""
    return next(parts(element, name), None) if element is not None else None


def words(element: Element | None, name: str) -> str | None:
    """The text of the first child of that name; None when there is none, or it is empty."""
    child = part(element, name)
    return ("".join(map(str, child.itertext())).strip() or None) if child is not None else None


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without namespace; None when it is not there or empty."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value).strip() or None
    return None
