"""What a checker says: who is concerned, and what is wrong with it in an operator's words."""

from collections.abc import Iterator
from typing import NamedTuple

from planner.model.estate import HostId, VmId
from planner.model.plan import Step, StorageId
from planner.verify.givens import Givens
from planner.verify.state import State


class Complaint(NamedTuple):
    """A broken constraint before it is dated: the name of the thing, and the figures."""

    subject: str
    detail: str


Complaints = Iterator[Complaint]


def host_name(givens: Givens, host: HostId | None) -> str:
    """The name that people know a host by; parked and unsettled VMs have none."""
    return "no host" if host is None else givens.hosts[host].name


def vm_name(givens: Givens, vm: VmId | None) -> str:
    """The name that people know a VM by."""
    return "no VM" if vm is None else givens.vms[vm].name


def storage_name(givens: Givens, storage: StorageId) -> str:
    """The name of a target storage; a pool is called after its host too."""
    found = givens.storages[storage]
    return found.name if found.host is None else f"{found.name} on {host_name(givens, found.host)}"


def moved_vm(state: State, step: Step) -> str:
    """The name of the VM that a step moves."""
    return vm_name(state.givens, step.vm)
