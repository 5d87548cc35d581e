"""Records of an inventory: one function for every kind of thing, unknown values left out.

A size is written with the first unit that says it exactly, as people use them, else in bytes.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import yaml

from planner.emit.inventory_references import References
from planner.emit.yaml import Unsafe
from planner.model.estate import (
    AffinityRule,
    Cluster,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostAdapter,
    HostId,
    HostNetwork,
    HostNic,
    Network,
    Nic,
    VirtualMachine,
)
from planner.model.kinds import DiskKind
from planner.model.setting import Setting
from planner.units import GIB, MIB, TIB

_SIZE_UNITS: Final = ((TIB, "TiB"), (GIB, "GiB"), (10**12, "TB"), (10**9, "GB"), (MIB, "MiB"))
_LINK_UNITS: Final = ((10**9 // 8, "Gbit/s"), (10**6 // 8, "Mbit/s"))
_RATE_UNITS: Final = ((10**6, "MB/s"), (10**3, "kB/s"))
# Quantities are read back as floating point, which is exact up to here.
_EXACT: Final = 2**53
_RESOLVER: Final = yaml.resolver.Resolver()
_TEXT_TAG: Final = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG
_TEMPLATE: Final = re.compile(r"\{[{%#]|[%#}]\}")

Record = dict[str, Any]


def name(value: str) -> Unsafe:
    """A name from outside, marked so that Ansible never evaluates it."""
    return Unsafe(value)


def text(value: str | None) -> str | None:
    """Text from outside that is no name; marked only where Ansible would evaluate it."""
    return Unsafe(value) if value is not None and _TEMPLATE.search(value) else value


def size(size_bytes: int | None) -> int | str | None:
    """A size for people, when that is exact.

    >>> size(68719476736), size(480000000000), size(1000), size(None)
    ('64 GiB', '480 GB', 1000, None)
    """
    return _quantity(size_bytes, _SIZE_UNITS)


def cluster_record(cluster: Cluster) -> Record:
    """`planner_cluster` without its VMs."""
    return _known(
        {
            "id": cluster.id,
            "name": name(cluster.name),
            "hypervisor": cluster.hypervisor,
            "manager": cluster.manager,
            "manager_address": text(cluster.manager_address),
            "datacentre": text(cluster.datacentre),
            "live_migration": cluster.live_migration,
            "ha_enabled": cluster.ha_enabled,
            "drs_enabled": cluster.drs_enabled,
            "settings": _settings(cluster.settings),
        }
    )


def host_record(host: Host, references: References) -> Record:
    """`planner_host`; the address is Ansible's own variable."""
    bmc = {"address": text(host.bmc.address), "protocol": host.bmc.protocol} if host.bmc else None
    record = _known(
        {
            "name": name(host.name),
            "hypervisor": host.hypervisor,
            "version": text(host.version),
            "edition": text(host.edition),
            "vendor": text(host.vendor),
            "model": text(host.model),
            "firmware": host.firmware,
            "cpu": _cpu(host),
            "memory": size(host.memory_bytes),
            "nics": [
                _known(
                    {
                        "name": text(nic.name),
                        "mac": nic.mac,
                        "speed": _quantity(nic.speed_bytes, _LINK_UNITS),
                        **_card(nic),
                    }
                )
                for nic in host.nics
            ],
            "adapters": [_known({"name": text(adapter.name), **_card(adapter)}) for adapter in host.adapters],
            "disks": [
                _known({"id": text(disk.id), "capacity": size(disk.capacity_bytes), "boot": disk.boot})
                for disk in host.disks
            ],
            "datastores": [_mounted(datastore, references) for datastore in host.datastores],
            "networks": [_host_network(network, references) for network in host.networks or ()],
            "bmc": bmc,
            "coordinator": host.coordinator,
            "maintenance": host.maintenance,
            "connected": host.connected,
            "settings": _settings(host.settings),
            "uuid": text(host.uuid),
            "moref": text(host.moref),
        }
    )
    # An empty list says that it carries none; a missing one that it is not known.
    return record if host.networks != () else record | {"networks": []}


def _card(card: HostNic | HostAdapter) -> Record:
    return {"driver": text(card.driver), "model": text(card.model), "pci": card.pci}


def datastore_record(datastore: Datastore) -> Record:
    """A datastore; whether it is shared is always written, since where it stands would be taken for it."""
    return _known(
        {
            "id": datastore.id,
            "name": name(datastore.name),
            "kind": datastore.kind,
            "capacity": size(datastore.capacity_bytes),
            "free": size(datastore.free_bytes),
            "server": text(datastore.server),
            "export": text(datastore.export),
            "path": text(datastore.path),
            "uuid": text(datastore.uuid),
        }
    ) | {"shared": datastore.shared}


def network_record(network: Network) -> Record:
    """A network of a cluster."""
    return _known(
        {
            "id": network.id,
            "name": name(network.name),
            "vlan": network.vlan,
            "mtu": network.mtu,
            "settings": _settings(network.settings),
        }
    )


def affinity_record(rule: AffinityRule, references: References) -> Record:
    """An affinity rule, which names VMs and hosts."""
    return _known(
        {
            "id": rule.id,
            "name": name(rule.name),
            "kind": rule.kind,
            "vms": [name(references.vm_words[vm]) for vm in rule.vms],
            "hosts": [name(references.host_words[host]) for host in rule.hosts],
            "mandatory": None if rule.mandatory else False,
        }
    )


def reading_record(estate: Estate) -> Record:
    """What the sources left open; empty where they left nothing."""
    return _known(
        {
            "notes": [text(note) for note in estate.notes],
            "conflicts": [
                {
                    "subject": conflict.subject,
                    "fact": text(conflict.fact),
                    "kept": text(conflict.kept),
                    "others": [text(other) for other in conflict.others],
                }
                for conflict in estate.conflicts
            ],
            "gaps": [
                _known(
                    {
                        "source": text(gap.source),
                        "what": text(gap.what),
                        "why": text(gap.why),
                        "remedy": text(gap.remedy),
                    }
                )
                for gap in estate.gaps
            ],
        }
    )


def vm_record(vm: VirtualMachine, references: References) -> Record:
    """A VM with everything in it."""
    record = _known(
        {
            "id": vm.id,
            "name": name(vm.name),
            "source": text(vm.source),
            "uuid": text(vm.uuid),
            "instance_uuid": text(vm.instance_uuid),
            "moref": text(vm.moref),
            "reported_host": None if vm.reported_host is None else name(vm.reported_host),
            "power": vm.power,
            "template": vm.template or None,
            "vcpus": vm.vcpus,
            "cores_per_socket": vm.cores_per_socket,
            "memory": size(vm.memory_bytes),
            "memory_reservation": size(vm.memory_reservation_bytes),
            "guest_os": text(vm.guest_os),
            "hostname": text(vm.hostname),
            "firmware": vm.firmware,
            "secure_boot": vm.secure_boot,
            "vtpm": vm.vtpm,
            "encrypted": vm.encrypted,
            "nested": vm.nested,
            "paravirtual": vm.paravirtual,
            "tools": vm.tools,
            "consolidation_needed": vm.consolidation_needed,
            "fault_tolerant": vm.fault_tolerant,
            "hardware_version": text(vm.hardware_version),
            "cpu_hotplug": vm.cpu_hotplug,
            "memory_hotplug": vm.memory_hotplug,
            "changed_block_tracking": vm.changed_block_tracking,
            "resource_pool": text(vm.resource_pool),
            "config_path": text(vm.config_path),
            "disks": [_disk(disk, vm.host, references) for disk in vm.disks],
            "nics": [_nic(nic, references) for nic in vm.nics],
            "snapshots": [
                _known(
                    {
                        "name": name(snapshot.name),
                        "created": text(snapshot.created),
                        "size": size(snapshot.size_bytes),
                    }
                )
                for snapshot in vm.snapshots or ()
            ],
            "passthrough": [
                _known({"kind": device.kind, "description": text(device.description)})
                for device in vm.passthrough
            ],
            "settings": _settings(vm.settings),
            "volumes": [
                _known(
                    {
                        "path": text(volume.path),
                        "capacity": size(volume.capacity_bytes),
                        "free": size(volume.free_bytes),
                    }
                )
                for volume in vm.volumes
            ],
            "roles": list(vm.roles),
            "tags": [text(tag) for tag in vm.tags],
            "depends_on": [name(references.vm_words[other]) for other in vm.depends_on],
            "backed_up_by": None if vm.backed_up_by is None else name(references.vm_words[vm.backed_up_by]),
            "criticality": vm.criticality,
            "max_downtime": vm.max_downtime,
            "owner": text(vm.owner),
            "annotation": text(vm.annotation),
            "attributes": [
                {"name": text(attribute.name), "value": text(attribute.value)} for attribute in vm.attributes
            ],
            "change_rate": _quantity(vm.change_rate_bytes, _RATE_UNITS),
        }
    )
    # An empty list says that there is none; a missing one that it is not known.
    return record if vm.snapshots != () else record | {"snapshots": []}


def _settings(settings: tuple[Setting, ...]) -> list[Record]:
    return [_known({"kind": setting.kind, "value": text(setting.value)}) for setting in settings]


def _cpu(host: Host) -> Record:
    cpu = host.cpu
    record = _known(
        {
            "vendor": text(cpu.vendor),
            "model": text(cpu.model),
            "sockets": cpu.sockets,
            "cores": cpu.cores,
            "threads": cpu.threads,
        }
    )
    return record if cpu.flags is None else record | {"flags": [text(flag) for flag in cpu.flags]}


def _mounted(datastore: DatastoreId, references: References) -> Record | str:
    if datastore in references.local:
        return datastore_record(references.datastores[datastore])
    return name(references.datastore_words[datastore])


def _host_network(network: HostNetwork, references: References) -> Record | str:
    named = name(references.network_words[network.network])
    if not network.uplinks and network.bond is None:
        return named
    return _known(
        {
            "network": named,
            "uplinks": [text(uplink) for uplink in network.uplinks],
            "bond": text(network.bond),
        }
    )


def _disk(disk: Disk, host: HostId | None, references: References) -> Record:
    return _known(
        {
            "id": text(disk.id),
            "capacity": size(disk.capacity_bytes),
            "allocated": size(disk.allocated_bytes),
            "datastore": None if disk.datastore is None else name(references.datastore(disk.datastore, host)),
            "path": text(disk.path),
            "bus": text(disk.bus),
            "kind": None if disk.kind is DiskKind.DISK else disk.kind,
            "mode": disk.mode,
            "shared": disk.shared,
            "rdm_mode": text(disk.rdm_mode),
            "base": text(disk.base),
        }
    )


def _nic(nic: Nic, references: References) -> Record:
    return _known(
        {
            "id": text(nic.id),
            "mac": nic.mac,
            "network": None if nic.network is None else name(references.network_words[nic.network]),
            "model": text(nic.model),
            "addresses": list(nic.addresses),
        }
    )


def _quantity(value: int | None, units: tuple[tuple[int, str], ...]) -> int | str | None:
    for factor, unit in units:
        if value and value % factor == 0 and value // factor < _EXACT:
            return f"{value // factor} {unit}"
    return value


def _known(fields: Mapping[str, Any]) -> Record:
    """The fields that have a value, as plain data."""
    return {
        key: value.value if isinstance(value, Enum) else _plain(value)
        for key, value in fields.items()
        if value is not None and value not in ([], {}, ())
    }


def _plain(value: Any) -> Any:
    return (
        [item.value if isinstance(item, Enum) else item for item in value]
        if isinstance(value, list)
        else value
    )
