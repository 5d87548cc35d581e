"""A guest whose host name is no name to find it by."""

import re
from typing import Final

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge.concerns import limit
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind

_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_DEFAULTS: Final = frozenset({"", "localhost"})


def nameless(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Empty, a default, or with a label that DNS does not take; unknown is not asked."""
    del ground
    if vm.hostname is None:
        return None
    labels = vm.hostname.rstrip(".").split(".")
    legal = all(_LABEL.fullmatch(label) and len(label) <= limit("host_name_label") for label in labels)
    return information(hostname=vm.hostname) if labels[0] in _DEFAULTS or not legal else None


RULE = Rule(
    id="vm-hostname",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="The guest's host name is empty, a default, or not a legal one.",
    why="After the move the guest is found and checked by its name.",
    remedy="Give the guest a proper host name, or check it by its address.",
    find=each_vm(nameless),
    source="RFC 1123, section 2.1",
    forklift="vmware.hostname.empty, vmware.hostname.default",
)
