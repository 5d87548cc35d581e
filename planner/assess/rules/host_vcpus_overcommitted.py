"""More vCPUs than the policy wants on a host."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def overcommitted(host: Host, ground: Ground) -> Verdict | None:
    """The vCPUs of running VMs exceed the policy's ratio to the host's cores."""
    used = sum(vm.vcpus or 0 for vm in ground.running[host.id])
    ratio = ground.policy.capacity.vcpu_per_core
    if host.cpu.cores is None or used <= host.cpu.cores * ratio:
        return None
    return warning(running_vcpus=used, cores=host.cpu.cores, policy=f"{ratio:g} for each core")


RULE = Rule(
    id="host-vcpus-overcommitted",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="The running VMs have more vCPUs than the policy allows on their host.",
    why="The plan keeps to the policy, so they will not all fit on one host like this.",
    remedy="Raise `capacity.vcpu_per_core` if the hosts bear it, or give VMs the vCPUs that they use.",
    find=each_host(overcommitted),
)
