"""Running VMs that the rebuilt hosts cannot hold."""

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size


def too_full(cluster: Cluster, ground: Ground) -> Verdict | None:
    """All memory is known, and less is left on the targets than the running VMs have (with HA, minus the reserve)."""
    memory = [host.memory_bytes for host in ground.members[cluster.id]]
    known = [size for size in memory if size is not None]
    if not known or len(known) < len(memory):
        return None
    kept = ground.policy.capacity.host_memory_bytes
    rooms = sorted(max(0, size - kept) for size in known)
    reserve = _reserve(cluster, ground)
    room = sum(rooms[: len(rooms) - reserve])
    used = sum(vm.memory_bytes or 0 for vm in ground.running_in[cluster.id])
    if used <= room:
        return None
    return warning(running_vms=format_size(used), room=format_size(room), hosts_in_reserve=reserve)


def _reserve(cluster: Cluster, ground: Ground) -> int:
    if not cluster.ha_enabled:
        return 0
    asked = ground.asked(cluster).reserve_hosts
    return ground.policy.capacity.reserve_hosts if asked is None else asked


RULE = Rule(
    id="cluster-memory-full",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The running VMs have more memory than the rebuilt hosts will have for them.",
    why="Targets do not overcommit memory, so there is no state in which all of them run.",
    remedy="Give VMs the memory that they use, switch some off, add a host, or lower `reserve_hosts` for this cluster.",
    find=each_cluster(too_full),
)
