"""Target hosts, storages and networks: what they offer, and what they are called."""

from dataclasses import replace

import pytest

from planner.errors import InputError
from planner.model.estate import Datastore, DatastoreId, Disk, HostNetwork, LocalDisk, Network, NetworkId, Nic
from planner.model.kinds import DatastoreKind, DiskKind, HypervisorKind
from planner.model.policy import NetworkMapping, Policy, SharedStorage, StorageMapping, WavePolicy
from planner.place import place
from planner.units import GIB
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

NO_PILOT = Policy(waves=WavePolicy(pilot_vms=0))
SYSTEM = 32  # GiB that kvm-debian-12 keeps of a boot disk


def datastore(name, kind=DatastoreKind.VMFS, **more):
    return Datastore(id=DatastoreId(f"ds-{name}"), name=name, kind=kind, **more)


NFS = datastore(
    "nfs1", DatastoreKind.NFS, shared=True, free_bytes=100 * GIB, server="192.0.2.1", export="/vm"
)
SAN = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=100 * GIB)


def placement(host=None, vm=None, policy=NO_PILOT, datastores=(), networks=()):
    """The placement of one host `esx1` with a VM `a`, and an empty host beside it."""
    hosts = [make_host("esx1", 32, **(host or {})), make_host("new", 32, hypervisor=HypervisorKind.NONE)]
    vms = [make_vm("a", 8, "esx1", **(vm or {}))]
    case = problem(make_estate((make_cluster(),), hosts, vms, (), datastores, networks), policy)
    (found,) = place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return found


def local_pool(found):
    return next(storage for storage in found.storages if storage.id == "storage-host-esx1-local")


@pytest.mark.parametrize(
    ("host", "usable"),
    [
        ({"disks": (LocalDisk(id="wwn-1", capacity_bytes=132 * GIB, boot=True),)}, 90 * GIB),
        (
            {
                "disks": (
                    LocalDisk(id="wwn-1", capacity_bytes=16 * GIB, boot=True),
                    LocalDisk(id="wwn-2", capacity_bytes=100 * GIB, boot=False),
                )
            },
            90 * GIB,
        ),
        ({"datastores": (DatastoreId("ds-local"),)}, 90 * GIB),
        ({"datastores": (DatastoreId("ds-san"),)}, None),
        ({"datastores": (DatastoreId("ds-local"), DatastoreId("ds-unsized"))}, None),
        ({}, None),
    ],
    ids=["boot disk", "data disk", "local datastores", "shared only", "unknown size", "nothing known"],
)
def test_what_a_hosts_own_pool_holds(host, usable):
    stores = [
        datastore("local", shared=False, capacity_bytes=132 * GIB),
        datastore("unsized", shared=False),
        datastore("san", shared=True, capacity_bytes=900 * GIB),
    ]
    assert local_pool(placement(host, datastores=stores)).capacity_bytes == usable


@pytest.mark.parametrize(
    ("disks", "install", "pool"),
    [
        ((("wwn-1", True), ("wwn-2", False)), "wwn-1", ("wwn-2",)),
        ((("wwn-1", None),), "wwn-1", ("wwn-1",)),
        ((("wwn-1", None), ("wwn-2", None)), None, ("wwn-1", "wwn-2")),
        ((), None, ()),
    ],
)
def test_the_disk_that_the_system_goes_on(disks, install, pool):
    found = placement(
        {"disks": tuple(LocalDisk(id=d, capacity_bytes=64 * GIB, boot=boot) for d, boot in disks)}
    )
    target = next(host for host in found.hosts if host.host == "host-esx1")
    assert (target.install_disk, local_pool(found).disk_ids) == (install, pool)


@pytest.mark.parametrize(
    ("on", "policy", "goes_to"),
    [
        ("nfs1", {}, "storage-ds-nfs1"),
        ("san", {}, "storage-host-new-local"),
        ("san", {"shared_storage": (SAN,)}, "storage-new-san"),
        ("nfs1", {"shared_storage": (SAN,)}, "storage-ds-nfs1"),
        ("nfs1", {"storage_map": (StorageMapping(source="nfs1", target="local"),)}, "storage-host-new-local"),
        (
            "san",
            {"shared_storage": (SAN,), "storage_map": (StorageMapping(source="san", target="nfs1"),)},
            "storage-ds-nfs1",
        ),
        (
            "nfs1",
            {
                "shared_storage": (replace(SAN, name="Büro SAN"),),
                "storage_map": (StorageMapping(source="nfs1", target="Büro SAN"),),
            },
            "storage-buro-san-b1e0b1",
        ),
    ],
)
def test_where_a_disk_goes(on, policy, goes_to):
    stores = [NFS, datastore("san", shared=True)]
    vm = {"disks": (Disk(id="d", capacity_bytes=10 * GIB, datastore=DatastoreId(f"ds-{on}")),)}
    mounted = {"datastores": (NFS.id, DatastoreId("ds-san"))}
    found = placement(mounted, vm, replace(NO_PILOT, **policy), stores)
    (move,) = next(phase.moves for phase in found.phases if phase.moves)
    assert [disk.storage for disk in move.disks] == [goes_to]
    assert goes_to in {storage.id for storage in found.storages}


def test_nfs_without_an_address_cannot_be_mounted_by_the_target():
    unknown = replace(NFS, server=None)
    vm = {"disks": (Disk(id="d", capacity_bytes=10 * GIB, datastore=NFS.id),)}
    found = placement({"datastores": (NFS.id,)}, vm, datastores=[unknown])
    assert [storage.host for storage in found.storages] == ["host-esx1", "host-new"]


@pytest.mark.parametrize(
    ("disk", "fits"),
    [
        ({"capacity_bytes": 500 * GIB, "allocated_bytes": 80 * GIB}, True),
        ({"capacity_bytes": 500 * GIB}, False),
        ({"capacity_bytes": 500 * GIB, "allocated_bytes": 80 * GIB, "kind": DiskKind.RDM}, False),
    ],
    ids=["thin", "allocation unknown", "raw device"],
)
def test_which_size_of_a_disk_counts(disk, fits):
    policy = replace(NO_PILOT, shared_storage=(SAN,))
    found = placement(vm={"disks": (Disk(id="d", **disk),)}, policy=policy)
    (move,) = next(phase.moves for phase in found.phases if phase.moves)
    assert (move.disks[0].storage == "storage-new-san") is fits


def test_removable_media_stay_behind():
    drives = (Disk(id="cd", kind=DiskKind.CDROM), Disk(id="d", capacity_bytes=GIB))
    (move,) = next(phase.moves for phase in placement(vm={"disks": drives}).phases if phase.moves)
    assert [disk.disk for disk in move.disks] == ["d"]


def test_a_mapping_to_a_storage_that_does_not_exist_is_bad_input():
    policy = replace(NO_PILOT, storage_map=(StorageMapping(source="nfs1", target="nowhere"),))
    vm = {"disks": (Disk(id="d", capacity_bytes=GIB, datastore=NFS.id),)}
    with pytest.raises(InputError, match="'nowhere' is no target storage; there are: nfs1"):
        placement({"datastores": (NFS.id,)}, vm, policy, [NFS])


def network(name, vlan=None, **more):
    return Network(id=NetworkId(f"net-{name}"), name=name, vlan=vlan, **more)


def bridges(*networks, policy=NO_PILOT, uplinks=None):
    carried = tuple(
        HostNetwork(network=net.id, uplinks=(uplinks or {}).get(net.name, ())) for net in networks
    )
    found = placement({"networks": carried}, policy=policy, networks=networks)
    return {target.network[4:]: (target.bridge, target.vlan) for target in found.networks}


def test_bridges_are_called_after_their_vlan():
    assert bridges(network("a", 0), network("b", 4094)) == {"a": ("br0", 0), "b": ("br4094", 4094)}


def test_the_policys_bridges_come_first():
    policy = replace(NO_PILOT, network_map=(NetworkMapping(source="a", bridge="br7", vlan=30),))
    assert bridges(network("a", 10), network("b", 30), policy=policy) == {"a": ("br7", 30), "b": ("br30", 30)}


def test_one_wire_under_two_names_is_one_bridge():
    assert len({bridge for bridge, _ in bridges(network("a", 7), network("b", 7)).values()}) == 1


def test_the_same_vlan_on_other_uplinks_is_another_bridge():
    found = bridges(network("a", 0), network("b", 0), uplinks={"a": ("vmnic0",), "b": ("vmnic1",)})
    assert found["a"] == ("br0", 0)
    assert found["b"][0] != "br0"


def test_an_unknown_vlan_is_said_and_shares_no_bridge():
    found = placement(
        {"networks": (HostNetwork(network=NetworkId("net-a")),)}, networks=(network("a"), network("b", 0))
    ).networks
    assert (found[0].vlan, found[0].bridge.startswith("br-")) == (0, True)
    assert "not known" in found[0].reason


def test_bridge_names_fit_into_linux():
    everything = bridges(network("a"), network("b", 4094), network("c", 4094), uplinks={"c": ("vmnic7",)})
    assert all(len(bridge) <= 15 for bridge, _ in everything.values())


@pytest.mark.parametrize(
    ("networks", "reach"), [(None, None), ((), ("net-mapped",)), (("net-b",), ("net-b", "net-mapped"))]
)
def test_a_target_host_reaches_what_it_carried_and_what_is_mapped(networks, reach):
    policy = replace(NO_PILOT, network_map=(NetworkMapping(source="mapped", bridge="br9"),))
    carried = None if networks is None else tuple(HostNetwork(network=NetworkId(net)) for net in networks)
    vm = {"nics": (Nic(id="n", network=NetworkId("net-mapped")),)}
    found = placement({"networks": carried}, vm, policy, networks=(network("b", 1), network("mapped", 2)))
    assert next(host for host in found.hosts if host.host == "host-esx1").networks == reach
