"""What things of an estate are: kinds, states and roles, each a closed set of words."""

from enum import StrEnum


class HypervisorKind(StrEnum):
    """What runs on a host. `none` is a machine without a hypervisor yet: a spare."""

    ESXI = "esxi"
    XENSERVER = "xenserver"
    XCPNG = "xcp-ng"
    XEN = "xen"
    ORACLE_VM = "oracle-vm"
    KVM = "kvm"
    PROXMOX = "proxmox"
    OVIRT = "ovirt"
    AHV = "ahv"
    HYPER_V = "hyper-v"
    OPENSTACK = "openstack"
    NONE = "none"


class ManagerKind(StrEnum):
    """Who manages a cluster's hosts together. `none`: every host stands alone."""

    VCENTER = "vcenter"
    XAPI = "xapi"
    LIBVIRT = "libvirt"
    PROXMOX = "proxmox"
    OVIRT = "ovirt"
    PRISM = "prism"
    OVM_MANAGER = "ovm-manager"
    HYPER_V = "hyper-v"
    OPENSTACK = "openstack"
    NONE = "none"


class DatastoreKind(StrEnum):
    """How a datastore, storage repository or pool keeps disks."""

    VMFS = "vmfs"
    NFS = "nfs"
    VSAN = "vsan"
    VVOL = "vvol"
    EXT = "ext"
    LVM = "lvm"
    ISCSI = "iscsi"
    HBA = "hba"
    DIR = "dir"
    ZFS = "zfs"
    CEPH = "ceph"
    GLUSTER = "gluster"
    SMB = "smb"
    ISO = "iso"
    OTHER = "other"


class PowerState(StrEnum):
    """Power state of a VM when the source was read."""

    ON = "on"
    OFF = "off"
    SUSPENDED = "suspended"


class Firmware(StrEnum):
    """Firmware that a machine boots with; it cannot be switched after installation."""

    BIOS = "bios"
    UEFI = "uefi"


class DiskKind(StrEnum):
    """What stands behind a VM's disk."""

    DISK = "disk"
    LUN = "lun"
    RDM = "rdm"
    CDROM = "cdrom"
    FLOPPY = "floppy"


class DiskMode(StrEnum):
    """Whether snapshots include a disk (persistent) or not (independent)."""

    PERSISTENT = "persistent"
    INDEPENDENT_PERSISTENT = "independent-persistent"
    INDEPENDENT_NONPERSISTENT = "independent-nonpersistent"


class ToolsState(StrEnum):
    """Guest tools of the source hypervisor."""

    RUNNING = "running"
    NOT_RUNNING = "not-running"
    OUTDATED = "outdated"
    NOT_INSTALLED = "not-installed"


class PassthroughKind(StrEnum):
    """A host device given to a VM."""

    PCI = "pci"
    GPU = "gpu"
    VGPU = "vgpu"
    SRIOV = "sriov"
    USB = "usb"


class Criticality(StrEnum):
    """How much an outage of a VM hurts, as its owner says."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ServiceRole(StrEnum):
    """Infrastructure that other machines, or the conversion itself, depend on."""

    VCENTER = "vcenter"
    XEN_ORCHESTRA = "xen-orchestra"
    DNS = "dns"
    DHCP = "dhcp"
    NTP = "ntp"
    DIRECTORY = "directory"
    BACKUP = "backup"
    JUMP_HOST = "jump-host"
    CONTROLLER = "controller"
    LICENCE = "licence"


class AffinityKind(StrEnum):
    """`together` and `apart` are about sharing a host, `waves-apart` about moving in one wave; `pinned` ties to hosts."""

    TOGETHER = "together"
    APART = "apart"
    WAVES_APART = "waves-apart"
    PINNED = "pinned"


class Bond(StrEnum):
    """How firmly VMs belong together when they move.

    `firm`: always, as a rule, a shared disk or a circle of dependencies asks for it; a plan without is none. `bind`: in one
    wave, unless there is no way without more help; then it is a wish. `wish`: soon after each other.
    `show`: people are told.
    """

    FIRM = "firm"
    BIND = "bind"
    WISH = "wish"
    SHOW = "show"
