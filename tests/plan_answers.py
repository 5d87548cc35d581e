"""What was answered for the hand-made plan of tests/plans.py: targets, decisions, routes and findings."""

from planner.model.decision import CriterionScore, Decision, TargetScore, Veto
from planner.model.finding import Fact, Finding, Severity, Subject, SubjectKind
from planner.model.kinds import HypervisorKind
from planner.model.plan import Alternative, Route, Transport
from planner.model.platform import OsFamily, Platform
from planner.model.policy import Strategy, Waiver
from planner.units import GIB
from tests.plan_estate import ARCHIVE, ESTATE, LAB, PRODUCTION


def platform(platform_id, title, hypervisor, family, system):
    os_name, version = system
    return Platform(
        id=platform_id,
        title=title,
        hypervisor=hypervisor,
        os_family=family,
        os_name=os_name,
        os_version=version,
        supported_until="2028-06-30",
        max_vcpus=288,
        max_memory_bytes=None,
        max_disk_bytes=None,
        max_disks=None,
        max_nics=None,
        max_host_nics=None,
        min_host_memory_bytes=4 * GIB,
        min_host_disk_bytes=32 * GIB,
        required_cpu_flags=(),
        nested=True,
        vgpu=False,
        ha_built_in=False,
        sources=("made up for tests",),
    )


KVM = platform("kvm-debian-12", "KVM on Debian 12", HypervisorKind.KVM, OsFamily.DEBIAN, ("Debian", "12"))
XCP = platform("xcp-ng-8.3", "XCP-ng 8.3", HypervisorKind.XCPNG, OsFamily.XCPNG, ("XCP-ng", "8.3"))


def _score(chosen, total, scores, vetoes=()):
    return TargetScore(
        platform=chosen.id,
        vetoes=vetoes,
        criteria=tuple(
            CriterionScore(criterion=criterion, score=score, weight=weight, reason=reason)
            for criterion, score, weight, reason in scores
        ),
        total=total,
    )


DECISIONS = (
    Decision(
        cluster=ARCHIVE,
        strategy=Strategy.KEEP,
        winner=None,
        runner_up=None,
        candidates=(),
        reasons=("no host of the cluster is known, so its VMs stay out of the plan",),
        flips=(),
        confidence=100,
    ),
    Decision(
        cluster=LAB,
        strategy=Strategy.UPGRADE_IN_PLACE,
        winner=XCP.id,
        runner_up=KVM.id,
        candidates=(
            _score(
                XCP,
                92,
                (
                    ("conversion-effort", 10, 8, "the hosts upgrade in place and keep their VMs"),
                    ("downtime", 10, 5, "no VM is off"),
                ),
            ),
            _score(
                KVM,
                51,
                (
                    ("conversion-effort", 4, 8, "every VM is exported and converted"),
                    ("downtime", 5, 5, "2.0 h of outage for each VM on average"),
                ),
            ),
        ),
        reasons=("the hosts upgrade in place and keep their VMs", "no VM is off for it"),
        flips=("weight `existing-skills` above 9 with `debian` in decision.skills",),
        confidence=95,
    ),
    Decision(
        cluster=PRODUCTION,
        strategy=Strategy.CONVERT_IN_PLACE,
        winner=KVM.id,
        runner_up=None,
        candidates=(
            _score(
                KVM,
                78,
                (
                    ("conversion-effort", 9, 8, "virt-v2v converts 8 of 8 VMs"),
                    ("downtime", 4, 5, "1.4 h of outage for each VM on average"),
                    ("existing-skills", 10, 6, "the team knows kvm and debian"),
                ),
            ),
            _score(
                XCP,
                0,
                (),
                (
                    Veto(
                        reason="db1 needs a disk larger than its storage takes", source="xcp-ng-8.3.max-disk"
                    ),
                ),
            ),
        ),
        reasons=("virt-v2v converts 8 of 8 VMs", "the team knows kvm and debian"),
        flips=(),
        confidence=85,
    ),
)


def routes():
    crossed = [vm for vm in ESTATE.vms if vm.cluster == PRODUCTION]
    return tuple(
        sorted(
            (
                *(
                    Route(
                        vm=vm.id,
                        platform=KVM.id,
                        source=HypervisorKind.ESXI,
                        transport=Transport.ESXI_SSH,
                        reason="the policy names no VDDK (vddk_path)",
                        rate_bytes=90_000_000,
                        commands=(
                            f"virt-v2v -i vmx -it ssh ssh://{vm.host}/{vm.name}.vmx -o libvirt -os nfs-new",
                        ),
                        preconditions=("SSH is on", "no snapshot is left"),
                        losses=("VMware Tools",),
                        considered=(
                            Alternative(
                                transport=Transport.VCENTER_VDDK,
                                rejected="the policy names no VDDK (vddk_path)",
                            ),
                        ),
                    )
                    for vm in crossed
                ),
                *(
                    Route(
                        vm=vm.id,
                        platform=XCP.id,
                        source=HypervisorKind.XENSERVER,
                        transport=Transport.IN_PLACE,
                        reason="the hosts upgrade in place",
                        live=True,
                    )
                    for vm in ESTATE.vms
                    if vm.cluster == LAB
                ),
            ),
            key=lambda route: route.vm,
        )
    )


def _finding(rule, severity, subject, message, remedy, **facts):
    kind, name = subject
    return Finding(
        rule=rule,
        severity=Severity(severity),
        subject=Subject(kind=SubjectKind(kind), id=f"{kind}-{name.lower()}", name=name),
        message=message,
        why="It would be found out in the middle of the night.",
        remedy=remedy,
        **facts,
    )


FINDINGS = (
    _finding(
        "disk.independent",
        "critical",
        ("vm", "files1"),
        "An independent disk is not part of snapshots.",
        "Make it persistent.",
        facts=(Fact(name="disk", value="[san] files1/files1.vmdk"),),
        waiver=Waiver(
            finding="disk.independent",
            subject="files1",
            who="A. Keeper",
            why="moved powered off, no snapshot is taken",
            until="2027-03-31",
        ),
    ),
    _finding(
        "tools.missing",
        "warning",
        ("vm", "win1"),
        "No guest tools answer.",
        "Install the tools, or shut it down by hand.",
        command="vim-cmd vmsvc/tools.install <vmid>",
        evidence="estate/host_vars/esx2.yml:44",
    ),
    _finding("tools.missing", "warning", ("vm", "db1"), "No guest tools answer.", "Install the tools."),
    _finding(
        "host.last-known",
        "warning",
        ("cluster", "archive"),
        "No host of the cluster is known.",
        "Name its hosts.",
    ),
    _finding(
        "vm.criticality-unset",
        "information",
        ("estate", "estate"),
        "Some VMs have no owner.",
        "Name owners in the inventory.",
    ),
)
