"""The VM that a configuration describes. Source: xl.cfg(5) of Xen 4.20; Oracle VM Server for x86 3.4 for OVM_*."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from planner.model.estate import (
    Cluster,
    Datastore,
    DatastoreId,
    Disk,
    Network,
    Nic,
    Passthrough,
    VirtualMachine,
)
from planner.model.kinds import Firmware, PassthroughKind
from planner.read.ids import datastore_id, network_id, vm_id
from planner.read.outside import line, note
from planner.read.xen.adjusted import device_settings, settings_of
from planner.read.xen.cards import Card, card_of
from planner.read.xen.drives import Drive, drive_of
from planner.read.xen.settings import MOST_MEMORY_MIB, MOST_VCPUS, Settings
from planner.units import MIB

T = TypeVar("T")

UEFI: Final = frozenset({"ovmf", "uefi"})
_BIOS: Final = frozenset({"", "seabios", "rombios", "bios", "qemu-xen", "qemu-xen-traditional"})
_TYPES: Final = {"hvm": "hvm", "pv": "pv", "pvh": "pvh"}
_BUILDERS: Final = {"hvm": "hvm", "generic": "pv", "linux": "pv"}
_DOMAIN_TYPES: Final = {"xen_hvm": "hvm", "xen_hvm_pv_drivers": "hvm", "xen_pvm": "pv"}
_REPOSITORY: Final = re.compile(r"/OVS/Repositories/([^/]+)/")
_HOST_USB: Final = re.compile(r"\bhostbus\s*=|^host:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A VM with the networks and datastores that it names."""

    vm: VirtualMachine
    networks: tuple[Network, ...]
    datastores: tuple[Datastore, ...]


def read_machine(settings: Settings, cluster: Cluster, kind: str) -> Machine:
    """The VM of a configuration, which stands in `cluster`; what is wrong goes to the problems of the settings."""
    name = settings.text("OVM_simple_name") or settings.text("name") or ""
    if settings.text("name") is None:
        settings.say(1, "has no name: it is cut off, or no configuration of a VM")
    mode = _mode(settings)
    uuid = settings.uuid("uuid")
    memory = settings.whole("maxmem", 1, MOST_MEMORY_MIB) or settings.whole("memory", 1, MOST_MEMORY_MIB)
    drives = list(_each(settings, "disk", lambda text: drive_of(text, emulates=mode == "hvm")))
    cards = list(_each(settings, "vif", lambda text: card_of(text, emulates=mode == "hvm")))
    for said in doubled(drives):
        settings.say(settings.at("disk"), said)
    vm = VirtualMachine(
        id=vm_id(name, uuid, cluster.name),
        name=name,
        cluster=cluster.id,
        source=kind,
        uuid=uuid,
        vcpus=settings.whole("vcpus", 1, MOST_VCPUS) or 1,
        memory_bytes=None if memory is None else memory * MIB,
        guest_os=settings.line("OVM_os_type"),
        firmware=_firmware(settings) if mode == "hvm" else None,
        vtpm=settings.has("vtpm"),
        nested=settings.truth("nestedhvm") if settings.has("nestedhvm") else None,
        paravirtual=mode == "pv",
        config_path=settings.file,
        disks=disks_of(drives),
        nics=nics_of(cards, cluster),
        passthrough=tuple(_passthrough(settings)),
        annotation=note(settings.text("OVM_description")),
        settings=(*settings_of(settings), *device_settings(drives, cards)),
        origin=settings.file,
    )
    return Machine(vm=vm, networks=networks_of(cards, cluster), datastores=repositories_of(drives))


def disks_of(drives: list[Drive]) -> tuple[Disk, ...]:
    """Disks in their order; of Oracle VM they lie in repositories."""
    return tuple(
        Disk(
            id=drive.id,
            path=drive.path,
            datastore=_repository_id(drive),
            bus=drive.bus,
            kind=drive.kind,
            shared=drive.shared,
        )
        for drive in drives
    )


def doubled(drives: list[Drive]) -> Iterator[str]:
    """What is wrong with disks that share the name by which the guest knows them."""
    names = [drive.id for drive in drives]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"{names.count(name)} disks are {name!r}: give each a vdev of its own"


def repositories_of(drives: list[Drive]) -> tuple[Datastore, ...]:
    """The repositories in which disks lie."""
    found = (_REPOSITORY.match(drive.path or "") for drive in drives)
    names = dict.fromkeys(match[1] for match in found if match)
    return tuple(
        Datastore(id=datastore_id(name), name=name, path=f"/OVS/Repositories/{name}") for name in names
    )


def nics_of(cards: list[Card], cluster: Cluster) -> tuple[Nic, ...]:
    """Network cards in their order."""
    return tuple(
        Nic(
            id=f"nic-{number}",
            mac=card.mac,
            network=network_id(card.network, cluster.name) if card.network else None,
            model=card.model,
            addresses=card.addresses,
        )
        for number, card in enumerate(cards, start=1)
    )


def networks_of(cards: list[Card], cluster: Cluster) -> tuple[Network, ...]:
    """The networks that cards name."""
    return tuple(
        Network(id=network_id(card.network, cluster.name), name=card.network, vlan=card.vlan)
        for card in cards
        if card.network
    )


def _repository_id(drive: Drive) -> DatastoreId | None:
    found = _REPOSITORY.match(drive.path or "")
    return datastore_id(found[1]) if found else None


def _mode(settings: Settings) -> str:
    """hvm, pv or pvh; without a word of it `xl` makes a paravirtual guest, and Oracle VM what its own says."""
    for name, known in (("type", _TYPES), ("builder", _BUILDERS)):
        word = settings.word(name)
        if word and word not in known:
            settings.say(settings.at(name), f"{name} is {word!r}: expected hvm, pv or pvh")
        elif word:
            return known[word]
    return _DOMAIN_TYPES.get(settings.word("OVM_domain_type"), "pv")


def _firmware(settings: Settings) -> Firmware | None:
    word = settings.word("firmware") or settings.word("bios")
    if word in UEFI:
        return Firmware.UEFI
    return Firmware.BIOS if word in _BIOS else None


def _passthrough(settings: Settings) -> Iterator[Passthrough]:
    for text, _ in settings.texts("pci"):
        yield Passthrough(kind=PassthroughKind.PCI, description=line(text))
    for name in ("usbdev", "usbdevice"):
        for text, _ in settings.texts(name):
            if _HOST_USB.search(text):
                yield Passthrough(kind=PassthroughKind.USB, description=line(text))


def _each(settings: Settings, name: str, read: Callable[[str], T]) -> Iterator[T]:
    for text, at in settings.texts(name):
        try:
            yield read(text)
        except ValueError as error:
            settings.say(at, str(error))
