"""Small clusters that nobody has, the same for the same seed: with and without live migration, HA and new hosts.

Durations are whole multiples of five minutes and memory of four GiB, so that the exact solver counts in small numbers.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from planner.model.estate import (
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
    DatastoreKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PowerState,
)
from planner.model.policy import DecisionPolicy, Policy, TimingPolicy, TransferPolicy, WavePolicy
from planner.units import GIB, TIB

_MINUTE: Final = 60
_RATE: Final = 80_000_000
_PIECE: Final = 5 * _MINUTE * _RATE
"""Bytes that one transfer copies in five minutes."""
_FLAGS: Final = ("vmx", "ept", "cx16", "popcnt", "sse4_1", "sse4_2", "ssse3")
_GUESTS: Final = ("Debian GNU/Linux 12 (64-bit)", "Microsoft Windows Server 2022 (64-bit)")
_ROOM: Final = 128 * GIB
_STEP: Final = 4 * GIB
_ONE_MORE: Final = 0.2
_LOADS: Final = (40, 50, 60, 70, 85)

POLICY: Final = Policy(
    decision=DecisionPolicy(targets=("kvm-debian-12",)),
    transfers=TransferPolicy(per_host=2, measured_bytes=_RATE),
    timing=TimingPolicy(shutdown=5 * _MINUTE, live_migration=5 * _MINUTE),
    waves=WavePolicy(pilot_vms=0, max_vms=1000),
)
"""No pilot and waves of any size, so that what is compared is the order and not the cut into waves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A case: how many hosts run VMs and how many are new, and what kind of cluster it is."""

    seed: int
    hosts: int
    new: int
    vms: int
    load: int
    live: bool
    ha: bool

    @property
    def name(self) -> str:
        """What it is, in few letters."""
        kind = ("live" if self.live else "cold") + (" HA" if self.ha else "")
        return f"{self.seed:03d} {self.hosts}+{self.new} hosts, {self.vms} VMs, {self.load} %, {kind}"


def cases(count: int, most_hosts: int, most_vms: int) -> Iterator[Small]:
    """So many cases of every kind in turn; the new hosts are as few as can work, now and then one more."""
    for seed in range(count):
        random = Random(f"small {seed} {most_hosts} {most_vms}")  # noqa: S311  # made-up estates, not secrets
        hosts = random.randint(2, most_hosts)
        live, ha = bool(seed % 2), bool(seed // 2 % 2)
        load = _LOADS[seed // 4 % len(_LOADS)]
        room = hosts * (100 - load) / 100
        new = max(not live, math.ceil(1.1 + 2 * ha - room)) + (random.random() < _ONE_MORE)
        vms = random.randint(hosts + 1, max(hosts + 1, min(most_vms, 4 * hosts)))
        yield Small(seed=seed, hosts=hosts, new=new, vms=vms, load=load, live=live, ha=ha)


def small(case: Small) -> Estate:
    """The estate of a case.

    >>> case = next(cases(1, 3, 6))
    >>> small(case) == small(case)
    True
    """
    random = Random(f"estate {case}")  # noqa: S311  # made-up estates, not secrets
    cluster = Cluster(
        id=ClusterId("cluster-small"),
        name="small",
        hypervisor=HypervisorKind.ESXI,
        manager=ManagerKind.VCENTER,
        live_migration=case.live,
        ha_enabled=case.ha,
    )
    store = Datastore(
        id=DatastoreId("ds-nfs"),
        name="nfs",
        kind=DatastoreKind.NFS,
        shared=True,
        capacity_bytes=40 * TIB,
        free_bytes=20 * TIB,
        server="192.0.2.10",
        export="/small",
    )
    network = Network(id=NetworkId("net-lan"), name="lan", vlan=10)
    return Estate(
        clusters=(cluster,),
        hosts=tuple(_host(number, case) for number in range(case.hosts + case.new)),
        datastores=(store,),
        networks=(network,),
        vms=tuple(_vms(case, random)),
    )


def _host(number: int, case: Small) -> Host:
    there = number < case.hosts
    return Host(
        id=HostId(f"host-{number}"),
        name=f"h{number}",
        hypervisor=HypervisorKind.ESXI if there else HypervisorKind.NONE,
        cluster=ClusterId("cluster-small"),
        address=f"192.0.2.{20 + number}",
        version="8.0.3" if there else None,
        edition="standard" if there else None,
        cpu=Cpu(vendor="Intel", cores=64, flags=_FLAGS),
        memory_bytes=_ROOM,
        nics=(HostNic(name="nic0", speed_bytes=1_250_000_000),),
        disks=(LocalDisk(id=f"wwn-{number}", capacity_bytes=480 * GIB, boot=True),),
        datastores=(DatastoreId("ds-nfs"),),
        networks=(HostNetwork(network=NetworkId("net-lan"), uplinks=("nic0",)),),
    )


def _vms(case: Small, random: Random) -> Iterator[VirtualMachine]:
    """Pieces of the load, each on the host that is emptiest by then; largest first, so that they fit."""
    shares = [random.uniform(0.5, 2) for _ in range(case.vms)]
    steps = case.hosts * _ROOM * case.load // 100 // _STEP
    sizes = sorted((max(1, int(steps * share / sum(shares))) for share in shares), reverse=True)
    used = [0] * case.hosts
    for number, size in enumerate(sizes):
        host = min(range(case.hosts), key=lambda host: (used[host], host))
        if (used[host] + size) * _STEP > _ROOM:
            continue
        used[host] += size
        yield _vm(number, host, size * _STEP, random)


def _vm(number: int, host: int, memory: int, random: Random) -> VirtualMachine:
    size = random.choice((1, 1, 2, 2, 4, 8)) * _PIECE
    return VirtualMachine(
        id=VmId(f"vm-{number:02d}"),
        name=f"v{number:02d}",
        cluster=ClusterId("cluster-small"),
        host=HostId(f"host-{host}"),
        power=PowerState.ON,
        vcpus=2,
        memory_bytes=memory,
        guest_os=random.choice(_GUESTS),
        firmware=Firmware.BIOS,
        config_path=f"[nfs] v{number:02d}/v{number:02d}.vmx",
        snapshots=(),
        disks=(
            Disk(
                id="0",
                capacity_bytes=2 * size,
                allocated_bytes=size,
                datastore=DatastoreId("ds-nfs"),
                path=f"[nfs] v{number:02d}/v{number:02d}.vmdk",
                mode=DiskMode.PERSISTENT,
                shared=False,
            ),
        ),
        nics=(Nic(id="0", network=NetworkId("net-lan"), mac=f"00:50:56:00:00:{number:02x}"),),
    )
