"""Reading with the PropertyCollector: page by page, and what is missing becomes a gap."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from planner.model.estate import Gap
from planner.model.kinds import ManagerKind
from planner.read.vsphere.inventory import PORT_GROUP, Inventory
from planner.read.vsphere.paths import OPTIONS, Wanted
from planner.read.vsphere.properties import Reference
from planner.read.vsphere.session import fault_name, fault_type, sdk

REMEDY: Final = (
    "give the user the role Read-only on the whole server, with `Propagate to children`; then read again"
)
_PAGE: Final = 100
_UNKNOWN: Final = "InvalidProperty"
_OPTIONS: Final = "config.extraConfig"
_LICENCE_REMEDY: Final = (
    "give the user the privilege Global.Licenses, or look at the licences of the hosts yourself"
)


def read_objects(content: Any, inventory: Inventory, of: str, wanted: Wanted) -> None:
    """Every object of a type. Pages that came before a connection broke are kept."""
    view = content.viewManager.CreateContainerView(content.rootFolder, [_class(of)], True)
    missing: Counter[str] = Counter()
    try:
        for found in _collected(content, view, of, wanted.paths):
            _keep(found, inventory, wanted.paths, missing)
    finally:
        inventory.gaps.extend(_gaps(inventory, wanted, missing))
    view.DestroyView()


def read_fields(content: Any, inventory: Inventory) -> None:
    """The names of custom attributes, which only a vCenter has."""
    if content.customFieldsManager is None:
        return
    for found in _retrieved(content, content.customFieldsManager, ("field",)):
        for one in _value(found, "field") or ():
            inventory.fields[int(one.key)] = str(one.name)


def read_licences(content: Any, inventory: Inventory) -> None:
    """Which licence each host has: of a host alone its only one, never the keys."""
    alone = inventory.manager is ManagerKind.NONE
    path = "licenses" if alone else "licenseAssignmentManager"
    for found in _retrieved(content, content.licenseManager, (path,)):
        value = _value(found, path)
        if value is None:
            inventory.gaps.append(
                Gap(
                    source=inventory.source,
                    what="the licences of hosts, which tell ESXi Free",
                    why="the user may not see them",
                    remedy=_LICENCE_REMEDY,
                )
            )
        elif alone:
            inventory.licences.update(("", f"{one.editionKey} {one.name}") for one in value)
        else:
            for assigned in value.QueryAssignedLicenses():
                licence = assigned.assignedLicense
                inventory.licences[assigned.entityId] = f"{licence.editionKey} {licence.name}"


def plain(value: Any) -> Any:
    """A value of the library with the API's names, types and references."""
    support = sdk().VmomiSupport
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, support.ManagedObject):
        return Reference(value._wsdlName, value._moId)  # noqa: SLF001
    if isinstance(value, support.DataObject):
        told = ((one.name, getattr(value, one.name)) for one in value._GetPropertyList())  # noqa: SLF001
        return {"_type": value._wsdlName} | {name: plain(one) for name, one in told if one is not None}  # noqa: SLF001
    if isinstance(value, datetime):
        return value.isoformat()
    # The library has types of its own for texts and numbers, which nobody else writes out.
    own = next((kind for kind in (bool, int, float, str) if isinstance(value, kind)), None)
    return own(value) if own else None


def _class(of: str) -> Any:
    """The library's class of a type."""
    vim = sdk().vim
    return vim.dvs.DistributedVirtualPortgroup if of == PORT_GROUP else getattr(vim, of)


def _collected(content: Any, view: Any, of: str, paths: tuple[str, ...]) -> Iterator[Any]:
    """The contents of a view. An older server refuses properties that came later: it is asked without them."""
    query = sdk().vmodl.query.PropertyCollector
    into = query.TraversalSpec(name="view", type=sdk().vim.view.ContainerView, path="view", skip=False)
    start = query.ObjectSpec(obj=view, skip=True, selectSet=[into])
    while True:
        spec = query.FilterSpec(
            objectSet=[start], propSet=[query.PropertySpec(type=_class(of), pathSet=list(paths))]
        )
        try:
            yield from _pages(content.propertyCollector, spec)
        except fault_type() as fault:
            unknown = getattr(fault, "name", None) if fault_name(fault) == _UNKNOWN else None
            if unknown not in paths:
                raise
            paths = tuple(path for path in paths if path != unknown)
        else:
            return


def _pages(collector: Any, spec: Any) -> Iterator[Any]:
    options = sdk().vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=_PAGE)
    page = collector.RetrievePropertiesEx([spec], options)
    while page is not None:
        yield from page.objects
        page = collector.ContinueRetrievePropertiesEx(page.token) if page.token else None


def _retrieved(content: Any, obj: Any, paths: Iterable[str]) -> Iterator[Any]:
    """The properties of a single object."""
    query = sdk().vmodl.query.PropertyCollector
    spec = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=obj, skip=False)],
        propSet=[query.PropertySpec(type=type(obj), pathSet=list(paths))],
    )
    return _pages(content.propertyCollector, spec)


def _value(found: Any, path: str) -> Any:
    return next((one.val for one in found.propSet if one.name == path), None)


def _keep(found: Any, inventory: Inventory, paths: tuple[str, ...], missing: Counter[str]) -> None:
    """An object with what it told: a property that was asked for, and neither came nor is missing, it has not.

    One whose very name the user may not read is nothing that anybody could plan for.
    """
    told = {one.name: plain(_kept(one.name, one.val)) for one in found.propSet}
    refused = {one.path: one.fault for one in found.missingSet or ()}
    missing.update(path for path, fault in refused.items() if fault_name(fault) != _UNKNOWN)
    if "name" in refused:
        return
    fields: dict[str, Any] = {}
    for path in paths:
        if path in refused:
            continue
        *parents, last = path.split(".")
        inside = fields
        for parent in parents:
            inside = inside.setdefault(parent, {})
        inside[last] = told.get(path)
    inventory.add(plain(found.obj), fields, inventory.source)


def _kept(path: str, value: Any) -> Any:
    return [one for one in value if one.key in OPTIONS] if path == _OPTIONS else value


def _gaps(inventory: Inventory, wanted: Wanted, missing: Counter[str]) -> Iterator[Gap]:
    by_count: dict[int, list[str]] = {}
    for path, count in missing.items():
        by_count.setdefault(count, []).append(path)
    for count, paths in by_count.items():
        yield Gap(
            source=inventory.source,
            what=f"{wanted.what}: {', '.join(sorted(paths))} of {count}",
            why="the user has no permission to read them (System.Read)",
            remedy=REMEDY,
        )
