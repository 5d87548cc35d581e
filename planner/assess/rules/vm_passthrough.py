"""A device of the host inside the VM."""

from planner.assess.ground import Ground
from planner.assess.looks import all_of, by_transport
from planner.assess.rule import Facts, Rule, critical, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PassthroughKind
from planner.model.plan import Transport

_DEVICES = frozenset({PassthroughKind.PCI, PassthroughKind.GPU, PassthroughKind.VGPU})


def holds_a_device(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """PCI, GPU or a share of one; network functions and USB have rules of their own."""
    del ground
    held = [device for device in vm.passthrough if device.kind in _DEVICES]
    if not held:
        return None
    return observed(
        kind=", ".join(sorted({device.kind for device in held})),
        device=", ".join(sorted(device.description for device in held if device.description)),
    )


RULE = Rule(
    id="vm-passthrough",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM holds a device of its host.",
    why="The device does not travel: the VM would start without it, and cannot be moved while it runs.",
    remedy=(
        "Plan for the same device in a target host, assign it there before the VM starts, or do without it; then "
        "take it off the VM, or waive this."
    ),
    find=by_transport(
        holds_a_device,
        all_of(frozenset(Transport) - {Transport.IN_PLACE}, critical())
        | {
            Transport.IN_PLACE: warning(
                "The VM cannot be moved aside while its host is upgraded, and the device is assigned anew afterwards."
            )
        },
    ),
    source="virt-v2v manual, guests; XCP-ng documentation, compute",
    forklift="vmware.passthrough_device.detected, ovirt host_devices, openstack host_devices",
)
