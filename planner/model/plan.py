"""The answers: decisions, routes, targets, phases, steps, waves, and the plan that carries them all.

A plan is an origin (the estate) and timed steps; every intermediate state is had by replay, never stored.
Times are seconds from the start of the plan at p50; `p90` durations are kept beside them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from planner.model.decision import Decision
from planner.model.estate import ClusterId, DatastoreId, Estate, HostId, NetworkId, VmId
from planner.model.finding import Finding
from planner.model.kinds import Bond, DatastoreKind, HypervisorKind
from planner.model.platform import Platform
from planner.model.policy import Policy

FORMAT_VERSION = 1

StepId = NewType("StepId", str)
WaveId = NewType("WaveId", str)
StorageId = NewType("StorageId", str)


class Transport(StrEnum):
    """How a VM's disks travel to the target."""

    ESXI_SSH = "esxi-ssh"
    VCENTER_VDDK = "vcenter-vddk"
    VCENTER_HTTPS = "vcenter-https"
    XAPI_EXPORT = "xapi-export"
    XEN_SSH = "xen-ssh"
    LIBVIRT_MIGRATE = "libvirt-migrate"
    LIBVIRT_COPY = "libvirt-copy"
    DISK_IMPORT = "disk-import"
    XAPI_MIGRATE = "xapi-migrate"
    IN_PLACE = "in-place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A transport that was considered and why it is not used."""

    transport: Transport
    rejected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How one VM would travel to one platform; `transport` None: there is no way, and `reason` says why.

    `rate_bytes` is the transport's own ceiling in bytes a second (source in planner/knowledge/routes.yml);
    links may bind lower. `live`: the guest keeps running. `commands` are what the playbooks run, for people
    to read; `preconditions` must hold first; `losses` is what does not survive the trip.
    """

    vm: VmId
    platform: str
    source: HypervisorKind
    transport: Transport | None
    reason: str
    live: bool = False
    rate_bytes: int = 0
    commands: tuple[str, ...] = ()
    preconditions: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    considered: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStorage:
    """Storage on the target side. `host` is set for a pool on one host's own disks, None when shared.

    `capacity_bytes` None is unknown. `datastore` is set when it is a source datastore that both sides mount
    (NFS). `disk_ids` are the local disks that it is built on.
    """

    id: StorageId
    name: str
    kind: DatastoreKind
    host: HostId | None = None
    capacity_bytes: int | None = None
    datastore: DatastoreId | None = None
    path: str | None = None
    server: str | None = None
    export: str | None = None
    target_iqn: str | None = None
    scsi_id: str | None = None
    disk_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetNetwork:
    """What a source network becomes: a bridge (KVM) or a network (XCP-ng) on a VLAN."""

    network: NetworkId
    bridge: str
    vlan: int
    mtu: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHost:
    """What a host becomes. `memory_bytes` is what VMs may use; `install_disk` is a by-id name or None.

    `networks` None: which networks the host carries is unknown.
    """

    host: HostId
    cluster: ClusterId
    platform: str
    memory_bytes: int | None
    cores: int | None
    storages: tuple[StorageId, ...]
    networks: tuple[NetworkId, ...] | None
    install_disk: str | None


class PhaseKind(StrEnum):
    """What a phase does. Inside one, moves may run at once."""

    RELOCATE = "relocate"
    RETIRE = "retire"
    BUILD = "build"
    UPGRADE = "upgrade"
    CROSS = "cross"
    PARK = "park"
    UNPARK = "unpark"
    REBALANCE = "rebalance"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskPlacement:
    """The storage that receives a disk."""

    disk: str
    storage: StorageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A VM goes from one host to another. `source` None: wherever it runs, the inventory did not say.

    `destination` None: it is parked on storage. `disks` is empty when they stay where they are.
    """

    vm: VmId
    source: HostId | None
    destination: HostId | None
    disks: tuple[DiskPlacement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase of a cluster's conversion: either moves or work on hosts, with the reason for it.

    `after` are the places (from 0) among its cluster's phases of those that must be done before it; others may still go on.
    `rolling`: of rolling phases it waits for just their steps, not for whole waves, and it may share a wave with its like.
    """

    kind: PhaseKind
    cluster: ClusterId
    reason: str
    moves: tuple[Move, ...] = ()
    hosts: tuple[HostId, ...] = ()
    after: tuple[int, ...] = ()
    rolling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlacement:
    """Where everything of a cluster lands and in which phases it gets there.

    `swing` hosts are borrowed; `swing_at_least` of them no plan can do without, as is proved (0: nothing is).
    """

    cluster: ClusterId
    hosts: tuple[TargetHost, ...]
    storages: tuple[TargetStorage, ...]
    networks: tuple[TargetNetwork, ...]
    phases: tuple[Phase, ...]
    swing: tuple[HostId, ...] = ()
    swing_at_least: int = 0


class StepKind(StrEnum):
    """What a step does; the same objects are explained, verified and emitted."""

    RELOCATE = "relocate"
    RETIRE = "retire"
    INSTALL = "install"
    CONFIGURE = "configure"
    UPGRADE = "upgrade"
    MOVE = "move"
    PARK = "park"
    UNPARK = "unpark"
    REBALANCE = "rebalance"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens, to one host or one VM.

    `host` is the host worked on (retire, install, configure, upgrade, return); `vm`, `source` and
    `destination` belong to moves as in `Move`. `start` and `duration` are seconds at p50, `p90` is the
    duration at p90; `downtime` is how long the VM is off at p50. `way_back` says how to undo it;
    `point_of_no_return` what can no longer be undone afterwards, None when everything can.
    `bottleneck` names what bounds the duration.
    """

    id: StepId
    kind: StepKind
    cluster: ClusterId
    wave: WaveId
    start: int
    duration: int
    p90: int
    needs: tuple[StepId, ...]
    reason: str
    way_back: str
    host: HostId | None = None
    vm: VmId | None = None
    source: HostId | None = None
    destination: HostId | None = None
    disks: tuple[DiskPlacement, ...] = ()
    bytes: int = 0
    bottleneck: str | None = None
    downtime: int = 0
    downtime_p90: int = 0
    point_of_no_return: str | None = None

    @property
    def end(self) -> int:
        """Second, from the start of the plan, at which it is done (p50)."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Steps that are approved, run and stopped together. `start` and `duration` in seconds at p50.

    `after` are the waves that must be done before it begins; others may run beside it.
    """

    id: WaveId
    title: str
    cluster: ClusterId
    pilot: bool
    start: int
    duration: int
    p90: int
    steps: tuple[StepId, ...]
    failure_budget: int
    reason: str
    after: tuple[WaveId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A lower bound of the makespan in seconds, and the resource that binds it."""

    seconds: int
    binding: str
    cluster: ClusterId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When everything happens."""

    waves: tuple[Wave, ...]
    steps: tuple[Step, ...]
    makespan: int
    makespan_p90: int
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """VMs that belong together when they move, with why (shared disks, declared, a dependency cycle, a vApp, one image).

    `bond` says what becomes of it. Groups of one bond have no VM in common; a group holds every firmer one that it touches
    as a whole. `relaxed` says why less became of it than the policy asked for; None: it is kept.
    """

    vms: tuple[VmId, ...]
    reason: str
    cycle: bool = False
    bond: Bond = Bond.FIRM
    relaxed: str | None = None

    @property
    def binds(self) -> bool:
        """Whether its VMs cross in one wave, whatever else would be quicker."""
        return self.bond in {Bond.FIRM, Bond.BIND}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a VM is when a plan begins, as earlier plans have moved it; `host` None: it is parked.

    `crossed`: the copy on the target is the one in use. `disks` are those that lie on target storages by then.
    """

    vm: VmId
    host: HostId | None
    crossed: bool
    disks: tuple[DiskPlacement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A swing host that a cluster has borrowed and not given back."""

    host: HostId
    cluster: ClusterId


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was done before a plan begins, by earlier plans of the same estate; empty for a first plan.

    `done` are all their steps that are done. `begun` and `failed` are those of the last of them that were left half way:
    their VMs and hosts count as not moved and not built. `built` are the hosts on the target side, in the order in which
    they came there; `retired` have left the source side for good, `installed` lack only their configuration. No entry in
    `vms`: a VM is where the estate says. `piloted`: the pilot is over. `notes` say where inventory and steps differ.
    """

    done: tuple[StepId, ...] = ()
    begun: tuple[StepId, ...] = ()
    failed: tuple[StepId, ...] = ()
    built: tuple[HostId, ...] = ()
    retired: tuple[HostId, ...] = ()
    installed: tuple[HostId, ...] = ()
    lent: tuple[Loan, ...] = ()
    vms: tuple[Whereabouts, ...] = ()
    piloted: bool = False
    notes: tuple[str, ...] = ()


NOTHING_DONE = Progress()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that review, verification, emission and execution need; schema in schemas/plan.schema.json.

    `start` is the operator's date and time (ISO 8601) for second 0, None while undated. `progress` is what earlier plans
    have done by then.
    """

    format_version: int
    estate_digest: str
    start: str | None
    estate: Estate
    policy: Policy
    platforms: tuple[Platform, ...]
    groups: tuple[Group, ...]
    decisions: tuple[Decision, ...]
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    placements: tuple[ClusterPlacement, ...]
    schedule: Schedule
    progress: Progress = NOTHING_DONE
