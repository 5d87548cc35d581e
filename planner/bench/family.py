"""Estates that nobody has: mixed clusters of any number, full to a given share, the same for the same seed.

About ten VMs a host and 33 hosts a cluster, so that 100,000 VMs are 10,000 hosts in 300 clusters. A cluster with too
little beside two reserves and a host that is out gets new hosts, as a project would buy them.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final, NamedTuple

from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Cpu,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    NetworkId,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PowerState,
)
from planner.model.policy import DecisionPolicy, Policy, TransferPolicy, WavePolicy
from planner.units import GIB, TIB

_VMS_A_HOST: Final = 10
_HOSTS: Final = (6, 60)
_DEPENDENT: Final = 0.1
_SLACK_HOSTS: Final = 3.3
_GIGABIT: Final = 125_000_000
_FLAGS: Final = ("vmx", "ept", "cx16", "popcnt", "sse4_1", "sse4_2", "ssse3")
_MEMORY_SHARES: Final = (0.25, 0.5, 0.5, 1, 1, 1.5, 2)
"""Memory of VMs, as multiples of what a host would give each of ten alike."""
_DISKS: Final = (10, 20, 20, 30, 40, 60, 100, 250)
"""Gibibytes of data."""
_CRITICALITIES: Final = (
    Criticality.LOW,
    *[Criticality.NORMAL] * 6,
    *[Criticality.HIGH] * 2,
    Criticality.CRITICAL,
)
_GUESTS: Final = (
    "Microsoft Windows Server 2019 (64-bit)",
    "Microsoft Windows Server 2022 (64-bit)",
    "Debian GNU/Linux 12 (64-bit)",
    "Ubuntu Linux (64-bit)",
    "Red Hat Enterprise Linux 9 (64-bit)",
)


class _Source(NamedTuple):
    """A kind of cluster, and how often there is one."""

    hypervisor: HypervisorKind
    manager: ManagerKind
    version: str
    edition: str | None
    weight: int


_SOURCES: Final = (
    _Source(HypervisorKind.ESXI, ManagerKind.VCENTER, "8.0.3", "standard", 5),
    _Source(HypervisorKind.XENSERVER, ManagerKind.XAPI, "7.1", None, 2),
    _Source(HypervisorKind.KVM, ManagerKind.LIBVIRT, "CentOS Linux 7.9", None, 2),
    _Source(HypervisorKind.ESXI, ManagerKind.NONE, "7.0.3", "free", 1),
)
POLICY: Final = Policy(
    decision=DecisionPolicy(targets=("kvm-debian-12",)),
    transfers=TransferPolicy(per_host=2, per_datastore=16, datastore_bytes=4_000_000_000),
    waves=WavePolicy(max_vms=1000),
)
"""The product's defaults, one target for all, shared storage that has its limits, and waves that are not cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What the machines of a cluster have in common, and where chance comes from."""

    cluster: Cluster
    datastore: Datastore
    network: Network
    load: int
    random: Random


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A cluster with what is in it."""

    frame: _Frame
    hosts: tuple[Host, ...]
    vms: tuple[VirtualMachine, ...]
    rules: tuple[AffinityRule, ...]


def family(vms: int, load: int, seed: int) -> Estate:
    """An estate of about so many VMs, whose source clusters have `load` percent of their memory in use.

    >>> estate = family(60, 50, seed=1)
    >>> estate == family(60, 50, seed=1)
    True
    """
    random = Random(f"{vms} {load} {seed}")  # noqa: S311  # made-up estates, not secrets
    sites: list[_Site] = []
    while (left := vms - sum(len(site.vms) for site in sites)) > 0:
        sites.append(_site(len(sites) + 1, math.ceil(left / _VMS_A_HOST), load, random))
    return Estate(
        clusters=tuple(site.frame.cluster for site in sites),
        hosts=tuple(host for site in sites for host in site.hosts),
        datastores=tuple(site.frame.datastore for site in sites),
        networks=tuple(site.frame.network for site in sites),
        vms=tuple(vm for site in sites for vm in site.vms),
        affinity_rules=tuple(rule for site in sites for rule in site.rules),
    )


def _site(number: int, most: int, load: int, random: Random) -> _Site:
    (source,) = random.choices(_SOURCES, weights=[source.weight for source in _SOURCES])
    alone = source.manager is ManagerKind.NONE
    least, usual = _HOSTS
    hosts_there = 1 if alone else random.randint(least, max(least, min(most, usual)))
    name = f"{number:04d}"
    frame = _Frame(
        cluster=Cluster(
            id=ClusterId(f"cluster-{name}"),
            name=f"c{name}",
            hypervisor=source.hypervisor,
            manager=source.manager,
            live_migration=not alone,
            ha_enabled=not alone,
        ),
        datastore=Datastore(
            id=DatastoreId(f"ds-{name}"),
            name=f"nfs{name}",
            kind=DatastoreKind.NFS,
            shared=True,
            capacity_bytes=400 * TIB,
            free_bytes=200 * TIB,
            server="192.0.2.10",
            export=f"/{name}",
        ),
        network=Network(id=NetworkId(f"net-{name}"), name=f"lan{name}", vlan=number % 4094),
        load=load,
        random=random,
    )
    hosts = tuple(_hosts(frame, source, hosts_there))
    vms = tuple(_vms(frame, hosts[:hosts_there]))
    return _Site(frame=frame, hosts=hosts, vms=vms, rules=tuple(_rules(frame, vms)))


def _hosts(frame: _Frame, source: _Source, there_now: int) -> Iterator[Host]:
    """Hosts of one make; then new ones without a hypervisor, where there is too little room."""
    memory = frame.random.choice((128, 256, 384, 512)) * GIB
    speed = frame.random.choice((1, 10, 10, 25)) * _GIGABIT
    slack = there_now * ((100 - frame.load) / 100 - POLICY.capacity.host_memory_bytes / memory)
    new = 1 if there_now == 1 else max(0, math.ceil(_SLACK_HOSTS - slack))
    number = int(frame.cluster.name[1:])
    for at in range(there_now + new):
        there = at < there_now
        name = f"h{number:04d}-{at:02d}"
        yield Host(
            id=HostId(f"host-{name}"),
            name=name,
            hypervisor=source.hypervisor if there else HypervisorKind.NONE,
            cluster=frame.cluster.id,
            address=f"10.{number // 250}.{number % 250}.{at + 1}",
            version=source.version if there else None,
            edition=source.edition if there else None,
            cpu=Cpu(vendor="Intel", cores=64, flags=_FLAGS),
            memory_bytes=memory,
            nics=(HostNic(name="nic0", speed_bytes=speed),),
            disks=(LocalDisk(id=f"wwn-{name}", capacity_bytes=480 * GIB, boot=True),),
            datastores=(frame.datastore.id,),
            networks=(HostNetwork(network=frame.network.id, uplinks=("nic0",)),),
            coordinator=(at == 0) if there and source.manager is ManagerKind.XAPI else None,
        )


def _vms(frame: _Frame, hosts: tuple[Host, ...]) -> Iterator[VirtualMachine]:
    """VMs until the hosts are as full as they should be, each on the emptiest; one in ten needs the one before it."""
    room = hosts[0].memory_bytes or 0
    usual = room * frame.load / 100 / _VMS_A_HOST
    emptiest = [(0, host.id) for host in hosts]
    left = room * len(hosts) * frame.load // 100
    before: tuple[VmId, ...] = ()
    for number in count(1):
        memory = max(GIB, round(usual * frame.random.choice(_MEMORY_SHARES)) // GIB * GIB)
        used, host = emptiest[0]
        if memory > left or used + memory > room:
            return
        heapq.heapreplace(emptiest, (used + memory, host))
        left -= memory
        needs = before if frame.random.random() < _DEPENDENT else ()
        vm = _vm(frame, number, host, memory, needs)
        before = (vm.id,)
        yield vm


def _vm(frame: _Frame, number: int, host: HostId, memory: int, needs: tuple[VmId, ...]) -> VirtualMachine:
    random = frame.random
    name = f"v{frame.cluster.name[1:]}-{number:04d}"
    size = random.choice(_DISKS) * GIB
    serial = random.randrange(2**24)
    return VirtualMachine(
        id=VmId(f"vm-{name}"),
        name=name,
        cluster=frame.cluster.id,
        host=host,
        power=PowerState.ON,
        vcpus=random.choice((1, 2, 2, 4, 8)),
        memory_bytes=memory,
        guest_os=random.choice(_GUESTS),
        firmware=random.choice((Firmware.BIOS, Firmware.UEFI)),
        config_path=f"[{frame.datastore.name}] {name}/{name}.vmx",
        snapshots=(),
        disks=(
            Disk(
                id="0",
                capacity_bytes=2 * size,
                allocated_bytes=size,
                datastore=frame.datastore.id,
                path=f"[{frame.datastore.name}] {name}/{name}.vmdk",
                mode=DiskMode.PERSISTENT,
                shared=False,
            ),
        ),
        nics=(
            Nic(
                id="0",
                network=frame.network.id,
                mac=f"00:50:56:{serial >> 16 & 63:02x}:{serial >> 8 & 255:02x}:{serial & 255:02x}",
            ),
        ),
        depends_on=needs,
        criticality=random.choice(_CRITICALITIES),
    )


def _rules(frame: _Frame, vms: tuple[VirtualMachine, ...]) -> Iterator[AffinityRule]:
    """One pair in twenty VMs on different hosts, one in forty a wish to stay together."""
    kinds = [AffinityKind.APART] * (len(vms) // 20) + [AffinityKind.TOGETHER] * (len(vms) // 40)
    for number, kind in enumerate(kinds, start=1):
        first, second = frame.random.sample(vms, 2)
        if kind is AffinityKind.APART and first.host == second.host:
            continue
        yield AffinityRule(
            id=f"rule-{frame.cluster.name}-{number}",
            name=f"{kind} {number}",
            kind=kind,
            vms=tuple(sorted((first.id, second.id))),
            mandatory=kind is AffinityKind.APART,
        )
