"""What `xl list -l` prints: the VMs that run on a host; which host, an `xl info` beside it tells.

Source: libxl's types in JSON (libxl_domain_config of tools/libs/light/libxl_types.idl), Xen 4.4 to 4.20.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Cluster, Estate, Host, Passthrough, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PassthroughKind, PowerState
from planner.read.gather import unplaced_cluster
from planner.read.ids import vm_id
from planner.read.source import Format, Sample, read_json
from planner.read.xen.adjusted import device_settings, listed_settings
from planner.read.xen.cards import Card, card
from planner.read.xen.drives import Drive, behind, bus_of, other_domain
from planner.read.xen.estate import estate_of
from planner.read.xen.info import is_info, read_info
from planner.read.xen.machines import UEFI, Machine, disks_of, doubled, networks_of, nics_of, repositories_of
from planner.read.xen.settings import MOST_MEMORY_MIB, MOST_VCPUS
from planner.units import KIB, MIB

KIND: Final = "xl-list"
_MOST_MEMORY_KIB: Final = MOST_MEMORY_MIB * MIB // KIB
_DOMAIN_0: Final = 0
_UNPLACED: Final = unplaced_cluster(HypervisorKind.XEN)


def _is_listing(sample: Sample) -> bool:
    entries = sample.json
    return (
        isinstance(entries, list)
        and bool(entries)
        and all(isinstance(entry, dict) and {"domid", "config"} <= entry.keys() for entry in entries)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Domain:
    """A domain's JSON, read strictly."""

    file: str
    path: str
    problems: list[Problem]
    config: Mapping[str, Any]

    def part(self, *names: str) -> Mapping[str, Any]:
        """An object in the configuration; empty where there is none."""
        found: Any = self.config
        for name in names:
            found = found.get(name, {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, Mapping) else {}

    def items(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The objects of a list, each with its path."""
        found = self.config.get(name, [])
        for number, item in enumerate(found if isinstance(found, list) else []):
            if isinstance(item, Mapping):
                yield f"{self.path}.{name}[{number}]", item

    def whole(self, part: Mapping[str, Any], name: str, most: int) -> int | None:
        value = part.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
            self.say(f"{self.path}.{name}", f"is {value!r}: expected a whole number from 1 to {most}")
            return None
        return value

    def say(self, path: str, message: str) -> None:
        self.problems.append(Problem(file=self.file, path=path, message=message))


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the files of one folder hold."""

    hosts: list[tuple[Cluster, Host]] = field(default_factory=list)
    listings: list[Path] = field(default_factory=list)


def _read(files: Iterable[Path]) -> Estate:
    problems: list[Problem] = []
    folders: dict[Path, _Found] = {}
    for file in files:
        found = folders.setdefault(file.parent, _Found())
        try:
            if is_info(Sample.of(file)):
                found.hosts.append(read_info(file))
            else:
                found.listings.append(file)
        except InputError as error:
            problems += error.problems
    places = [place for found in folders.values() for place in found.hosts]
    machines = [machine for found in folders.values() for machine in _machines(found, problems)]
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    placed = {machine.vm.cluster for machine in machines}
    clusters = (*(cluster for cluster, _ in places), *((_UNPLACED,) if _UNPLACED.id in placed else ()))
    return estate_of(machines, clusters, (host for _, host in places))


def _machines(found: _Found, problems: list[Problem]) -> Iterator[Machine]:
    """The VMs of a folder. They stand on its host where it has one; of several, nothing says on which."""
    cluster, host = found.hosts[0] if len(found.hosts) == 1 else (_UNPLACED, None)
    for file in found.listings:
        try:
            entries = read_json(file)
        except InputError as error:
            problems += error.problems
            continue
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            config = entry.get("config") if isinstance(entry, Mapping) else None
            path = f"[{number}]"
            if not isinstance(config, Mapping) or not _is_id(entry.get("domid")):
                problems.append(
                    Problem(file=str(file), path=path, message="is no domain: expected domid and config")
                )
            elif entry["domid"] != _DOMAIN_0:
                domain = _Domain(file=str(file), path=f"{path}.config", problems=problems, config=config)
                yield _machine(domain, cluster, host)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= _DOMAIN_0


def _machine(domain: _Domain, cluster: Cluster, host: Host | None) -> Machine:
    created, built = domain.part("c_info"), domain.part("b_info")
    name = created.get("name")
    if not isinstance(name, str):
        domain.say(f"{domain.path}.c_info.name", "is no name of a domain")
        name = ""
    mode = str(created.get("type", built.get("type")))
    special = domain.part("b_info", f"type.{mode}") or domain.part("b_info", "u", mode)
    identity = _uuid(created.get("uuid"))
    memory = domain.whole(built, "max_memkb", _MOST_MEMORY_KIB)
    drives, cards = list(_drives(domain, mode)), list(_cards(domain, mode))
    for said in doubled(drives):
        domain.say(f"{domain.path}.disks", said)
    vm = VirtualMachine(
        id=vm_id(name, identity, host.name if host else cluster.name),
        name=name,
        cluster=cluster.id,
        host=host.id if host else None,
        source=KIND,
        uuid=identity,
        power=PowerState.ON,
        vcpus=_vcpus(domain, built),
        memory_bytes=None if memory is None else memory * KIB,
        firmware=_firmware(special) if mode == "hvm" else None,
        nested=_truth(special.get("nested_hvm")),
        paravirtual=mode == "pv" if mode in {"hvm", "pv", "pvh"} else None,
        disks=disks_of(drives),
        nics=nics_of(cards, cluster),
        passthrough=tuple(_passthrough(domain)),
        settings=(*listed_settings(created, built, special), *device_settings(drives, cards)),
        origin=domain.file,
    )
    return Machine(vm=vm, networks=networks_of(cards, cluster), datastores=repositories_of(drives))


def _vcpus(domain: _Domain, built: Mapping[str, Any]) -> int | None:
    """Those that are plugged in, which are numbered in a list, else the most that there can be."""
    most, available = domain.whole(built, "max_vcpus", MOST_VCPUS), built.get("avail_vcpus")
    plugged = len(available) if isinstance(available, list) else 0
    if plugged > MOST_VCPUS:
        domain.say(f"{domain.path}.avail_vcpus", f"has {plugged} vCPUs: expected {MOST_VCPUS} at most")
    return plugged or most


def _drives(domain: _Domain, mode: str) -> Iterator[Drive]:
    for path, item in domain.items("disks"):
        vdev, target, script = item.get("vdev"), item.get("pdev_path"), item.get("script")
        if not isinstance(vdev, str) or not isinstance(target, str | None):
            domain.say(path, "is no disk: expected vdev and pdev_path")
            continue
        inserted = _truth(item.get("is_cdrom"))
        named = Drive(
            id=vdev,
            path=target or None,
            bus=bus_of(vdev, emulates=mode == "hvm"),
            kind=DiskKind.CDROM if inserted else DiskKind.DISK,
            shared=None,
            backend=other_domain(_server(item)),
        )
        yield behind(script if isinstance(script, str) else None, named)


def _cards(domain: _Domain, mode: str) -> Iterator[Card]:
    for path, item in domain.items("nics"):
        said = {name: value for name, value in item.items() if isinstance(value, str)}
        told = {"type": said.get("nictype", ""), "backend": _server(item) or "", "rate": _rate(item)}
        try:
            yield card({**said, **told}, emulates=mode == "hvm")
        except ValueError as error:
            domain.say(path, str(error))


def _server(device: Mapping[str, Any]) -> str | None:
    """The domain that serves a device: by its name, else by its number."""
    name, number = device.get("backend_domname"), device.get("backend_domid")
    if isinstance(name, str) and name:
        return name
    return str(number) if isinstance(number, int) and number else None


def _rate(device: Mapping[str, Any]) -> str:
    """How fast a card may send, which libxl counts in bytes for each interval; empty where it is not limited."""
    count, interval = device.get("rate_bytes_per_interval"), device.get("rate_interval_usecs")
    return f"{count} bytes in {interval} µs" if isinstance(count, int) and count else ""


def _passthrough(domain: _Domain) -> Iterator[Passthrough]:
    for _, item in domain.items("pcidevs"):
        numbers = [item.get(name, 0) for name in ("domain", "bus", "dev", "func")]
        if all(isinstance(number, int) for number in numbers):
            device = "{:04x}:{:02x}:{:02x}.{:x}".format(*numbers)
            yield Passthrough(kind=PassthroughKind.PCI, description=device)
    for _, item in domain.items("usbdevs"):
        places = [item.get(f"type.hostdev.host{name}") for name in ("bus", "addr")]
        known = all(isinstance(place, int) for place in places)
        described = f"bus {places[0]}, address {places[1]}" if known else None
        yield Passthrough(kind=PassthroughKind.USB, description=described)


def _firmware(special: Mapping[str, Any]) -> Firmware:
    return Firmware.UEFI if str(special.get("bios")) in UEFI else Firmware.BIOS


def _truth(value: object) -> bool | None:
    """Yes or no: libxl writes its own yes and no as text, older versions as a number."""
    if isinstance(value, bool | int):
        return bool(value)
    return {"True": True, "False": False}.get(value) if isinstance(value, str) else None


def _uuid(value: object) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


XL_LIST: Final = Format(
    kind=KIND,
    title="xl list -l, xl info",
    recognises=lambda sample: _is_listing(sample) or is_info(sample),
    read=_read,
)
