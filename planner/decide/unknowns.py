"""What a decision does not know, and how sure it can be therefore."""

from collections.abc import Callable
from typing import Any, Final

from planner.decide.case import Case
from planner.knowledge import guest

_VM_FACTS: Final[dict[str, Callable[[Any], bool]]] = {
    "power state": lambda vm: vm.power is not None,
    "vCPUs": lambda vm: vm.vcpus is not None,
    "memory": lambda vm: vm.memory_bytes is not None,
    "guest system": lambda vm: guest(vm.guest_os).family is not None,
    "disk sizes": lambda vm: bool(vm.disks) and all(disk.capacity_bytes is not None for disk in vm.disks),
    "firmware": lambda vm: vm.firmware is not None,
}
_HOST_FACTS: Final[dict[str, Callable[[Any], bool]]] = {
    "version": lambda host: host.version is not None,
    "memory": lambda host: host.memory_bytes is not None,
    "processor flags": lambda host: host.cpu.flags is not None,
    "local disks": lambda host: bool(host.disks),
}


def unknowns(case: Case) -> tuple[str, ...]:
    """The facts that are missing, with how many VMs or hosts lack them."""
    lines = [_missing(what, case.vms, "VM", known) for what, known in _VM_FACTS.items()]
    lines += [_missing(what, case.hosts, "host", known) for what, known in _HOST_FACTS.items()]
    return tuple(line for line in lines if line)


def _missing(what: str, things: tuple[Any, ...], noun: str, known: Callable[[Any], bool]) -> str | None:
    lacking = sum(not known(thing) for thing in things)
    return (
        f"{what} of {lacking} of {len(things)} {noun}{'' if len(things) == 1 else 's'}" if lacking else None
    )


def confidence(case: Case) -> int:
    """The percentage of the facts that a decision looks at which are known; 100 when there is none to know."""
    verdicts = [known(vm) for vm in case.vms for known in _VM_FACTS.values()]
    verdicts += [known(host) for host in case.hosts for known in _HOST_FACTS.values()]
    return round(100 * sum(verdicts) / len(verdicts)) if verdicts else 100
