"""Variables of the roles that configure a KVM host: kvm_host, kvm_network and kvm_storage."""

from typing import Any, Final

from planner.emit.links import Link, links
from planner.emit.machine import Machine
from planner.model.estate import HostId
from planner.model.plan import ClusterPlacement, TargetStorage

POOL_NAME_LENGTH: Final = 40
# The same on every host, or libvirt could not migrate a VM together with its disks.
_LOCAL_POOL: Final = "/srv/vmstore"
# What a disk of a former ESXi, XenServer or Linux host may still carry, as lsblk names it.
_OLD_CONTENT: Final = [
    "gpt",
    "dos",
    "VMFS_volume_member",
    "VMFS",
    "LVM2_member",
    "ext3",
    "ext4",
    "xfs",
    "vfat",
]


def kvm_variables(machine: Machine, placement: ClusterPlacement, peers: tuple[HostId, ...]) -> dict[str, Any]:
    """What a KVM host shall be. `peers` are the hosts configured before it, with which it exchanges VMs."""
    bonds = _bond_names(links(machine, placement.networks))
    return {
        "ansible_python_interpreter": "/usr/bin/python3",
        "kvm_host_time_servers": list(machine.install.ntp),
        "kvm_host_migration_peers": list(peers),
        "kvm_network_bridges": [_bridge(link, machine, bonds) for link in links(machine, placement.networks)],
        "kvm_storage_pools": [
            _pool(storage, machine) for storage in placement.storages if storage.id in machine.target.storages
        ],
        "kvm_storage_expected_token": "{{ planner_erase_token }}",
        "kvm_storage_erase_token": "{{ host_install_erase_token }}",
    }


def pool_name(storage: TargetStorage) -> str:
    """What libvirt calls a storage: `local` on every host for its own disks, else the storage's id."""
    return "local" if storage.host else storage.id[:POOL_NAME_LENGTH].rstrip("-")


def pool_path(storage: TargetStorage) -> str:
    """Where a host mounts a storage."""
    return _LOCAL_POOL if storage.host else f"/srv/{pool_name(storage)}"


def _pool(storage: TargetStorage, machine: Machine) -> dict[str, Any]:
    if storage.host is None:
        return {
            "name": pool_name(storage),
            "type": "netfs",
            "path": pool_path(storage),
            "source_host": storage.server,
            "source_path": storage.export,
        }
    devices = [disk for disk in storage.disk_ids if disk != machine.target.install_disk]
    pool: dict[str, Any] = {"name": pool_name(storage), "type": "dir", "path": pool_path(storage)}
    if devices:
        pool |= {"devices": [f"/dev/disk/by-id/{disk}" for disk in devices], "replaces": _OLD_CONTENT}
    return pool


def _bond_names(bridges: tuple[Link, ...]) -> dict[tuple[str, ...], str]:
    """Bridges on the same cards share one bond, on different VLANs."""
    teams = sorted({_macs(link) for link in bridges if link.bond})
    return {team: f"bond{number}" for number, team in enumerate(teams)}


def _macs(link: Link) -> tuple[str, ...]:
    return tuple(nic.mac for nic in link.uplinks if nic.mac)


def _bridge(link: Link, machine: Machine, bonds: dict[tuple[str, ...], str]) -> dict[str, Any]:
    bond = {"bond": {"name": bonds[_macs(link)], "mode": link.bond}} if link.bond else {}
    vlan = {"vlan": link.vlan} if link.vlan else {}
    mtu = {"mtu": link.mtu} if link.mtu else {}
    uplinks = [{"mac": mac} for mac in _macs(link)]
    return {"name": link.bridge, "uplinks": uplinks, **bond, **vlan, **mtu, **_addressing(link, machine)}


def _addressing(link: Link, machine: Machine) -> dict[str, Any]:
    if not link.management:
        return {"addressing": "none"}
    if not machine.static:
        return {"addressing": "dhcp"}
    return {
        "addressing": "static",
        "addresses": [f"{machine.host.address}/{machine.install.prefix}"],
        "gateway": machine.install.gateway,
        "dns": list(machine.install.dns),
    }
