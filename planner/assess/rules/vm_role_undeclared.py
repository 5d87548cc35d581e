"""A VM that looks like infrastructure, and nobody says so."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge import likely_roles
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def looks_like_more(vm: VirtualMachine, _ground: Ground) -> Verdict | None:
    """By its name or its notes; templates serve nobody."""
    found = () if vm.template else likely_roles(vm)
    if not found:
        return None
    return information(
        looks_like=", ".join(sorted(role for role, _ in found)),
        seen_in="; ".join(dict.fromkeys(words for _, words in found)),
    )


RULE = Rule(
    id="vm-role-undeclared",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="The VM looks like infrastructure, and its roles do not say so.",
    why="A guess binds nothing: the plan treats it like any other VM, and may park it or move it with what needs it.",
    remedy="Add what it is to its `roles` in the inventory, and what must wait for it to their `depends_on`.",
    find=each_vm(looks_like_more),
)
