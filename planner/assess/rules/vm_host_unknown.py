"""A VM of which nobody said where it runs."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Console, Rule, Verdict, critical, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PowerState


def unplaced(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Where running VMs can be moved, the plan begins by moving it to a host; elsewhere it must be known."""
    if vm.host is not None or len(ground.hypervisors_of(ground.cluster_by_id[vm.cluster])) < 2:
        return None
    if ground.cluster_by_id[vm.cluster].live_migration:
        return warning("The plan first moves it to a host of its choice.", reported_host=vm.reported_host)
    if vm.power is PowerState.OFF:
        return warning("Which host's rebuilding touches it is unknown.", reported_host=vm.reported_host)
    return critical(reported_host=vm.reported_host)


RULE = Rule(
    id="vm-host-unknown",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="On which host the VM runs is unknown.",
    why="Without live migration nothing can settle it, and the plan cannot prove that a host is empty.",
    remedy="Put the VM under its host in the inventory, or describe the host that the source reports.",
    commands={
        Console.VCENTER: "govc vm.info $name",
        Console.XAPI: "xe vm-param-get $selector param-name=resident-on",
        Console.ESXI: "ssh root@'<host>' vim-cmd vmsvc/getallvms",
        Console.XEN: "ssh root@'<host>' xl list",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@'<host>'/system list --all",
    },
    find=each_vm(unplaced),
)
