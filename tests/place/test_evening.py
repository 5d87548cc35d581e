"""Room on the target side is evened out before VMs cross, where that costs no copy."""

from dataclasses import replace

import pytest

from planner.model.estate import AffinityRule, Datastore, DatastoreId, Disk, HostId, VmId
from planner.model.kinds import AffinityKind, DatastoreKind, HypervisorKind, ManagerKind
from planner.model.policy import CapacityPolicy, Policy, SharedStorage, StorageMapping, Strategy, WavePolicy
from planner.place.cases import build_case
from planner.place.conversion import conversions
from planner.place.current import begun
from planner.place.evening import evened
from planner.place.ledger import Ledger
from planner.place.sides import Side
from planner.units import GIB
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

NEW = ("new1", "new2")
SAN = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=1000 * GIB)


def ledger(*, shared=True, rules=(), memory=68):
    """Four VMs of 16 GiB crossed to `new1`; two more are still on the source, and `new2` is empty."""
    hosts = [
        make_host("esx1", 128),
        *(make_host(name, memory, hypervisor=HypervisorKind.NONE, cluster="c") for name in NEW),
    ]
    store = Datastore(id=DatastoreId("ds-san"), name="san", kind=DatastoreKind.VMFS, shared=True)
    disk = Disk(id="0", capacity_bytes=GIB, allocated_bytes=GIB, datastore=store.id)
    vms = [make_vm(str(n), 16, "esx1", disks=(replace(disk, path=f"{n}.vmdk"),)) for n in range(6)]
    home = make_cluster(live_migration=True, manager=ManagerKind.VCENTER)
    policy = Policy(
        capacity=CapacityPolicy(reserve_hosts=0),
        waves=WavePolicy(pilot_vms=0),
        shared_storage=(SAN,) if shared else (),
        storage_map=(StorageMapping(source="san", target="new-san" if shared else "local"),),
    )
    estate = make_estate((home,), hosts, vms, rules, (store,))
    given = problem(estate, policy, {home.id: Strategy.CONVERT_IN_PLACE})
    (conversion,) = conversions(
        given.estate, given.policy, given.platforms, given.decisions, given.routes, given.groups
    )
    made = Ledger(build_case(conversion, ()))
    made.rebuild(tuple(HostId(f"host-{name}") for name in NEW))
    for vm in vms[:4]:
        made.move(made.case.workloads[vm.id], HostId("host-new1"))
    made.settle()
    return made


TIED = AffinityRule(
    id="r",
    name="r",
    kind=AffinityKind.PINNED,
    vms=tuple(VmId(f"vm-{n}") for n in range(4)),
    hosts=(HostId("host-new1"),),
)


@pytest.mark.parametrize(
    ("facts", "moved"),
    [
        pytest.param({}, 1, id="the full one has room for none of the two that are left"),
        pytest.param({"shared": False}, 0, id="disks would be copied"),
        pytest.param({"rules": (TIED,)}, 0, id="a rule ties them"),
        pytest.param({"memory": 164}, 0, id="there is room enough"),
    ],
)
def test_how_many_move(facts, moved):
    made = ledger(**facts)
    current = begun(made)
    for vm, host in evened(current, 32 * GIB, lambda _vm: True):
        made.move(vm, host)
        current.set_out()
    there = [made.at[vm] for vm in made.case.workloads if made.crossed(vm)]
    assert there.count("host-new2") == moved
    assert len(there) == 4
    assert made.on(Side.TARGET) == ("host-new1", "host-new2")
