"""What would make a cluster convertible: every remedy was tried by solving the cluster with it.

Cheapest first: a figure of the policy, a VM that may be off for a while, storage, and at last a machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from planner.model.estate import VirtualMachine
from planner.model.kinds import Criticality, DatastoreKind, PowerState
from planner.model.policy import Parking, SharedStorage, Strategy
from planner.place.cases import RANK, runs
from planner.place.conversion import Conversion
from planner.place.lend import lent
from planner.place.search import Stuck
from planner.place.solve import solvable
from planner.place.storages import copy_size, travelling
from planner.units import GIB, format_size

_HIGHEST_RATIO: Final = 16
_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do, in a sentence, and the conversion as it would be then."""

    text: str
    conversion: Conversion


def remedies(conversion: Conversion, stuck: Stuck) -> tuple[Remedy, ...]:
    """Single remedies, cheapest first; where none is enough alone, one together with less reserve or more storage.

    Empty when none of those is enough either.
    """
    if any(stuck.ledger.at[vm.id] is None for vm in stuck.left):
        return ()
    single = tuple(_tried(conversion))
    if single:
        return single
    for base in _bases(conversion):
        pairs = tuple(
            replace(second, text=f"{base.text}, and {second.text}") for second in _tried(base.conversion)
        )
        if pairs:
            return pairs
    return ()


def works(conversion: Conversion) -> bool:
    """Whether a conversion can be solved."""
    return solvable(conversion)


def least(low: int, high: int, changed: Callable[[int], Conversion]) -> int | None:
    """The least amount with which a conversion can be solved; None when not even the highest is enough."""
    if low > high or not works(changed(high)):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if works(changed(middle)) else (middle + 1, high)
    return high


def _tried(conversion: Conversion) -> Iterator[Remedy]:
    for remedy in (_wish, _denser_vcpus, _no_reserve, _power_off, _parking, _more_storage, _lent):
        yield from remedy(conversion)


def _wish(conversion: Conversion) -> Iterator[Remedy]:
    """The first mandatory rule without which it works."""
    for rule in (rule for rule in conversion.rules if rule.mandatory):
        wish = replace(rule, mandatory=False)
        changed = replace(
            conversion, rules=tuple(wish if other is rule else other for other in conversion.rules)
        )
        if works(changed):
            yield Remedy(text=f"make the rule {rule.name} a wish (mandatory: false)", conversion=changed)
            return


def _denser_vcpus(conversion: Conversion) -> Iterator[Remedy]:
    def with_ratio(ratio: int) -> Conversion:
        capacity = replace(conversion.policy.capacity, vcpu_per_core=float(ratio))
        return replace(conversion, policy=replace(conversion.policy, capacity=capacity))

    ratio = least(int(conversion.policy.capacity.vcpu_per_core) + 1, _HIGHEST_RATIO, with_ratio)
    if ratio is not None:
        text = f"allow {ratio} vCPUs a core (policy: capacity.vcpu_per_core: {ratio})"
        yield Remedy(text=text, conversion=with_ratio(ratio))


def _no_reserve(conversion: Conversion) -> Iterator[Remedy]:
    yield from (remedy for remedy in _without_reserve(conversion) if works(remedy.conversion))


def _power_off(conversion: Conversion) -> Iterator[Remedy]:
    """The fewest of the least important VMs, the largest of equals first."""
    running = [vm for vm in conversion.vms if runs(vm)]
    largest = sorted(running, key=lambda vm: (*_importance(vm), -(vm.memory_bytes or 0), vm.id))
    count = least(1, len(largest), lambda count: _without_power(conversion, tuple(largest[:count])))
    if count is not None:
        names = ", ".join(vm.name for vm in largest[:count][:_NAMED])
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        subject = f"VMs {names}{more} until they have" if count > 1 else f"VM {names} until it has"
        yield Remedy(
            text=f"power off {subject} moved",
            conversion=_without_power(conversion, tuple(largest[:count])),
        )


def _parking(conversion: Conversion) -> Iterator[Remedy]:
    """The storage and the lowest criticality that are enough."""
    if conversion.strategy is not Strategy.CONVERT_IN_PLACE:
        return
    for storage in conversion.policy.shared_storage:
        for most in Criticality:
            parking = Parking(storage=storage.name, max_criticality=most)
            changed = replace(conversion, policy=replace(conversion.policy, parking=parking))
            if works(changed):
                yield Remedy(
                    text=f"allow VMs to be parked on {storage.name} (policy: parking, max_criticality: {most})",
                    conversion=changed,
                )
                return


def _more_storage(conversion: Conversion) -> Iterator[Remedy]:
    if conversion.strategy is not Strategy.UPGRADE_IN_PLACE:
        needed = least(1, _enough(conversion), lambda gibibytes: _extended(conversion, gibibytes))
        if needed is not None:
            yield _storage_remedy(conversion, needed)


def _lent(conversion: Conversion) -> Iterator[Remedy]:
    found = lent(conversion, works, least)
    if found is not None:
        yield Remedy(text=found[0], conversion=found[1])


def _bases(conversion: Conversion) -> Iterator[Remedy]:
    """Remedies that are not enough alone, each by itself and then all of them: wishes, no reserve, storage."""
    single = [*_all_wishes(conversion), *_without_reserve(conversion), *_all_storage(conversion)]
    yield from single
    if len(single) > 1:
        texts, reached = [], conversion
        for base in (_all_wishes, _without_reserve, _all_storage):
            for remedy in base(reached):
                texts.append(remedy.text)
                reached = remedy.conversion
        yield Remedy(text=", ".join(texts), conversion=reached)


def _all_wishes(conversion: Conversion) -> Iterator[Remedy]:
    mandatory = [rule.name for rule in conversion.rules if rule.mandatory]
    if mandatory:
        yield Remedy(
            text=f"make the rules {', '.join(mandatory)} wishes (mandatory: false)",
            conversion=replace(
                conversion, rules=tuple(replace(rule, mandatory=False) for rule in conversion.rules)
            ),
        )


def _all_storage(conversion: Conversion) -> Iterator[Remedy]:
    if conversion.strategy is not Strategy.UPGRADE_IN_PLACE:
        yield _storage_remedy(conversion, _enough(conversion))


def _without_reserve(conversion: Conversion) -> Iterator[Remedy]:
    if conversion.reserve.kept:
        own = replace(conversion.asked, reserve_hosts=0, reserve_percent=None)
        key = "reserve_percent" if conversion.reserve.percent else "reserve_hosts"
        others = tuple(entry for entry in conversion.policy.clusters if entry.cluster != own.cluster)
        yield Remedy(
            text=f"do without the HA reserve while it is converted (policy: clusters, {key}: 0)",
            conversion=replace(conversion, policy=replace(conversion.policy, clusters=(*others, own))),
        )


def _storage_remedy(conversion: Conversion, gibibytes: int) -> Remedy:
    shared = conversion.policy.shared_storage
    where = f"on {shared[0].name}" if shared else "that the target hosts share"
    return Remedy(
        text=f"provide {format_size(gibibytes * GIB)} more target storage {where} (policy: shared_storage)",
        conversion=_extended(conversion, gibibytes),
    )


def _extended(conversion: Conversion, gibibytes: int) -> Conversion:
    """With the first shared storage larger by so much, or with a new one of that size."""
    shared = conversion.policy.shared_storage
    first = (
        replace(shared[0], capacity_bytes=shared[0].capacity_bytes + gibibytes * GIB)
        if shared
        else SharedStorage(name="new-storage", kind=DatastoreKind.NFS, capacity_bytes=gibibytes * GIB)
    )
    return replace(conversion, policy=replace(conversion.policy, shared_storage=(first, *shared[1:])))


def _enough(conversion: Conversion) -> int:
    """GiB of storage that hold every disk of the cluster beside what others have claimed."""
    disks = sum(copy_size(disk) or 0 for vm in conversion.vms for disk in travelling(vm.disks))
    needed = disks + sum(conversion.taken.values())
    return needed * 100 // conversion.policy.capacity.storage_percent // GIB + 1


def _without_power(conversion: Conversion, off: tuple[VirtualMachine, ...]) -> Conversion:
    names = {vm.id for vm in off}
    return replace(
        conversion,
        vms=tuple(replace(vm, power=PowerState.OFF) if vm.id in names else vm for vm in conversion.vms),
    )


def _importance(vm: VirtualMachine) -> tuple[bool, int]:
    return bool(vm.roles), RANK[vm.criticality or Criticality.NORMAL]
