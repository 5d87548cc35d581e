"""Guest tools that are not there when the guest has to be shut down or moved."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PowerState, ToolsState

_MISSING = frozenset({ToolsState.NOT_INSTALLED, ToolsState.NOT_RUNNING})


def lacks_tools(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Only a VM that is not known to be off needs them."""
    del ground
    return warning(tools=vm.tools) if vm.tools in _MISSING and vm.power is not PowerState.OFF else None


RULE = Rule(
    id="vm-tools-missing",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM runs without guest tools.",
    why="The hypervisor cannot shut the guest down cleanly, or (XenServer) move it while it runs.",
    remedy="Start or install the tools, or have somebody shut the guest down from inside at the start of its wave.",
    find=each_vm(lacks_tools),
    source="virt-v2v manual: the guest must be shut down cleanly",
    forklift="vmware.vm_missing_ip.detected, hyperv integration_services, hyperv ip_state",
)
