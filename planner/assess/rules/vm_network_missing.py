"""A network card on a network that the estate does not have."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, critical
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def dangles(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The card names a network, and nothing is known about it."""
    lost = {nic.network for nic in vm.nics if nic.network} - ground.network_by_id.keys()
    return critical(network=", ".join(sorted(lost))) if lost else None


RULE = Rule(
    id="vm-network-missing",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="A network card of the VM is on a network that does not exist.",
    why="Nobody can say where it would be plugged on the target.",
    remedy="Describe the network in the inventory, or move the card to one that exists.",
    find=each_vm(dangles),
)
