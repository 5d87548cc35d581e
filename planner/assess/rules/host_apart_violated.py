"""VMs that belong apart and share a host already."""

from collections import defaultdict
from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.estate import HostId
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import AffinityKind


def crowded(ground: Ground) -> Iterator[Sighting]:
    """Every host on which two VMs of one such rule are."""
    for rule in ground.estate.affinity_rules:
        if rule.kind is not AffinityKind.APART:
            continue
        on_host: dict[HostId, list[str]] = defaultdict(list)
        for vm in (ground.vm_by_id[vm] for vm in rule.vms if vm in ground.vm_by_id):
            if vm.host in ground.host_by_id and vm.host is not None:
                on_host[vm.host].append(vm.name)
        for host, names in sorted(on_host.items()):
            if len(names) > 1:
                told = warning(rule=rule.name, vms=", ".join(sorted(names)), declared_in=rule.origin)
                yield Sighting(thing=ground.host_by_id[host], verdict=told)


RULE = Rule(
    id="host-apart-violated",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="VMs that belong apart share this host.",
    why="The rule is broken before anything has moved; one failure takes both down until the plan separates them.",
    remedy="Separate them now, or remove the rule if it no longer matters.",
    find=crowded,
)
