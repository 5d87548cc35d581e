"""A VM that the other VMs, or the conversion itself, need."""

from planner.assess.ground import Ground
from planner.assess.looks import each_vm
from planner.assess.rule import Rule, Verdict, warning
from planner.graph import EdgeKind
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import ServiceRole


def carries_others(vm: VirtualMachine, ground: Ground) -> Verdict | None:
    """Any role but the controller's, which has a rule of its own; or a cluster is managed by it."""
    roles = sorted({*vm.roles} - {ServiceRole.CONTROLLER})
    managed = sorted(
        ground.graph.nodes[cluster]["name"]
        for cluster, _, data in ground.graph.in_edges(vm.id, data=True)
        if data["kind"] is EdgeKind.MANAGED_BY
    )
    if not roles and not managed:
        return None
    return warning(role=", ".join(roles), manages=", ".join(managed))


RULE = Rule(
    id="vm-infrastructure",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM is infrastructure inside a cluster that is converted.",
    why=(
        "While it is down, what needs it stands still: names, addresses, logins, backups, or the management of the "
        "very hosts that are converted."
    ),
    remedy=(
        "Have a second instance outside the cluster, or note addresses and local passwords before its wave. The plan "
        "moves a cluster's manager after everything that needs it."
    ),
    find=each_vm(carries_others),
)
