"""XML files that `virsh` prints or libvirt keeps."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.libvirt.domain import read_domain
from planner.read.libvirt.folders import Folder, estate_of
from planner.read.libvirt.networks import read_network
from planner.read.libvirt.node import read_machine, read_node
from planner.read.libvirt.pools import read_pool, read_volume
from planner.read.libvirt.site import KIND
from planner.read.libvirt.snapshots import read_snapshot
from planner.read.libvirt.values import Document
from planner.read.source import Format, Sample
from planner.read.xml import Element, read_xml

# Atomic groups: what stands before the root may be made to be read in a thousand ways.
_ROOT: Final = re.compile(
    r"\ufeff?\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?>)\s*+)*+<([A-Za-z]+)([^>]*)>",
    re.DOTALL,
)
# What else must stand in a document, where the root's name alone is not libvirt's.
_SIGNS: Final = {
    "domain": re.compile(r"<name\b|<devices\b"),
    "domstatus": re.compile(r"<domain\b"),
    "networkstatus": re.compile(r"<network\b"),
    "poolstate": re.compile(r"<pool\b"),
    "network": re.compile(r"<(bridge|forward|ip|uuid|portgroup)\b"),
    "pool": re.compile(r"<(target|source|uuid)\b"),
    "volume": re.compile(r"<target\b"),
    "capabilities": re.compile(r"<host>"),
    "sysinfo": re.compile(r"<(system|bios)>"),
    "domainsnapshot": re.compile(r"<name>"),
}
_TYPED: Final = frozenset({"domain", "pool"})
_WRAPPED: Final = {"domstatus": "domain", "networkstatus": "network", "poolstate": "pool"}
_READERS: Final[dict[str, tuple[Callable[[Document, Element], Any], str]]] = {
    "domain": (read_domain, "definitions"),
    "pool": (read_pool, "pools"),
    "volume": (read_volume, "volumes"),
    "capabilities": (read_node, "nodes"),
    "sysinfo": (read_machine, "machines"),
    "domainsnapshot": (read_snapshot, "taken"),
}


def _recognises(sample: Sample) -> bool:
    found = _ROOT.match(sample.text)
    if found is None or found[1] not in _SIGNS:
        return False
    if found[1] in _TYPED and "type=" not in found[2]:
        return False
    return _SIGNS[found[1]].search(sample.text, found.end()) is not None


def _read(files: Iterable[Path]) -> Estate:
    folders: dict[Path, Folder] = {}
    problems: list[Problem] = []
    for file in files:
        folder = folders.get(file.parent)
        if folder is None:
            folder = folders[file.parent] = Folder()
        try:
            _take(Document(file=str(file), problems=problems), read_xml(file), folder)
        except InputError as error:
            problems += error.problems
    return estate_of(folders, problems)


def _take(document: Document, root: Element, folder: Folder) -> None:
    """Read a document into its folder."""
    tag = str(root.tag)
    if tag in _WRAPPED:
        _take_status(document, root, folder)
    elif tag == "network":
        folder.wires.extend(read_network(document, root))
    elif tag in _READERS:
        read, name = _READERS[tag]
        if (value := read(document, root)) is not None:
            getattr(folder, name).append(value)
    else:
        document.fault(root, f"is XML with the root {tag[:60]!r}: expected one of {', '.join(_SIGNS)}")


def _take_status(document: Document, root: Element, folder: Folder) -> None:
    """Read what libvirt keeps of something that runs: its document within another."""
    inner = _WRAPPED[str(root.tag)]
    found = root.find(inner)
    if found is None:
        document.fault(root, f"{root.tag} holds no {inner}")
    elif inner == "domain":
        if (definition := read_domain(document, found, root.get("state"))) is not None:
            folder.definitions.append(definition)
    else:
        _take(document, found, folder)


LIBVIRT: Final = Format(kind=KIND, title="libvirt XML", recognises=_recognises, read=_read)
