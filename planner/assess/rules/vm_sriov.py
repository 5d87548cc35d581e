"""A virtual function of a network card inside the VM."""

from planner.assess.ground import Ground
from planner.assess.looks import all_of, by_transport
from planner.assess.rule import Facts, Rule, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import PassthroughKind
from planner.model.plan import Transport


def holds_a_function(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """SR-IOV."""
    del ground
    held = [device for device in vm.passthrough if device.kind is PassthroughKind.SRIOV]
    if not held:
        return None
    return observed(device=", ".join(sorted(device.description for device in held if device.description)))


RULE = Rule(
    id="vm-sriov",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM uses a network card by SR-IOV.",
    why="The virtual function stays behind; on the target the VM gets an ordinary network card.",
    remedy="Check that an ordinary card is fast enough, or set SR-IOV up on the target host and assign it.",
    find=by_transport(holds_a_function, all_of(frozenset(Transport), warning())),
    source="kubev2v/forklift, concern vmware.device.sriov.detected",
    forklift="vmware.device.sriov.detected, ovirt nic_pci_passthrough",
)
