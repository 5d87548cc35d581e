"""Every fact that a rule reads and that may be unknown: its absence is told, or there is a reason why not."""

import ast
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from planner.assess import rules
from planner.model.estate import (
    Cluster,
    Cpu,
    Datastore,
    Disk,
    GuestVolume,
    Host,
    HostAdapter,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    Nic,
    Passthrough,
    Snapshot,
    VirtualMachine,
)
from tests.assess.assess_estates import HOST, NIC, SOURCES, World
from tests.assess.whole_world import WHOLE, WHOLE_DISK, whole

READ_BY = sorted(Path(rules.__file__).parents[1].rglob("*.py"))
"""All of `assess`: rules, and what they look through."""

THINGS = (
    *(VirtualMachine, Disk, Nic, Snapshot, Passthrough, GuestVolume),
    *(Host, Cpu, HostNic, HostAdapter, LocalDisk, HostNetwork, Cluster, Datastore, Network),
)
NOT_TOLD = {
    "VirtualMachine.reported_host": "is what the source said in place of the host, which is told",
    "VirtualMachine.source": "where the VM was read; rules mean the source of a fact",
    "VirtualMachine.origin": "where the VM was read, for people",
    "Host.origin": "where the host was read, for people",
    "Cluster.origin": "where the cluster was read, for people",
    "Datastore.origin": "where the datastore was read, for people",
    "Network.origin": "where the network was read, for people",
    "VirtualMachine.max_downtime": "nobody asks for a budget where none is given",
    "VirtualMachine.criticality": "only what is known to be of a criticality has its budget",
    "Disk.allocated_bytes": "the capacity, which is more, stands in for it",
    "Host.cluster": "a host outside any cluster is a swing host",
    "Host.model": "rules read the processor's",
    "Nic.model": "rules read the processor's",
    "HostNic.model": "names the card to people; it is judged by its driver and ids",
    "HostAdapter.model": "names the card to people; it is judged by its driver and ids",
    "HostAdapter.pci": "without it the driver tells, and that it may be one of the devices that the driver lost",
    "VirtualMachine.uuid": "chooses the VM in commands, in which its name stands where it is unknown",
    "Host.uuid": "rules read the VM's",
    "Datastore.uuid": "rules read the VM's",
    "HostNetwork.bond": "a team without a mode needs nothing of the switch (ESXi's default)",
    "LocalDisk.boot": "host-install-disk tells it where there are several disks",
    "Snapshot.created": "text for people; vm-snapshots tells of the snapshot whatever its age",
    "Snapshot.size_bytes": "vm-snapshots tells of the snapshot whatever its size",
    "Passthrough.description": "the device is told, whatever its name",
    "GuestVolume.capacity_bytes": "rules read the capacity of disks",
    "Datastore.capacity_bytes": "rules read the capacity of disks",
    "Datastore.free_bytes": "rules read the free space in guests",
    "Datastore.path": "rules read the path of disks",
}

CONTROLLER = HostAdapter(name="vmhba0", driver="lsi_mr3")
WITHIN = {
    "Disk": lambda field: {"vm": {"disks": (replace(WHOLE_DISK, **{field: None}),)}},
    "Nic": lambda field: {"vm": {"nics": (replace(NIC, **{field: None}),)}},
    "GuestVolume": lambda field: {"vm": {"volumes": (replace(WHOLE["vm"]["volumes"][0], **{field: None}),)}},
    "Cpu": lambda field: {"host": {"cpu": replace(WHOLE["host"]["cpu"], **{field: None})}},
    "HostNic": lambda field: {"host": {"nics": (replace(HOST.nics[0], **{field: None}),)}},
    "HostAdapter": lambda field: {"host": {"adapters": (replace(CONTROLLER, **{field: None}),)}},
    "VirtualMachine": lambda field: {"vm": {field: None}},
    "Host": lambda field: {"host": {field: None}},
    "Cluster": lambda field: {"cluster": {field: None}},
    "Datastore": lambda field: {"datastore": {field: None}},
    "Network": lambda field: {"network": {field: None}},
}
"""What changes about the whole world when one field of a class is unknown."""


def read_by_rules() -> list[str]:
    """`Class.field` of every field that may be None and whose name some rule reads."""
    trees = (ast.parse(path.read_text("utf-8")) for path in READ_BY)
    names = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return sorted(
        f"{thing.__name__}.{field}"
        for thing in THINGS
        for field, kind in get_type_hints(thing).items()
        if NoneType in get_args(kind) and field in names
    )


def told(world: World) -> set[tuple[str, str]]:
    """What is told about unknown things, by rule; the facts that a finding names tell one from another."""
    speaking = ("-missing", "-unknown", "-gaps")
    return {(found.rule, repr(found.facts)) for found in world.findings() if found.rule.endswith(speaking)}


@pytest.mark.parametrize("source", ["vcenter", "free", "xenserver", "xen", "old-kvm"])
def test_nothing_is_told_where_everything_is_known(source):
    assert told(whole(source)) == set()


@pytest.mark.parametrize("fact", [fact for fact in read_by_rules() if fact not in NOT_TOLD])
def test_an_unknown_fact_is_told(fact):
    thing, field = fact.split(".")
    changes = WITHIN[thing](field)
    assert any(told(whole(source, changes)) for source in SOURCES if source not in {"kvm", "xcp-ng"})


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"nics": (replace(HOST.nics[0], driver=None, pci=None),)}, "driver of a network card"),
        ({"adapters": ()}, "storage adapters"),
        ({"adapters": (HostAdapter(name="vmhba0", model="PERC"),)}, "storage adapters"),
    ],
)
def test_cards_of_which_nothing_is_known_are_told(facts, name):
    assert any(name in found for _, found in told(whole("vcenter", {"host": facts})))


def test_reasons_are_given_for_facts_that_rules_read():
    assert set(NOT_TOLD) <= set(read_by_rules())
    assert all(NOT_TOLD.values())


def test_it_is_told_once_for_each_cluster():
    vms = {f"vm{number}": {"tools": None} for number in range(50)}
    found = [one for one in World(vms=vms).findings() if one.rule == "cluster-facts-missing"]
    assert len(found) == 1
    assert "guest tools of 50 of 51 VMs" in repr(found[0].facts)


def test_a_source_is_not_asked_for_what_it_cannot_tell():
    (found,) = (one for one in World(source="old-kvm").findings() if one.rule == "cluster-facts-missing")
    assert "fault tolerance" not in repr(found.facts)
