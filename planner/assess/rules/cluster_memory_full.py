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
    reserve = ground.policy.reserve_of(cluster.name, ha_enabled=cluster.ha_enabled)
    room = reserve.usable(max(0, size - kept) for size in known)
    used = sum(vm.memory_bytes or 0 for vm in ground.running_in[cluster.id])
    if used <= room:
        return None
    return warning(running_vms=format_size(used), room=format_size(room), reserve=reserve.words)


RULE = Rule(
    id="cluster-memory-full",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The running VMs have more memory than the rebuilt hosts will have for them.",
    why="Targets do not overcommit memory, so there is no state in which all of them run.",
    remedy="Give VMs the memory that they use, switch some off, add a host, or lower the reserve of this cluster (`reserve_hosts` or `reserve_percent`).",
    find=each_cluster(too_full),
)
