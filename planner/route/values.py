"""The values that commands show, each a single harmless shell word."""

import shlex
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from planner.model.estate import Disk, Host, Nic, VirtualMachine
from planner.model.kinds import HypervisorKind
from planner.route.trip import Trip

_DISK_FORMATS: Final = {HypervisorKind.ESXI: "vmdk", HypervisorKind.KVM: "qcow2"}
_RAW: Final = "raw"


def word(text: str) -> str:
    r"""Text as one shell word that a person can read and paste without anything in it being run.

    Control and invisible characters, which would break or forge the line, are written as escapes.

    >>> word("web server")
    "'web server'"
    >>> word("a" + chr(10) + "b")
    "$'a\\nb'"
    """
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(_escaped(character) for character in text) + "'"


def _escaped(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if character.isprintable():
        return character
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return named.get(character, f"\\U{ord(character):08x}")


def _selector(vm: VirtualMachine) -> str:
    return f"uuid={word(vm.uuid)}" if vm.uuid else f"vm={word(vm.name)}"


def _vmx_url(trip: Trip) -> str:
    return word(f"ssh://root@{_address(trip.host)}{_encoded(_vmfs_path(trip.vm.config_path))}")


def _disk_path(trip: Trip, disk: Disk, position: int) -> str:
    from_esxi = trip.source is HypervisorKind.ESXI
    return (_vmfs_path(disk.path, f"<disk {position}>.vmdk") if from_esxi else disk.path) or ""


def _disk_target(trip: Trip, _: Disk, position: int) -> str:
    return f"{trip.vm.id}-disk{position}"


def _disk_remote(trip: Trip, disk: Disk, position: int) -> str:
    return _remote(_disk_path(trip, disk, position) or f"<path of disk {position}>")


def _disk_directory(trip: Trip, disk: Disk, position: int) -> str:
    directory = _disk_path(trip, disk, position).rpartition("/")[0]
    return word(f"root@{_address(trip.host)}:{shlex.quote(directory)}")


def _disk_file(trip: Trip, disk: Disk, position: int) -> str:
    """From ESXi a copy keeps its folder and name, which its descriptor holds too."""
    directory, _, name = _disk_path(trip, disk, position).rpartition("/")
    copied = f"{word(directory.rpartition('/')[2])}/{word(name)}"
    own = copied if trip.source is HypervisorKind.ESXI else _disk_target(trip, disk, position)
    return f"'<staging directory>'/{own}"


def _remote(text: str) -> str:
    """A word that passes two shells: the operator's and the one behind ssh."""
    return word(shlex.quote(text))


def _address(host: Host | None) -> str:
    if host is None:
        return "<source host>"
    address = host.address or host.name
    return f"[{address}]" if ":" in address else address


def _vmfs_path(path: str | None, unknown: str = "<name>.vmx") -> str:
    """`[store] folder/file` as a path on the ESXi host; any other text is a path already."""
    if path is None:
        return f"/vmfs/volumes/<datastore>/<folder>/{unknown}"
    store, bracket, rest = path.removeprefix("[").partition("]")
    if path.startswith("[") and bracket:
        return f"/vmfs/volumes/{store}/{rest.strip()}"
    return path


def _encoded(path: str) -> str:
    """Each part of a path percent-encoded, as virt-v2v wants it; what is to be filled in stays readable."""
    return "/".join(part if part.startswith("<") else quote(part, safe="") for part in path.split("/"))


def _vpx_url(trip: Trip) -> str:
    manager = trip.cluster.manager_address or "<vcenter>"
    place = (trip.cluster.datacentre or "<datacentre>", trip.cluster.name, _address(trip.host))
    return f"vpx://<user>@{manager}/{_encoded('/'.join(place))}"


def _network_option(nic: Nic, trip: Trip) -> str:
    name = trip.networks.get(nic.network) if nic.network else None
    bridge = trip.bridges.get(name, "<bridge>") if name else "<bridge>"
    if nic.mac:
        return word(f"--mac={nic.mac}:bridge:{bridge}")
    return word(f"--bridge={name}:{bridge}" if name else f"--bridge={bridge}")


TRIP_VALUES: Final[Mapping[str, Callable[[Trip], str]]] = {
    "name": lambda trip: word(trip.vm.name),
    "name_remote": lambda trip: _remote(trip.vm.name),
    "selector": lambda trip: _selector(trip.vm),
    "host": lambda trip: word(_address(trip.host)),
    "vmx_url": _vmx_url,
    "vpx_url": lambda trip: word(_vpx_url(trip)),
    "esx_url": lambda trip: word(f"esx://root@{_address(trip.host)}"),
    "vddk_option": lambda trip: word(f"vddk-libdir={trip.policy.vddk_path}"),
    "bridges": lambda trip: "".join(f" {_network_option(nic, trip)}" for nic in trip.vm.nics),
    "disk_format": lambda trip: _DISK_FORMATS.get(trip.source, _RAW),
}
"""What `$name` and the like stand for in a command about a VM; the same whatever platform it goes to."""
DISK_VALUES: Final[Mapping[str, Callable[[Trip, Disk, int], str]]] = {
    "disk_remote": _disk_remote,
    "disk_directory": _disk_directory,
    "disk_file": _disk_file,
    "disk_target": _disk_target,
    "disk_bytes": lambda _, disk, __: word(
        "<bytes>" if disk.capacity_bytes is None else str(disk.capacity_bytes)
    ),
}
"""What `$disk_file` and the like stand for in a command about one disk; positions count from 1."""
