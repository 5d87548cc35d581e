"""A template, which is no VM to its hypervisor."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Console, Facts, Rule, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport


def is_template(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """As the source marks it."""
    del ground
    return () if vm.template else None


RULE = Rule(
    id="vm-template",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="This is a template.",
    why="Its configuration is a .vmtx file, and vCenter does not hand templates out like VMs.",
    remedy="Turn it into a VM for its wave, or leave it behind and build a new template on the target.",
    commands={Console.VCENTER: "govc vm.markasvm -pool '<resource pool>' $name"},
    find=by_transport(
        is_template,
        dict.fromkeys(
            (Transport.ESXI_SSH, Transport.VCENTER_VDDK, Transport.VCENTER_HTTPS, FROM_ESXI), warning()
        ),
    ),
)
