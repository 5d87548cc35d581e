"""What an estate does not say though a plan needs it, and the command that would supply it."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import Template
from typing import Any, Final

from planner.model.estate import Cluster, DiskKind, Estate, Host, HypervisorKind, ManagerKind, VirtualMachine

_REAL_DISKS: Final = frozenset({DiskKind.DISK, DiskKind.LUN, DiskKind.RDM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Facts that some things of a cluster lack, each as `memory of 2 of 7 hosts`, and how to get them."""

    cluster: str
    facts: tuple[str, ...]
    command: str


_HOST_FACTS: Final[dict[str, Callable[[Host], bool]]] = {
    "version": lambda host: host.version is not None or host.hypervisor is HypervisorKind.NONE,
    "processor flags": lambda host: host.cpu.flags is not None,
    "cores": lambda host: host.cpu.cores is not None,
    "memory": lambda host: host.memory_bytes is not None,
    "network cards": lambda host: bool(host.nics),
    "local disks": lambda host: bool(host.disks),
    "networks": lambda host: host.networks is not None,
}
_VM_FACTS: Final[dict[str, Callable[[VirtualMachine], bool]]] = {
    "host": lambda vm: vm.host is not None,
    "vCPUs": lambda vm: vm.vcpus is not None,
    "memory": lambda vm: vm.memory_bytes is not None,
    "power state": lambda vm: vm.power is not None,
    "firmware": lambda vm: vm.firmware is not None or bool(vm.paravirtual),
    "guest OS": lambda vm: vm.guest_os is not None,
    "snapshots": lambda vm: vm.snapshots is not None,
    "size of a disk": lambda vm: all(
        disk.capacity_bytes is not None for disk in vm.disks if disk.kind in _REAL_DISKS
    ),
    "network of a card": lambda vm: all(nic.network is not None for nic in vm.nics),
}
# What reads the most of each system. A manager knows more than its hosts do.
_COMMANDS: Final[dict[HypervisorKind, str]] = {
    HypervisorKind.ESXI: "planner collect vsphere://root@$host",
    HypervisorKind.XENSERVER: "planner collect xapi://root@$host",
    HypervisorKind.XCPNG: "planner collect xapi://root@$host",
    HypervisorKind.KVM: "planner collect qemu+ssh://root@$host/system",
    HypervisorKind.XEN: (
        "ssh root@$host 'xl list -l' > xl-list.json; ssh root@$host 'xl info' > xl-info.txt; "
        "scp 'root@$host:/etc/xen/*.cfg' ."
    ),
    HypervisorKind.ORACLE_VM: "ssh root@$host 'tar -c /OVS/Repositories/*/VirtualMachines/*/vm.cfg' | tar -x",
    HypervisorKind.PROXMOX: (
        "ssh root@$host 'pvesh get /cluster/resources --output-format json' > resources.json; "
        "scp -r root@$host:/etc/pve/nodes nodes"
    ),
    HypervisorKind.OVIRT: (
        "curl --user '<user>@internal' --header 'Accept: application/json' "
        "'https://$manager/ovirt-engine/api/vms?follow=disk_attachments.disk,nics,snapshots' > vms.json"
    ),
    HypervisorKind.AHV: (
        "curl --user '<user>' --json '{\"kind\": \"vm\"}' 'https://$manager:9440/api/nutanix/v3/vms/list' > vms.json"
    ),
    HypervisorKind.HYPER_V: "Get-VM | ConvertTo-Json -Depth 6 > vms.json",
    HypervisorKind.OPENSTACK: "openstack server list --all-projects --long -f json > servers.json",
}
_VCENTER: Final = "planner collect $vcenter"
_BY_HAND: Final = "the source has been asked: write what you know into the inventory"
_ENDPOINT: Final = "://"


def missing(estate: Estate) -> tuple[Missing, ...]:
    """One entry for each cluster that lacks something; a spare machine lacks nothing until it is needed."""
    return tuple(entry for cluster in estate.clusters if (entry := _of_cluster(cluster, estate)) is not None)


def _of_cluster(cluster: Cluster, estate: Estate) -> Missing | None:
    hosts = [host for host in estate.hosts if host.cluster == cluster.id]
    vms = [vm for vm in estate.vms if vm.cluster == cluster.id]
    facts = [*_lacking(hosts, "host", _HOST_FACTS), *_lacking(vms, "VM", _VM_FACTS)]
    if not hosts:
        facts.insert(0, "the hosts")
    if not facts:
        return None
    return Missing(cluster=cluster.name, facts=tuple(facts), command=_command(cluster, hosts, vms))


def _lacking(things: list[Any], noun: str, facts: dict[str, Callable[[Any], bool]]) -> Iterator[str]:
    for fact, known in facts.items():
        without = sum(1 for thing in things if not known(thing))
        if without:
            plural = noun if len(things) == 1 else f"{noun}s"
            share = f"{len(things)}" if without == len(things) else f"{without} of {len(things)}"
            yield f"{fact} of {share} {plural}"


def _command(cluster: Cluster, hosts: list[Host], vms: list[VirtualMachine]) -> str:
    things: list[Host | VirtualMachine] = [*hosts, *vms]
    if any(_ENDPOINT in (thing.origin or "") for thing in things):
        return _BY_HAND
    managed = cluster.manager is ManagerKind.VCENTER
    text = _VCENTER if managed else _COMMANDS.get(cluster.hypervisor, _BY_HAND)
    host = next((host for host in hosts if host.coordinator), hosts[0] if hosts else None)
    return Template(text).substitute(
        host=shlex.quote(host.address or host.name) if host else "<host>",
        manager=shlex.quote(cluster.manager_address) if cluster.manager_address else "<manager>",
        vcenter=shlex.quote(f"vsphere://<user>@{cluster.manager_address or '<vcenter>'}"),
    )
