"""VMs that seem to stand in for each other, by their names."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.knowledge import hint_limits
from planner.model.estate import Estate, VirtualMachine, VmId
from planner.model.kinds import AffinityKind, PowerState

_NUMBERED: Final = re.compile(r"(?P<before>.*\D)(?P<number>\d+)(?P<after>\D*)")
_SETTLED: Final = frozenset({AffinityKind.APART, AffinityKind.WAVES_APART})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """VMs that differ in a number only; `name` is what they are called, with `#` for the number."""

    id: str
    name: str
    vms: tuple[VmId, ...]


def alike(estate: Estate) -> Iterator[Alike]:
    """Few VMs with one guest system and names that differ in their last number: `web1` and `web2`.

    Templates and VMs that are off stand in for nobody. VMs that a mandatory rule keeps apart are told by that rule.
    """
    found: dict[tuple[str, str], list[VmId]] = defaultdict(list)
    for vm in estate.vms:
        if (stem := _stem(vm)) is not None and vm.guest_os and vm.power is not PowerState.OFF:
            found[stem, vm.guest_os].append(vm.id)
    ruled = _ruled(estate)
    for key, vms in sorted(found.items()):
        told = frozenset.intersection(*(ruled.get(vm, frozenset()) for vm in vms))
        if 1 < len(vms) <= hint_limits().redundant_vms and not told:
            yield Alike(id=_id(key), name=key[0], vms=tuple(sorted(vms)))


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


def _id(key: tuple[str, str]) -> str:
    return f"alike-{hashlib.sha256(chr(31).join(key).encode()).hexdigest()[:12]}"
