"""OpenStack's servers as VMs: a list's row, or what `server show` says, with flavour, volumes, ports and image."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.model.estate import Attribute, Cluster, DatastoreId, Disk, HostId, Nic, VirtualMachine
from planner.model.kinds import Firmware, PowerState
from planner.model.setting import Setting
from planner.read.clouds.openstack_found import Found, mapping
from planner.read.clouds.openstack_settings import (
    devices_of,
    floating,
    groups_of,
    properties_of,
    settings_of,
)
from planner.read.clouds.records import MEMORY, VCPUS, Record
from planner.read.ids import datastore_id, network_id, vm_id
from planner.read.outside import line
from planner.units import GIB, MIB

KIND: Final = "openstack"

# Keys of a list's row first, of `server show` next.
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("ID", "id"),
    "name": ("Name", "name"),
    "status": ("Status", "status"),
    "zone": ("Availability Zone", "OS-EXT-AZ:availability_zone"),
    "host": ("Host", "OS-EXT-SRV-ATTR:hypervisor_hostname", "OS-EXT-SRV-ATTR:host"),
    "project": ("Project ID", "project_id"),
    "hostname": ("OS-EXT-SRV-ATTR:hostname",),
    "note": ("description",),
}
# Power states: https://docs.openstack.org/nova/latest/reference/vm-states.html
_NUMBERS: Final = {1: "running", 3: "paused", 4: "shutdown", 6: "crashed", 7: "suspended"}
_POWER: Final = {
    "running": PowerState.ON,
    "shutdown": PowerState.OFF,
    "crashed": PowerState.OFF,
    "paused": PowerState.SUSPENDED,
    "suspended": PowerState.SUSPENDED,
}
_STATUS: Final = {
    "ACTIVE": PowerState.ON,
    "SHUTOFF": PowerState.OFF,
    "SHELVED": PowerState.OFF,
    "SHELVED_OFFLOADED": PowerState.OFF,
    "PAUSED": PowerState.SUSPENDED,
    "SUSPENDED": PowerState.SUSPENDED,
}
_FIRMWARES: Final = {"bios": Firmware.BIOS, "uefi": Firmware.UEFI}
_SECURE: Final = {"required": True, "disabled": False}
_NAMED: Final = re.compile(r"(?P<name>.*) \((?P<id>[^()]+)\)")
_PAIR: Final = re.compile(r"(\w+)='([^']*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """All records of one server."""

    records: tuple[Record, ...]

    def text(self, word: str) -> str | None:
        """A fact, of the first record that has it."""
        values = (record.text(key) for record in self.records for key in _WORDS[word])
        return next((value for value in values if value and value != "None"), None)

    def value(self, *keys: str) -> object:
        """Whatever stands under the first of the keys that is there."""
        values = (record.data[key] for record in self.records for key in keys if key in record.data)
        return next((value for value in values if value not in (None, "")), None)

    def reference(self, what: str) -> tuple[str | None, str | None]:
        """Id and name of the flavour or image: two columns of a list, or `name (id)` of a single server."""
        titles = {"flavor": "Flavor", "image": "Image"}
        key, name = self.value(f"{titles[what]} ID"), self.value(f"{titles[what]} Name", titles[what])
        shown = self.value(what)
        if isinstance(shown, str) and (match := _NAMED.fullmatch(shown)):
            return match["id"], match["name"]
        known = mapping(shown)
        name = name or known.get("original_name") or known.get("name") or known.get("id")
        return _text(key) or _text(known.get("id")), _text(name) or (_text(shown))

    def networks(self) -> Mapping[str, tuple[str, ...]]:
        """Addresses by network; older clients print `net=10.0.0.3, 192.0.2.8; other=10.1.0.3`."""
        value = self.value("Networks", "addresses")
        if isinstance(value, str):
            parts = (part.partition("=") for part in value.split(";"))
            return {
                name.strip(): tuple(re.findall(r"[0-9A-Fa-f.:]+", rest)) for name, mark, rest in parts if mark
            }
        return {
            str(name): tuple(_address(item) for item in items) if isinstance(items, list) else ()
            for name, items in mapping(value).items()
        }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _address(item: object) -> str:
    return str(mapping(item).get("addr", item))


def servers(found: Found) -> dict[str, Server]:
    """Every server, by its id."""
    ids = dict.fromkeys((*found.kinds["server"], *found.kinds["shown"]))
    return {
        key: Server(
            records=tuple(
                record for kind in ("server", "shown") if (record := found.kinds[kind].get(key)) is not None
            )
        )
        for key in ids
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a server is. `reported` is the host's name when the estate does not have that host."""

    cluster: Cluster
    host: HostId | None
    reported: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What servers are joined with: everything found, ports by address, volumes by server."""

    found: Found
    ports: Mapping[str, Record]
    volumes: Mapping[str, list[Record]]


def vm(key: str, server: Server, home: Home, site: Site) -> VirtualMachine:
    """A server as a VM; its id is the UUID that the guest sees."""
    flavor = Flavor.of(server, site.found)
    image = site.found.kinds["image"].get(server.reference("image")[0] or "")
    properties = mapping(image.data.get("properties")) if image else {}
    uuid, name = key.lower(), server.text("name") or key
    return VirtualMachine(
        id=vm_id(name, uuid, home.cluster.name),
        name=name,
        cluster=home.cluster.id,
        host=home.host,
        reported_host=line(home.reported),
        source=KIND,
        uuid=uuid,
        power=_power(server),
        vcpus=flavor.vcpus,
        memory_bytes=flavor.memory_bytes,
        guest_os=line(
            " ".join(str(properties[word]) for word in ("os_distro", "os_version") if word in properties)
        ),
        hostname=line(server.text("hostname")),
        firmware=_FIRMWARES.get(str(properties.get("hw_firmware_type"))),
        secure_boot=_SECURE.get(str(properties.get("os_secure_boot"))),
        hardware_version=line(_text(properties.get("hw_machine_type"))),
        resource_pool=line(server.text("project")),
        disks=tuple(_disks(server, flavor, site.volumes.get(uuid, ()))),
        nics=tuple(_nics(server, home, site.ports)),
        annotation=line(server.text("note")),
        passthrough=tuple(devices_of(flavor.properties)),
        settings=_settings(server, flavor, properties_of(properties), site),
        attributes=tuple(_attributes(server)),
        origin=server.records[0].origin,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavor:
    """The size of a server, as far as a flavour was found."""

    vcpus: int | None = None
    memory_bytes: int | None = None
    root_bytes: int | None = None
    ephemeral_bytes: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, server: Server, found: Found) -> "Flavor":
        """By the flavour that the server embeds, else by id, else by a name that only one flavour has."""
        shown = server.value("flavor")
        pairs = dict(_PAIR.findall(shown)) if isinstance(shown, str) else mapping(shown)
        if "vcpus" in pairs:
            record = server.records[-1]
            return cls._from(
                Record(data=pairs, file=record.file, problems=record.problems, path="flavor"),
                ("vcpus", "ram", "disk", "ephemeral"),
                properties_of(pairs.get("extra_specs")),
            )
        key, name = server.reference("flavor")
        named = [item for item in found.all("flavor") if item.text("Name") == name]
        chosen = found.kinds["flavor"].get(key or "") or (named[0] if len(named) == 1 else None)
        if chosen is None:
            return cls()
        own = properties_of(chosen.data.get("Properties", chosen.data.get("properties")))
        return cls._from(chosen, ("VCPUs", "RAM", "Disk", "Ephemeral"), own)

    @classmethod
    def _from(
        cls, record: Record, keys: tuple[str, str, str, str], properties: Mapping[str, str]
    ) -> "Flavor":
        vcpus, memory, root, ephemeral = keys
        return cls(
            vcpus=record.number(vcpus, VCPUS),
            memory_bytes=record.size(memory, MIB, MEMORY),
            root_bytes=record.size(root, GIB),
            ephemeral_bytes=record.size(ephemeral, GIB),
            properties=properties,
        )


def _settings(server: Server, flavor: Flavor, image: Mapping[str, str], site: Site) -> tuple[Setting, ...]:
    volumes = site.volumes.get((server.text("id") or "").lower(), ())
    found = (
        *settings_of(server.text("status"), flavor.properties, image, volumes),
        *groups_of(server.value("security_groups", "Security Groups")),
        *floating(server.value("addresses"), server.networks(), site.ports),
    )
    return tuple(dict.fromkeys(found))


def _power(server: Server) -> PowerState | None:
    value = server.value("Power State", "OS-EXT-STS:power_state")
    word = _NUMBERS.get(value) if isinstance(value, int) else str(value).lower()
    return _POWER.get(word or "") or _STATUS.get((server.text("status") or "").upper())


def _disks(server: Server, flavor: Flavor, volumes: Iterable[Record]) -> Iterator[Disk]:
    """What the flavour gives a server that boots from an image, and the volumes attached to it."""
    image, name = server.reference("image")
    from_image = image is not None and not (name or image).startswith("N/A")
    local = {"root": flavor.root_bytes if from_image else None, "ephemeral": flavor.ephemeral_bytes}
    yield from (Disk(id=word, capacity_bytes=size) for word, size in local.items() if size)
    for volume in volumes:
        yield Disk(
            id=f"volume-{volume.line('ID')}",
            capacity_bytes=volume.size("Size", GIB),
            datastore=store_of(volume),
            path=volume.line("ID"),
            shared=len(attachments(volume)) > 1,
        )


def attachments(volume: Record) -> tuple[Mapping[str, object], ...]:
    """What a volume is attached to; older clients print it as text, which has no ids."""
    value = volume.data.get("Attached to")
    return tuple(mapping(item) for item in value) if isinstance(value, list) else ()


def store_of(volume: Record) -> DatastoreId | None:
    """The datastore of a volume: its type, which is all that a list tells of the storage behind it."""
    kind = volume.line("Type")
    return datastore_id(kind) if kind else None


def _nics(server: Server, home: Home, ports: Mapping[str, Record]) -> Iterator[Nic]:
    """A card for every port that is found by its address; for a network without one, a card of which only that is known."""
    number = 0
    for network, addresses in server.networks().items():
        known = {id(port): port for address in addresses if (port := ports.get(address)) is not None}
        for port in known.values() or (None,):
            number += 1
            yield Nic(
                id=f"nic-{number}",
                mac=port.mac("MAC Address") if port else None,
                network=network_id(network, home.cluster.name),
            )


def _attributes(server: Server) -> Iterator[Attribute]:
    for key, value in mapping(server.value("Properties", "properties")).items():
        name, text = line(str(key)), line(str(value))
        if name and text:
            yield Attribute(name=name, value=text)
