"""A host in maintenance mode."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def in_maintenance(host: Host, ground: Ground) -> Verdict | None:
    """As the source says."""
    del ground
    return warning() if host.maintenance else None


RULE = Rule(
    id="host-maintenance",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The host is in maintenance mode.",
    why="VMs cannot be moved to it, and VDDK does not read disks through it; the plan counts on its room.",
    remedy="Find out why, and take it out of maintenance mode, or out of the inventory.",
    commands={
        Console.VCENTER: "govc host.maintenance.exit $name",
        Console.ESXI: "ssh root@$host esxcli system maintenanceMode set --enable false",
        Console.XAPI: "xe host-enable uuid='<uuid of xe host-list>'",
    },
    find=each_host(in_maintenance),
    source="virt-v2v manual, input from VMware: VDDK",
)
