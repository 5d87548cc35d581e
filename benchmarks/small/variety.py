"""Small cases made different: what else estates and policies have that a conversion has to do with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from benchmarks.small.family import POLICY, Small, small
from planner.model.estate import Estate, Host, VirtualMachine
from planner.model.kinds import HypervisorKind, PowerState
from planner.model.policy import Policy

_SHARE: Final = 15
_AT_ONCE: Final = 2


def _of_uneven_hosts(estate: Estate) -> Estate:
    """Every other host has half as much memory again."""
    return _with_hosts(
        estate,
        lambda number, host: replace(host, memory_bytes=(host.memory_bytes or 0) * (2 + number % 2) // 2),
    )


def _with_lent_hosts(estate: Estate) -> Estate:
    """New hosts belong to nobody, so that they are borrowed."""
    return _with_hosts(
        estate,
        lambda _, host: replace(host, cluster=None) if host.hypervisor is HypervisorKind.NONE else host,
    )


def _half_asleep(estate: Estate) -> Estate:
    """Every other VM is off."""
    vms = (_off(vm) if number % 2 else vm for number, vm in enumerate(estate.vms))
    return replace(estate, vms=tuple(vms))


def _off(vm: VirtualMachine) -> VirtualMachine:
    return replace(vm, power=PowerState.OFF)


def _with_hosts(estate: Estate, change: Callable[[int, Host], Host]) -> Estate:
    return replace(estate, hosts=tuple(change(number, host) for number, host in enumerate(estate.hosts)))


_SAME: Final[Callable[[Estate], Estate]] = lambda estate: estate  # noqa: E731
VARIETY: Final[Mapping[str, tuple[Callable[[Estate], Estate], Policy]]] = {
    "plain": (_SAME, POLICY),
    "a share in reserve": (
        _SAME,
        replace(POLICY, capacity=replace(POLICY.capacity, reserve_percent=_SHARE)),
    ),
    "a slow datastore": (
        _SAME,
        replace(POLICY, transfers=replace(POLICY.transfers, per_datastore=_AT_ONCE)),
    ),
    "few at once": (_SAME, replace(POLICY, transfers=replace(POLICY.transfers, at_once=_AT_ONCE + 1))),
    "uneven hosts": (_of_uneven_hosts, POLICY),
    "lent hosts": (_with_lent_hosts, POLICY),
    "half asleep": (_half_asleep, POLICY),
}
"""What is changed of an estate, and the policy, by what it is called."""


def varied(case: Small, kind: str) -> tuple[Estate, Policy]:
    """A case made different. Raises KeyError when nobody knows how."""
    change, policy = VARIETY[kind]
    return change(small(case)), policy
