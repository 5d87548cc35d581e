"""A network card on a network that no host of the cluster will carry."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, critical
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def without_carrier(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """The networks of every host are known, the policy does not map this one, and no host has it."""
    carried = ground.carried.get(vm.cluster)
    if carried is None:
        return None
    used = {nic.network for nic in vm.nics if nic.network} & ground.network_by_id.keys()
    names = sorted(ground.network_by_id[network].name for network in used - carried)
    lost = [name for name in names if name not in ground.mapped_networks]
    return critical(network=", ".join(lost)) if lost else None


RULE = Rule(
    id="vm-network-uncarried",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="No host of the VM's cluster carries a network that the VM uses.",
    why="No target host would reach that network, so the VM could run nowhere.",
    remedy="Add the network to the hosts in the inventory, or map it in policy.yml (network_map).",
    find=each_vm(without_carrier),
)
