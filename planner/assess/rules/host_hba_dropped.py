"""Storage adapters that a target drives no longer."""

from planner.assess.cards import judged
from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Console, Rule, Verdict
from planner.knowledge import hardware
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform


def dropped(host: Host, platform: Platform) -> Verdict | None:
    """The worst of what becomes of the host's controllers and HBAs; USB and iSCSI in software are none."""
    return judged(hardware(host.adapters), platform)


RULE = Rule(
    id="host-hba-dropped",
    subject=SubjectKind.HOST,
    severities=(Severity.CRITICAL, Severity.WARNING, Severity.INFORMATION),
    message="The target drives storage adapters of the host no longer, or not without care.",
    why="The installer finds no disk behind an adapter that has no driver, and the host reaches nothing of its SAN.",
    remedy=(
        "Put another adapter in before the host's turn, or take another target or rebuild of it; where disks behind the "
        "adapter hold VMs, move these off first."
    ),
    commands={
        Console.VCENTER: "govc host.storage.info -t hba -host $name",
        Console.ESXI: "ssh root@$host 'esxcli storage core adapter list; esxcli hardware pci list'",
        Console.XAPI: "ssh root@$host lspci -nnk",
        Console.XEN: "ssh root@$host lspci -nnk",
        Console.LIBVIRT: "ssh root@$host lspci -nnk",
    },
    find=each_host_and_platform(dropped),
    source="planner/knowledge/adapters.yml",
)
