"""XML from outside: no document type, no entities, nothing fetched, and the line of everything that is wrong."""

from pathlib import Path
from typing import Final

from lxml import etree

from planner.errors import InputError, Problem
from planner.read.source import LARGEST_TEXT_BYTES

Element = etree._Element  # noqa: SLF001  # lxml has no public name for it

_CHUNK: Final = 1024**2


def read_xml(path: Path) -> Element:
    """The root of an XML file. Raises InputError when it is too large, cannot be read or is refused."""
    try:
        if path.stat().st_size > LARGEST_TEXT_BYTES:
            raise _refused(str(path), f"is larger than {LARGEST_TEXT_BYTES // _CHUNK} MiB", None)
        return parse_xml(path.read_bytes(), str(path))
    except OSError as error:
        raise _refused(str(path), f"cannot be read: {error.strerror}", None) from error


def parse_xml(content: bytes | str, source: str) -> Element:
    """The root of an XML document; `source` names it in messages.

    A document type is refused whole: it is what bombs and external entities are made of, and no
    hypervisor writes one. Raises InputError with the line.
    """
    raw = content.encode() if isinstance(content, str) else content
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(source, f"is no sound XML: {error.msg}", error.lineno) from error
    except ValueError as error:
        raise _refused(source, f"is no sound XML: {error}", None) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(
            source, "has a document type (<!DOCTYPE ...>), which no hypervisor writes: remove it", None
        )
    return root


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def _refused(source: str, message: str, line: int | None) -> InputError:
    return InputError((Problem(file=source, line=line, message=message),))
