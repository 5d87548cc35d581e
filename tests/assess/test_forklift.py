"""Every concern that kubev2v/forklift has about VMware and OVA is one of ours, or says why it cannot be.

The ids: validation/policies/io/konveyor/forklift/{vmware,ova}/*.rego, read 2026-11-24.
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
WITHOUT_A_RULE = {
    "vmware.guestDisks.key.not_found": (
        "it asks whether drive letters can be given back to disks by the key of each; here virt-v2v finds the disks "
        "of a guest by what is on them, and no estate has such a key"
    ),
}


def named() -> set[str]:
    return {name for rule in RULES for name in (rule.forklift or "").split(", ")}


@pytest.mark.parametrize("concern", [*VMWARE, *OVA])
def test_a_concern_has_a_rule_or_a_reason(concern):
    assert (concern in named()) != (concern in WITHOUT_A_RULE)


def test_the_lists_are_whole():
    assert (len({*VMWARE}), len({*OVA})) == (29, 6)
    assert WITHOUT_A_RULE.keys() <= {*VMWARE, *OVA}


def test_no_rule_names_a_concern_that_does_not_exist():
    assert {name for name in named() if name.startswith(("vmware.", "ova."))} <= {*VMWARE, *OVA}
