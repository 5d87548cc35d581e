"""Rules about where VMs may run, which nobody enforces after the move."""

from collections import defaultdict
from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, Verdict, information, warning
from planner.model.estate import AffinityRule, VmId
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import AffinityKind

_PINNED = "The hosts that the rule names are rebuilt, and the target's scheduler does not know the rule."


def ruled(ground: Ground) -> Iterator[Sighting]:
    """Every VM with the rules that it is in; ties to hosts are worse than company."""
    rules: dict[VmId, list[AffinityRule]] = defaultdict(list)
    for rule in (one for one in ground.estate.affinity_rules if one.kind is not AffinityKind.WAVES_APART):
        for vm_id in dict.fromkeys(rule.vms):
            rules[vm_id].append(rule)
    for vm in ground.vms:
        if of_vm := rules.get(vm.id):
            yield Sighting(thing=vm, verdict=_verdict(of_vm))


def _verdict(rules: list[AffinityRule]) -> Verdict:
    names = "; ".join(f"{rule.name} ({rule.kind})" for rule in rules)
    pinned = any(rule.kind is AffinityKind.PINNED for rule in rules)
    return warning(_PINNED, rules=names) if pinned else information(rules=names)


RULE = Rule(
    id="vm-affinity-rule",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="A rule says where the VM may run.",
    why="The plan keeps to it while it converts; afterwards the target's scheduler does not know the rule.",
    remedy="Write the rule down for those who run the target, or give the VM a home server there.",
    find=ruled,
    source="XCP-ng documentation, VM affinity; libvirt has no scheduler",
    forklift="vmware.host_affinity.detected",
)
