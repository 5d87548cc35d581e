"""A USB device inside the VM."""

from planner.assess.ground import Ground
from planner.assess.looks import all_of, by_transport
from planner.assess.rule import Facts, Rule, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PassthroughKind
from planner.model.plan import Transport


def holds_usb(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Often the key of a licence."""
    del ground
    held = [device for device in vm.passthrough if device.kind is PassthroughKind.USB]
    if not held:
        return None
    return observed(device=", ".join(sorted(device.description for device in held if device.description)))


RULE = Rule(
    id="vm-usb-device",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM holds a USB device of its host.",
    why="The device stays in the old host, and software whose licence it carries stops.",
    remedy="Plug the device into the target host and assign it there, or put it behind a USB server.",
    find=by_transport(holds_usb, all_of(frozenset(Transport), warning())),
    source="kubev2v/forklift, concern vmware.usb_controller.detected",
    forklift="vmware.usb_controller.detected, ovirt usb",
)
