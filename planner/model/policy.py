"""What people want: `policy.yml` beside the inventory, the only file that is edited by hand.

Every constant that a plan uses is here or in `planner/knowledge/`. Field defaults are the product's
defaults, documented in docs/policy.md. Durations are seconds, rates bytes a second, sizes bytes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.model.kinds import Bond, Criticality, DatastoreKind
from planner.model.reserve import Reserve
from planner.units import GIB


class Strategy(StrEnum):
    """How a cluster gets to its target."""

    CONVERT_IN_PLACE = "convert-in-place"
    MOVE_TO_NEW_HOSTS = "move-to-new-hosts"
    UPGRADE_IN_PLACE = "upgrade-in-place"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPolicy:
    """How full hosts may become.

    `vcpu_per_core` is the most vCPUs of running VMs for each physical core. `reserve_hosts` is the N+1
    reserve of a cluster with HA: the largest that many hosts of a side may fail and its running VMs still
    fit. With `reserve_percent` that share of each side's memory is kept free instead. `host_memory_bytes` is kept
    for the hypervisor itself on a target host. `source_memory_percent`
    above 100 accepts memory overcommitment on an ESXi or KVM source; Xen and targets never overcommit.
    """

    vcpu_per_core: float = 4.0
    reserve_hosts: int = 1
    reserve_percent: int | None = None
    host_memory_bytes: int = 4 * GIB
    source_memory_percent: int = 100
    storage_percent: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """A line between two parts of the estate: the hosts named, with those of the clusters named, and everything else.

    Transfers from one side to the other share its `rate_bytes` (None: it is not what slows them) and its slots.
    """

    name: str
    at_once: int
    hosts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    rate_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPolicy:
    """How many moves run at once, and how fast one of them may be assumed to be.

    `per_host` caps transfers into or out of one host, `per_datastore` those that read from or write to one shared
    datastore, and `at_once` those of the whole estate (what people can watch); None: no cap. `uplinks` are lines inside it.
    `measured_bytes` overrides the assumed rate of every route with one that was measured; `datastore_bytes` is what
    a shared datastore gives to all its transfers together. `conversions_per_host` caps what one host converts; None: as
    much as the memory that is kept for the hypervisor, its cores and `per_host` allow.
    """

    per_host: int = 2
    per_datastore: int | None = None
    at_once: int | None = None
    measured_bytes: int | None = None
    datastore_bytes: int | None = None
    conversions_per_host: int | None = None
    uplinks: tuple[Uplink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingPolicy:
    """Durations of everything that is not a copy; `spread_percent` turns p50 into p90."""

    shutdown: int = 180
    convert_linux: int = 300
    convert_windows: int = 900
    verify: int = 300
    live_migration: int = 120
    retire_host: int = 900
    install_host: int = 3600
    configure_host: int = 1200
    upgrade_host: int = 3600
    soak: int = 0
    spread_percent: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePolicy:
    """Size of waves. The pilot is the first wave of an estate: few VMs of low criticality.

    `cutovers_at_once` caps the VMs of the estate that are off at the same time because they cross: as many as people can
    look after. None: no cap.
    """

    pilot_vms: int = 2
    max_vms: int = 20
    failure_budget: int = 0
    cutovers_at_once: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherPolicy:
    """How firmly VMs belong together of which nobody wrote a rule: `bind`, `wish` or `show`, never `firm`.

    `guest_clusters` are those whose nodes all have a disk or a bus that is shared, `likely_guest_clusters` those that only
    names or notes tell of.
    """

    vapps: Bond = Bond.BIND
    guest_clusters: Bond = Bond.BIND
    likely_guest_clusters: Bond = Bond.SHOW
    linked_clones: Bond = Bond.WISH


class BudgetSeverity(StrEnum):
    """What it is when the plan may break a downtime budget: people look at it, or it blocks until somebody waives it."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimeBudget:
    """The most seconds that a VM of a criticality may be off at a stretch."""

    criticality: Criticality
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimePolicy:
    """For how long VMs may be off; what the inventory says of a single VM goes before its criticality's budget."""

    budgets: tuple[DowntimeBudget, ...] = ()
    severity: BudgetSeverity = BudgetSeverity.WARNING


class Weekday(StrEnum):
    """A day of the week, in the order of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When waves may run: from `opens` to `closes` (HH:MM) on each of `days`, into the next day if that is not later.

    `clusters` are names; empty: every cluster that no other window names.
    """

    opens: str
    closes: str
    days: tuple[Weekday, ...] = tuple(Weekday)
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Days (ISO 8601, the last included) on which nothing runs anywhere."""

    first: str
    last: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPolicy:
    """When waves may run at all. Empty `open`: at any time that is not frozen.

    `timezone` is that of the windows, of the plan's start and of the times that people read (IANA name).
    """

    timezone: str = "Etc/UTC"
    open: tuple[Window, ...] = ()
    freezes: tuple[Freeze, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Weight of one decision criterion (ids in planner/knowledge/criteria.yml)."""

    id: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPolicy:
    """What may be chosen and what counts. Empty `targets`: every platform that the knowledge has.

    `one_hypervisor` is what one hypervisor for the whole estate is worth: points (of 100) for each cluster.
    """

    targets: tuple[str, ...] = ()
    weights: tuple[Criterion, ...] = ()
    skills: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    one_hypervisor: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An amount for one platform."""

    platform: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesPolicy:
    """What things cost, in the user's own currency; what is not given is not weighed.

    `subscription_core_year` is what the present hypervisor costs for a core and year, `support_host_year` what the
    makers' support costs for a host of each platform, `guest_licences_year` what licences of guests cost in all
    because of a platform, `labour_hour` an hour of people's work, `swing_host` a borrowed host.
    """

    currency: str = "EUR"
    years: int = 3
    subscription_core_year: float | None = None
    support_host_year: tuple[Price, ...] = ()
    guest_licences_year: tuple[Price, ...] = ()
    labour_hour: float | None = None
    swing_host: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPolicy:
    """Overrides of one cluster, named as the source names it. A reserve of either kind replaces the general one."""

    cluster: str
    target: str | None = None
    strategy: Strategy | None = None
    reserve_hosts: int | None = None
    reserve_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkMapping:
    """Where a source network's cards are plugged on the target."""

    source: str
    bridge: str
    vlan: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageMapping:
    """Where disks of a source datastore go: the name of a target storage, or `local`."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedStorage:
    """Storage that target hosts will share (a new export or LUN), with its free capacity.

    `kind` is nfs, iscsi or hba. `server` and `export` are given for NFS, `target_iqn` and `scsi_id` for
    iSCSI, `scsi_id` for hba.
    """

    name: str
    kind: DatastoreKind
    capacity_bytes: int
    server: str | None = None
    export: str | None = None
    target_iqn: str | None = None
    scsi_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """Permission to keep VMs powered off on a shared storage until their host is rebuilt."""

    storage: str
    max_criticality: Criticality = Criticality.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Acceptance of a finding by a named person until a date (ISO 8601), checked again at run time.

    `subject` is the name or id that the finding is about; None accepts the finding everywhere.
    """

    finding: str
    subject: str | None
    who: str
    why: str
    until: str

    def expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return date.fromisoformat(self.until) < today


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePolicy:
    """How many days a fact that the planner takes for true may be old before it wants another look."""

    max_age_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallPolicy:
    """What the answer files of new hosts say, and how many hosts are installed at once (None: no cap).

    `source_url` is the operator's own install server (HTTP), one directory a platform id below it.
    `enterprise_linux` is the distribution that EL hosts get (a word of planner/knowledge/platforms.yml).
    """

    at_once: int | None = None
    source_url: str | None = None
    enterprise_linux: str = "almalinux"
    domain: str | None = None
    timezone: str = "Etc/UTC"
    dns: tuple[str, ...] = ()
    ntp: tuple[str, ...] = ()
    gateway: str | None = None
    prefix: int | None = None
    ssh_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole policy; an estate without policy.yml is planned with these defaults."""

    capacity: CapacityPolicy = CapacityPolicy()
    transfers: TransferPolicy = TransferPolicy()
    timing: TimingPolicy = TimingPolicy()
    waves: WavePolicy = WavePolicy()
    together: TogetherPolicy = TogetherPolicy()
    downtime: DowntimePolicy = DowntimePolicy()
    windows: WindowPolicy = WindowPolicy()
    decision: DecisionPolicy = DecisionPolicy()
    prices: PricesPolicy | None = None
    install: InstallPolicy = InstallPolicy()
    knowledge: KnowledgePolicy = KnowledgePolicy()
    clusters: tuple[ClusterPolicy, ...] = ()
    network_map: tuple[NetworkMapping, ...] = ()
    storage_map: tuple[StorageMapping, ...] = ()
    shared_storage: tuple[SharedStorage, ...] = ()
    parking: Parking | None = None
    waivers: tuple[Waiver, ...] = ()
    vddk_path: str | None = None

    def of_cluster(self, name: str) -> ClusterPolicy:
        """What it says about a cluster in particular, which the source calls by that name."""
        named = (entry for entry in self.clusters if entry.cluster == name)
        return next(named, ClusterPolicy(cluster=name))

    def downtime_of(self, own: int | None, criticality: Criticality | None) -> int | None:
        """The most seconds that a VM may be off: its own budget before that of its criticality; None: there is none."""
        if own is not None:
            return own
        return next(
            (budget.most for budget in self.downtime.budgets if budget.criticality is criticality), None
        )

    def reserve_of(self, cluster: str, *, ha_enabled: bool | None) -> Reserve:
        """What each side keeps free: the cluster's own reserve of either kind before the general one; none without HA."""
        if ha_enabled is not True:
            return Reserve()
        own = self.of_cluster(cluster)
        if own.reserve_percent is not None:
            return Reserve(percent=own.reserve_percent)
        if own.reserve_hosts is not None:
            return Reserve(hosts=own.reserve_hosts)
        if self.capacity.reserve_percent is not None:
            return Reserve(percent=self.capacity.reserve_percent)
        return Reserve(hosts=self.capacity.reserve_hosts)
