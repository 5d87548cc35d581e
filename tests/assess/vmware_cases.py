"""Cases of the rules that only sources of VMware set off: names, tracked changes, old hardware, vVols."""

from planner.model.kinds import DatastoreKind, PowerState
from planner.model.policy import DecisionPolicy
from tests.assess.assess_estates import KVM, XCP, World

VDDK = {"vddk_path": "/opt/vddk", "decision": DecisionPolicy(targets=(KVM, XCP))}

VMWARE_CASES = [
    ("vm-name", "plain", World(), "-"),
    ("vm-name", "with a space", World(vm={"name": "web 01"}), "information/-"),
    ("vm-name", "that is a path", World(vm={"name": "../web"}), "information/-"),
    ("vm-name", "too long", World(vm={"name": "a" * 64}), "information/-"),
    ("vm-name", "as long as it may be", World(vm={"name": "a" * 63}), "-"),
    ("vm-name", "of two", World(vms={"copy": {"name": "web"}}), "information/-"),
    (
        "vm-name",
        "XenServer, upgraded in place",
        World(source="xenserver", vm={"name": "web 01"}),
        "information/-",
    ),
    ("vm-name", "KVM, moved as it is", World(source="kvm", vm={"name": "web 01"}), "-"),
    ("vm-change-tracking", "off, running", World(vm={"changed_block_tracking": False}), "information"),
    ("vm-change-tracking", "on", World(vm={"changed_block_tracking": True}), "-"),
    ("vm-change-tracking", "unknown", World(vm={"changed_block_tracking": None}), "-"),
    (
        "vm-change-tracking",
        "of a VM that is off anyway",
        World(vm={"changed_block_tracking": False, "power": PowerState.OFF}),
        "-",
    ),
    (
        "vm-change-tracking",
        "of XenServer",
        World(source="xenserver", vm={"changed_block_tracking": False}),
        "-",
    ),
    ("vm-hardware-version", "3", World(vm={"hardware_version": "vmx-03"}), "critical/-"),
    (
        "vm-hardware-version",
        "3, by VDDK",
        World(vm={"hardware_version": "vmx-03"}, policy=VDDK),
        "critical/-",
    ),
    ("vm-hardware-version", "4", World(vm={"hardware_version": "vmx-04"}), "-"),
    ("vm-hardware-version", "21", World(vm={"hardware_version": "vmx-21"}), "-"),
    ("vm-hardware-version", "3, over ssh", World(source="free", vm={"hardware_version": "vmx-03"}), "-"),
    ("vm-hardware-version", "something else", World(vm={"hardware_version": "pc-i440fx"}), "-"),
    ("datastore-vvol", "vVols", World(datastore={"kind": DatastoreKind.VVOL}), "warning"),
    ("datastore-vvol", "VMFS", World(datastore={"kind": DatastoreKind.VMFS}), "-"),
    (
        "datastore-vvol",
        "vVols without a disk",
        World(datastore={"kind": DatastoreKind.VVOL}, vm={"disks": ()}),
        "-",
    ),
]
