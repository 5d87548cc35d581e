"""Processors of one maker but of several models in one cluster."""

from collections import Counter

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Console, Rule, Verdict, information
from planner.knowledge import cpu_maker
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def several(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Models that are known, spares included; of several makers another rule tells."""
    processors = [host.cpu for host in ground.members[cluster.id] if host.cpu.model]
    models = Counter(cpu.model for cpu in processors)
    makers = {cpu_maker(cpu) for cpu in processors}
    said = ", ".join(f"{count} x {model}" for model, count in sorted(models.items(), key=str))
    return information(processors=said) if len(models) > 1 and len(makers) == 1 else None


RULE = Rule(
    id="cluster-cpu-models",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="The hosts of the cluster have processors of different models.",
    why="A running VM moves only to a host that has all the features it was started with.",
    remedy=(
        "On KVM give VMs the model that all hosts have in common (`virsh hypervisor-cpu-baseline`), not host-passthrough; "
        "an XCP-ng pool levels its hosts by itself, down to the weakest."
    ),
    commands={
        Console.VCENTER: "govc host.info -host '<host>'",
        Console.XAPI: "xe host-list params=name-label,cpu_info",
    },
    find=each_cluster(several),
    source="libvirt documentation, virsh hypervisor-cpu-baseline; XCP-ng documentation, hosts and pools",
)
