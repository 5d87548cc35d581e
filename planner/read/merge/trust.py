"""Whose word counts where sources disagree: what people wrote, then what is live, then what was saved when."""

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any, Final

from planner.model.estate import Estate, VirtualMachine

INVENTORY: Final = "inventory"
_WRITTEN: Final = 0
_LIVE: Final = 1
_SAVED: Final = 2
_RANKS: Final = {INVENTORY: _WRITTEN, "rvtools": 3, "vmx": 4, "ovf": 4, "xva": 4, "xl": 4, "ovm": 4}
"""By kind of source. Dumps of an API, which know more than an export, are every other kind."""


def trust_of_vm(vm: VirtualMachine) -> int:
    """The rank of what is said about a VM, the lowest first. Only an inventory written by hand has no kind."""
    return _trust(kinds_of(vm), vm.origin)


def trust_of_estate(estate: Estate) -> int:
    """The rank of everything else that a source says: of its best VM; without VMs, of a dump."""
    if estate.vms:
        return min(map(trust_of_vm, estate.vms))
    kinds = (estate.hosts, estate.clusters, estate.datastores, estate.networks)
    origins = (thing.origin for things in kinds for thing in things)
    return min((_trust((), origin) for origin in origins), default=_SAVED)


def kinds_of(vm: VirtualMachine) -> tuple[str, ...]:
    """The kinds of source that told of a VM."""
    return tuple(vm.source.split("+")) if vm.source else (INVENTORY,)


def richness(thing: Any) -> int:
    """How many facts are known of a thing; each part of it is one."""
    told = 0
    kind: Any = type(thing)
    for name, default in _defaults(kind):
        value = getattr(thing, name)
        if value is not None and value != default:
            told += len(value) if isinstance(value, tuple) else 1
    return told


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in fields(kind))


def _trust(kinds: Iterable[str], origin: str | None) -> int:
    ranks = [_RANKS.get(kind, _SAVED) for kind in kinds] or [_SAVED]
    # A reader of files and the live one of the same system have one kind: what is live has a URL.
    return min(*ranks, _LIVE) if origin and "://" in origin else min(ranks)
