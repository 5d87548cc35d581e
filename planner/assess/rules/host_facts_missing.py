"""Facts of a host without which nothing can be placed on it, or installed."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind


def incomplete(host: Host, ground: Ground) -> Verdict | None:
    """Version, processor, memory, disks, networks."""
    del ground
    known = {
        "version": host.version is not None or host.hypervisor is HypervisorKind.NONE,
        "processor flags": host.cpu.flags is not None,
        "cores": host.cpu.cores is not None,
        "memory": host.memory_bytes is not None,
        "local disks": bool(host.disks),
        "networks": host.networks is not None,
        "address": host.address is not None,
    }
    missing = [name for name, there in known.items() if not there]
    return warning(missing=", ".join(missing)) if missing else None


RULE = Rule(
    id="host-facts-missing",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="Facts about the host are missing.",
    why="What is unknown is not checked: whether the target runs on it, how much it carries, what it reaches.",
    remedy="Add the facts to the host in the inventory.",
    commands={
        Console.VCENTER: "govc host.info -json -host $name",
        Console.ESXI: (
            'ssh root@$host \'vmware -v; esxcfg-info | grep "HV Support"; esxcli hardware cpu global get; '
            "esxcli hardware memory get; esxcli storage core device list; esxcli network vswitch standard list'"
        ),
        Console.XAPI: "xe host-param-list uuid='<uuid of xe host-list>'",
        Console.XEN: "ssh root@$host 'xl info; lsblk --bytes --output NAME,WWN,SIZE; ip -details link'",
        Console.LIBVIRT: (
            "ssh root@$host 'lscpu; cat /etc/os-release; lsblk --bytes --output NAME,WWN,SIZE; ip -details link'"
        ),
    },
    find=each_host(incomplete),
)
