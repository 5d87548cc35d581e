"""What an estate does not say though it is needed, and the command that would supply it."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from string import Template
from typing import Final

from planner.knowledge.wanted import JUDGED, PLANNED, Questions, T, Wanted
from planner.model.estate import Cluster, ClusterId, Estate, Host, VirtualMachine
from planner.model.kinds import HypervisorKind, ManagerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Facts that a cluster or things of it lack, each as `memory of 2 of 7 hosts`, and how to get them."""

    cluster: str
    facts: tuple[str, ...]
    command: str


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
    """One entry for each cluster that lacks what a plan needs; a spare machine lacks nothing until it is needed."""
    own = parts(estate)
    entries = (_answered(PLANNED, cluster, own[cluster.id]) for cluster in estate.clusters)
    return tuple(entry for entry in entries if entry is not None)


def parts(estate: Estate) -> dict[ClusterId, Estate]:
    """The estate with the hosts and VMs of one cluster only, for each cluster."""
    hosts: dict[ClusterId | None, list[Host]] = defaultdict(list)
    vms: dict[ClusterId, list[VirtualMachine]] = defaultdict(list)
    for host in estate.hosts:
        hosts[host.cluster].append(host)
    for vm in estate.vms:
        vms[vm.cluster].append(vm)
    return {
        cluster.id: replace(estate, hosts=tuple(hosts[cluster.id]), vms=tuple(vms[cluster.id]))
        for cluster in estate.clusters
    }


def unjudged(cluster: Cluster, estate: Estate) -> Missing | None:
    """What concerns about a cluster and everything in it look at and do not find; None when all is said."""
    return _answered(JUDGED, cluster, estate)


def _answered(asked: Questions, cluster: Cluster, estate: Estate) -> Missing | None:
    hosts = [host for host in estate.hosts if host.cluster == cluster.id]
    vms = [vm for vm in estate.vms if vm.cluster == cluster.id]
    used = {store for host in hosts for store in host.datastores}
    datastores = [store for store in estate.datastores if store.id in used]
    facts = [
        *([] if hosts else ["the hosts"]),
        *(fact.name for fact in asked.cluster if not fact.known(cluster)),
        *_lacking(hosts, "host", _tellable(asked.hosts, cluster)),
        *_lacking(datastores, "datastore", _tellable(asked.datastores, cluster)),
        *_lacking(vms, "VM", _tellable(asked.vms, cluster)),
    ]
    if not facts:
        return None
    return Missing(cluster=cluster.name, facts=tuple(facts), command=_command(cluster, hosts, vms))


def _tellable(facts: Iterable[Wanted[T]], cluster: Cluster) -> Iterator[Wanted[T]]:
    return (fact for fact in facts if fact.sources is None or cluster.hypervisor in fact.sources)


def _lacking(things: list[T], noun: str, facts: Iterable[Wanted[T]]) -> Iterator[str]:
    for fact in facts:
        without = sum(1 for thing in things if not fact.known(thing))
        if without:
            plural = noun if len(things) == 1 else f"{noun}s"
            share = f"{len(things)}" if without == len(things) else f"{without} of {len(things)}"
            yield f"{fact.name} of {share} {plural}"


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
