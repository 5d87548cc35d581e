"""Which properties are asked for, by type of object, in the order of reading: a broken connection loses the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.read.vsphere.inventory import (
    ALONE,
    CLUSTER,
    DATACENTRE,
    DATASTORE,
    FOLDER,
    HOST,
    NETWORK,
    OPAQUE,
    POOL,
    PORT_GROUP,
    SWITCH,
    VM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Properties of a type; `what` they tell, in an operator's words."""

    what: str
    paths: tuple[str, ...]


NODES: Final = "numa.nodeAffinity"
"""The NUMA nodes that a VM is bound to: an advanced option, which no property has."""
OPTIONS: Final = frozenset({NODES})
"""Advanced options that are kept; others are megabytes that nobody reads, and passwords (`guestinfo.userdata`)."""

PATHS: Final[Mapping[str, Wanted]] = {
    HOST: Wanted(
        what="hosts",
        paths=(
            "name",
            "parent",
            "datastore",
            "network",
            "capability.virtualExecUsageSupported",
            "capability.virtualMmuUsageSupported",
            "config.activeDiagnosticPartition",
            "config.adminDisabled",
            "config.lockdownMode",
            "config.network.pnic",
            "config.network.portgroup",
            "config.network.proxySwitch",
            "config.network.vnic",
            "config.network.vswitch",
            "config.storageDevice.hostBusAdapter",
            "config.storageDevice.scsiLun",
            "hardware.biosInfo",
            "hardware.cpuInfo",
            "hardware.cpuPkg",
            "hardware.memorySize",
            "hardware.pciDevice",
            "hardware.systemInfo",
            "runtime.connectionState",
            "runtime.inMaintenanceMode",
            "summary.config.product",
            "summary.config.vmotionEnabled",
            "summary.hardware",
            "summary.managementServerIp",
        ),
    ),
    CLUSTER: Wanted(
        what="clusters with HA, DRS and rules", paths=("name", "parent", "configurationEx", "summary")
    ),
    ALONE: Wanted(what="hosts outside clusters", paths=("name", "parent")),
    DATACENTRE: Wanted(what="data centres", paths=("name", "parent")),
    FOLDER: Wanted(what="folders", paths=("name", "parent")),
    DATASTORE: Wanted(
        what="datastores",
        paths=(
            "name",
            "parent",
            "host",
            "info",
            "summary.accessible",
            "summary.capacity",
            "summary.freeSpace",
            "summary.multipleHostAccess",
            "summary.type",
            "summary.url",
        ),
    ),
    NETWORK: Wanted(what="networks", paths=("name",)),
    PORT_GROUP: Wanted(
        what="port groups of distributed switches",
        paths=(
            "name",
            "key",
            "host",
            "tag",
            "config.backingType",
            "config.defaultPortConfig",
            "config.distributedVirtualSwitch",
            "config.logicalSwitchUuid",
            "config.segmentId",
            "config.uplink",
        ),
    ),
    OPAQUE: Wanted(what="networks of NSX", paths=("name", "summary")),
    SWITCH: Wanted(
        what="distributed switches", paths=("name", "uuid", "config.host", "config.uplinkPortgroup")
    ),
    POOL: Wanted(what="resource pools", paths=("name", "owner")),
    VM: Wanted(
        what="VMs",
        paths=(
            "name",
            "customValue",
            "datastore",
            "parentVApp",
            "resourcePool",
            "snapshot",
            "config.annotation",
            "config.bootOptions",
            "config.changeTrackingEnabled",
            "config.cpuAffinity",
            "config.cpuAllocation",
            "config.cpuHotAddEnabled",
            "config.extraConfig",
            "config.files.vmPathName",
            "config.firmware",
            "config.flags.diskUuidEnabled",
            "config.guestFullName",
            "config.hardware",
            "config.instanceUuid",
            "config.keyId",
            "config.latencySensitivity",
            "config.managedBy",
            "config.memoryAffinity",
            "config.memoryAllocation",
            "config.memoryHotAddEnabled",
            "config.memoryReservationLockedToMax",
            "config.nestedHVEnabled",
            "config.template",
            "config.tools.syncTimeWithHost",
            "config.uuid",
            "config.version",
            "guest.disk",
            "guest.guestFullName",
            "guest.hostName",
            "guest.ipAddress",
            "guest.net",
            "guest.toolsRunningStatus",
            "guest.toolsStatus",
            "guest.toolsVersionStatus2",
            "layoutEx.disk",
            "layoutEx.file",
            "runtime.connectionState",
            "runtime.consolidationNeeded",
            "runtime.faultToleranceState",
            "runtime.host",
            "runtime.powerState",
            "runtime.question",
        ),
    ),
}
