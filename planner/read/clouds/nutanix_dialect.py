"""Where the two versions of Prism's API keep the same facts.

v3: https://www.nutanix.dev/api_references/prism-central-v3/ (POST vms/list, hosts/list, clusters/list, subnets/list)
v4: https://developers.nutanix.com/ (GET vmm/v4.0/ahv/config/vms, clustermgmt/v4.0/config/{hosts,clusters,storage-containers},
networking/v4.0/config/subnets)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.read.clouds.records import ANY, CAPACITY, Bounds, Record
from planner.units import MIB

Paths = Mapping[str, str]
"""Word of ours -> dotted path in the answer; `a|b` is whichever of two keys is there."""

_V3_VM: Final[Paths] = {
    "uuid": "metadata.uuid",
    "name": "status.name",
    "note": "status.description",
    "cluster": "status.cluster_reference.uuid",
    "cluster_name": "status.cluster_reference.name",
    "host": "status.resources.host_reference.uuid",
    "host_name": "status.resources.host_reference.name",
    "hypervisor": "status.resources.hypervisor_type",
    "power": "status.resources.power_state",
    "sockets": "status.resources.num_sockets",
    "cores": "status.resources.num_vcpus_per_socket",
    "threads": "status.resources.num_threads_per_core",
    "memory": "status.resources.memory_size_mib",
    "machine": "status.resources.machine_type",
    "boot": "status.resources.boot_config.boot_type",
    "vtpm": "status.resources.vtpm_config.vtpm_enabled",
    "nested": "status.resources.hardware_virtualization_enabled",
    "tools": "status.resources.guest_tools.nutanix_guest_tools.ngt_state",
    "tools_reachable": "status.resources.guest_tools.nutanix_guest_tools.is_reachable",
    "guest_os": "status.resources.guest_tools.nutanix_guest_tools.guest_os_version",
    "disks": "status.resources.disk_list",
    "nics": "status.resources.nic_list",
    "gpus": "status.resources.gpu_list",
    "project": "metadata.project_reference.name",
    "owner": "metadata.owner_reference.name",
    "categories": "metadata.categories",
}
_V4_VM: Final[Paths] = {
    "uuid": "extId",
    "name": "name",
    "note": "description",
    "cluster": "cluster.extId",
    "host": "host.extId",
    "power": "powerState",
    "sockets": "numSockets",
    "cores": "numCoresPerSocket",
    "threads": "numThreadsPerCore",
    "memory": "memorySizeBytes",
    "machine": "machineType",
    "boot": "bootConfig.$objectType",
    "secure": "bootConfig.isSecureBootEnabled",
    "vtpm": "vtpmConfig.isVtpmEnabled",
    "smbios": "biosUuid",
    "tools_installed": "guestTools.isInstalled",
    "tools_reachable": "guestTools.isReachable",
    "guest_os": "guestTools.guestOsVersion",
    "disks": "disks",
    "cdroms": "cdRoms",
    "nics": "nics",
    "gpus": "gpus",
    "devices": "pcieDevices",
}
_V3_DISK: Final[Paths] = {
    "id": "uuid",
    "kind": "device_properties.device_type",
    "bus": "device_properties.disk_address.adapter_type",
    "index": "device_properties.disk_address.device_index",
    "size": "disk_size_bytes",
    "mebibytes": "disk_size_mib",
    "container": "storage_config.storage_container_reference.uuid",
    "container_name": "storage_config.storage_container_reference.name",
    "group": "volume_group_reference.uuid",
}
_V4_DISK: Final[Paths] = {
    "id": "extId",
    "bus": "diskAddress.busType",
    "index": "diskAddress.index",
    "size": "backingInfo.diskSizeBytes",
    "container": "backingInfo.storageContainer.extId",
    "group": "backingInfo.volumeGroupExtId",
}
_V3_NIC: Final[Paths] = {
    "mac": "mac_address",
    "model": "model",
    "subnet": "subnet_reference.uuid",
    "subnet_name": "subnet_reference.name",
}
_V4_NIC: Final[Paths] = {
    "mac": "backingInfo|nicBackingInfo.macAddress",
    "model": "backingInfo|nicBackingInfo.model",
    "subnet": "networkInfo|nicNetworkInfo.subnet.extId",
}
_V3_HOST: Final[Paths] = {
    "uuid": "metadata.uuid",
    "name": "status.name",
    "cluster": "status.cluster_reference.uuid",
    "cluster_name": "status.cluster_reference.name",
    "address": "status.resources.hypervisor.ip",
    "version": "status.resources.hypervisor.hypervisor_full_name",
    "model": "status.resources.block.block_model",
    "cpu": "status.resources.cpu_model",
    "sockets": "status.resources.num_cpu_sockets",
    "cores": "status.resources.num_cpu_cores",
    "memory": "status.resources.memory_capacity_mib",
    "bmc": "status.resources.ipmi.ip",
}
_V4_HOST: Final[Paths] = {
    "uuid": "extId",
    "name": "hostName",
    "cluster": "cluster.uuid|extId",
    "cluster_name": "cluster.name",
    "address": "hypervisor.externalAddress.ipv4.value",
    "version": "hypervisor.fullName",
    "model": "blockModel",
    "cpu": "cpuModel",
    "sockets": "numberOfCpuSockets",
    "cores": "numberOfCpuCores",
    "threads": "numberOfCpuThreads",
    "memory": "memorySizeBytes",
    "bmc": "ipmi.ip.ipv4.value",
    "maintenance": "maintenanceState",
}
_V3_CLUSTER: Final[Paths] = {
    "uuid": "metadata.uuid",
    "name": "status.name",
    "address": "status.resources.network.external_ip",
}
_V4_CLUSTER: Final[Paths] = {
    "uuid": "extId",
    "name": "name",
    "address": "network.externalAddress.ipv4.value",
}
_V3_SUBNET: Final[Paths] = {
    "uuid": "metadata.uuid",
    "name": "status.name",
    "kind": "status.resources.subnet_type",
    "vlan": "status.resources.vlan_id",
    "cluster": "status.cluster_reference.uuid",
}
_V4_SUBNET: Final[Paths] = {
    "uuid": "extId",
    "name": "name",
    "kind": "subnetType",
    "vlan": "networkId",
    "cluster": "clusterReference",
}
_V4_CONTAINER: Final[Paths] = {
    "uuid": "containerExtId|extId",
    "name": "name",
    "capacity": "maxCapacityBytes",
    "cluster": "clusterExtId",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A version of the API: the paths of each kind of object, and what memory is counted in."""

    kinds: Mapping[str, Paths]
    disk: Paths
    nic: Paths
    memory_unit: int


V3: Final = Dialect(
    kinds={"vm": _V3_VM, "host": _V3_HOST, "cluster": _V3_CLUSTER, "subnet": _V3_SUBNET},
    disk=_V3_DISK,
    nic=_V3_NIC,
    memory_unit=MIB,
)
V4: Final = Dialect(
    kinds={
        "vm": _V4_VM,
        "host": _V4_HOST,
        "cluster": _V4_CLUSTER,
        "subnet": _V4_SUBNET,
        "container": _V4_CONTAINER,
    },
    disk=_V4_DISK,
    nic=_V4_NIC,
    memory_unit=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An object of either version, read by our words. A word that the version lacks is unknown."""

    record: Record
    paths: Paths
    dialect: Dialect

    def text(self, word: str) -> str | None:
        """Text as it stands."""
        record, key = self._at(word)
        return record.text(key)

    def line(self, word: str) -> str | None:
        """Text that only people read."""
        record, key = self._at(word)
        return record.line(key)

    def uuid(self, word: str) -> str | None:
        """An identifier in lower case."""
        record, key = self._at(word)
        return record.uuid(key)

    def number(self, word: str, bounds: Bounds = ANY) -> int | None:
        """A whole number."""
        record, key = self._at(word)
        return record.number(key, bounds)

    def size(self, word: str, unit: int, bounds: Bounds = CAPACITY) -> int | None:
        """A size in bytes."""
        record, key = self._at(word)
        return record.size(key, unit, bounds)

    def flag(self, word: str) -> bool | None:
        """Yes or no."""
        record, key = self._at(word)
        return record.flag(key)

    def mac(self, word: str) -> str | None:
        """A MAC address."""
        record, key = self._at(word)
        return record.mac(key)

    def many(self, word: str, paths: Paths) -> tuple["View", ...]:
        """The objects of a list."""
        record, key = self._at(word)
        return tuple(View(record=item, paths=paths, dialect=self.dialect) for item in record.many(key))

    def inner(self, word: str) -> Record:
        """The object itself."""
        record, key = self._at(word)
        return record.inner(key)

    def _at(self, word: str) -> tuple[Record, str]:
        """The object that holds a fact, and its key there; the empty key of nothing when the version lacks it."""
        record = self.record
        *parents, last = self.paths.get(word, "").split(".")
        for parent in parents:
            record = record.inner(_present(record, parent))
        return record, _present(record, last)


def _present(record: Record, key: str) -> str:
    alternatives = key.split("|")
    return next((one for one in alternatives if one in record.data), alternatives[0])
