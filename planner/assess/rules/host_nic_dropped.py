"""Network ports that a target drives no longer."""

from planner.assess.cards import judged
from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Console, Rule, Verdict
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.platform import Platform


def dropped(host: Host, platform: Platform) -> Verdict | None:
    """The worst of what becomes of the host's ports; a port of which neither driver nor ids are known is not judged."""
    return judged(host.nics, platform)


RULE = Rule(
    id="host-nic-dropped",
    subject=SubjectKind.HOST,
    severities=(Severity.CRITICAL, Severity.WARNING, Severity.INFORMATION),
    message="The target drives network ports of the host no longer, or not without care.",
    why="A port that has no driver is not there: the host comes back without it, and without any it cannot be installed.",
    remedy=(
        "Put another card in before the host's turn, or take another target or rebuild of it; what carries a network "
        "now must carry it afterwards."
    ),
    commands={
        Console.VCENTER: "govc host.info -json -host $name",
        Console.ESXI: "ssh root@$host 'esxcli network nic list; esxcli hardware pci list'",
        Console.XAPI: "ssh root@$host lspci -nnk",
        Console.XEN: "ssh root@$host lspci -nnk",
        Console.LIBVIRT: "ssh root@$host lspci -nnk",
    },
    find=each_host_and_platform(dropped),
    source="planner/knowledge/adapters.yml",
)
