"""What a guest tells of itself through its agent."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.model.estate import GuestVolume, VirtualMachine
from planner.read.formats import mac
from planner.read.outside import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest's own facts; `addresses` are by MAC."""

    system: str | None
    hostname: str | None
    addresses: Mapping[str, tuple[str, ...]]
    volumes: tuple[GuestVolume, ...]


def guest_of(info: Mapping[str, Any]) -> Guest:
    """The guest of a flat answer (`fs.0.mountpoint`), as `virsh guestinfo` prints it."""
    named = " ".join(line(str(info[key])) or "" for key in ("os.name", "os.version-id") if key in info)
    return Guest(
        system=line(str(info["os.pretty-name"])) if "os.pretty-name" in info else line(named),
        hostname=line(str(info["hostname"])) if "hostname" in info else None,
        addresses=dict(_interfaces(info)),
        volumes=tuple(_volumes(info)),
    )


def informed(vm: VirtualMachine, guest: Guest) -> VirtualMachine:
    """The VM with what its guest says; what its maker said of the guest gives way."""
    nics = tuple(
        replace(nic, addresses=guest.addresses.get(nic.mac or "") or nic.addresses) for nic in vm.nics
    )
    return replace(
        vm,
        guest_os=guest.system or vm.guest_os,
        hostname=guest.hostname or vm.hostname,
        volumes=guest.volumes or vm.volumes,
        nics=nics,
    )


def _interfaces(info: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for index in range(_count(info, "if.count")):
        try:
            address = mac(str(info.get(f"if.{index}.hwaddr", "")))
        except ValueError:
            continue
        found = tuple(
            text
            for number in range(_count(info, f"if.{index}.addr.count"))
            if _is_routed(text := str(info.get(f"if.{index}.addr.{number}.addr", "")))
        )
        yield address, found


def _volumes(info: Mapping[str, Any]) -> Iterator[GuestVolume]:
    for index in range(_count(info, "fs.count")):
        path = line(str(info.get(f"fs.{index}.mountpoint", "")))
        total, used = info.get(f"fs.{index}.total-bytes"), info.get(f"fs.{index}.used-bytes")
        if path and isinstance(total, int) and total > 0:
            free = total - used if isinstance(used, int) and 0 <= used <= total else None
            yield GuestVolume(path=path, capacity_bytes=total, free_bytes=free)


def _count(info: Mapping[str, Any], key: str) -> int:
    value = info.get(key)
    return value if isinstance(value, int) else 0


def _is_routed(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_link_local or address.is_loopback)
