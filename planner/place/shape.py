"""A solved cluster as the plan writes it: target hosts, storages, networks and phases."""

from planner.model.estate import Host, HostId
from planner.model.plan import ClusterPlacement, StorageId, TargetHost, TargetStorage
from planner.place.case import Node
from planner.place.cases import target_hosts
from planner.place.conversion import Conversion
from planner.place.fewest import fewest_swings
from planner.place.networks import target_networks
from planner.place.solve import Solution
from planner.place.storages import install_disk, storages


def shape(conversion: Conversion, solution: Solution) -> ClusterPlacement:
    """The placement of a cluster. Shared storages that nothing is written to are left out."""
    hosts = target_hosts(conversion, solution.swings)
    written = {
        disk.storage for phase in solution.ledger.phases for move in phase.moves for disk in move.disks
    }
    written |= {disk.storage for disks in solution.ledger.placed.values() for disk in disks}
    offered = tuple(
        storage
        for storage in storages(conversion, hosts)
        if storage.host is not None or storage.id in written
    )
    return ClusterPlacement(
        cluster=conversion.cluster.id,
        hosts=tuple(
            _target_host(conversion, host, solution.ledger.case.nodes[host.id], offered) for host in hosts
        ),
        storages=offered,
        networks=target_networks(conversion),
        phases=solution.ledger.phases,
        swing=tuple(host.id for host in solution.swings),
        swing_at_least=fewest_swings(conversion) if solution.swings else 0,
    )


def _target_host(
    conversion: Conversion, host: Host, node: Node, offered: tuple[TargetStorage, ...]
) -> TargetHost:
    networks = node.after.networks
    return TargetHost(
        host=host.id,
        cluster=conversion.cluster.id,
        platform=conversion.platform.id,
        memory_bytes=node.after.memory,
        cores=host.cpu.cores,
        storages=_reached(host.id, offered),
        networks=None if networks is None else tuple(sorted(networks)),
        install_disk=install_disk(host),
    )


def _reached(host: HostId, offered: tuple[TargetStorage, ...]) -> tuple[StorageId, ...]:
    return tuple(storage.id for storage in offered if storage.host in {None, host})
