"""A cluster in which no host can be emptied first."""

from collections.abc import Iterator
from itertools import chain

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, information, warning
from planner.model.estate import Cluster, Host
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size

_PARKED = "Some VMs will be off, on the storage that the policy has for parking, until their host is rebuilt."


def cannot_begin(cluster: Cluster, ground: Ground) -> Verdict | None:
    """All memory is known, and without any one host the others, spares and swing hosts hold less than what runs."""
    hosts = ground.hypervisors_of(cluster)
    places = (*ground.members[cluster.id], *ground.members[None])
    if len(hosts) < 2 or any(host.memory_bytes is None for host in places):
        return None
    used = sum(vm.memory_bytes or 0 for vm in ground.running_in[cluster.id])
    room = max(sum(_rooms(without, places, ground)) for without in hosts)
    if used <= room:
        return None
    facts = {"running_vms": format_size(used), "room_without_one_host": format_size(room)}
    return information(_PARKED, **facts) if ground.policy.parking else warning(**facts)


def _rooms(without: Host, places: tuple[Host, ...], ground: Ground) -> Iterator[int]:
    kept = ground.policy.capacity.host_memory_bytes
    others = (host for host in places if host.id != without.id)
    return chain([0], (max(0, (host.memory_bytes or 0) - kept) for host in others))


RULE = Rule(
    id="cluster-no-slack",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="No host of the cluster can be emptied: the others have too little memory for what runs.",
    why="A conversion in place begins with an empty host, and there is none to begin with.",
    remedy="Borrow a swing host or add a member (hypervisor none), switch VMs off, or allow parking in policy.yml.",
    find=each_cluster(cannot_begin),
)
