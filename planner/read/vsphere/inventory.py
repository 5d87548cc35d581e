"""Everything that was read of one server, before it becomes an estate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from planner.errors import Problem
from planner.model.estate import Gap
from planner.model.kinds import ManagerKind
from planner.read.vsphere.properties import Properties, Reference

CLUSTER: Final = "ClusterComputeResource"
ALONE: Final = "ComputeResource"
HOST: Final = "HostSystem"
VM: Final = "VirtualMachine"
DATASTORE: Final = "Datastore"
NETWORK: Final = "Network"
PORT_GROUP: Final = "DistributedVirtualPortgroup"
OPAQUE: Final = "OpaqueNetwork"
SWITCH: Final = "DistributedVirtualSwitch"
POOL: Final = "ResourcePool"
DATACENTRE: Final = "Datacenter"
FOLDER: Final = "Folder"

BY_NAME: Final = "name:"
"""What an id begins with that was made from a name, where the server's own is not known."""

FAMILIES: Final[Mapping[str, str]] = {
    "VmwareDistributedVirtualSwitch": SWITCH,
    "VirtualApp": POOL,
    "StoragePod": FOLDER,
}
"""Types that are read as another one, which they extend."""
TYPES: Final = frozenset(
    {
        CLUSTER,
        ALONE,
        HOST,
        VM,
        DATASTORE,
        NETWORK,
        PORT_GROUP,
        OPAQUE,
        SWITCH,
        POOL,
        DATACENTRE,
        FOLDER,
        *FAMILIES,
    }
)

_MANAGERS: Final = {"VirtualCenter": ManagerKind.VCENTER, "HostAgent": ManagerKind.NONE}
_HOST_ALONE: Final = "ha-host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Objects by type and id, and what belongs to the server as a whole.

    `kind` is the format that it came in, `source` the file or endpoint, `server` the address that it was read from (None
    for files). `licences` are edition keys and names by the host's id; a server without clusters has its own under "".
    `fields` are names of custom attributes by key, `tags` those of objects by their id.
    """

    kind: str
    source: str
    problems: list[Problem]
    server: str | None = None
    about: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, dict[str, Properties]] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)
    fields: dict[int, str] = field(default_factory=dict)
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def all(self, of: str) -> Iterator[tuple[str, Properties]]:
        """Every object of a type, with its id."""
        return iter(self.objects.get(of, {}).items())

    def get(self, reference: Reference | None) -> Properties | None:
        """The object that a reference names, if it was read."""
        if reference is None:
            return None
        return self.objects.get(FAMILIES.get(reference.of, reference.of), {}).get(reference.ident)

    def behind(self, properties: Properties, name: str) -> Properties | None:
        """The object that a property refers to, if it was read."""
        return self.get(properties.refers_to(name))

    def add(self, reference: Reference, found: Mapping[str, Any], origin: str) -> None:
        """Keep properties of an object, beside those that are known already."""
        of = FAMILIES.get(reference.of, reference.of)
        known = self.objects.setdefault(of, {})
        place = f"{of} {reference.ident}"
        before = known[reference.ident].fields if reference.ident in known else {}
        names = {name for fields in (before, found) if isinstance(name := fields.get("name"), str)}
        if len(names) > 1:
            message = f"is {' and '.join(sorted(map(repr, names)))}: files of one folder are of one server"
            self.problems.append(Problem(file=origin, path=place, message=message))
        known[reference.ident] = Properties(
            fields=_joined(before, found),
            place=place,
            origin=known[reference.ident].origin if reference.ident in known else origin,
            problems=self.problems,
        )

    @property
    def manager(self) -> ManagerKind | None:
        """Whether a vCenter answered or a host; where it did not say, what it calls its hosts tells."""
        said = _MANAGERS.get(str(self.about.get("apiType")))
        if said is not None:
            return said
        hosts = {ident for ident, _ in self.all(HOST)}
        hosts |= {host.ident for _, vm in self.all(VM) if (host := vm.refers_to("runtime.host")) is not None}
        if not hosts:
            return ManagerKind.VCENTER if self.objects.get(CLUSTER) else None
        return ManagerKind.NONE if _HOST_ALONE in hosts else ManagerKind.VCENTER

    @property
    def manager_address(self) -> str | None:
        """The address of the vCenter: as it was read from, or as all of its hosts know it."""
        if self.manager is not ManagerKind.VCENTER:
            return None
        told = {address for _, host in self.all(HOST) if (address := host.line("summary.managementServerIp"))}
        return self.server or (told.pop() if len(told) == 1 else None)

    def moref(self, ident: str) -> str | None:
        """What the server calls an object; without the server's address it tells nothing to other sources."""
        server = self.server or self.manager_address
        return f"{server}/{ident}" if server and not ident.startswith(BY_NAME) else None


def _joined(known: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(known)
    for name, value in found.items():
        before = joined.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        joined[name] = _joined(before, value) if both else before if value is None else value  # type: ignore[arg-type]
    return joined
