"""Refusals: what is short, where, by how much, and what would help."""

from dataclasses import replace

import pytest

from planner.errors import InfeasibleError
from planner.model.estate import Cpu, Disk, LocalDisk
from planner.model.kinds import Criticality, DatastoreKind, HypervisorKind, ManagerKind
from planner.model.plan import Transport
from planner.model.policy import CapacityPolicy, Policy, SharedStorage
from planner.place import place
from planner.units import GIB
from tests.strategies import MOVE, UPGRADE, make_cluster, make_estate, make_host, make_vm, problem

LIVE = {"live_migration": True, "manager": ManagerKind.VCENTER}
SPARE = HypervisorKind.NONE


def refused(case):
    with pytest.raises(InfeasibleError) as refusal:
        place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
    return refusal.value.shortages


def one(hosts, vms, policy=None, strategy=None, **cluster):
    estate = make_estate((make_cluster(**cluster),), hosts, vms)
    strategies = {estate.clusters[0].id: strategy} if strategy else None
    (shortage,) = refused(problem(estate, policy or Policy(), strategies))
    return shortage


def test_one_full_host_and_nowhere_to_go():
    shortage = one([make_host("esx1", 32)], [make_vm("a", 20, "esx1"), make_vm("b", 4, "esx1")])
    assert shortage.cluster == "c"
    assert shortage.what == (
        "its running VMs need 24 GiB of memory, and with the last host still to be emptied "
        "no other host can hold any: 24 GiB short"
    )
    assert shortage.remedies == (
        "lend a swing host with 28 GiB of memory and 55 GiB of disk (hypervisor: none)",
    )


def test_a_large_vm_on_small_hosts_is_named_with_what_is_missing_where():
    hosts = [make_host("esx1", 40), make_host("esx2", 24), make_host("new", 20, hypervisor=SPARE)]
    shortage = one(hosts, [make_vm("big", 30, "esx1"), make_vm("b", 2, "esx2")])
    assert shortage.what == (
        "VM big (30 GiB of memory) on host esx1 has nowhere to go: on esx2 10 GiB of memory short; "
        "on new 16 GiB of memory short"
    )
    assert shortage.remedies == (
        "power off VM big until it has moved",
        "lend a swing host with 34 GiB of memory and 44 GiB of disk (hypervisor: none)",
    )


def test_the_reserve_is_the_cheapest_thing_to_do_without():
    hosts = [make_host("esx1", 32), make_host("esx2", 32)]
    shortage = one(hosts, [make_vm("a", 8, "esx1"), make_vm("b", 8, "esx2")], ha_enabled=True, **LIVE)
    assert "with the last 2 hosts still to be emptied no other host can hold any" in shortage.what
    assert shortage.remedies[0] == (
        "do without the HA reserve while it is converted (policy: clusters, reserve_hosts: 0)"
    )


def test_a_share_of_memory_is_kept_free_instead_of_hosts():
    """A host of 32 GiB carries 24 GiB beside a quarter kept free; to convert the other one all 26 GiB must fit."""
    policy = Policy(capacity=CapacityPolicy(reserve_percent=25, host_memory_bytes=0))
    hosts = [make_host("esx1", 32), make_host("esx2", 32)]
    shortage = one(
        hosts, [make_vm("a", 13, "esx1"), make_vm("b", 13, "esx2")], policy, ha_enabled=True, **LIVE
    )
    assert shortage.what == (
        "its running VMs need 26 GiB of memory, and with the last host still to be emptied the others hold 24 GiB "
        "beside the HA reserve of 25 % of memory: 2 GiB short"
    )
    assert shortage.remedies[0] == (
        "do without the HA reserve while it is converted (policy: clusters, reserve_percent: 0)"
    )


def test_vcpus():
    thin = {"cpu": Cpu(cores=2)}
    hosts = [make_host("esx1", 64, **thin), make_host("new", 64, hypervisor=SPARE, **thin)]
    policy = Policy(capacity=CapacityPolicy(vcpu_per_core=1.0))
    shortage = one(hosts, [make_vm("a", 4, "esx1", vcpus=2), make_vm("b", 4, "esx1", vcpus=1)], policy)
    assert "1 vCPUs above the policy's vcpu_per_core" in shortage.what
    assert shortage.remedies[0] == "allow 2 vCPUs a core (policy: capacity.vcpu_per_core: 2)"


def test_storage():
    small = (LocalDisk(id="wwn-1", capacity_bytes=132 * GIB, boot=True),)
    hosts = [make_host("esx1", 64, disks=small), make_host("new", 64, hypervisor=SPARE, disks=small)]
    vm = make_vm("a", 4, "esx1", disks=(Disk(id="d", capacity_bytes=100 * GIB),))
    shortage = one(hosts, [vm])
    assert "on new 10 GiB of storage short" in shortage.what
    assert (
        "provide 112 GiB more target storage that the target hosts share (policy: shared_storage)"
        in shortage.remedies
    )


def test_parking_is_proposed_where_storage_for_it_is_there():
    san = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=100 * GIB)
    vm = make_vm("a", 20, "esx1", criticality=Criticality.NORMAL)
    shortage = one([make_host("esx1", 32)], [vm], Policy(shared_storage=(san,)))
    assert shortage.remedies[0] == (
        "allow VMs to be parked on new-san (policy: parking, max_criticality: normal)"
    )


def test_a_pool_of_one_can_only_be_switched_off():
    shortage = one([make_host("xs1", 32)], [make_vm("a", 8, "xs1")], strategy=UPGRADE, live_migration=True)
    assert shortage.remedies == ("power off VM a until it has moved",)


def test_a_move_to_new_hosts_asks_for_another_new_host():
    hosts = [make_host("old", 64), make_host("new", 32, hypervisor=SPARE)]
    shortage = one(hosts, [make_vm("a", 20, "old"), make_vm("b", 20, "old")], strategy=MOVE)
    assert shortage.what.endswith("once converted, its hosts hold 28 GiB: 12 GiB short")
    assert "add a new host with 24 GiB of memory and 44 GiB of disk (hypervisor: none)" in shortage.remedies


def test_every_cluster_that_cannot_be_converted_is_reported():
    estate = make_estate(
        (make_cluster("c"), make_cluster("d")),
        [make_host("c1", 32, "c"), make_host("d1", 32, "d")],
        [make_vm("a", 8, "c1", "c"), make_vm("b", 8, "d1", "d")],
    )
    assert [shortage.cluster for shortage in refused(problem(estate))] == ["c", "d"]


def test_a_vm_without_a_way_is_not_left_behind_in_silence():
    hosts = [make_host("esx1", 32), make_host("new", 32, hypervisor=SPARE)]
    case = problem(make_estate((make_cluster(),), hosts, [make_vm("a", 8, "esx1")]))
    lost = tuple(replace(route, transport=None) for route in case.routes)
    (shortage,) = refused(replace(case, routes=lost))
    assert shortage.what == "no way is known to KVM on Debian 12 for VM a"


def test_a_swing_host_that_cannot_carry_the_platform_is_not_borrowed():
    swing = make_host("swing", 64, None, hypervisor=SPARE, cpu=Cpu(cores=8, flags=("sse2",)))
    case = problem(make_estate((make_cluster(),), [make_host("esx1", 32), swing], [make_vm("a", 8, "esx1")]))
    refused(case)
    fit = replace(swing, cpu=Cpu(cores=8, flags=("vmx",)))
    estate = replace(case.estate, hosts=(case.estate.hosts[0], fit))
    assert place(estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)


def test_transports_do_not_matter_for_placement():
    hosts = [make_host("esx1", 32), make_host("new", 32, hypervisor=SPARE)]
    estate = make_estate((make_cluster(),), hosts, [make_vm("a", 8, "esx1")])
    found = {
        place(case.estate, case.policy, case.platforms, case.decisions, case.routes, case.groups)
        for case in (
            problem(estate, transport=transport) for transport in (Transport.ESXI_SSH, Transport.DISK_IMPORT)
        )
    }
    assert len(found) == 1
