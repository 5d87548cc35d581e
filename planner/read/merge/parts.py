"""Which parts of a thing (disks, cards, snapshots) are the same, as several sources list them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planner.model.estate import Cluster, Disk, Host, Network, Passthrough, VirtualMachine
from planner.model.kinds import DiskKind
from planner.units import MIB

Key = Callable[[Any], Hashable | None]
_REMOVABLE: Final = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


def _only(_part: object) -> Hashable:
    return "the only one that is left"


def _never(_one: object, _other: object) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How the parts of a list are matched: by the first of `keys` that only one part on either side has.

    `name` is the field that tells them apart, `shown` what people know one by; `opposes` keeps two apart that share a weak key; parts of different
    `sort` never match. Where `added`, what only one source lists belongs to the whole; else the longest list is it.
    """

    keys: tuple[Key, ...]
    name: str | None
    opposes: Callable[[Any, Any], bool] = _never
    sort: Key = _only
    added: bool = False
    shown: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Parts by what they are, the most trusted first in each group; `heads` are in the list that is the whole one.

    `disputed` are the lists that have others, or fewer without being empty.
    """

    groups: tuple[tuple[Any, ...], ...]
    heads: tuple[Any, ...]
    disputed: tuple[tuple[Any, ...], ...]


def matched(lists: Sequence[Sequence[Any]], rule: Parts) -> Matched:
    """The parts of several lists, the most trusted list first."""
    sorts = dict.fromkeys(rule.sort(part) for parts in lists for part in parts)
    found = [
        _matched([[part for part in parts if rule.sort(part) == sort] for parts in lists], rule)
        for sort in sorts
    ]
    return Matched(
        groups=tuple(group for one in found for group in one.groups),
        heads=tuple(head for one in found for head in one.heads),
        disputed=tuple(parts for one in found for parts in one.disputed),
    )


def _matched(lists: Sequence[Sequence[Any]], rule: Parts) -> Matched:
    whole = max(range(len(lists)), key=lambda number: (len(lists[number]), -number))
    heads = list(lists[whole])
    groups = [[(whole, head)] for head in heads]
    disputed = []
    for number, parts in enumerate(lists):
        if number == whole:
            continue
        pairs = _pairs(heads, parts, rule)
        for place, head in pairs.items():
            groups[head].append((number, parts[place]))
        others = [part for place, part in enumerate(parts) if place not in pairs]
        if rule.added:
            heads += others
            groups += [[(number, part)] for part in others]
        elif parts and (others or len(parts) < len(heads)):
            disputed.append(tuple(parts))
    in_order = (sorted(group, key=lambda told: told[0]) for group in groups)
    return Matched(
        groups=tuple(tuple(part for _, part in group) for group in in_order),
        heads=tuple(heads),
        disputed=tuple(disputed),
    )


def _pairs(heads: Sequence[Any], parts: Sequence[Any], rule: Parts) -> dict[int, int]:
    """The place in `heads` of each part, by its own place."""
    pairs: dict[int, int] = {}
    for key in rule.keys:
        free = _alone(heads, {*range(len(heads))} - {*pairs.values()}, key)
        for value, place in _alone(parts, {*range(len(parts))} - pairs.keys(), key).items():
            if value in free and not rule.opposes(heads[free[value]], parts[place]):
                pairs[place] = free[value]
    return pairs


def _alone(parts: Sequence[Any], places: Iterable[int], key: Key) -> dict[Hashable, int]:
    """Where the values stand that only one part has."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place in sorted(places):
        value = key(parts[place])
        if value is not None:
            found[value].append(place)
    return {value: at[0] for value, at in found.items() if len(at) == 1}


def _file(disk: Disk) -> str | None:
    """The name of a disk's file, however its path is written."""
    return disk.path.replace("] ", "/").rpartition("/")[2] if disk.path else None


def _size(disk: Disk) -> int | None:
    return None if disk.capacity_bytes is None else disk.capacity_bytes // MIB


def _other_disk(one: Disk, other: Disk) -> bool:
    """Neither file nor size agree."""
    first, second = (_file(one), _size(one)), (_file(other), _size(other))
    return None not in (*first, *second) and first[0] != second[0] and first[1] != second[1]


def _device(device: Passthrough) -> str:
    return f"{device.kind} {device.description}" if device.description else str(device.kind)


PARTS: Final[dict[tuple[type, str], Parts]] = {
    (VirtualMachine, "disks"): Parts(
        keys=(
            lambda disk: disk.path,
            _file,
            lambda disk: (disk.id, _size(disk)),
            lambda disk: disk.id,
            _size,
            _only,
        ),
        name="id",
        shown=lambda disk: disk.path or disk.id,
        opposes=_other_disk,
        sort=lambda disk: disk.kind in _REMOVABLE,
    ),
    (VirtualMachine, "nics"): Parts(
        keys=(lambda nic: nic.mac, lambda nic: nic.id, lambda nic: nic.network, _only),
        name="id",
        shown=lambda nic: nic.mac or nic.id,
        opposes=lambda one, other: None not in (one.mac, other.mac) and one.mac != other.mac,
    ),
    (VirtualMachine, "snapshots"): Parts(
        keys=(lambda snapshot: (snapshot.name, snapshot.created), lambda snapshot: snapshot.name),
        name="name",
        shown=lambda snapshot: snapshot.name,
    ),
    (VirtualMachine, "passthrough"): Parts(
        keys=(lambda device: (device.kind, device.description), lambda device: device.kind),
        name=None,
        shown=_device,
        opposes=lambda one, other: (
            None not in (one.description, other.description) and one.description != other.description
        ),
    ),
    (VirtualMachine, "volumes"): Parts(keys=(lambda volume: volume.path,), name="path", added=True),
    (VirtualMachine, "attributes"): Parts(keys=(lambda pair: pair.name,), name="name", added=True),
    **dict.fromkeys(
        ((bearer, "settings") for bearer in (Cluster, Host, Network, VirtualMachine)),
        Parts(keys=(lambda setting: (setting.kind, setting.value),), name=None, added=True),
    ),
    (Host, "nics"): Parts(keys=(lambda nic: nic.mac, lambda nic: nic.name), name="name", added=True),
    (Host, "adapters"): Parts(keys=(lambda card: card.name,), name="name", added=True),
    (Host, "disks"): Parts(keys=(lambda disk: disk.id,), name="id", added=True),
    (Host, "networks"): Parts(keys=(lambda entry: entry.network,), name="network", added=True),
}
