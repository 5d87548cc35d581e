"""vSphere's objects as an estate: one mapping for every form that they come in."""

from collections.abc import Iterable
from dataclasses import replace

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Gap
from planner.model.kinds import ManagerKind
from planner.read.gather import gather, together
from planner.read.vsphere.inventory import HOST, Inventory
from planner.read.vsphere.machines import Surroundings, read_machines
from planner.read.vsphere.networks import read_networks
from planner.read.vsphere.places import read_places
from planner.read.vsphere.rules import read_rules, with_order
from planner.read.vsphere.storage import read_storage


def estate_of(servers: Iterable[Inventory], problems: Iterable[Problem] = ()) -> Estate:
    """The estate of any number of servers; `problems` is also where those of the servers are kept.

    Raises InputError with every problem.
    """
    parts = [_part(inventory) for inventory in servers]
    if met := tuple(dict.fromkeys(problems)):
        raise InputError(met)
    return gather(together(parts))


def _part(inventory: Inventory) -> Estate:
    places = read_places(inventory)
    networks = read_networks(inventory, places)
    storage = read_storage(inventory, places)
    around = Surroundings(inventory=inventory, places=places, networks=networks, storage=storage)
    vms = read_machines(around)
    hosts = tuple(
        replace(host, datastores=storage.on_host.get(ident, ()), networks=networks.carried.get(ident))
        for ident, host in places.hosts.items()
    )
    unplaced = any(vm.cluster == places.unplaced.id for vm in vms.values())
    _say_who_manages(inventory)
    return Estate(
        clusters=(*places.clusters.values(), *((places.unplaced,) if unplaced else ())),
        hosts=hosts,
        datastores=tuple(storage.found.values()),
        networks=tuple(networks.found.values()),
        vms=with_order(inventory, vms),
        affinity_rules=tuple(read_rules(inventory, places, vms)),
        notes=tuple(inventory.notes),
        gaps=tuple(inventory.gaps),
    )


def _say_who_manages(inventory: Inventory) -> None:
    """A host that was read past its vCenter knows nothing of clusters."""
    if inventory.manager is not ManagerKind.NONE:
        return
    for _, host in inventory.all(HOST):
        if address := host.line("summary.managementServerIp"):
            inventory.gaps.append(
                Gap(
                    source=inventory.source,
                    what="the cluster that the host is in, with its rules",
                    why=f"the host was read directly, and is managed by the vCenter {address}",
                    remedy=f"planner collect vsphere://USER@{address} -o estate",
                )
            )
