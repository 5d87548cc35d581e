"""What an OVF package holds beside its VMs: files, disks, and the values of its properties."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.errors import Problem
from planner.read.outside import is_name
from planner.read.vmware.envelope import attribute, part, parts, row_of
from planner.read.vmware.quantities import unit_bytes, whole
from planner.read.xml import Element

_LARGEST_BYTES: Final = 2**60
_PROPERTY: Final = re.compile(r"\$\{(?P<key>[^}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualDisk:
    """A disk of the package: `file` is the name of its image; None for one that is made empty."""

    file: str | None
    capacity_bytes: int | None
    allocated_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package: `source` names it in messages; `files` and `disks` are by their ids.

    `configuration` is the deployment option that is taken: the default one, or else the first.
    """

    source: str
    files: Mapping[str, str]
    disks: Mapping[str, VirtualDisk]
    configuration: str | None
    problems: list[Problem]

    def refuse(self, element: Element, path: str, message: str) -> None:
        """Note what is wrong with a part of the document."""
        self.problems.append(Problem(file=self.source, line=row_of(element), path=path, message=message))


def read_package(root: Element, source: str, sizes: Mapping[str, int]) -> Package:
    """The package around the VMs of an envelope; `sizes` are those of the files in an archive."""
    files: dict[str, str] = {}
    disks: dict[str, VirtualDisk] = {}
    package = Package(
        source=source, files=files, disks=disks, configuration=_configuration(root), problems=[]
    )
    sizes = {**sizes, **_files(root, package, files)}
    properties = {
        key: value
        for section in root.iter()
        if isinstance(section.tag, str)
        for found in parts(section, "Property")
        if (key := attribute(found, "key")) and (value := attribute(found, "value"))
    }
    for section in parts(root, "DiskSection"):
        for element in parts(section, "Disk"):
            name = attribute(element, "diskId") or ""
            if not name or name in disks:
                package.refuse(
                    element, "diskId", f"{name!r} is {_fault(name)}: every disk needs an id of its own"
                )
            disks[name] = _disk(element, package, properties, sizes)
    return package


def _configuration(root: Element) -> str | None:
    options = (
        [*parts(section, "Configuration")]
        if (section := part(root, "DeploymentOptionSection")) is not None
        else []
    )
    chosen = [one for one in options if (attribute(one, "default") or "").lower() in {"true", "1"}]
    return next((attribute(one, "id") for one in (*chosen, *options)), None)


def _files(root: Element, package: Package, files: dict[str, str]) -> dict[str, int]:
    """Files by id into `files`; and the sizes that are given, by name."""
    sizes: dict[str, int] = {}
    names: set[str] = set()
    for element in parts(root, "References"):
        for file in parts(element, "File"):
            ident, name = attribute(file, "id") or "", attribute(file, "href") or ""
            if not ident or ident in files:
                package.refuse(file, "id", f"{ident!r} is {_fault(ident)}: every file needs an id of its own")
            if not name or name in names:
                package.refuse(file, "href", f"{name!r} is {_fault(name)}: a package names each file once")
            elif not is_name(name):
                package.refuse(file, "href", f"{name!r} holds a control character: rename the file")
            files[ident] = name
            names.add(name)
            size = _size(file, "size", package)
            if size is not None:
                sizes[name] = size
    return sizes


def _fault(name: str) -> str:
    return "there twice" if name else "no name"


def _disk(
    element: Element, package: Package, properties: Mapping[str, str], sizes: Mapping[str, int]
) -> VirtualDisk:
    reference = attribute(element, "fileRef")
    if reference is not None and reference not in package.files:
        package.refuse(element, "fileRef", f"{reference!r} is no file of the References")
    file = package.files.get(reference or "")
    allocated = _size(element, "populatedSize", package)
    return VirtualDisk(
        file=file,
        capacity_bytes=_capacity(element, package, properties),
        allocated_bytes=sizes.get(file or "") if allocated is None else allocated,
    )


def _capacity(element: Element, package: Package, properties: Mapping[str, str]) -> int | None:
    """The size, whose number may be a property that is only set when the package is deployed."""
    text = attribute(element, "capacity") or ""
    if match := _PROPERTY.fullmatch(text):
        if match["key"] not in properties:
            return None
        text = properties[match["key"]]
    try:
        unit = unit_bytes(attribute(element, "capacityAllocationUnits") or "byte")
    except ValueError as error:
        package.refuse(element, "capacityAllocationUnits", str(error))
        return None
    return _bounded(element, "capacity", text, unit, package) or None if text else None


def _size(element: Element, name: str, package: Package) -> int | None:
    text = attribute(element, name)
    return _bounded(element, name, text, 1, package) if text else None


def _bounded(element: Element, name: str, text: str, unit: int, package: Package) -> int | None:
    try:
        return whole(text, 0, _LARGEST_BYTES // unit) * unit
    except ValueError as error:
        package.refuse(element, name, str(error))
        return None
