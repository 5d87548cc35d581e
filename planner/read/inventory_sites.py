"""Sites: each cluster with its hosts and everything that the inventory says about them, still as records."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from planner.errors import Problem
from planner.model.estate import ClusterId, HostId
from planner.model.kinds import HypervisorKind
from planner.read.document import Document
from planner.read.ids import cluster_id, host_id
from planner.read.inventory_ansible import Inventory, InventoryGroup, InventoryHost
from planner.read.inventory_records import Record, Register

_TEMPLATE_MARKS: Final = ("{{", "{%", "{#")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9:\[][A-Za-z0-9._:%\]-]*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HostSite:
    """A host of the estate: its record, its VMs, its name in the inventory and its own."""

    id: HostId
    inventory_name: str
    name: str
    address: str | None
    record: Record
    vms: tuple[Record, ...]
    datastores: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """A cluster: `record` is None for a host that stands alone. `loose` are its VMs without a host."""

    id: ClusterId
    name: str
    record: Record | None
    hosts: tuple[HostSite, ...]
    loose: tuple[Record, ...]
    datastores: tuple[Record, ...]
    networks: tuple[Record, ...]
    rules: tuple[Record, ...]

    @property
    def is_swing(self) -> bool:
        """Whether it is a spare host outside any cluster."""
        return self.record is None and self.hosts[0].record.data.get("hypervisor") == HypervisorKind.NONE

    def vms(self) -> Iterator[tuple[Record, HostSite | None]]:
        """Every VM with its host, the loose ones last."""
        for host in self.hosts:
            yield from ((vm, host) for vm in host.vms)
        yield from ((vm, None) for vm in self.loose)


_Marked = tuple[InventoryGroup, Record]
"""A group that is a cluster, and its planner_cluster."""


def find_sites(inventory: Inventory, register: Register) -> tuple[Site, ...]:
    """Every cluster and every lone host of an inventory; problems go into the register."""
    for group in inventory.groups:
        register.refuse_unknown(group.own, None)
    for host in inventory.hosts:
        register.refuse_unknown(host.variables, host.file)
    hosts = {host.name: host for host in inventory.hosts}
    found = {name: site for name, host in hosts.items() if (site := _host(host, register))}
    marked = [
        (group, record)
        for group in inventory.groups
        if (record := register.one(group.own, "planner_cluster", None)) is not None
    ]
    register.problems.extend(_misplaced(marked, hosts, register))
    cluster_of: dict[str, str] = {}
    sites = []
    for group, record in marked:
        members = [name for name in group.hosts if name in found and name not in cluster_of]
        cluster_of.update(dict.fromkeys(members, group.name))
        sites.append(_cluster(group, record, [(hosts[name], found[name]) for name in members], register))
    lone = (_lone(hosts[name], site, register) for name, site in found.items() if name not in cluster_of)
    return (*sites, *lone)


def _misplaced(
    marked: list[_Marked], hosts: dict[str, InventoryHost], register: Register
) -> Iterator[Problem]:
    """Hosts of two clusters, hosts of a cluster without facts, and hosts that are marked like a cluster."""
    cluster_of: dict[str, str] = {}
    for group, record in marked:
        for name in group.hosts:
            if name in cluster_of:
                yield record.problem(f"host {name} is in group {cluster_of[name]} too: one cluster is right")
            elif "planner_host" not in hosts[name].variables:
                yield record.problem(f"host {name} of this cluster has no planner_host")
            cluster_of[name] = group.name
    marks = [record.document.raw for _, record in marked]
    for host in hosts.values():
        mark = host.variables.get("planner_cluster")
        if mark is not None and host.name not in cluster_of and mark not in marks:
            document = Document(name="planner_cluster", raw=mark, locator=register.locator, file=host.file)
            yield document.problem(f"is a variable of host {host.name}: give it to a group")


def _host(host: InventoryHost, register: Register) -> HostSite | None:
    record = register.one(host.variables, "planner_host", host.file)
    vms = register.many(host.variables, "planner_vms", host.file)
    if record is None:
        if vms and "planner_host" not in host.variables:
            register.problems.append(vms[0].problem(f"stands at {host.name}, which has no planner_host"))
        return None
    name = record.name or host.name
    return HostSite(
        id=host_id(host.name),
        inventory_name=host.name,
        name=name,
        address=_address(host, register),
        record=record,
        vms=vms,
        datastores=record.inner("datastores"),
    )


def _address(host: InventoryHost, register: Register) -> str | None:
    if host.variables.get("ansible_host") is None:
        return None
    raw = host.variables["ansible_host"]
    document = Document(name="ansible_host", raw=raw, locator=register.locator, file=host.file)
    address = str(document.data)
    if document.unreadable:
        message = document.unreadable[0][1]
    elif any(mark in address for mark in _TEMPLATE_MARKS):
        message = "is a template; variables are read as they stand: write the address itself"
    elif not _ADDRESS.fullmatch(address):
        message = f"{address!r} is no host name and no IP address"
    else:
        return address
    register.problems.append(document.problem(message))
    return None


def _cluster(
    group: InventoryGroup, record: Record, members: list[tuple[InventoryHost, HostSite]], register: Register
) -> Site:
    name = record.name or group.name
    variables = [(host.variables, host.file) for host, _ in members] or [(group.hold, None)]
    return Site(
        id=_given_id(record) or cluster_id(name),
        name=name,
        record=record,
        hosts=tuple(host for _, host in members),
        loose=register.many(group.own, "planner_cluster", None, below="vms"),
        **_lists(variables, register),
    )


def _lone(host: InventoryHost, site: HostSite, register: Register) -> Site:
    return Site(
        id=cluster_id(site.name),
        name=site.name,
        record=None,
        hosts=(site,),
        loose=(),
        **_lists([(host.variables, host.file)], register),
    )


def _given_id(record: Record) -> ClusterId | None:
    return ClusterId(record.data["id"]) if record.sound and "id" in record.data else None


def _lists(variables: list[tuple[Any, str | None]], register: Register) -> dict[str, tuple[Record, ...]]:
    """The lists that hold for a cluster's hosts, each record once."""
    names = {"datastores": "planner_datastores", "networks": "planner_networks", "rules": "planner_affinity"}
    return {
        attribute: tuple(
            dict.fromkeys(record for held, file in variables for record in register.many(held, name, file))
        )
        for attribute, name in names.items()
    }
