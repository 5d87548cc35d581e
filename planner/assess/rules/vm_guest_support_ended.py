"""A guest that its maker no longer mends."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, warning
from planner.knowledge.concerns import guest_support
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def out_of_support(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Ended before the day of the assessment."""
    support = guest_support(vm.guest_os)
    if support is None or not support.ended(ground.today):
        return None
    return warning(guest=vm.guest_os, ended=support.until, source=support.source)


RULE = Rule(
    id="vm-guest-support-ended",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The support of the guest's operating system has ended.",
    why="Nobody will mend what the new hardware upsets, and new drivers may not be made for it.",
    remedy="Ask whether it must move at all; upgrade it first, or try a copy of it on the target before its wave.",
    find=each_vm(out_of_support),
)
