"""One cluster's conversion as the engine sees it: hosts with room, VMs with needs, and nothing else.

Everything that a VM asks of a host is computed once, here, so that the search only compares numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planner.model.estate import AffinityRule, Cluster, DatastoreId, HostId, NetworkId, VmId
from planner.model.plan import StorageId
from planner.model.policy import Strategy, TimingPolicy
from planner.model.reserve import Reserve
from planner.place.standing import FRESH, Standing


class Part(StrEnum):
    """What a host is to a conversion: emptied and rebuilt, new and staying, or borrowed."""

    MEMBER = "member"
    SPARE = "spare"
    SWING = "swing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What VMs may take of a host: bytes, vCPUs, networks. None is unknown and is not checked."""

    memory: int | None
    vcpus: int | None
    networks: frozenset[NetworkId] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A host with its room before and after its conversion; `pool` is the storage on its own disks.

    `datastores` are the source datastores that it mounts; empty: unknown. `closed`: in maintenance, so the
    source side can neither use it nor count on it.
    """

    id: HostId
    name: str
    part: Part
    before: Room
    after: Room
    pool: StorageId
    datastores: frozenset[DatastoreId] = frozenset()
    coordinator: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A disk that travels: the bytes that its copy takes, and where it may go, best first.

    None among the `choices` is the destination host's own pool.
    """

    disk: str
    size: int
    choices: tuple[StorageId | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A VM as a load. Memory in bytes and vCPUs are 0 unless it runs (an unknown power state counts as running).

    `datastores` must be mounted wherever it runs on the source side. `stuck`: it cannot be relocated there at
    all. `manages`: it manages clusters; `last`: it, or a VM that must move with it, does, so it crosses last.
    `settled`: the source says where it runs. `seconds` is about what its crossing takes; `too_slow` are hosts on which it
    would be off for longer than its budget.
    """

    id: VmId
    name: str
    running: bool
    memory: int
    vcpus: int
    networks: frozenset[NetworkId]
    parcels: tuple[Parcel, ...]
    datastores: frozenset[DatastoreId]
    home: HostId | None
    settled: bool
    stuck: bool
    manages: bool
    last: bool
    parkable: bool
    rank: int
    seconds: int
    too_slow: frozenset[HostId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that the search of one cluster may know.

    `managers` are the VMs that manage clusters. `units` gives the VMs that cross together with each VM (itself included), `company` those that must be off
    while it is parked: its unit and whatever depends on it here. `wished` are those that should cross soon after each other, `needs` the VMs here that a VM needs, `related` also those that need it. `tight` are those that must come
    to the same host because they share a disk. `apart` holds mandatory rules, `shunned` also the wishes.
    `capacities` are usable bytes of each storage, `pools` the storages on hosts' own disks, and `taken` what other clusters have claimed of them.
    `parking` is None unless VMs may be parked. `standing` is what earlier plans have done, and `turns` the order in which
    the last of them would have emptied hosts. `timing`, `per_host` and `at_once`, the transfers of a host and of all hosts
    at once (None: no cap), and `wave`, the most VMs of a wave, tell quick conversions from slow ones.
    """

    cluster: Cluster
    strategy: Strategy
    live: bool
    reserve: Reserve
    nodes: Mapping[HostId, Node]
    workloads: Mapping[VmId, Workload]
    managers: tuple[VmId, ...]
    units: Mapping[VmId, tuple[VmId, ...]]
    company: Mapping[VmId, tuple[VmId, ...]]
    tight: frozenset[VmId]
    apart: Mapping[VmId, frozenset[VmId]]
    shunned: Mapping[VmId, frozenset[VmId]]
    mates: Mapping[VmId, frozenset[VmId]]
    wished: Mapping[VmId, frozenset[VmId]]
    pins: Mapping[VmId, frozenset[HostId]]
    needs: Mapping[VmId, frozenset[VmId]]
    related: Mapping[VmId, frozenset[VmId]]
    rules: tuple[AffinityRule, ...]
    timing: TimingPolicy
    per_host: int
    at_once: int | None
    wave: int
    capacities: Mapping[StorageId, int | None]
    pools: frozenset[StorageId]
    taken: Mapping[StorageId, int] = field(default_factory=dict)
    parking: StorageId | None = None
    standing: Standing = FRESH
    turns: Mapping[HostId, int] = field(default_factory=dict)

    @property
    def pooled(self) -> bool:
        """Whether source and target are one pool: hosts are upgraded and VMs keep their disks."""
        return self.strategy is Strategy.UPGRADE_IN_PLACE

    def part(self, *parts: Part) -> tuple[HostId, ...]:
        """The hosts that play one of these parts, sorted by id."""
        return tuple(node.id for node in self.nodes.values() if node.part in parts)
