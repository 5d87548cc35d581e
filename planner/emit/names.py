"""What things are called inside a bundle: inventory names and groups, made of ids only."""

import hashlib
from typing import Final

from planner.model.estate import HostId
from planner.model.kinds import HypervisorKind
from planner.model.plan import StepKind

TARGET_GROUPS: Final = {HypervisorKind.KVM: "kvm_hosts", HypervisorKind.XCPNG: "xcpng_hosts"}
SOURCE_GROUPS: Final = {
    HypervisorKind.ESXI: "esxi_sources",
    HypervisorKind.XENSERVER: "xenserver_sources",
    HypervisorKind.XCPNG: "xcpng_sources",
    HypervisorKind.XEN: "xen_sources",
    HypervisorKind.ORACLE_VM: "oracle_vm_sources",
    HypervisorKind.KVM: "kvm_sources",
    HypervisorKind.PROXMOX: "proxmox_sources",
    HypervisorKind.OVIRT: "ovirt_sources",
    HypervisorKind.AHV: "ahv_sources",
    HypervisorKind.HYPER_V: "hyper_v_sources",
    HypervisorKind.OPENSTACK: "openstack_sources",
}
# Steps that take a VM across to its new hypervisor.
CROSSINGS: Final = {StepKind.MOVE, StepKind.PARK}
EVERY_SOURCE: Final = "sources"
# A Linux machine of the operator's that converts disks for pools of XCP-ng, which can run nothing of ours.
CONVERSION_HOST: Final = "conversion-host"
# The account that kvm_host makes for its peers.
MIGRATION_USER: Final = "vmmigrate"


def source_name(host: HostId) -> str:
    """A host while it still runs its old hypervisor: another system than the one that bears the plain id."""
    return f"{host}-source"


def erase_token(host: HostId, estate_digest: str) -> str:
    """What an operator types to permit that this host, of this estate, is erased."""
    fingerprint = hashlib.sha256(f"{estate_digest} {host}".encode()).hexdigest()[:8]
    return f"erase-{host}-{fingerprint}"


def group_of(wave: str) -> str:
    """The inventory group of everything that a wave's play addresses."""
    return wave.replace("-", "_")
