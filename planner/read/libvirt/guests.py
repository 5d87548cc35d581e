"""Guests that run an agent, asked through it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from planner.model.estate import VirtualMachine
from planner.model.kinds import ToolsState
from planner.read.libvirt.agent import guest_of, informed
from planner.read.libvirt.reports import Asking
from planner.read.libvirt.session import writable

_GROUP: Final = "connect as a user of the group libvirt, which may talk to agents"


def ask_guests(asking: Asking, vms: tuple[VirtualMachine, ...]) -> tuple[VirtualMachine, ...]:
    """The VMs with what their agents tell.

    libvirt lets nobody talk to an agent over a read-only connection, so only for those that have one a second
    connection is made, over which nothing else is asked.
    """
    running = [vm for vm in vms if vm.tools is ToolsState.RUNNING]
    if not running or asking.broken is not None:
        return vms
    what = f"what the agents of {len(running)} VMs know"
    connection = asking.ask(what, lambda: writable(asking.endpoint, asking.libvirt), _GROUP)
    if connection is None:
        return vms
    try:
        found = {vm.id: _told(asking, connection, vm) for vm in running}
    finally:
        with suppress(asking.libvirt.libvirtError):
            connection.close()
    return tuple(found.get(vm.id, vm) for vm in vms)


def _told(asking: Asking, connection: Any, vm: VirtualMachine) -> VirtualMachine:
    info: Mapping[str, Any] | None = asking.maybe(
        lambda: connection.lookupByUUIDString(vm.uuid).guestInfo(0, 0)
    )
    return vm if info is None else informed(vm, guest_of(info))
