"""Two VMs of one network with the same MAC address: a copy that kept it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.estate import NetworkId, VirtualMachine
from planner.model.finding import Severity, SubjectKind


def copies(ground: Ground) -> Iterator[Sighting]:
    """Every address of a VM that another VM of the same network has too."""
    holders: dict[tuple[NetworkId, str], dict[str, VirtualMachine]] = defaultdict(dict)
    for vm in ground.estate.vms:
        for nic in vm.nics:
            if nic.network and nic.mac:
                holders[nic.network, nic.mac][vm.id] = vm
    for vm in ground.vms:
        for network, mac in dict.fromkeys((nic.network, nic.mac) for nic in vm.nics):
            if network and mac and len(held := holders[network, mac]) > 1:
                others = ", ".join(sorted(other.name for other in held.values() if other is not vm))
                on = ground.network_by_id.get(network)
                told = warning(address=mac, also_of=others, network=on.name if on else None)
                yield Sighting(thing=vm, verdict=told)


RULE = Rule(
    id="vm-mac-twice",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="Another VM of the same network has the same MAC address.",
    why="As long as one of them is off nobody notices; once both run, each cuts the other off.",
    remedy="If one is a copy that nobody needs, leave it out; else give it another address before its wave.",
    find=copies,
)
