"""What a target costs over the policy's years, by the policy's own prices: nothing here is a price of ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planner.decide.case import Case
from planner.decide.strategy import hosts_to_carry, strategy
from planner.knowledge import cores_of_a_processor, labour_minutes, transport
from planner.model.kinds import HypervisorKind
from planner.model.platform import Platform
from planner.model.policy import PricesPolicy, Strategy

Score = tuple[int, str]

_BEST: Final = 10
_HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Money over the years, by what it is for."""

    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.parts.values())


def cost(case: Case, platform: Platform) -> Score | None:
    """10 for the cheapest candidate, half of it for one that costs twice as much; None without prices."""
    prices = case.policy.prices
    if prices is None:
        return None
    parts = _priced(case, prices)
    if not parts:
        return None
    own = _bill(case, platform, prices, parts)
    least = min(_bill(case, other, prices, parts).total for other in case.candidates)
    score = _BEST if own.total == least else round(_BEST * least / own.total)
    return score, _said(case, own, prices)


def _priced(case: Case, prices: PricesPolicy) -> tuple[str, ...]:
    """What can be compared: that for which every candidate has a price."""
    ids = {platform.id for platform in case.candidates}
    known = {
        "support": ids <= {price.platform for price in prices.support_host_year},
        "guest licences": bool(prices.guest_licences_year),
        "work": prices.labour_hour is not None,
        "borrowed hosts": prices.swing_host is not None,
    }
    return tuple(name for name, priced in known.items() if priced)


def _bill(case: Case, platform: Platform, prices: PricesPolicy, parts: tuple[str, ...]) -> Bill:
    hosts, years = len(hosts_to_carry(case, platform)), prices.years
    support = {price.platform: price.amount for price in prices.support_host_year}
    guests = {price.platform: price.amount for price in prices.guest_licences_year}
    amounts = {
        "support": support.get(platform.id, 0) * hosts * years,
        "guest licences": guests.get(platform.id, 0) * years,
        "work": _hours(case, platform) * (prices.labour_hour or 0),
        "borrowed hosts": _borrowed(case, platform) * (prices.swing_host or 0),
    }
    return Bill(parts={name: amounts[name] for name in parts})


def _hours(case: Case, platform: Platform) -> float:
    """People's work: for each host that is rebuilt, and for each VM the more, the less its transport does by itself."""
    by_hand = labour_minutes("vm_by_hand")
    ways = (case.route(vm, platform).transport for vm in case.vms)
    vms = sum(
        labour_minutes("vm") + by_hand * (_BEST - transport(way).ease) / _BEST
        for way in ways
        if way is not None
    )
    return (vms + labour_minutes("host") * len(hosts_to_carry(case, platform))) / _HOUR


def _borrowed(case: Case, platform: Platform) -> int:
    """One swing host, where the running VMs are known not to fit without the largest host."""
    if strategy(case, platform)[0] is not Strategy.CONVERT_IN_PLACE or case.spares:
        return 0
    own = [
        host.memory_bytes - case.policy.capacity.host_memory_bytes for host in case.hosts if host.memory_bytes
    ]
    needed = sum(vm.memory_bytes or 0 for vm in case.running)
    return int(len(own) == len(case.hosts) and needed > sum(own) - max(own, default=0))


def _said(case: Case, bill: Bill, prices: PricesPolicy) -> str:
    parts = ", ".join(f"{name} {_money(amount)}" for name, amount in bill.parts.items())
    over = f"{prices.currency} {_money(bill.total)} over {prices.years} years ({parts})"
    return "; ".join([over, *_staying(case, prices), *_unpriced(case, prices)])


def _staying(case: Case, prices: PricesPolicy) -> Iterator[str]:
    """What the present subscription costs over the same years, where there is one and every host's cores are known."""
    if prices.subscription_core_year is None or case.cluster.hypervisor is not HypervisorKind.ESXI:
        return
    counted = [
        max(host.cpu.cores, (host.cpu.sockets or 1) * cores_of_a_processor())
        for host in case.hosts
        if host.cpu.cores is not None
    ]
    if len(counted) == len(case.hosts):
        amount = sum(counted) * prices.subscription_core_year * prices.years
        yield f"staying: {prices.currency} {_money(amount)} for {sum(counted)} cores"


def _unpriced(case: Case, prices: PricesPolicy) -> Iterator[str]:
    missing = [
        name
        for name in ("support", "guest licences", "work", "borrowed hosts")
        if name not in _priced(case, prices)
    ]
    if missing:
        yield f"without a price: {', '.join(missing)}"


def _money(amount: float) -> str:
    return f"{amount:,.0f}"
