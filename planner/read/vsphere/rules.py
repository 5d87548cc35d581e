"""What ties VMs together: DRS rules with their groups, and the restart order of HA."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from planner.model.estate import AffinityRule, Gap, HostId, VirtualMachine, VmId
from planner.model.kinds import AffinityKind
from planner.read.ids import rule_id
from planner.read.vsphere.inventory import CLUSTER, Inventory
from planner.read.vsphere.places import Places
from planner.read.vsphere.properties import Properties

_BETWEEN_VMS: Final = (
    ("AntiAffinityRuleSpec", AffinityKind.APART),
    ("AffinityRuleSpec", AffinityKind.TOGETHER),
)


def read_rules(
    inventory: Inventory, places: Places, vms: Mapping[str, VirtualMachine]
) -> Iterator[AffinityRule]:
    """Every DRS rule that is on. A rule between VMs binds; one between VMs and hosts says itself whether it does."""
    for ident, cluster in inventory.all(CLUSTER):
        settings = _settings(cluster)
        groups = {group.text("name"): group for group in settings.parts("group")}
        for rule in settings.parts("rule"):
            if rule.truth("enabled") is False:
                continue
            kind = next((kind for word, kind in _BETWEEN_VMS if rule.type.endswith(word)), None)
            if kind is None and not rule.type and rule.told("vm"):
                inventory.gaps.append(_untold(inventory, places, ident))
            name = rule.name() or "unnamed"
            members, hosts = _members(rule, groups, vms), _hosts(rule, groups, places, ident)
            pinned = rule.text("vmGroupName") is not None
            if (kind and len(members) > 1) or (pinned and members and hosts):
                yield AffinityRule(
                    id=rule_id(name, places.clusters[ident].name),
                    name=name,
                    kind=kind or AffinityKind.PINNED,
                    vms=members,
                    hosts=() if kind else hosts,
                    mandatory=True if kind else rule.truth("mandatory") or False,
                    origin=rule.origin,
                )


def with_order(inventory: Inventory, vms: Mapping[str, VirtualMachine]) -> tuple[VirtualMachine, ...]:
    """The VMs, each depending on those that HA starts before it."""
    needs: dict[VmId, set[VmId]] = {}
    for _, cluster in inventory.all(CLUSTER):
        settings = _settings(cluster)
        groups = {group.text("name"): group for group in settings.parts("group")}
        for rule in settings.parts("rule"):
            if rule.text("dependsOnVmGroup") and rule.truth("enabled") is not False:
                first = groups.get(rule.text("dependsOnVmGroup"))
                listed = first.references("vm") if first else ()
                before = {vms[vm.ident].id for vm in listed if vm.ident in vms}
                for vm in _members(rule, groups, vms):
                    needs.setdefault(vm, set()).update(before - {vm})
    return tuple(replace(vm, depends_on=tuple(sorted(needs.get(vm.id, ())))) for vm in vms.values())


def _settings(cluster: Properties) -> Properties:
    return cluster.part("configurationEx" if cluster.told("configurationEx") else "configuration")


def _members(
    rule: Properties, groups: Mapping[str | None, Properties], vms: Mapping[str, VirtualMachine]
) -> tuple[VmId, ...]:
    group = groups.get(rule.text("vmGroupName") or rule.text("vmGroup"))
    named = (*rule.references("vm"), *(group.references("vm") if group else ()))
    return tuple(sorted({vms[vm.ident].id for vm in named if vm.ident in vms}))


def _hosts(
    rule: Properties, groups: Mapping[str | None, Properties], places: Places, cluster: str
) -> tuple[HostId, ...]:
    """The hosts that a rule leaves its VMs: those of a group, or all of the cluster but those of a group."""
    of_cluster = {ident for ident, home in places.home.items() if home is places.clusters[cluster]}
    named, shunned = (
        {host.ident for host in group.references("host")} if group else set()
        for group in (groups.get(rule.text(f"{word}HostGroupName")) for word in ("affine", "antiAffine"))
    )
    chosen = named & of_cluster if named else of_cluster - shunned if shunned else set()
    return tuple(sorted(places.hosts[ident].id for ident in chosen))


def _untold(inventory: Inventory, places: Places, cluster: str) -> Gap:
    return Gap(
        source=inventory.source,
        what=f"DRS rules between VMs of the cluster {places.clusters[cluster].name!r}",
        why="this govc did not write whether a rule keeps VMs together or apart",
        remedy="write the file again with govc 0.30 or later",
    )
