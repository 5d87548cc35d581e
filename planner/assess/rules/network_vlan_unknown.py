"""A network in use whose VLAN nobody said."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Console, Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def unmapped(ground: Ground) -> Iterator[Sighting]:
    """VMs use it, its VLAN is unknown, and the policy does not map it."""
    used = {nic.network for vm in ground.vms for nic in vm.nics}
    for network in ground.estate.networks:
        if network.id in used and network.vlan is None and network.name not in ground.mapped_networks:
            yield Sighting(thing=network, verdict=warning())


RULE = Rule(
    id="network-vlan-unknown",
    subject=SubjectKind.NETWORK,
    severities=(Severity.WARNING,),
    message="The VLAN of the network is unknown, and the policy does not map it.",
    why="The planner takes it as untagged; if it is tagged, VMs come up cut off.",
    remedy="Map the network in policy.yml (network_map), or add `vlan` to it in the inventory.",
    commands={
        Console.VCENTER: "govc object.collect -s '<network>' config",
        Console.ESXI: "ssh root@'<host>' esxcli network vswitch standard portgroup list",
        Console.XAPI: "xe pif-list params=network-name-label,VLAN",
        Console.LIBVIRT: "ssh root@'<host>' ip -details link show type vlan",
        Console.XEN: "ssh root@'<host>' ip -details link show type vlan",
    },
    find=unmapped,
)
