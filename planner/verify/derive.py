"""What hosts and storages can carry, derived again from the estate and the policy alone."""

from collections.abc import Iterable, Mapping
from typing import Final

from planner.model.estate import (
    Cluster,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    NetworkId,
    VirtualMachine,
)
from planner.model.kinds import DatastoreKind, DiskKind, HypervisorKind, PowerState
from planner.model.plan import TargetStorage
from planner.model.platform import Platform
from planner.model.policy import Policy, Strategy, Uplink
from planner.model.reserve import Reserve

OVERCOMMITTING: Final = {HypervisorKind.ESXI, HypervisorKind.KVM}
NEVER_WRITTEN: Final = {DatastoreKind.VMFS, DatastoreKind.VSAN, DatastoreKind.VVOL}


def runs(vm: VirtualMachine) -> bool:
    """Whether a VM takes memory: an unknown power state may be on, so it counts as running."""
    return not vm.template and vm.power not in {PowerState.OFF, PowerState.SUSPENDED}


def source_memory(host: Host, policy: Policy) -> int | None:
    """Bytes that VMs may take on a source host, nothing while it is in maintenance.

    The policy's overcommitment is for ESXi and KVM only.
    """
    if host.maintenance:
        return 0
    if host.memory_bytes is None:
        return None
    percent = policy.capacity.source_memory_percent if host.hypervisor in OVERCOMMITTING else 100
    return host.memory_bytes * percent // 100


def target_memory(host: Host, policy: Policy) -> int | None:
    """Bytes that VMs may take on a host after its conversion: what the hypervisor does not keep."""
    if host.memory_bytes is None:
        return None
    return max(0, host.memory_bytes - policy.capacity.host_memory_bytes)


def vcpu_capacity(host: Host, policy: Policy) -> int | None:
    """The vCPUs of running VMs that a host may carry."""
    return None if host.cpu.cores is None else int(host.cpu.cores * policy.capacity.vcpu_per_core)


def reserve(cluster: Cluster, policy: Policy) -> Reserve:
    """What a side keeps free: the cluster's own figure of either kind before the general one; nothing without HA."""
    if cluster.ha_enabled is not True:
        return Reserve()
    said = [
        *((own.reserve_percent, own.reserve_hosts) for own in policy.clusters if own.cluster == cluster.name),
        (policy.capacity.reserve_percent, policy.capacity.reserve_hosts),
    ]
    percent, hosts = next(pair for pair in said if pair != (None, None))
    return Reserve(hosts=hosts or 0) if percent is None else Reserve(percent=percent)


def beside_reserve(capacities: Iterable[int], reserved: Reserve) -> int:
    """Bytes that running VMs may take of hosts: without the largest that may fail, or without the share kept free."""
    largest_first = sorted(capacities, reverse=True)
    total = sum(largest_first[reserved.hosts :])
    return total - -(-total * reserved.percent // 100)


def behind(uplink: Uplink, estate: Estate) -> frozenset[HostId]:
    """The hosts on the side of an uplink that the policy names."""
    clusters = {cluster.id for cluster in estate.clusters if cluster.name in uplink.clusters}
    return frozenset(
        host.id for host in estate.hosts if host.name in uplink.hosts or host.cluster in clusters
    )


def disk_size(disk: Disk) -> int | None:
    """Bytes that a copy of a disk takes: the data of a thin disk, the whole of a raw device."""
    if disk.kind is DiskKind.RDM or disk.allocated_bytes is None:
        return disk.capacity_bytes
    return disk.allocated_bytes


def is_copied(disk: Disk) -> bool:
    """Whether a disk belongs to the VM's data; removable media do not."""
    return disk.kind not in {DiskKind.CDROM, DiskKind.FLOPPY}


def carried_networks(host: Host) -> frozenset[NetworkId] | None:
    """The source networks that reach a host; None when nothing is known."""
    return None if host.networks is None else frozenset(carried.network for carried in host.networks)


def mapped_networks(estate: Estate, policy: Policy) -> frozenset[NetworkId]:
    """Networks for which the policy names a bridge, so that every target host will carry them."""
    names = {mapping.source for mapping in policy.network_map}
    return frozenset(network.id for network in estate.networks if network.name in names)


def target_networks(host: Host, mapped: frozenset[NetworkId]) -> frozenset[NetworkId] | None:
    """The networks of a host after its conversion: what it carries now, and every mapped one."""
    carried = carried_networks(host)
    return None if carried is None else carried | mapped


def storage_medium(storage: TargetStorage) -> tuple[str, str]:
    """What really stands behind a storage, whatever it is called: two claims on one medium add up."""
    if storage.datastore is not None:
        return "datastore", storage.datastore
    return ("pool of host", storage.host) if storage.host is not None else ("shared storage", storage.name)


def storage_capacity(
    storage: TargetStorage,
    policy: Policy,
    datastores: Mapping[DatastoreId, Datastore],
    hosts: Mapping[HostId, Host],
    platform: Platform | None,
) -> int | None:
    """Bytes that a target storage may receive; None when the estate does not say."""
    size: int | None
    if storage.datastore is not None:
        source = datastores.get(storage.datastore)
        size = None if source is None else source.free_bytes
    elif storage.host is not None:
        size = local_pool(hosts.get(storage.host), datastores, platform)
    else:
        size = next((s.capacity_bytes for s in policy.shared_storage if s.name == storage.name), 0)
    return None if size is None else size * policy.capacity.storage_percent // 100


def local_pool(
    host: Host | None, datastores: Mapping[DatastoreId, Datastore], platform: Platform | None
) -> int | None:
    """Bytes of a host's own pool: its data disks, else what the installation leaves of the disks or datastores."""
    if host is None or platform is None:
        return None
    if host.disks:
        separate = [disk.capacity_bytes for disk in host.disks if disk.boot is False]
        whole = sum(disk.capacity_bytes for disk in host.disks) - platform.min_host_disk_bytes
        return sum(separate) if separate else max(0, whole)
    local = [datastores[store].capacity_bytes for store in host.datastores if is_local(datastores[store])]
    total = _sum_known(local)
    return None if not local or total is None else max(0, total - platform.min_host_disk_bytes)


def is_local(datastore: Datastore) -> bool:
    """Whether a datastore is known to live on one host's own disks."""
    return datastore.shared is False and datastore.kind is not DatastoreKind.ISO


def may_be_written(storage: TargetStorage, strategy: Strategy | None, source: Datastore | None) -> bool:
    """Whether target hosts may write to a storage: a source datastore only by NFS, or kept by an upgrade."""
    if source is None:
        return storage.datastore is None
    if source.kind in NEVER_WRITTEN:
        return False
    return source.kind is DatastoreKind.NFS or strategy is Strategy.UPGRADE_IN_PLACE


def _sum_known(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
