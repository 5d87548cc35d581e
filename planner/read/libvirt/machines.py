"""Live domains: what libvirt tells of each beside its document."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from planner.model.estate import Attribute, Disk, Host, VirtualMachine
from planner.model.kinds import PowerState
from planner.read.libvirt.domain import Definition, read_domain
from planner.read.libvirt.hardware import Hardware
from planner.read.libvirt.reports import Asking
from planner.read.libvirt.site import Site, machine
from planner.read.libvirt.snapshots import Taken, memory_settings, read_snapshot
from planner.read.libvirt.values import LARGEST_DISK

# Source: libvirt API, virDomainState: no state, running, blocked, paused, shutdown, shutoff, crashed, pmsuspended.
_STATES: Final = ("", "running", "idle", "paused", "in shutdown", "shutoff", "crashed", "pmsuspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain of the daemon with what its document says."""

    handle: Any
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where all domains of a daemon stand."""

    site: Site
    host: Host
    hardware: Hardware


def ask_domain(asking: Asking, handle: Any) -> Domain | None:
    """A domain; None, and a gap, when its document cannot be had."""
    what = f"the VM {handle.name()!r}"
    text = asking.ask(what, lambda: handle.XMLDesc(0))
    state = asking.maybe(lambda: handle.state()[0])
    word = _STATES[state] if state is not None and 0 <= state < len(_STATES) else ""
    if text is None:
        return None
    definition = asking.document(what, text, partial(read_domain, state=word))
    return None if definition is None else Domain(handle=handle, definition=definition)


def ask_vm(asking: Asking, domain: Domain, home: Home) -> VirtualMachine:
    """The VM of a domain, with its snapshots, the sizes of its disks, and whether it starts with the host."""
    definition, handle = domain.definition, domain.handle
    attributes = definition.facts["attributes"]
    if asking.maybe(handle.autostart):
        attributes = (*attributes, Attribute(name="autostart", value="yes"))
    power = definition.facts["power"]
    if power is PowerState.OFF and asking.maybe(lambda: handle.hasManagedSaveImage(0)):
        power = PowerState.SUSPENDED
    taken = _snapshots(asking, domain)
    told = {
        "power": power,
        "attributes": attributes,
        "snapshots": None if taken is None else tuple(one.snapshot for one in taken),
        "settings": (*definition.facts["settings"], *memory_settings(taken or ())),
    }
    vm = machine(definition, home.site, home.host, told)
    return replace(
        vm,
        disks=tuple(_sized(asking, handle, disk) for disk in vm.disks),
        passthrough=tuple(map(home.hardware.named, vm.passthrough)),
    )


def _snapshots(asking: Asking, domain: Domain) -> tuple[Taken, ...] | None:
    what = f"the snapshots of the VM {domain.definition.name!r}"
    found = asking.ask(what, lambda: domain.handle.listAllSnapshots(0))
    return None if found is None else tuple(_taken(asking, what, found))


def _taken(asking: Asking, what: str, found: list[Any]) -> Iterator[Taken]:
    for one in found:
        text = asking.ask(what, partial(one.getXMLDesc, 0))
        taken = asking.document(what, text, read_snapshot) if text else None
        if taken is not None:
            yield taken


def _sized(asking: Asking, handle: Any, disk: Disk) -> Disk:
    """The disk as QEMU sees it: a pool may have looked long ago."""
    if disk.path is None:
        return disk
    info = asking.maybe(lambda: handle.blockInfo(disk.id, 0))
    if not info or not 0 < info[0] <= LARGEST_DISK:
        return disk
    allocated = info[1] if 0 <= info[1] <= LARGEST_DISK else disk.allocated_bytes
    return replace(disk, capacity_bytes=info[0], allocated_bytes=allocated)
