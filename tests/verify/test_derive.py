"""What hosts and storages can carry, from the estate alone."""

from dataclasses import replace

import pytest

from planner.model.estate import Datastore, DatastoreId, Disk, LocalDisk
from planner.model.kinds import DatastoreKind, DiskKind, PowerState
from planner.model.plan import StorageId, TargetStorage
from planner.model.policy import CapacityPolicy, Policy, Strategy
from planner.units import GIB
from planner.verify import derive
from tests.plan_estate import ESTATE, vm, xenserver
from tests.plans import KVM

HOST = replace(xenserver("h", coordinator=False), datastores=(), disks=())
BIG, SMALL = 400 * GIB, 16 * GIB


def disk(size, boot=None):
    return LocalDisk(id=f"wwn-{size}", capacity_bytes=size, boot=boot)


def store(name, size, *, shared=False, kind=DatastoreKind.VMFS, free=None):
    return Datastore(
        id=DatastoreId(name), name=name, kind=kind, shared=shared, capacity_bytes=size, free_bytes=free
    )


@pytest.mark.parametrize(
    ("disks", "stores", "expected"),
    [
        ((disk(BIG, boot=True),), (), BIG - 32 * GIB),
        ((disk(SMALL, boot=True),), (), 0),
        ((disk(SMALL, boot=True), disk(BIG, boot=False)), (), BIG),
        ((disk(SMALL), disk(BIG)), (), SMALL + BIG - 32 * GIB),
        ((), (store("a", BIG), store("b", SMALL)), BIG + SMALL - 32 * GIB),
        ((), (store("a", BIG), store("b", SMALL, shared=True)), BIG - 32 * GIB),
        ((), (store("a", BIG), store("b", SMALL, kind=DatastoreKind.ISO)), BIG - 32 * GIB),
        ((), (store("a", None),), None),
        ((), (store("a", BIG, shared=True),), None),
        ((), (), None),
    ],
)
def test_a_local_pool_is_what_the_installation_leaves(disks, stores, expected):
    host = replace(HOST, disks=disks, datastores=tuple(one.id for one in stores))
    assert derive.local_pool(host, {one.id: one for one in stores}, KVM) == expected


def test_a_shared_storage_has_the_share_that_the_policy_lets_it_use():
    source = store("nfs", BIG, shared=True, kind=DatastoreKind.NFS, free=100 * GIB)
    storage = TargetStorage(id=StorageId("s"), name="nfs", kind=DatastoreKind.NFS, datastore=source.id)
    policy = Policy(capacity=CapacityPolicy(storage_percent=80))
    assert derive.storage_capacity(storage, policy, {source.id: source}, {}, None) == 80 * GIB


@pytest.mark.parametrize(
    ("kind", "strategy", "allowed"),
    [
        (DatastoreKind.NFS, Strategy.CONVERT_IN_PLACE, True),
        (DatastoreKind.VMFS, Strategy.CONVERT_IN_PLACE, False),
        (DatastoreKind.VMFS, Strategy.UPGRADE_IN_PLACE, False),
        (DatastoreKind.ISCSI, Strategy.CONVERT_IN_PLACE, False),
        (DatastoreKind.ISCSI, Strategy.UPGRADE_IN_PLACE, True),
        (None, Strategy.CONVERT_IN_PLACE, False),
    ],
)
def test_a_source_datastore_is_written_only_where_that_is_safe(kind, strategy, allowed):
    source = store("ds", BIG, shared=True, kind=kind)
    storage = TargetStorage(id=StorageId("s"), name="ds", kind=DatastoreKind.NFS, datastore=source.id)
    assert derive.may_be_written(storage, strategy, source) is allowed


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        ({"capacity_bytes": 10, "allocated_bytes": 4}, 4),
        ({"capacity_bytes": 10}, 10),
        ({"capacity_bytes": 10, "allocated_bytes": 4, "kind": DiskKind.RDM}, 10),
        ({}, None),
    ],
)
def test_a_copy_takes_the_data_of_a_disk_or_the_whole_raw_device(facts, size):
    assert derive.disk_size(Disk(id="d", **facts)) == size


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({"power": PowerState.ON}, True),
        ({"power": None}, True),
        ({"power": PowerState.OFF}, False),
        ({"power": PowerState.SUSPENDED}, False),
        ({"power": PowerState.ON, "template": True}, False),
    ],
)
def test_only_what_runs_takes_memory(facts, counts):
    assert derive.runs(vm("x", "h", 8, **facts)) is counts


def test_only_esxi_and_kvm_overcommit_memory():
    policy = Policy(capacity=CapacityPolicy(source_memory_percent=150))
    esxi, xen = ESTATE.hosts[0], ESTATE.hosts[4]
    assert derive.source_memory(esxi, policy) == 384 * GIB
    assert derive.source_memory(xen, policy) == 128 * GIB
