"""Endings: every host is where the strategy of its cluster means it to be, borrowed ones are given back, none is half built."""

from collections.abc import Mapping
from typing import Final

from planner.model.estate import Host, HostId
from planner.model.kinds import HypervisorKind
from planner.model.policy import Strategy
from planner.verify.complaint import Complaint, Complaints, host_name
from planner.verify.givens import Givens
from planner.verify.pool import Side
from planner.verify.state import State

ENDS_ON: Final[Mapping[Strategy, Side]] = {
    Strategy.CONVERT_IN_PLACE: Side.TARGET,
    Strategy.UPGRADE_IN_PLACE: Side.TARGET,
    Strategy.MOVE_TO_NEW_HOSTS: Side.OUT,
}
"""Where the hosts end that ran the source's hypervisor. A cluster that is kept is nobody's business."""

_ENDS: Final[Mapping[Side, str]] = {
    Side.SOURCE: "is never rebuilt, upgraded or retired",
    Side.OUT: "is retired or new, and never built",
    Side.TARGET: "is built, though everything moves to new hosts",
}


def as_the_strategy_says(state: State) -> Complaints:
    """Hosts are rebuilt, upgraded or retired at the end, as the strategy of their cluster says.

    One that keeps a VM without a way over may stay. A new host is built if the plan counts on it. What is borrowed, or left
    half built, is told elsewhere.
    """
    for host in state.givens.hosts.values():
        meant = _meant(state.givens, host)
        if meant in {None, state.side[host.id]} or host.id in state.installed or _may_stay(state, host.id):
            continue
        strategy = state.givens.strategy(host.cluster) if host.cluster is not None else Strategy.KEEP
        yield Complaint(host.name, f"{_ENDS[state.side[host.id]]}; the strategy is {strategy}")


def all_returned(state: State) -> Complaints:
    """Every borrowed host has been given back at the end, whether the plan calls it borrowed or not."""
    swing: set[HostId] = set().union(*state.givens.borrowed.values())
    for host in state.givens.hosts.values():
        kept = host.cluster is None and state.works_for[host.id] is not None
        if kept or (host.id in swing and state.side[host.id] is not Side.OUT):
            yield Complaint(host.name, "is borrowed and never given back")


def none_half_built(state: State) -> Complaints:
    """No host is left installed and not configured."""
    for host in sorted(state.installed):
        yield Complaint(host_name(state.givens, host), "is installed and never configured")


def _meant(givens: Givens, host: Host) -> Side | None:
    """The side on which a host is meant to end; None: wherever it is."""
    if host.cluster is None:
        return None
    if host.hypervisor is HypervisorKind.NONE:
        return Side.TARGET if host.id in givens.promised.get(host.cluster, ()) else None
    return ENDS_ON.get(givens.strategy(host.cluster))


def _may_stay(state: State, host: HostId) -> bool:
    return state.side[host] is Side.SOURCE and any(state.givens.has_no_way(vm) for vm in state.guests[host])
