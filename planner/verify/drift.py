"""What has changed between the estate that was planned and the one that is there now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from planner.model.estate import Estate
from planner.units import format_rate, format_size

_KINDS: Final = {
    "clusters": "cluster",
    "hosts": "host",
    "datastores": "datastore",
    "networks": "network",
    "vms": "VM",
    "affinity_rules": "rule",
}
_RATES: Final = {"speed_bytes": format_rate, "change_rate_bytes": format_rate}
_NOT_COMPARED: Final = frozenset({"origin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that changed: whose (`VM web1`), and from what to what."""

    subject: str
    what: str


def drift(planned: Estate, now: Estate) -> tuple[Difference, ...]:
    """Every difference between two readings of an estate. Machines are the same when their ids are.

    Files and lines are not compared, nor is traffic, which hints only.
    """
    return tuple(
        difference
        for part, kind in _KINDS.items()
        for difference in _of_kind(kind, getattr(planned, part), getattr(now, part))
    )


def _of_kind(kind: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    old, new = ({thing.id: thing for thing in things} for things in (before, after))
    for identity in sorted({*old, *new}):
        name = (new.get(identity) or old[identity]).name
        subject = f"{kind} {name}"
        if identity not in new:
            yield Difference(subject=subject, what="is gone")
        elif identity not in old:
            yield Difference(subject=subject, what="is new")
        else:
            for path, one, other in _changes(old[identity], new[identity]):
                unit = path[-1] if path else ""
                what = f"{_words(path)}: {_shown(one, unit)}, now {_shown(other, unit)}"
                yield Difference(subject=subject, what=what)


def _changes(one: Any, other: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The innermost places in which two values of one type differ."""
    if one == other:
        return
    if is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            if field.name not in _NOT_COMPARED:
                values = getattr(one, field.name), getattr(other, field.name)
                yield from _changes(*values, (*path, field.name))
    elif isinstance(one, tuple) and isinstance(other, tuple) and _named(one) and _named(other):
        old, new = ({str(_name(part)): part for part in parts} for parts in (one, other))
        for name in sorted({*old, *new}):
            yield from _changes(old.get(name), new.get(name), (*path, name))
    else:
        yield path, one, other


def _named(parts: Sequence[Any]) -> bool:
    """Whether parts can be told apart by a name of their own."""
    names = [_name(part) for part in parts]
    return None not in names and len(set(names)) == len(names)


def _name(part: Any) -> str | None:
    if not is_dataclass(part):
        return None
    found = getattr(part, "id", None) or getattr(part, "name", None) or getattr(part, "network", None)
    return None if found is None else str(found)


def _words(path: Iterable[str]) -> str:
    return " ".join(part.removesuffix("_bytes").replace("_", " ") for part in path)


def _shown(value: Any, field: str) -> str:
    if value is None or value == ():
        return "none"
    if is_dataclass(value):
        return "there"
    if isinstance(value, int) and not isinstance(value, bool) and field.endswith("_bytes"):
        return _RATES.get(field, format_size)(value)
    if isinstance(value, tuple):
        return ", ".join(_name(part) or str(part) for part in value)
    return str(value)
