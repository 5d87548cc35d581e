"""What tells VMs, hosts and affinity rules apart, the strongest mark first."""

import re
from collections.abc import Hashable, Iterator
from typing import Any, Final

from planner.model.estate import Host, VirtualMachine
from planner.read.merge.identity import Mark, Sighting, differ, known
from planner.read.merge.names import folded, is_address, machine_uuid, other_place, same_name, short

_NOBODYS_NAME: Final = "localhost"
_ON_A_DATASTORE: Final = re.compile(r"\[[^\]]+\] .*/.*")


def nothing(_sighting: Sighting[Any]) -> tuple[Hashable, ...]:
    """No value: the mark only keeps things apart."""
    return ()


def _macs(machine: VirtualMachine | Host) -> frozenset[str]:
    return frozenset(nic.mac for nic in machine.nics if nic.mac)


def _other_number(
    one: Sighting[VirtualMachine] | Sighting[Host], other: Sighting[VirtualMachine] | Sighting[Host]
) -> bool:
    """Numbers of one manager; those of two managers have nothing to do with each other."""
    first, second = one.thing.moref or "", other.thing.moref or ""
    return first != second and first.rpartition("/")[:2] == second.rpartition("/")[:2] != ("", "")


def other_manager(one: Sighting[Any], other: Sighting[Any]) -> bool:
    """Whether two things belong to different managers."""
    return other_place(one.manager, other.manager)


def _other_cards(one: Sighting[VirtualMachine], other: Sighting[VirtualMachine]) -> bool:
    first, second = _macs(one.thing), _macs(other.thing)
    return bool(first) and bool(second) and first.isdisjoint(second)


def _uuid_and_card(sighting: Sighting[VirtualMachine]) -> Iterator[Hashable]:
    """The UUID that the guest sees, and a card: a copy that keeps the one gets other cards."""
    if uuid := machine_uuid(sighting.thing.uuid):
        yield from ((uuid, mac) for mac in sorted(_macs(sighting.thing)))


def _uuid_and_name(sighting: Sighting[VirtualMachine]) -> Iterator[Hashable]:
    if uuid := machine_uuid(sighting.thing.uuid):
        yield uuid, folded(sighting.thing.name)


def _place_of_configuration(sighting: Sighting[VirtualMachine]) -> Iterator[Hashable]:
    path = sighting.thing.config_path
    if path and _ON_A_DATASTORE.fullmatch(path):
        yield path


VM_MARKS: Final[tuple[Mark[VirtualMachine], ...]] = (
    Mark(
        values=lambda seen: known(machine_uuid(seen.thing.instance_uuid)),
        opposes=differ(lambda vm: machine_uuid(vm.instance_uuid)),
    ),
    Mark(values=lambda seen: known(seen.thing.moref), opposes=_other_number),
    Mark(values=_uuid_and_card, opposes=differ(lambda vm: machine_uuid(vm.uuid))),
    Mark(values=_uuid_and_name),
    Mark(values=nothing, opposes=other_manager),
    Mark(values=nothing, opposes=_other_cards),
    Mark(values=_place_of_configuration),
    Mark(values=lambda seen: known(_macs(seen.thing) or None)),
    Mark(values=lambda seen: known(seen.thing.id)),
    Mark(values=lambda seen: known(machine_uuid(seen.thing.uuid))),
)


def _names(sighting: Sighting[Host]) -> Iterator[Hashable]:
    """The name and the address: a host that was added by its address has that for a name."""
    for text in (folded(sighting.thing.name), folded(sighting.thing.address)):
        if text and not text.startswith(_NOBODYS_NAME):
            yield text


def _short_names(sighting: Sighting[Host]) -> Iterator[Hashable]:
    for text in (sighting.thing.name, sighting.thing.address):
        if (first := short(text)) and first != _NOBODYS_NAME:
            yield first


def _other_domain(one: Sighting[Host], other: Sighting[Host]) -> bool:
    first, second = one.thing.name, other.thing.name
    return not (is_address(first) or is_address(second) or same_name(first, second))


HOST_MARKS: Final[tuple[Mark[Host], ...]] = (
    Mark(
        values=lambda seen: known(machine_uuid(seen.thing.uuid)),
        opposes=differ(lambda host: machine_uuid(host.uuid)),
    ),
    Mark(values=lambda seen: known(seen.thing.moref), opposes=_other_number),
    Mark(values=lambda seen: sorted(_macs(seen.thing))),
    Mark(values=nothing, opposes=other_manager),
    Mark(values=_names),
    Mark(values=_short_names, opposes=_other_domain),
    Mark(values=lambda seen: known(seen.thing.id) if [*_short_names(seen)] or [*_names(seen)] else ()),
)
