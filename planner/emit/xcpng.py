"""Variables of the roles that configure or upgrade an XCP-ng host: xcpng_host, _network, _storage, _upgrade."""

from typing import Any, Final

from planner.emit.links import Link, links
from planner.emit.machine import Machine
from planner.emit.yaml import Unsafe
from planner.model.estate import HostId
from planner.model.kinds import DatastoreKind
from planner.model.plan import ClusterPlacement, TargetStorage
from planner.model.platform import Platform
from planner.model.policy import InstallPolicy

# Linux's bonding modes as XCP-ng names them; balance-xor needs the same static aggregation as LACP does.
_BOND_MODES: Final = {"802.3ad": "lacp", "active-backup": "active-backup", "balance-xor": "balance-slb"}


def xcpng_variables(
    machine: Machine, placement: ClusterPlacement, peers: tuple[HostId, ...]
) -> dict[str, Any]:
    """What an XCP-ng host shall be. The first host that is configured is the pool's coordinator."""
    bridges = links(machine, placement.networks)
    coordinator = f"{{{{ hostvars['{peers[0]}'].ansible_host }}}}" if peers else ""
    return {
        "xcpng_host_version": machine.platform.os_version,
        "xcpng_host_name": machine.hostname,
        "xcpng_host_coordinator": coordinator,
        "xcpng_host_coordinator_password": "{{ planner_pool_password }}",
        "xcpng_host_time_servers": list(machine.install.ntp),
        "xcpng_host_name_servers": list(machine.install.dns),
        "xcpng_network_networks": [_network(link, bridges) for link in bridges],
        "xcpng_storage_repositories": [
            repository
            for storage in placement.storages
            if storage.id in machine.target.storages and (storage.host or not peers)
            for repository in repositories(storage, machine.target.install_disk)
        ],
        "xcpng_storage_expected_token": "{{ planner_erase_token }}",
        "xcpng_storage_erase_token": "{{ host_install_erase_token }}",
    }


def upgrade_variables(platform: Platform, install: InstallPolicy) -> dict[str, Any]:
    """An upgrade in place, confirmed by the operator with the host's inventory name."""
    return {
        "xcpng_upgrade_url": f"{(install.source_url or '').rstrip('/')}/{platform.id}/",
        "xcpng_upgrade_version": platform.os_version,
        "xcpng_upgrade_confirm": "{{ inventory_hostname if inventory_hostname in confirm_upgrade | default([]) else '' }}",
    }


def repository_name(storage: TargetStorage) -> str:
    """Name-label of a storage: local ones carry their host, since names are unique in a pool."""
    return storage.id


def repositories(storage: TargetStorage, install_disk: str | None) -> list[dict[str, Any]]:
    """The storage repository of a storage: one over the first data disk of a host, or a shared one."""
    name = repository_name(storage)
    if storage.host is not None:
        disks = [disk for disk in storage.disk_ids if disk != install_disk]
        return [{"name": name, "type": "ext", "device": f"/dev/disk/by-id/{disk}"} for disk in disks[:1]]
    if storage.kind is DatastoreKind.NFS:
        return [
            {
                "name": name,
                "type": "nfs",
                "server": Unsafe(storage.server or ""),
                "path": Unsafe(storage.export or ""),
            }
        ]
    if storage.kind is DatastoreKind.ISCSI:
        return [
            {
                "name": name,
                "type": "iscsi",
                "target": Unsafe(storage.server or ""),
                "target_iqn": Unsafe(storage.target_iqn or ""),
                "scsi_id": Unsafe(storage.scsi_id or ""),
            }
        ]
    return [{"name": name, "type": "hba", "scsi_id": Unsafe(storage.scsi_id or "")}]


def _network(link: Link, bridges: tuple[Link, ...]) -> dict[str, Any]:
    teams = sorted({other.uplinks for other in bridges if other.bond}, key=str)
    bond = (
        {"bond": {"name": f"bond{teams.index(link.uplinks)}", "mode": _BOND_MODES[link.bond]}}
        if link.bond
        else {}
    )
    mtu = {"mtu": link.mtu} if link.mtu else {}
    uplinks = [{"mac": nic.mac} for nic in link.uplinks]
    return {"name": link.bridge, "uplinks": uplinks, **bond, "vlan": link.vlan, **mtu}
