"""One value of several that tell of the same thing: what is known beats what is not, the first beats the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from operator import eq
from typing import Any, Final, TypeVar

from planner.model.estate import (
    Bmc,
    Cluster,
    Conflict,
    Cpu,
    Datastore,
    Disk,
    GuestVolume,
    Host,
    HostAdapter,
    HostNetwork,
    HostNic,
    Network,
    Nic,
    Snapshot,
    VirtualMachine,
)
from planner.read.merge.components import unused
from planner.read.merge.names import machine_uuid, same_name
from planner.read.merge.parts import PARTS, Parts, matched
from planner.read.outside import line
from planner.units import MIB

T = TypeVar("T")

NESTED: Final = frozenset({(Host, "cpu"), (Host, "bmc")})
UNITED: Final = frozenset(
    {
        (VirtualMachine, "roles"),
        (VirtualMachine, "tags"),
        (VirtualMachine, "depends_on"),
        (Nic, "addresses"),
        (Host, "datastores"),
    }
)
"""Lists without order: everything that any source has in them."""
VOLATILE: Final = frozenset(
    {
        (VirtualMachine, "power"),
        (VirtualMachine, "tools"),
        (VirtualMachine, "consolidation_needed"),
        (VirtualMachine, "change_rate_bytes"),
        (Host, "connected"),
        (Host, "maintenance"),
        (HostNic, "speed_bytes"),
        (Datastore, "free_bytes"),
        (Disk, "allocated_bytes"),
        (Snapshot, "size_bytes"),
        (GuestVolume, "capacity_bytes"),
        (GuestVolume, "free_bytes"),
    }
)
"""Facts that change by themselves: two sources that were read at different times may both be right."""
OWN_WORDS: Final = frozenset(
    {
        *((VirtualMachine, name) for name in ("guest_os", "hardware_version", "annotation", "config_path")),
        *((VirtualMachine, name) for name in ("resource_pool", "moref")),
        *((Host, name) for name in ("address", "version", "edition", "vendor", "model", "moref")),
        *((Cpu, name) for name in ("vendor", "model", "flags")),
        *((Disk, name) for name in ("path", "bus")),
        (Nic, "model"),
        *((HostNic, name) for name in ("name", "driver", "model")),
        *((HostAdapter, name) for name in ("driver", "model")),
        (HostNetwork, "uplinks"),
        (HostNetwork, "bond"),
        (Datastore, "path"),
        (Datastore, "uuid"),
        (Snapshot, "created"),
        (Cluster, "manager_address"),
        (Cluster, "datacentre"),
    }
)
"""Facts that every source writes in its own way: that they differ says nothing."""
_SETTLED_ELSEWHERE: Final = frozenset({"cluster", "host", "reported_host", "source", "origin"})
_ALIKE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "name": same_name,
    "hostname": same_name,
    "server": same_name,
    "uuid": lambda one, other: machine_uuid(one) == machine_uuid(other),
    "instance_uuid": lambda one, other: machine_uuid(one) == machine_uuid(other),
    "capacity_bytes": lambda one, other: abs(one - other) < MIB,
    "memory_bytes": lambda one, other: abs(one - other) < MIB,
}
"""When two values are the same. Exports round sizes to MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The conflicts of one thing. `words` are the names of the things that facts refer to."""

    subject: str
    words: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)

    def add(self, fact: str, kept: object, others: Sequence[object]) -> None:
        """Note what else a fact could have been."""
        texts = sorted({self._text(other) for other in others} - {self._text(kept)})
        if texts:
            conflict = Conflict(
                subject=self.subject, fact=line(fact) or "?", kept=self._text(kept), others=tuple(texts)
            )
            self.conflicts.append(conflict)

    def _text(self, value: object) -> str:
        text = str(value)
        return line(self.words.get(text, text)) or "(empty)"


_Way = Callable[[list[Any], object, Notes, str], Any]
_WHOLE: Final = frozenset({Cluster, Host, Datastore, Network, VirtualMachine})


def settle(values: Sequence[T], notes: Notes, path: str = "") -> T:
    """One value of all, the most trusted first; what they disagree upon goes into the notes."""
    first = values[0]
    changes = {}
    kind: Any = type(first)
    for name, default, way in _ways(kind):
        seen = [getattr(value, name) for value in values]
        if any(one != seen[0] for one in seen):
            changes[name] = way(seen, default, notes, f"{path}{name}")
    return replace(first, **changes) if changes else first  # type: ignore[type-var]


@cache
def _ways(kind: type) -> tuple[tuple[str, object, _Way], ...]:
    """How each fact of a kind of thing is settled."""
    return tuple(
        (fact.name, None if fact.default is MISSING else fact.default, _way(kind, fact.name))
        for fact in fields(kind)
        if fact.name != "id" and not (kind in _WHOLE and fact.name in _SETTLED_ELSEWHERE)
    )


def _way(kind: type, name: str) -> _Way:
    if (kind, name) in PARTS:
        return _parts(PARTS[kind, name])
    if (kind, name) in NESTED:
        return _nested
    if (kind, name) in UNITED:
        return _united
    return _chosen if (kind, name) in VOLATILE | OWN_WORDS or kind is Bmc else _scalar


def _united(seen: list[Any], _default: object, _notes: Notes, _fact: str) -> Any:
    return tuple(sorted({one for some in seen for one in some}))


def _nested(seen: list[Any], _default: object, notes: Notes, fact: str) -> Any:
    return settle([value for value in seen if value is not None], notes, f"{fact}.")


def _chosen(seen: list[Any], default: object, _notes: Notes, _fact: str) -> Any:
    return next((value for value in seen if value is not None and value != default), seen[0])


def _scalar(seen: list[Any], default: object, notes: Notes, fact: str) -> Any:
    told = [value for value in seen if value is not None and value != default]
    if not told:
        return default
    alike: Callable[[Any, Any], bool] = _ALIKE.get(fact.rpartition(".")[2]) or eq
    notes.add(fact, told[0], [value for value in told if not alike(told[0], value)])
    return told[0]


def _parts(rule: Parts) -> _Way:
    def way(seen: list[Any], _default: object, notes: Notes, fact: str) -> Any:
        found = matched([parts for parts in seen if parts is not None], rule)
        kept, *others = (", ".join(sorted(map(rule.shown, some))) for some in (found.heads, *found.disputed))
        notes.add(fact, kept, others)
        used: set[str] = set()
        settled = []
        for group, head in zip(found.groups, found.heads, strict=True):
            if rule.name is None:
                settled.append(settle(group, notes, f"{fact}."))
                continue
            # Parts of different sorts may come from different sources, which number them alike.
            name = unused(getattr(head, rule.name), used)
            used.add(name)
            part: Any = settle(group, notes, f"{fact}.{name}.")
            settled.append(replace(part, **{rule.name: name}))
        return tuple(settled)

    return way
