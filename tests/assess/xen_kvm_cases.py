"""Cases of what only Xen, XenServer and libvirt have: machine types, definitions that travel, devices, pools."""

from dataclasses import replace

from planner.model.estate import HostId
from planner.model.kinds import DiskKind, PowerState, ToolsState
from planner.model.policy import ClusterPolicy, DecisionPolicy, Strategy
from planner.model.setting import Setting, SettingKind
from tests.assess.assess_estates import DISK, KVM, XCP, World

OLDER = {"host": {"version": "Debian 11"}, "second_host": {"version": "Debian 11"}}
"""KVM that libvirt migrates to the newer Debian while its VMs run."""
NEWER = {"host": {"version": "8.4.0"}, "second_host": {"version": "8.4.0"}}
LEAVE = {
    "policy": {
        "clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.MOVE_TO_NEW_HOSTS),),
        "decision": DecisionPolicy(targets=(KVM, XCP)),
    }
}


def machine(name, **facts):
    return {"hardware_version": name, **facts}


def sets(kind, value=None):
    return {"settings": (Setting(kind=kind, value=value),)}


def at(path, **facts):
    return {"disks": (replace(DISK, **{"path": path, "datastore": None, **facts}),)}


MACHINE_CASES = [
    ("vm-machine-type", case, world, expected)
    for case, world, expected in (
        ("migrated, gone", World(source="kvm", vm=machine("pc-1.0"), **OLDER), "critical/-"),
        ("migrated, newer", World(source="kvm", vm=machine("pc-q35-9.2"), **OLDER), "critical/-"),
        ("migrated, there", World(source="kvm", vm=machine("pc-q35-5.2"), **OLDER), "-"),
        ("migrated, unknown", World(source="kvm", vm=machine(None), **OLDER), "-"),
        ("copied, Red Hat's", World(source="old-kvm", vm=machine("pc-i440fx-rhel7.6.0")), "warning/-"),
        ("copied, Red Hat's of old", World(source="old-kvm", vm=machine("rhel6.6.0")), "warning/-"),
        ("copied, there", World(source="old-kvm", vm=machine("pc-i440fx-2.9")), "-"),
        ("copied, no PC", World(source="old-kvm", vm=machine("virt-rhel8.6.0")), "critical/-"),
        (
            "migrated but off",
            World(source="kvm", vm=machine("pc-1.0", power=PowerState.OFF), **OLDER),
            "warning/-",
        ),
        ("a version of VMware", World(vm=machine("vmx-19")), "-"),
    )
]
BOUND_CASES = [
    ("vm-definition-bound", case, world, expected)
    for case, world, expected in (
        ("copied", World(source="old-kvm", vm=sets(SettingKind.SHARED_FOLDER, "/srv share")), "warning/-"),
        ("migrated", World(source="kvm", vm=sets(SettingKind.HUGE_PAGES), **OLDER), "warning/-"),
        ("means the same everywhere", World(source="old-kvm", vm=sets(SettingKind.BOOT_MENU)), "-"),
        ("defined anew", World(source="xen", vm=sets(SettingKind.CPU_AFFINITY, "0-3")), "-"),
    )
]
DEVICE_CASES = [
    ("vm-raw-device", case, world, expected)
    for case, world, expected in (
        ("a whole disk", World(source="xen", vm=at("/dev/sdb")), "warning"),
        ("a partition", World(source="xen", vm=at("/dev/nvme0n1p3")), "warning"),
        ("by its id", World(source="old-kvm", vm=at("/dev/disk/by-id/wwn-0x5")), "warning"),
        ("replicated", World(source="xen", vm=at("/dev/drbd/by-res/web/0")), "warning"),
        ("a LUN of a repository", World(source="xenserver", vm=at("1f", kind=DiskKind.LUN)), "warning/-"),
        ("a volume", World(source="xen", vm=at("/dev/vg0/web-root")), "-"),
        ("a volume by its mapping", World(source="xen", vm=at("/dev/mapper/vg0-web")), "-"),
        ("in a pool of devices", World(source="old-kvm", vm=at("/dev/sdb", datastore=DISK.datastore)), "-"),
        ("a drive", World(source="old-kvm", vm=at("/dev/sr0", kind=DiskKind.CDROM)), "-"),
        ("a file", World(source="old-kvm", vm=at("/srv/images/web.qcow2")), "-"),
        (
            "migrated while it runs",
            World(source="kvm", vm=at("/dev/sdb"), **OLDER),
            "-/warning",
        ),
    )
]
LOCAL_CASES = [
    ("vm-local-storage", case, world, expected)
    for case, world, expected in (
        ("upgraded in place", World(source="xenserver"), "-/warning"),
        ("shared", World(source="xenserver", datastore={"shared": True}), "-"),
        ("unknown", World(source="xenserver", datastore={"shared": None}), "-"),
        ("off", World(source="xenserver", vm={"power": PowerState.OFF}), "-"),
        ("nowhere to go", World(source="xenserver", second_host=None), "-"),
        ("moved between pools", World(source="xenserver", **LEAVE), "-"),
        ("another hypervisor", World(), "-"),
    )
]
TOOLS_CASES = [
    ("vm-tools-outdated", case, world, expected)
    for case, world, expected in (
        ("upgraded in place", World(source="xenserver", vm={"tools": ToolsState.OUTDATED}), "-/warning"),
        (
            "moved between pools",
            World(source="xenserver", vm={"tools": ToolsState.OUTDATED}, **LEAVE),
            "-/warning",
        ),
        ("taken out", World(vm={"tools": ToolsState.OUTDATED}), "-"),
        ("up to date", World(source="xenserver"), "-"),
    )
]
NEWER_CASES = [
    ("cluster-newer-than-target", case, world, expected)
    for case, world, expected in (
        ("XenServer 8.4", World(source="xenserver", **NEWER), "-/warning"),
        (
            "one host of it",
            World(source="xenserver", second_host={"version": "8.4.0", "id": HostId("host-2")}),
            "-/warning",
        ),
        ("XenServer 8.2", World(source="xenserver"), "-"),
        (
            "XCP-ng 9",
            World(source="xcp-ng", host={"version": "9.0.0"}, second_host={"version": "9.0.0"}),
            "-/warning",
        ),
        ("unknown", World(source="xenserver", host={"version": None}, second_host={"version": None}), "-"),
        ("a version of something else", World(host={"version": "9.0.0"}, second_host=None), "-"),
    )
]
XEN_KVM_CASES = [
    *MACHINE_CASES,
    *BOUND_CASES,
    *DEVICE_CASES,
    *LOCAL_CASES,
    *TOOLS_CASES,
    *NEWER_CASES,
]
