"""More memory promised than there is."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.units import format_size


def overcommitted(host: Host, ground: Ground) -> Verdict | None:
    """The configured memory of running VMs exceeds the host's."""
    used = sum(vm.memory_bytes or 0 for vm in ground.running[host.id])
    if host.memory_bytes is None or used <= host.memory_bytes:
        return None
    return warning(running_vms=format_size(used), host=format_size(host.memory_bytes))


RULE = Rule(
    id="host-memory-overcommitted",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The running VMs have more memory than their host.",
    why="Targets do not overcommit memory: these VMs will not all fit on one host like this.",
    remedy="Give VMs the memory that they use, or plan for more memory on the target hosts.",
    find=each_host(overcommitted),
)
