"""What somebody set on a machine of the source that no other hypervisor takes over by itself."""

from dataclasses import dataclass
from enum import StrEnum


class SettingKind(StrEnum):
    """What was set; what its loss means is in planner/knowledge/settings.yml, a row for each."""

    BACKEND_DOMAIN = "backend-domain"
    BACKING_CHAIN = "backing-chain"
    BOOT_MENU = "boot-menu"
    BUS_SHARING = "bus-sharing"
    CLOCK_FROM_HOST = "clock-from-host"
    CPU_AFFINITY = "cpu-affinity"
    CPU_BASELINE = "cpu-baseline"
    CPU_LIMIT = "cpu-limit"
    CPU_MODEL = "cpu-model"
    CPU_SHARES = "cpu-shares"
    CUSTOM_PROPERTIES = "custom-properties"
    DIRECT_KERNEL = "direct-kernel"
    DISK_SERIAL = "disk-serial"
    DISK_STATUS = "disk-status"
    DRIVER_DOMAIN = "driver-domain"
    DYNAMIC_MEMORY = "dynamic-memory"
    FLOATING_ADDRESS = "floating-address"
    FOREIGN_EXPORT = "foreign-export"
    HIGH_AVAILABILITY = "high-availability"
    HUGE_PAGES = "huge-pages"
    IO_THREADS = "io-threads"
    LATENCY_SENSITIVE = "latency-sensitive"
    LINKED_CLONE = "linked-clone"
    LISTENING_PORTS = "listening-ports"
    LOCKDOWN = "lockdown"
    MEMORY_LIMIT = "memory-limit"
    MEMORY_SNAPSHOT = "memory-snapshot"
    NIC_FILTER = "nic-filter"
    NIC_LIMIT = "nic-limit"
    NIC_MIRRORING = "nic-mirroring"
    NIC_UNPLUGGED = "nic-unplugged"
    NO_CLUSTER_ROLE = "no-cluster-role"
    NSX = "nsx"
    NUMA_AFFINITY = "numa-affinity"
    OPERATIONS_BLOCKED = "operations-blocked"
    PAGE_MERGING = "page-merging"
    PENDING_QUESTION = "pending-question"
    PLACEMENT = "placement"
    POWER_SAVING = "power-saving"
    QEMU_ARGUMENTS = "qemu-arguments"
    RESERVED_FOR_FAILURE = "reserved-for-failure"
    SCSI_RESERVATION = "scsi-reservation"
    SERIAL_PORT = "serial-port"
    SHARED_FOLDER = "shared-folder"
    SNAPSHOT_SCHEDULE = "snapshot-schedule"
    SPICE_DISPLAY = "spice-display"
    STORAGE_ERRORS = "storage-errors"
    UNCERTAIN_STATE = "uncertain-state"
    USB_BOOT = "usb-boot"
    VAPP = "vapp"
    WATCHDOG = "watchdog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting as the source tells it: `value` is its own text (`0-3`, `i6300esb reset`), None where it has none."""

    kind: SettingKind
    value: str | None = None
