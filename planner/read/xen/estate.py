"""The VMs of configurations and lists as an estate."""

from collections.abc import Iterable

from planner.model.estate import Cluster, Estate, Host, Network, NetworkId
from planner.read.gather import agreed, gather
from planner.read.xen.machines import Machine


def estate_of(machines: Iterable[Machine], clusters: Iterable[Cluster], hosts: Iterable[Host] = ()) -> Estate:
    """The machines with what they name. Raises InputError when two of them are one, and for bad names."""
    held = tuple(machines)
    networks: dict[NetworkId, Network] = {}
    for network in (network for machine in held for network in machine.networks):
        networks[network.id] = agreed(networks.get(network.id), network)
    return gather(
        Estate(
            clusters=tuple(clusters),
            hosts=tuple(hosts),
            datastores=tuple(store for machine in held for store in machine.datastores),
            networks=tuple(networks.values()),
            vms=tuple(machine.vm for machine in held),
        )
    )
