"""What tells things of one kind apart in an export, whose sheets differ in how much of it they say."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Key(NamedTuple):
    """A name within a data centre of a vCenter (or of a host, when read directly); None: not said."""

    name: str
    server: str | None = None
    datacentre: str | None = None

    def may_be(self, other: "Key") -> bool:
        """Whether both may name the same thing, as far as both say."""
        return all(None in pair or pair[0] == pair[1] for pair in zip(self, other, strict=True))


def settle(keys: Iterable[Key]) -> dict[Key, Key]:
    """Every key to the one that says most about the same thing, where there is only one such."""
    settled: dict[Key, Key] = {}
    fullest: dict[str, list[Key]] = {}
    for key in sorted(set(keys), key=lambda key: (key.count(None), [part or "" for part in key])):
        same_name = fullest.setdefault(key.name, [])
        candidates = [other for other in same_name if key.may_be(other)] if None in key else []
        settled[key] = candidates[0] if len(candidates) == 1 else key
        if settled[key] is key:
            same_name.append(key)
    return settled


def distinct_names(keys: Iterable[Key]) -> dict[Key, str]:
    """The name of every key; with the data centre, then the vCenter before it where two share that name."""
    names = {key: key.name for key in keys}
    for prefix in ("datacentre", "server"):
        shared = Counter(names.values())
        names = {
            key: f"{getattr(key, prefix)}/{name}" if shared[name] > 1 and getattr(key, prefix) else name
            for key, name in names.items()
        }
    return names


def only(table: Iterable[tuple[Key, T]], key: Key) -> T | None:
    """The value of the only key in `table` that may be `key`."""
    found = [value for other, value in table if other.may_be(key)]
    return found[0] if len(found) == 1 else None
