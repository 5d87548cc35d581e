"""Several disks, and no word on which the system goes."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def ambiguous(host: Host, ground: Ground) -> Verdict | None:
    """Neither one disk alone, nor exactly one that is marked."""
    del ground
    marked = sum(bool(disk.boot) for disk in host.disks)
    if marked == 1 or len(host.disks) < 1 + bool(marked == 0):
        return None
    return warning(disks=len(host.disks), marked=marked)


RULE = Rule(
    id="host-install-disk",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="On which disk of the host the target is installed is unknown.",
    why="The installation erases that disk; the plan never guesses which.",
    remedy="Mark exactly one disk of the host with `boot: true`.",
    commands={
        Console.VCENTER: "govc host.storage.info -host $name",
        Console.ESXI: "ssh root@$host esxcli storage core device list",
        Console.XAPI: "ssh root@$host lsblk --output NAME,WWN,SIZE,MOUNTPOINT",
        Console.XEN: "ssh root@$host lsblk --output NAME,WWN,SIZE,MOUNTPOINT",
        Console.LIBVIRT: "ssh root@$host lsblk --output NAME,WWN,SIZE,MOUNTPOINT",
    },
    find=each_host(ambiguous),
)
