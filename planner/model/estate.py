"""What exists: an estate of clusters, hosts, datastores, networks and virtual machines.

None is "the source did not say": it is never replaced by a default (a rule reports it instead).
Sizes are bytes, rates bytes a second. Names are data from outside; only ids may become keys and paths.
"""

from dataclasses import dataclass
from typing import NewType

from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    DiskKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.model.setting import Setting

ClusterId = NewType("ClusterId", str)
HostId = NewType("HostId", str)
DatastoreId = NewType("DatastoreId", str)
NetworkId = NewType("NetworkId", str)
VmId = NewType("VmId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Hosts that share VMs; a host outside any cluster gets a cluster of its own.

    `live_migration`: VMs can move between its hosts while running (vMotion, XenMotion, virsh migrate).
    """

    id: ClusterId
    name: str
    hypervisor: HypervisorKind
    manager: ManagerKind = ManagerKind.NONE
    manager_address: str | None = None
    datacentre: str | None = None
    live_migration: bool | None = None
    ha_enabled: bool | None = None
    drs_enabled: bool | None = None
    settings: tuple[Setting, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """Processors of a host; `cores` is the total of all sockets. `flags` is None when unknown."""

    vendor: str | None = None
    model: str | None = None
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    flags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNic:
    """A physical network port. `speed_bytes` is bytes a second.

    `driver` is as the source's system calls it, `pci` the ids of maker and device (`15b3:1003`).
    """

    name: str
    mac: str | None = None
    speed_bytes: int | None = None
    driver: str | None = None
    model: str | None = None
    pci: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAdapter:
    """What disks or a SAN hang on: a controller, an HBA. `driver` and `pci` are as those of a network port."""

    name: str
    driver: str | None = None
    model: str | None = None
    pci: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDisk:
    """A disk inside a host. `id` is what stands under /dev/disk/by-id, or the WWN; never a kernel name."""

    id: str
    capacity_bytes: int
    boot: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNetwork:
    """A network as one host carries it. `uplinks` name the host's NICs; `bond` is the bonding mode."""

    network: NetworkId
    uplinks: tuple[str, ...] = ()
    bond: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bmc:
    """Baseboard management controller: `protocol` is redfish or ipmi. Credentials are never kept here."""

    address: str
    protocol: str = "redfish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A physical machine. `edition` is the licence (`free` for ESXi Free).

    A host with hypervisor `none` is a spare: inside a cluster it stays as a new member; outside any
    (`cluster` None) it is a swing host, lent to one cluster after another and given back.
    `uuid` is the machine's own (SMBIOS); `moref` is `<server>/<id>`, the name that its manager gave it;
    `connected` is whether the manager reached it when the source was read.
    """

    id: HostId
    name: str
    hypervisor: HypervisorKind
    cluster: ClusterId | None = None
    address: str | None = None
    version: str | None = None
    edition: str | None = None
    vendor: str | None = None
    model: str | None = None
    firmware: Firmware | None = None
    cpu: Cpu = Cpu()
    memory_bytes: int | None = None
    nics: tuple[HostNic, ...] = ()
    adapters: tuple[HostAdapter, ...] = ()
    disks: tuple[LocalDisk, ...] = ()
    datastores: tuple[DatastoreId, ...] = ()
    networks: tuple[HostNetwork, ...] | None = None
    bmc: Bmc | None = None
    coordinator: bool | None = None
    maintenance: bool | None = None
    connected: bool | None = None
    settings: tuple[Setting, ...] = ()
    uuid: str | None = None
    moref: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastore:
    """Datastore (VMware) = storage repository (Xen) = storage pool (libvirt).

    `server` and `export` are given for NFS, `path` where it is mounted on the source host, `uuid` is what
    the storage itself bears (of a VMFS volume, an SR, a pool).
    """

    id: DatastoreId
    name: str
    kind: DatastoreKind | None = None
    shared: bool | None = None
    capacity_bytes: int | None = None
    free_bytes: int | None = None
    server: str | None = None
    export: str | None = None
    path: str | None = None
    uuid: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A portgroup, bridge or Xen network. `vlan` 0 is untagged, None is unknown."""

    id: NetworkId
    name: str
    vlan: int | None = None
    mtu: int | None = None
    settings: tuple[Setting, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A VM's disk. `path` is as the source writes it (`[ds1] web/web.vmdk`).

    `base` is the image at the bottom where the disk holds only the differences to others; None also where it is whole.
    """

    id: str
    capacity_bytes: int | None = None
    allocated_bytes: int | None = None
    datastore: DatastoreId | None = None
    path: str | None = None
    bus: str | None = None
    kind: DiskKind = DiskKind.DISK
    mode: DiskMode | None = None
    shared: bool | None = None
    rdm_mode: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nic:
    """A VM's network card; `mac` is lower-case with colons; `addresses` are static IPs where known."""

    id: str
    mac: str | None = None
    network: NetworkId | None = None
    model: str | None = None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A snapshot; `created` is ISO 8601 text as the source gave it."""

    name: str
    created: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passthrough:
    """A host device that a VM holds."""

    kind: PassthroughKind
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestVolume:
    """A file system inside the guest, as guest tools report it."""

    path: str
    capacity_bytes: int | None = None
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something that people wrote about a VM: a custom attribute, or a key of `other-config`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualMachine:
    """A virtual machine of the source.

    `host` is None when the source does not say, or names a host that is not in the estate; then
    `reported_host` keeps the name it gave. `snapshots` None is unknown, () is none.
    `guest_os` is the source's own text. `config_path` is the .vmx or .cfg as the source writes it.
    `source` is the kind of source that told of it; of several, joined by `+`. `backed_up_by` is the VM that backs it up.
    `uuid` is what the guest sees as its SMBIOS UUID: copies of a VM may share it. `instance_uuid` is the
    one that vCenter keeps unique. `max_downtime` is for how many seconds it may be off at a stretch, as its owner says;
    None: nobody said. `moref` is `<server>/<id>`: the name that its manager gave it.
    """

    id: VmId
    name: str
    cluster: ClusterId
    host: HostId | None = None
    reported_host: str | None = None
    source: str | None = None
    uuid: str | None = None
    instance_uuid: str | None = None
    moref: str | None = None
    power: PowerState | None = None
    template: bool = False
    vcpus: int | None = None
    cores_per_socket: int | None = None
    memory_bytes: int | None = None
    memory_reservation_bytes: int | None = None
    guest_os: str | None = None
    hostname: str | None = None
    firmware: Firmware | None = None
    secure_boot: bool | None = None
    vtpm: bool | None = None
    encrypted: bool | None = None
    nested: bool | None = None
    paravirtual: bool | None = None
    tools: ToolsState | None = None
    consolidation_needed: bool | None = None
    fault_tolerant: bool | None = None
    hardware_version: str | None = None
    cpu_hotplug: bool | None = None
    memory_hotplug: bool | None = None
    changed_block_tracking: bool | None = None
    resource_pool: str | None = None
    config_path: str | None = None
    disks: tuple[Disk, ...] = ()
    nics: tuple[Nic, ...] = ()
    snapshots: tuple[Snapshot, ...] | None = None
    passthrough: tuple[Passthrough, ...] = ()
    settings: tuple[Setting, ...] = ()
    volumes: tuple[GuestVolume, ...] = ()
    roles: tuple[ServiceRole, ...] = ()
    tags: tuple[str, ...] = ()
    depends_on: tuple[VmId, ...] = ()
    backed_up_by: VmId | None = None
    criticality: Criticality | None = None
    max_downtime: int | None = None
    owner: str | None = None
    annotation: str | None = None
    attributes: tuple[Attribute, ...] = ()
    change_rate_bytes: int | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityRule:
    """VMs that belong together or apart, or on certain hosts. Not mandatory = a wish."""

    id: str
    name: str
    kind: AffinityKind
    vms: tuple[VmId, ...]
    hosts: tuple[HostId, ...] = ()
    mandatory: bool = True
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Traffic that was seen: `source` asked, `destination` answered, `size_bytes` in both directions together.

    None for one of the two is all machines that are no VM of the estate. `port` None is every port that had too
    little traffic to be named, or traffic without a port.
    """

    source: VmId | None
    destination: VmId | None
    port: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two sources disagree about a fact: `kept` is what the estate has, `others` what it could have been.

    `subject` is the id of a cluster, host, datastore, network or VM; `fact` is the name of a field, or of one
    inside (`disks.disk-1.capacity_bytes`); values are written as text.
    """

    subject: str
    fact: str
    kept: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a source could not tell: a part that it refused, cut off or did not reach.

    `source` is the file or endpoint as it was named (never with a password), `what` was not read, `why` not, and
    `remedy` is what to do about it.
    """

    source: str
    what: str
    why: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything that was read, each kind sorted by id, every reference resolved.

    `notes` count, in sentences without names, what the source held but no machine could be given for certain.
    `flows` were observed, not configured: they are hints, and what they say is never a reason to plan otherwise.
    """

    clusters: tuple[Cluster, ...]
    hosts: tuple[Host, ...]
    datastores: tuple[Datastore, ...] = ()
    networks: tuple[Network, ...] = ()
    vms: tuple[VirtualMachine, ...] = ()
    affinity_rules: tuple[AffinityRule, ...] = ()
    notes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    gaps: tuple[Gap, ...] = ()
    flows: tuple[Flow, ...] = ()
