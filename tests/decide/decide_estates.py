"""Small estates for decisions: alike hosts and VMs, with everything that matters in keyword arguments."""

from dataclasses import replace

from planner.decide import decide
from planner.decide.case import cases
from planner.decide.ranking import judge
from planner.knowledge import load_platforms
from planner.model.estate import (
    Cluster,
    ClusterId,
    Cpu,
    Disk,
    Estate,
    Host,
    HostId,
    LocalDisk,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import Firmware, HypervisorKind, PowerState
from planner.model.policy import ClusterPolicy, DecisionPolicy, Policy
from planner.route import route
from planner.units import GIB
from tests.today import TODAY

KVM, KVM13, EL, EL10, XCP = "kvm-debian-12", "kvm-debian-13", "kvm-el-9", "kvm-el-10", "xcp-ng-8.3"
CLUSTER = ClusterId("cluster-a")
GOOD_CPU = Cpu(vendor="GenuineIntel", cores=32, flags=("lm", "vmx", "ept", "sse4_2", "avx2"))


def host(number, kind="esxi", **facts):
    """A host that every platform can be installed on."""
    usual = Host(
        id=HostId(f"host-{number}"),
        name=f"host{number}",
        hypervisor=HypervisorKind(kind),
        cluster=CLUSTER,
        version="8.0.3",
        cpu=GOOD_CPU,
        memory_bytes=128 * GIB,
        disks=(LocalDisk(id="wwn-1", capacity_bytes=480 * GIB, boot=True),),
    )
    return replace(usual, **facts)


def vm(number, **facts):
    """A running Debian VM that every platform can carry."""
    usual = VirtualMachine(
        id=VmId(f"vm-{number}"),
        name=f"vm{number}",
        cluster=CLUSTER,
        host=HostId("host-1"),
        power=PowerState.ON,
        vcpus=4,
        memory_bytes=8 * GIB,
        guest_os="Debian GNU/Linux 12 (64-bit)",
        firmware=Firmware.BIOS,
        config_path=f"[ds] vm{number}/vm{number}.vmx",
        disks=(Disk(id="0", capacity_bytes=100 * GIB, allocated_bytes=60 * GIB),),
        nics=(Nic(id="0", mac=f"00:50:56:00:00:{number:02x}"),),
    )
    return replace(usual, **facts)


def estate(*, hosts=None, vms=None, kind="esxi", **facts):
    """One cluster of these hosts and VMs."""
    cluster = Cluster(id=CLUSTER, name="Alpha", hypervisor=HypervisorKind(kind))
    return Estate(
        clusters=(replace(cluster, **facts),),
        hosts=(host(1, kind), host(2, kind)) if hosts is None else tuple(hosts),
        vms=(vm(1), vm(2)) if vms is None else tuple(vms),
    )


def policy(*, cluster=None, **decision):
    """A policy with these decision fields, and these overrides of the cluster."""
    clusters = (ClusterPolicy(cluster="Alpha", **cluster),) if cluster else ()
    return Policy(decision=DecisionPolicy(**decision), clusters=clusters)


def decided(subject, rules=None, findings=(), today=TODAY):
    """The decision about the only cluster."""
    rules = rules or Policy()
    platforms = load_platforms()
    routes = route(subject, rules, platforms)
    (decision,) = decide(subject, rules, platforms, routes, findings, today)
    return decision


def case_of(subject, rules=None, findings=(), today=TODAY):
    """The case of the only cluster, as the criteria see it."""
    rules = rules or Policy()
    platforms = load_platforms()
    (case,) = cases(subject, rules, platforms, route(subject, rules, platforms), findings, today)
    return case


def candidate_of(subject, platform, rules=None, findings=(), today=TODAY):
    """How a platform is judged for the only cluster."""
    return next(
        candidate
        for candidate in judge(case_of(subject, rules, findings, today))
        if candidate.platform.id == platform
    )
