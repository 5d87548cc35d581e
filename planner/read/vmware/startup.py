"""The order in which a vApp starts its VMs, as dependencies."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from planner.model.estate import VmId
from planner.read.vmware.envelope import attribute, name_of, part, parts
from planner.read.vmware.package import Package
from planner.read.vmware.quantities import whole
from planner.read.vmware.systems import System
from planner.read.xml import Element

_LAST_ORDER: Final = 2**31


def dependencies(
    root: Element, systems: tuple[System, ...], package: Package
) -> Mapping[VmId, tuple[VmId, ...]]:
    """What each VM needs running first: in every collection, all VMs of the order before its own.

    Order 0 starts at any time. A collection within a collection starts as a whole.
    """
    ids = {system.ident: system.vm.id for system in systems}
    found: dict[VmId, set[VmId]] = defaultdict(set)
    for collection in root.iter():
        if isinstance(collection.tag, str) and name_of(collection) == "VirtualSystemCollection":
            _in_collection(collection, ids, package, found)
    return {vm: tuple(sorted(before)) for vm, before in found.items()}


def _in_collection(
    collection: Element, ids: Mapping[str, VmId], package: Package, found: dict[VmId, set[VmId]]
) -> None:
    inside = {
        attribute(child, "id"): _vms(child, ids)
        for child in parts(collection, "VirtualSystem", "VirtualSystemCollection")
    }
    orders: dict[int, set[VmId]] = defaultdict(set)
    section = part(collection, "StartupSection")
    for item in parts(section, "Item") if section is not None else ():
        name = attribute(item, "id")
        if name not in inside:
            package.refuse(item, "id", f"{name!r} is none of the VMs of this collection")
            continue
        try:
            orders[whole(attribute(item, "order") or "0", 0, _LAST_ORDER)] |= inside[name]
        except ValueError as error:
            package.refuse(item, "order", str(error))
    before: set[VmId] = set()
    for order in sorted(orders.keys() - {0}):
        for vm in orders[order]:
            found[vm] |= before - {vm}
        before = orders[order]


def _vms(element: Element, ids: Mapping[str, VmId]) -> set[VmId]:
    if name_of(element) == "VirtualSystem":
        return {ids[name]} if (name := attribute(element, "id") or "") in ids else set()
    return {
        vm for child in parts(element, "VirtualSystem", "VirtualSystemCollection") for vm in _vms(child, ids)
    }
