"""Every concern that kubev2v/forklift has is one of ours, or says why it cannot be.

The ids of VMware and OVA: validation/policies/io/konveyor/forklift/{vmware,ova}/*.rego, read 2026-11-24; of the others the
names of the files there.
"""

import pytest

from planner.assess.catalogue import RULES

VMWARE = (
    "vmware.changed_block_tracking.disabled",
    "vmware.changed_block_tracking.disk.disabled",
    "vmware.consolidation_needed",
    "vmware.cpu_affinity.detected",
    "vmware.cpu_memory.hotplug.enabled",
    "vmware.datastore.missing",
    "vmware.device.sriov.detected",
    "vmware.disk.capacity.invalid",
    "vmware.disk.count.exceeds.limit",
    "vmware.disk.rdm.detected",
    "vmware.disk.shared.detected",
    "vmware.disk_mode.independent",
    "vmware.disk_serial.truncated",
    "vmware.dpm.enabled",
    "vmware.drs.enabled",
    "vmware.fault_tolerance.enabled",
    "vmware.guestDisks.freespace",
    "vmware.guestDisks.key.not_found",
    "vmware.host_affinity.detected",
    "vmware.hostname.default",
    "vmware.hostname.empty",
    "vmware.numa_affinity.detected",
    "vmware.os.unsupported",
    "vmware.passthrough_device.detected",
    "vmware.snapshot.detected",
    "vmware.tpm.detected",
    "vmware.usb_controller.detected",
    "vmware.vm.name.invalid",
    "vmware.vm_missing_ip.detected",
)
OVA = (
    "ova.cpu_affinity.detected",
    "ova.cpu_memory.hotplug.enabled",
    "ova.disk.capacity.invalid",
    "ova.disk.count.exceeds.limit",
    "ova.name.invalid",
    "ova.source.unsupported",
)
OVIRT = tuple(
    f"ovirt {name}"
    for name in [
        "ballooned_memory",
        "bios_boot_menu",
        "cpu_custom_model",
        "cpu_policy",
        "cpu_shares",
        "cpu_tune",
        "custom_properties",
        "disk_count",
        "disk_interface_type",
        "disk_size",
        "disk_status",
        "disk_storage_type",
        "display_type",
        "ha",
        "ha_reservation",
        "host_devices",
        "illegal_images",
        "io_threads",
        "ksm",
        "name",
        "nic_custom_properties",
        "nic_interface_type",
        "nic_network_filter",
        "nic_pci_passthrough",
        "nic_plugged",
        "nic_port_mirroring",
        "nic_qos",
        "numa_tune",
        "online_snapshot",
        "placement_policy",
        "scsi_reservation",
        "secure_boot",
        "shared_disk",
        "storage_error_resume_behaviour",
        "tpm",
        "usb",
        "vm_os",
        "vm_status",
        "watchdog",
    ]
)
OPENSTACK = tuple(
    f"openstack {name}"
    for name in [
        "bios_boot_menu",
        "cpu_shares",
        "disk_count",
        "disk_interface_type",
        "disk_size",
        "disk_status",
        "floating_ips",
        "host_devices",
        "name",
        "numa_tune",
        "secure_boot",
        "shared_disk",
        "vif_models",
        "vm_os",
        "vm_status",
        "watchdog",
    ]
)
HYPER_V = tuple(
    f"hyperv {name}"
    for name in [
        "checkpoint",
        "cluster_role",
        "disk_count",
        "disk_size",
        "disk_smb_path",
        "integration_services",
        "ip_state",
        "name",
        "nic_unresolved_network",
        "secure_boot",
        "tpm_enabled",
        "vm_os",
    ]
)
EVERY = (*VMWARE, *OVA, *OVIRT, *OPENSTACK, *HYPER_V)
_OWN_BUS = "disks and cards get the target's own kinds, whatever they were; what the guest has drivers for is asked by other rules"
WITHOUT_A_RULE = {
    **dict.fromkeys(
        (
            "ovirt disk_interface_type",
            "ovirt nic_interface_type",
            "openstack disk_interface_type",
            "openstack vif_models",
        ),
        _OWN_BUS,
    ),
    "ovirt disk_storage_type": "a disk of another system (Cinder) has no datastore here, which is a concern itself",
    "vmware.guestDisks.key.not_found": (
        "it asks whether drive letters can be given back to disks by the key of each; here virt-v2v finds the disks "
        "of a guest by what is on them, and no estate has such a key"
    ),
}


def named() -> set[str]:
    return {name for rule in RULES for name in (rule.forklift or "").split(", ")}


@pytest.mark.parametrize("concern", EVERY)
def test_a_concern_has_a_rule_or_a_reason(concern):
    assert (concern in named()) != (concern in WITHOUT_A_RULE)


def test_the_lists_are_whole():
    assert [len({*some}) for some in (VMWARE, OVA, OVIRT, OPENSTACK, HYPER_V)] == [29, 6, 39, 16, 12]
    assert WITHOUT_A_RULE.keys() <= {*EVERY}


def test_no_rule_names_a_concern_that_does_not_exist():
    assert named() - {""} <= {*EVERY}
