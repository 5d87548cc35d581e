"""VMs that seem to stand in for each other, by their names."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from planner.graph.company import Company, group_id
from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.knowledge import hint_limits, likely_guest_cluster
from planner.model.estate import Estate, VirtualMachine, VmId
from planner.model.kinds import AffinityKind, PowerState
from planner.model.setting import SettingKind

_NUMBERED: Final = re.compile(r"(?P<before>.*\D)(?P<number>\d+)(?P<after>\D*)")
_SHARING: Final = frozenset({SettingKind.BUS_SHARING, SettingKind.SCSI_RESERVATION})
_PROOF: Final = ", and each has a disk or a bus that is shared"
_SETTLED: Final = frozenset({AffinityKind.APART, AffinityKind.WAVES_APART})


def guest_clusters(estate: Estate) -> Iterator[Company]:
    """What looks like several nodes of one guest cluster: VMs of one product by name or notes, named alike but for a number.

    Of a product whose nodes share disks it is no guess where each of them has a disk or a bus that is shared, though
    the source does not tell with whom (each node may reach a LUN by a mapping file of its own).
    """
    found: dict[tuple[str, str, str], list[VmId]] = defaultdict(list)
    sharing = {vm.id for vm in estate.vms if _shares(vm)}
    for vm in estate.vms:
        if (told := likely_guest_cluster(vm)) is not None and (stem := _stem(vm)) is not None:
            found[told.product, told.kind, stem].append(vm.id)
    for (product, kind, stem), vms in sorted(found.items()):
        if len(vms) > 1:
            proven = EdgeKind(kind) is EdgeKind.MOVE_TOGETHER and sharing.issuperset(vms)
            yield Company(
                id=group_id("guest-cluster", product, stem),
                name=f"{product}, {stem}",
                basis=Basis.GUEST_CLUSTER,
                vms=tuple(sorted(vms)),
                kinds=(EdgeKind(kind),),
                evidence=f"by their names or notes they are nodes of {product}{_PROOF * proven}",
                confidence=Confidence.DERIVED if proven else Confidence.HINTED,
            )


def _shares(vm: VirtualMachine) -> bool:
    return any(disk.shared for disk in vm.disks) or any(one.kind in _SHARING for one in vm.settings)


def alike(estate: Estate) -> Iterator[Company]:
    """Few VMs with one guest system and names that differ in their last number: `web1` and `web2`.

    Templates and VMs that are off stand in for nobody. VMs that a mandatory rule keeps apart are told by that rule, and
    what looks like a guest cluster is told as one. The name has `#` for the number.
    """
    found: dict[tuple[str, str], list[VmId]] = defaultdict(list)
    for vm in estate.vms:
        if vm.power is PowerState.OFF or likely_guest_cluster(vm) is not None:
            continue
        if vm.guest_os and (stem := _stem(vm)) is not None:
            found[stem, vm.guest_os].append(vm.id)
    ruled = _ruled(estate)
    for key, vms in sorted(found.items()):
        told = frozenset.intersection(*(ruled.get(vm, frozenset()) for vm in vms))
        if 1 < len(vms) <= hint_limits().redundant_vms and not told:
            yield Company(
                id=group_id("alike", *key),
                name=key[0],
                basis=Basis.NAMES,
                vms=tuple(sorted(vms)),
                kinds=(EdgeKind.NOT_IN_ONE_WAVE,),
                evidence="one guest system, and names that differ in a number",
                confidence=Confidence.HINTED,
            )


def _stem(vm: VirtualMachine) -> str | None:
    match = _NUMBERED.fullmatch(vm.name.partition(".")[0].casefold())
    named = match is not None and any(character.isalpha() for character in match["before"])
    return f"{match['before']}#{match['after']}" if match and named and not vm.template else None


def _ruled(estate: Estate) -> dict[VmId, frozenset[str]]:
    """The rules that keep each VM apart from others already."""
    found: dict[VmId, set[str]] = defaultdict(set)
    for rule in estate.affinity_rules:
        if rule.kind in _SETTLED and rule.mandatory:
            for vm in rule.vms:
                found[vm].add(rule.id)
    return {vm: frozenset(rules) for vm, rules in found.items()}
