"""Processors or memory that can be added while the VM runs."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, information
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def grows(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Either of the two is on."""
    del ground
    growing = {"vCPUs": vm.cpu_hotplug, "memory": vm.memory_hotplug}
    names = ", ".join(name for name, on in growing.items() if on)
    return information(hot_add_of=names) if names else None


RULE = Rule(
    id="vm-hot-plug",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="Processors or memory can be added to the VM while it runs.",
    why="The target gives it what it has today, and nothing to grow into without a restart.",
    remedy="Give it before the wave what it will need, or raise its maxima on the target while it is off.",
    find=each_vm(grows),
    source="libvirt documentation, domain XML: vcpu, maxMemory; XCP-ng documentation, VMs",
    forklift="vmware.cpu_memory.hotplug.enabled, ova.cpu_memory.hotplug.enabled",
)
