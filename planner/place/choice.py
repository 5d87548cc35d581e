"""Which host a VM goes to, among those that can take it."""

from collections.abc import Callable, Iterable
from typing import Final

from planner.model.estate import HostId
from planner.place.case import Part, Workload
from planner.place.ledger import Ledger
from planner.place.refusals import refusal

Style = Callable[[Ledger, HostId], float]
"""Smaller is better; it breaks the tie between hosts that honour a VM's wishes equally well."""


def level(ledger: Ledger, host: HostId) -> float:
    """The host first that the open phase keeps busy for the shortest time: its transfers end early."""
    return ledger.arriving(host) + spread(ledger, host)


def spread(ledger: Ledger, host: HostId) -> float:
    """The emptiest host first: no host fills up."""
    room = ledger.room(host).memory
    return ledger.memory[host] / room if room else len(ledger.residents[host])


def pack(ledger: Ledger, host: HostId) -> float:
    """The fullest host first (best fit): room for large VMs stays in one piece."""
    return -spread(ledger, host)


STYLES: Final[tuple[Style, ...]] = (level, spread, pack)


def best(ledger: Ledger, vm: Workload, hosts: Iterable[HostId], style: Style) -> HostId | None:
    """The best host that does not refuse a VM; None when all do."""
    liked = sorted(hosts, key=lambda host: _preference(ledger, vm, host, style))
    return next((host for host in liked if refusal(ledger, vm, host) is None), None)


def _preference(ledger: Ledger, vm: Workload, host: HostId, style: Style) -> tuple[object, ...]:
    """Hosts that stay before borrowed ones, then pins, downtime budgets, company wanted and shunned, then the style."""
    case, there = ledger.case, ledger.residents[host]
    pins, mates, shunned = case.pins.get(vm.id), case.mates.get(vm.id), case.shunned.get(vm.id)
    return (
        case.nodes[host].part is Part.SWING,
        pins is not None and host not in pins,
        host in vm.too_slow and not ledger.crossed(vm.id),
        mates is not None and mates.isdisjoint(there),
        shunned is not None and not shunned.isdisjoint(there),
        style(ledger, host),
        host,
    )
