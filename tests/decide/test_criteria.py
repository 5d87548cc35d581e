"""Every criterion: what raises its score, what lowers it, and that an operator can check the reason."""

from dataclasses import replace

import pytest

from planner.decide.ranking import SCORERS
from planner.errors import InputError
from planner.knowledge import criteria
from planner.model.estate import Disk
from planner.model.finding import Finding, Severity, Subject, SubjectKind
from planner.model.kinds import PowerState
from planner.model.policy import Price, PricesPolicy, TimingPolicy, Waiver
from planner.units import GIB, TIB
from tests.decide.decide_estates import (
    EL,
    EL10,
    GOOD_CPU,
    KVM,
    KVM13,
    XCP,
    candidate_of,
    decided,
    estate,
    host,
    policy,
    vm,
)

ESXI = estate()
XENSERVER = estate(
    kind="xenserver",
    live_migration=True,
    hosts=[host(1, "xenserver", version="8.2.1"), host(2, "xenserver", version="8.2.1")],
)
OLD_KVM = estate(kind="kvm", live_migration=True, hosts=[host(1, "kvm", version="9.0", edition="CentOS 7")])
EMPTY = estate(vms=[])
WINDOWS = estate(vms=[vm(1, guest_os="Microsoft Windows Server 2022 (64-bit)"), vm(2)])
ANCIENT = estate(vms=[vm(1, guest_os="Microsoft Windows Server 2008 R2 (64-bit)")])


FEW_CORES = estate(hosts=[host(n, cpu=replace(GOOD_CPU, cores=8, sockets=2)) for n in (1, 2)])
FULL = estate(vms=[vm(number, memory_bytes=100 * GIB) for number in (1, 2)])
SUPPORT = {
    "support_host_year": tuple(
        Price(platform=platform, amount=1000 if platform == XCP else 0)
        for platform in (KVM, KVM13, EL, EL10, XCP)
    )
}


def priced(**prices):
    return replace(policy(), prices=PricesPolicy(**prices))


def disk(size, allocated=None):
    return (Disk(id="0", capacity_bytes=size, allocated_bytes=allocated),)


SCORES = [
    # criterion, platform, estate, policy, score, words of the reason
    ("conversion-effort", KVM, ESXI, None, 6, "2 VMs by virt-v2v over ssh"),
    ("conversion-effort", XCP, ESXI, None, 2, "plain copy"),
    ("conversion-effort", XCP, XENSERVER, None, 10, "upgrade of the host"),
    ("conversion-effort", KVM, EMPTY, None, 10, "no VM has to move"),
    ("downtime", XCP, XENSERVER, None, 10, "no VM is off"),
    ("downtime", KVM, ESXI, None, 9, "14 min on average"),
    ("downtime", KVM, estate(vms=[vm(1, disks=disk(8 * TIB))]), None, 0, "1 d 06:33"),
    ("downtime", KVM, estate(vms=[vm(1, disks=disk(None))]), None, 10, "1 VM of unknown size"),
    ("downtime", KVM, estate(vms=[vm(1, power=PowerState.OFF)]), None, 10, "no running VM"),
    ("existing-skills", KVM, ESXI, None, 0, "neither"),
    ("existing-skills", KVM, ESXI, policy(skills=("libvirt",)), 6, "the policy names libvirt"),
    ("existing-skills", KVM, ESXI, policy(skills=("Libvirt", "debian")), 10, "its system (Debian)"),
    ("existing-skills", KVM, ESXI, policy(skills=("debian",)), 4, "its system (Debian)"),
    ("existing-skills", XCP, ESXI, policy(skills=("xcp-ng",)), 10, "the policy names xcp-ng"),
    ("existing-skills", XCP, XENSERVER, None, 10, "hosts of the estate run xenserver"),
    ("existing-skills", KVM, XENSERVER, None, 0, "neither"),
    ("existing-skills", EL, OLD_KVM, None, 10, "its system (AlmaLinux)"),
    ("existing-skills", KVM, OLD_KVM, None, 6, "hosts of the estate run kvm"),
    ("guest-support", XCP, ESXI, None, 10, "2 guests with drivers at hand"),
    ("guest-support", XCP, ANCIENT, None, 0, "1 without support"),
    ("guest-support", KVM, ANCIENT, None, 5, "1 with restrictions"),
    ("guest-support", KVM, estate(vms=[vm(1, guest_os=None)]), None, 5, "1 unknown"),
    ("guest-support", XCP, replace(XENSERVER, vms=ANCIENT.vms), None, 10, "1 guest with drivers"),
    ("windows-drivers", KVM, WINDOWS, None, 5, "1 Windows guest: virt-v2v installs the drivers, from"),
    ("windows-drivers", EL, WINDOWS, None, 8, "virtio-win package"),
    ("windows-drivers", XCP, WINDOWS, None, 4, "by hand"),
    ("windows-drivers", XCP, replace(XENSERVER, vms=WINDOWS.vms), None, 10, "keep their drivers"),
    ("windows-drivers", KVM, ESXI, None, None, ""),
    ("size-headroom", XCP, ESXI, None, 10, "without restriction"),
    ("size-headroom", XCP, estate(vms=[vm(1, vcpus=32)]), None, 10, "without restriction"),
    ("size-headroom", XCP, estate(vms=[vm(1, vcpus=48)]), None, 7, "VM vm1 has 48 (vCPUs), above 32"),
    ("size-headroom", XCP, estate(vms=[vm(1, vcpus=128)]), None, 0, "VM vm1 has 128 (vCPUs)"),
    ("size-headroom", XCP, estate(vms=[vm(1, disks=disk(3 * TIB))]), None, 7, "above 2040 GiB"),
    ("size-headroom", XCP, estate(vms=[vm(1, memory_bytes=2 * TIB)]), None, 7, "above 1536 GiB"),
    ("size-headroom", KVM, estate(vms=[vm(1, vcpus=200, disks=disk(60 * TIB))]), None, 10, "without"),
    ("operations", KVM, ESXI, policy(wants=("ha",)), 3, "ha 3: libvirt leaves it"),
    ("operations", XCP, ESXI, policy(wants=("ha", "general-host")), 10, "ha 10"),
    ("operations", XCP, ESXI, policy(wants=("general-host",)), None, ""),
    ("wanted-features", XCP, ESXI, policy(wants=("ha", "general-host")), 0, "general-host 0"),
    ("wanted-features", KVM, ESXI, policy(wants=("general-host", "oracle-licences")), 8, "pinned vCPUs"),
    ("wanted-features", KVM, ESXI, None, None, ""),
    ("cloud-direction", KVM, ESXI, policy(wants=("openstack",)), 10, "Nova"),
    ("cloud-direction", XCP, ESXI, policy(wants=("openstack",)), 0, "taken out of Nova"),
    ("cloud-direction", KVM, ESXI, None, None, ""),
    ("isolation", KVM, ESXI, policy(wants=("mandatory-access-control",)), 10, "sVirt"),
    ("isolation", XCP, ESXI, policy(wants=("driver-domain",)), 6, "dom0"),
    ("isolation", XCP, ESXI, None, None, ""),
    ("desktops", KVM, ESXI, policy(wants=("citrix-desktops",)), 0, "no host type of Citrix"),
    ("desktops", XCP, ESXI, policy(wants=("citrix-desktops",)), 4, "lists XenServer"),
    ("desktops", XCP, ESXI, None, None, ""),
    ("cost", KVM, ESXI, None, None, ""),
    ("cost", KVM, ESXI, priced(), None, ""),
    (
        "cost",
        KVM,
        ESXI,
        priced(**SUPPORT),
        10,
        "EUR 0 over 3 years (support 0); without a price: guest licences",
    ),
    ("cost", XCP, ESXI, priced(**SUPPORT), 0, "EUR 6,000 over 3 years (support 6,000)"),
    ("cost", KVM, ESXI, priced(labour_hour=60), 10, "work 352"),
    ("cost", XCP, ESXI, priced(labour_hour=60), 8, "work 424"),
    (
        "cost",
        KVM,
        ESXI,
        priced(labour_hour=60, subscription_core_year=100),
        10,
        "staying: EUR 19,200 for 64 cores",
    ),
    ("cost", KVM, FEW_CORES, priced(labour_hour=60, subscription_core_year=100), 10, "for 64 cores"),
    ("cost", KVM, FULL, priced(swing_host=900), 10, "borrowed hosts 900"),
    ("cost", KVM, ESXI, priced(swing_host=900), 10, "borrowed hosts 0"),
    (
        "cost",
        EL,
        ESXI,
        priced(guest_licences_year=(Price(platform=EL, amount=500),)),
        0,
        "guest licences 1,500",
    ),
    ("update-model", KVM, ESXI, None, 7, "migrated"),
    ("update-model", EL, ESXI, None, 8, "kpatch"),
    ("update-model", XCP, ESXI, None, 6, "rolls"),
    ("host-management", KVM, ESXI, None, 9, "ordinary Linux"),
    ("host-management", XCP, ESXI, None, 4, "appliance"),
    ("support-horizon", KVM, ESXI, None, 3, "2028-06-30"),
    ("support-horizon", KVM13, ESXI, None, 7, "2030-06-30"),
    ("support-horizon", EL, ESXI, None, 10, "2032-05-31"),
    ("concerns", XCP, ESXI, None, 10, "no concern"),
]


@pytest.mark.parametrize("row", SCORES, ids=lambda row: f"{row[0]}-{row[1]}-{row[4]}")
def test_score(row):
    criterion, platform, subject, rules, expected, words = row
    verdict = candidate_of(subject, platform, rules).scores.get(criterion)
    assert (verdict[0] if verdict else None) == expected
    assert words in (verdict[1] if verdict else "")


def test_every_criterion_of_the_knowledge_is_scored_and_tested():
    ids = {criterion.id for criterion in criteria()}
    assert ids == set(SCORERS) == {row[0] for row in SCORES}


def test_an_upgrade_without_live_migration_costs_the_upgrades_time():
    standing = replace(XENSERVER, clusters=(replace(XENSERVER.clusters[0], live_migration=False),))
    slow = replace(policy(), timing=TimingPolicy(upgrade_host=4 * 3600))
    assert candidate_of(standing, XCP, slow).scores["downtime"] == (
        5,
        "off for 4:00 h on average while disks travel",
    )


def finding(severity, platform=XCP, subject="vm-1", waiver=None):
    return Finding(
        rule="some-rule",
        severity=severity,
        subject=Subject(kind=SubjectKind.VM, id=subject, name=subject),
        message="",
        why="",
        remedy="",
        platform=platform,
        waiver=waiver,
    )


WAIVER = Waiver(finding="some-rule", subject=None, who="ops", why="known", until="2027-01-01")


@pytest.mark.parametrize(
    ("findings", "score"),
    [
        ((finding(Severity.CRITICAL),), 8),
        ((finding(Severity.CRITICAL), finding(Severity.WARNING)), 8),
        ((finding(Severity.CRITICAL), finding(Severity.CRITICAL, subject="vm-2")), 5),
        ((finding(Severity.WARNING),), 9),
        ((finding(Severity.INFORMATION),), 10),
        ((finding(Severity.CRITICAL, waiver=WAIVER),), 10),
        ((finding(Severity.CRITICAL, platform=KVM),), 10),
        ((finding(Severity.CRITICAL, platform=None),), 10),
        ((finding(Severity.CRITICAL, subject="vm-elsewhere"),), 10),
    ],
)
def test_concerns(findings, score):
    four_subjects = estate(vms=[vm(1), vm(2)])
    assert candidate_of(four_subjects, XCP, None, findings).scores["concerns"][0] == score


def test_a_wish_that_nobody_knows_is_the_operators_mistake():
    with pytest.raises(InputError) as refused:
        decided(ESXI, policy(wants=("ha", "coffee")))
    (problem,) = refused.value.problems
    assert (problem.file, problem.path) == ("policy.yml", "decision.wants[1]")
    assert "web-console" in problem.message


def test_sizes_use_what_is_allocated_before_what_is_configured():
    thin = estate(vms=[vm(1, disks=disk(8 * TIB, 10 * GIB))])
    assert candidate_of(thin, KVM).scores["downtime"][0] == 9
