"""Guest tools of XenServer that are too old for where the VM goes with them."""

from planner.assess.ground import Ground
from planner.assess.looks import by_transport
from planner.assess.rule import Console, Facts, Rule, observed, warning
from planner.knowledge import guest
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import ToolsState
from planner.model.plan import Transport


def has_old_tools(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """The pool says so; where tools are taken out on the way, their age does not matter."""
    del ground
    return observed(guest=guest(vm.guest_os).text) if vm.tools is ToolsState.OUTDATED else None


RULE = Rule(
    id="vm-tools-outdated",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM's guest tools are out of date.",
    why=(
        "They stay in the guest, whose disks and cards they drive: old ones make migrations fail, and of old ones for "
        "Windows a newer Xen may leave the guest without a disk or a card."
    ),
    remedy="Bring the tools up to date while the VM is still on its present host, and restart the guest once.",
    commands={
        Console.XAPI: "xe vm-list name-label=$name params=name-label,PV-drivers-version,PV-drivers-up-to-date"
    },
    find=by_transport(has_old_tools, {Transport.IN_PLACE: warning(), Transport.XAPI_MIGRATE: warning()}),
    source="XenAPI reference, VM_guest_metrics.PV_drivers_up_to_date; XCP-ng documentation, guest tools",
)
