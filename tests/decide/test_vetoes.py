"""Every veto: a cluster that has it, and the same cluster just within the limit, or with the fact unknown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.decide.decisions import decide
from planner.errors import InfeasibleError
from planner.knowledge import fact, load_platforms
from planner.model.estate import Cpu, Disk, LocalDisk, Nic, Passthrough
from planner.model.kinds import PassthroughKind
from planner.model.policy import Policy, Strategy
from planner.route import route
from planner.units import GIB, TIB
from tests.decide.decide_estates import (
    EL,
    GOOD_CPU,
    KVM,
    XCP,
    candidate_of,
    decided,
    estate,
    host,
    policy,
    vm,
)
from tests.today import TODAY


def one_vm(**facts):
    return estate(vms=[vm(1, **facts)])


def one_host(**facts):
    return estate(hosts=[host(1, **facts)], vms=[vm(1)])


def cards(number):
    return tuple(Nic(id=str(position)) for position in range(number))


def drives(number):
    return tuple(Disk(id=str(position), capacity_bytes=GIB) for position in range(number))


def flags(*names):
    return Cpu(flags=tuple(names))


VGPU = (Passthrough(kind=PassthroughKind.VGPU),)

VETOES = [
    # platform, source of the veto, a case with it, a case without it, the same with the fact unknown
    (XCP, "max_vcpus", one_vm(vcpus=129), one_vm(vcpus=128), one_vm(vcpus=None)),
    (KVM, "max_vcpus", one_vm(vcpus=289), one_vm(vcpus=288), one_vm(vcpus=None)),
    (
        XCP,
        "max_memory_bytes",
        one_vm(memory_bytes=9 * TIB),
        one_vm(memory_bytes=8 * TIB),
        one_vm(memory_bytes=None),
    ),
    (
        XCP,
        "max_disk_bytes",
        one_vm(disks=(Disk(id="0", capacity_bytes=16382 * GIB),)),
        one_vm(disks=(Disk(id="0", capacity_bytes=16381 * GIB),)),
        one_vm(disks=(Disk(id="0"),)),
    ),
    (XCP, "max_disks", one_vm(disks=drives(241)), one_vm(disks=drives(240)), one_vm(disks=())),
    (XCP, "max_nics", one_vm(nics=cards(17)), one_vm(nics=cards(16)), one_vm(nics=())),
    (XCP, "nested", one_vm(nested=True), one_vm(nested=False), one_vm(nested=None)),
    (KVM, "vgpu", one_vm(passthrough=VGPU), one_vm(passthrough=()), one_vm()),
    (
        XCP,
        "required_cpu_flags",
        one_host(cpu=flags("vmx")),
        one_host(cpu=flags("vmx", "ept")),
        one_host(cpu=Cpu()),
    ),
    (KVM, "required_cpu_flags", one_host(cpu=flags("sse")), one_host(cpu=flags("svm")), one_host(cpu=Cpu())),
    (
        EL,
        "required_level_flags",
        one_host(cpu=flags("lm", "svm", "npt")),
        one_host(cpu=flags("lm", "svm", "npt", "sse4_2")),
        one_host(cpu=flags("svm", "npt")),
    ),
    (
        KVM,
        "min_host_memory_bytes",
        one_host(memory_bytes=3 * GIB),
        one_host(memory_bytes=4 * GIB),
        one_host(memory_bytes=None),
    ),
    (
        XCP,
        "min_host_disk_bytes",
        one_host(
            disks=(
                LocalDisk(id="a", capacity_bytes=32 * GIB, boot=True),
                LocalDisk(id="b", capacity_bytes=TIB),
            )
        ),
        one_host(
            disks=(LocalDisk(id="a", capacity_bytes=32 * GIB), LocalDisk(id="b", capacity_bytes=46 * GIB))
        ),
        one_host(disks=()),
    ),
    (
        XCP,
        "max_host_nics",
        one_host(nics=cards(17)),
        one_host(nics=cards(16)),
        one_host(nics=()),
    ),
    (
        XCP,
        "max_pool_hosts",
        estate(hosts=[host(number) for number in range(65)]),
        estate(hosts=[host(number) for number in range(64)]),
        estate(hosts=[host(1)]),
    ),
    (
        XCP,
        "mixed_cpu_makers",
        estate(hosts=[host(1), host(2), host(3, cpu=replace(GOOD_CPU, vendor="AuthenticAMD"))]),
        estate(hosts=[host(1), host(2)]),
        estate(hosts=[host(1), host(2), host(3, cpu=replace(GOOD_CPU, vendor=None))]),
    ),
]


@pytest.mark.parametrize(("platform", "fact", "hit", "miss", "unknown"), VETOES)
def test_veto(platform, fact, hit, miss, unknown):
    (obstacle,) = candidate_of(hit, platform).obstacles
    assert obstacle.source == f"{platform}.{fact}"
    assert obstacle.remedy
    assert candidate_of(miss, platform).obstacles == ()
    assert candidate_of(unknown, platform).obstacles == ()


def test_the_vetoes_of_a_candidate_are_recorded_and_it_does_not_win():
    subject = one_vm(nested=True)
    decision = decided(subject, policy(skills=("xcp-ng",), wants=("ha", "pool")))
    loser = next(candidate for candidate in decision.candidates if candidate.platform == XCP)
    assert loser.vetoes[0].source == f"{XCP}.nested"
    assert (loser.criteria, loser.total) == ((), 0)
    assert decision.winner != XCP
    assert any(
        "XCP-ng 8.3 is impossible: VM vm1 runs virtual machines itself" in line for line in decision.reasons
    )


def test_a_rarer_maker_is_the_obstacle_not_the_common_one():
    mixed = estate(hosts=[host(1), host(2), host(3, cpu=replace(GOOD_CPU, vendor="AuthenticAMD"))])
    (obstacle,) = candidate_of(mixed, XCP).obstacles
    assert obstacle.host == "host-3"
    assert candidate_of(mixed, KVM).obstacles == ()


def test_no_route_is_a_veto_with_the_routes_own_reason():
    old = estate(kind="xenserver", hosts=[host(1, "xenserver", version="7.6.0")], vms=[vm(1)])
    (obstacle,) = candidate_of(old, XCP).obstacles
    assert "8.2.1" in obstacle.reason
    assert candidate_of(old, KVM).obstacles == ()


def test_support_that_has_ended_is_a_veto():
    last = date.fromisoformat(fact(KVM, "supported_until").value)
    assert candidate_of(one_vm(), KVM, today=last).obstacles == ()
    after = last + timedelta(days=1)
    (obstacle,) = candidate_of(one_vm(), KVM, today=after).obstacles
    assert obstacle.source == f"{KVM}.supported_until"
    assert candidate_of(one_vm(), EL, today=after).obstacles == ()


def shortages(subject, rules=None):
    with pytest.raises(InfeasibleError) as refused:
        decided(subject, rules)
    return refused.value.shortages


def test_a_cluster_without_any_target_is_refused_with_remedies_that_were_tried():
    (shortage,) = shortages(one_vm(vcpus=2000))
    assert shortage.cluster == "Alpha"
    assert "vm1 needs 2000 (vCPUs)" in shortage.what
    assert "With at most 288 (vCPUs) for vm1 (2000): KVM on AlmaLinux 10 would win" in shortage.remedies
    assert any(remedy.startswith("With VM vm1 outside this cluster") for remedy in shortage.remedies)


def test_a_target_that_the_policy_forces_is_refused_by_its_veto():
    (shortage,) = shortages(one_vm(nested=True), policy(cluster={"target": XCP}))
    assert "XCP-ng 8.3: VM vm1 runs virtual machines itself" in shortage.what
    assert "KVM" not in shortage.what
    assert any("Without `target`" in remedy for remedy in shortage.remedies)


def test_an_upgrade_in_place_that_is_not_possible_is_refused():
    (shortage,) = shortages(one_vm(), policy(cluster={"strategy": Strategy.UPGRADE_IN_PLACE}))
    assert "asks for an upgrade in place" in shortage.what


def test_all_clusters_without_a_target_are_named_together():
    first, second = one_vm(vcpus=2000), one_vm(vcpus=2000)
    both = replace(
        first,
        clusters=(*first.clusters, replace(first.clusters[0], id="cluster-b", name="Beta")),
        hosts=(*first.hosts, host(9, cluster="cluster-b")),
        vms=(*first.vms, replace(second.vms[0], id="vm-9", cluster="cluster-b", host="host-9")),
    )
    platforms = load_platforms()
    with pytest.raises(InfeasibleError) as refused:
        decide(both, Policy(), platforms, route(both, Policy(), platforms), (), TODAY)
    assert [shortage.cluster for shortage in refused.value.shortages] == ["Alpha", "Beta"]
