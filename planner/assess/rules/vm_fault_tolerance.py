"""A VM that runs twice at once."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def runs_twice(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """As the source says."""
    del ground
    return warning() if vm.fault_tolerant else None


RULE = Rule(
    id="vm-fault-tolerance",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM is protected by fault tolerance.",
    why="No target has a counterpart: when its host fails, the VM will start again instead of running on.",
    remedy="Agree with its owner that it may start again, and turn fault tolerance off before the wave.",
    find=each_vm(runs_twice),
    source="vSphere documentation, fault tolerance",
    forklift="vmware.fault_tolerance.enabled",
)
