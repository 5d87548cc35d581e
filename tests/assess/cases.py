"""What each rule says, as data: rule, case, world, and the severity on the way to KVM and to XCP-ng.

`warning` means both ways, `critical/-` only to KVM, `-` that the rule is silent. Every rule has a hit and a miss.
"""

from dataclasses import replace

from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Conflict,
    Cpu,
    DatastoreId,
    Disk,
    Gap,
    GuestVolume,
    HostId,
    HostNetwork,
    HostNic,
    LocalDisk,
    NetworkId,
    Passthrough,
    Snapshot,
    VmId,
)
from planner.model.kinds import (
    AffinityKind,
    DatastoreKind,
    DiskKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.model.policy import (
    CapacityPolicy,
    ClusterPolicy,
    DecisionPolicy,
    NetworkMapping,
    Strategy,
    Waiver,
)
from planner.units import GIB, MIB, TIB
from tests.assess.adapter_cases import ADAPTER_CASES
from tests.assess.assess_estates import DISK, KVM, NET, NIC, XCP, World, spare
from tests.assess.day_cases import DAY_CASES
from tests.assess.graph_cases import GRAPH_CASES
from tests.assess.setting_cases import SETTING_CASES
from tests.assess.site_cases import SITE_CASES
from tests.assess.vmware_cases import VMWARE_CASES
from tests.assess.xen_kvm_cases import XEN_KVM_CASES

VDDK = {"policy": {"vddk_path": "/opt/vddk", "decision": DecisionPolicy(targets=(KVM, XCP))}}
LEAVE_POOL = {
    "policy": {
        "clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.CONVERT_IN_PLACE),),
        "decision": DecisionPolicy(targets=(KVM, XCP)),
    }
}
SNAPSHOT = Snapshot(name="before", created="2026-01-02T03:04:05Z", size_bytes=GIB)
WINDOWS = "Microsoft Windows Server 2022 (64-bit)"
OTHER = Cluster(id=ClusterId("cluster-b"), name="Beta", hypervisor=HypervisorKind.ESXI)
UNREAD = Gap(
    source="vsphere://vc.example.org",
    what="tags",
    why="the account may not read them",
    remedy="grant it Read-only on the vCenter itself",
)


def disagree(subject):
    return Conflict(subject=subject, fact="memory_bytes", kept="1073741824", others=("2147483648",))


def disks(**facts):
    return {"disks": (replace(DISK, **facts),)}


def device(kind):
    return {"passthrough": (Passthrough(kind=kind, description="0000:3b:00.0"),)}


def nics(**facts):
    return {"nics": (replace(NIC, **facts),)}


def volume(path, free):
    return {"volumes": (GuestVolume(path=path, capacity_bytes=GIB, free_bytes=free),)}


def rule(kind, *vms, mandatory=True):
    ids = tuple(VmId(f"vm-{name}") for name in vms)
    return AffinityRule(
        id=f"rule-{kind}", name=f"{kind} rule", kind=AffinityKind(kind), vms=ids, mandatory=mandatory
    )


def waiver(finding, subject=None):
    return Waiver(
        finding=finding, subject=subject, who="A. Person", why="tested on a copy", until="2027-01-31"
    )


CASES = [
    ("vm-no-route", "a paravirtual guest", World(source="xen", vm={"paravirtual": True}), "critical"),
    ("vm-no-route", "an ordinary guest", World(source="xen"), "-"),
    ("vm-snapshots", "over ssh", World(source="free", vm={"snapshots": (SNAPSHOT,)}), "critical"),
    ("vm-snapshots", "from vCenter", World(vm={"snapshots": (SNAPSHOT,)}), "warning/critical"),
    (
        "vm-snapshots",
        "KVM, live",
        World(
            source="kvm",
            cluster={"live_migration": True},
            vm={"snapshots": (SNAPSHOT,)},
            policy={
                "clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.CONVERT_IN_PLACE),),
                "decision": DecisionPolicy(targets=(KVM, XCP)),
            },
        ),
        "critical/warning",
    ),
    (
        "vm-snapshots",
        "upgraded in place",
        World(source="xenserver", vm={"snapshots": (SNAPSHOT,)}),
        "warning/-",
    ),
    ("vm-snapshots", "none", World(source="free"), "-"),
    ("vm-snapshots", "unknown", World(source="free", vm={"snapshots": None}), "-"),
    (
        "vm-snapshot-chain",
        "two, between pools",
        World(source="xenserver", vm={"snapshots": (SNAPSHOT,) * 2}, **LEAVE_POOL),
        "-/critical",
    ),
    (
        "vm-snapshot-chain",
        "one, between pools",
        World(source="xenserver", vm={"snapshots": (SNAPSHOT,)}, **LEAVE_POOL),
        "-",
    ),
    ("vm-snapshots-unknown", "over ssh", World(source="free", vm={"snapshots": None}), "warning"),
    ("vm-snapshots-unknown", "from vCenter", World(vm={"snapshots": None}), "-/warning"),
    ("vm-snapshots-unknown", "known", World(source="free"), "-"),
    ("vm-consolidation", "over ssh", World(source="free", vm={"consolidation_needed": True}), "critical"),
    ("vm-consolidation", "from vCenter", World(vm={"consolidation_needed": True}), "warning/critical"),
    ("vm-consolidation", "not needed", World(source="free", vm={"consolidation_needed": False}), "-"),
    (
        "vm-rdm-disk",
        "physical, VDDK",
        World(vm=disks(kind=DiskKind.RDM, rdm_mode="physical"), **VDDK),
        "critical",
    ),
    (
        "vm-rdm-disk",
        "virtual, VDDK",
        World(vm=disks(kind=DiskKind.RDM, rdm_mode="virtual"), **VDDK),
        "warning/critical",
    ),
    (
        "vm-rdm-disk",
        "virtual, ssh",
        World(source="free", vm=disks(kind=DiskKind.RDM, rdm_mode="virtual")),
        "critical",
    ),
    ("vm-rdm-disk", "mode unknown, VDDK", World(vm=disks(kind=DiskKind.RDM), **VDDK), "critical"),
    ("vm-rdm-disk", "an ordinary disk", World(**VDDK), "-"),
    (
        "vm-independent-disk",
        "VDDK",
        World(vm=disks(mode=DiskMode.INDEPENDENT_PERSISTENT), **VDDK),
        "critical/warning",
    ),
    (
        "vm-independent-disk",
        "ssh",
        World(source="free", vm=disks(mode=DiskMode.INDEPENDENT_NONPERSISTENT)),
        "warning",
    ),
    ("vm-independent-disk", "persistent", World(**VDDK), "-"),
    ("vm-independent-disk", "mode unknown", World(vm=disks(mode=None), **VDDK), "-"),
    ("vm-shared-disk", "marked", World(vm=disks(shared=True)), "critical"),
    ("vm-shared-disk", "the same file", World(vms={"db": {"disks": (DISK,)}}), "critical"),
    ("vm-shared-disk", "upgraded in place", World(source="xenserver", vm=disks(shared=True)), "critical/-"),
    (
        "vm-shared-disk",
        "between pools",
        World(source="xenserver", vm=disks(shared=True), **LEAVE_POOL),
        "critical/warning",
    ),
    ("vm-shared-disk", "its own file", World(vms={"db": {}}), "-"),
    ("vm-datastore-missing", "dangling", World(vm=disks(datastore=DatastoreId("ds-9"))), "critical"),
    ("vm-datastore-missing", "there", World(), "-"),
    ("vm-datastore-missing", "not named", World(vm=disks(datastore=None)), "-"),
    ("vm-datastore-unknown", "not named", World(vm=disks(datastore=None)), "warning"),
    (
        "vm-datastore-unknown",
        "a CD drive",
        World(vm={"disks": (DISK, Disk(id="cd", kind=DiskKind.CDROM))}),
        "-",
    ),
    (
        "vm-datastore-unreached",
        "another host's",
        World(host={"datastores": (DatastoreId("ds-2"),)}),
        "warning",
    ),
    ("vm-datastore-unreached", "the host's", World(), "-"),
    ("vm-datastore-unreached", "the host's are unknown", World(host={"datastores": ()}), "-"),
    (
        "vm-config-path-unknown",
        "nothing known",
        World(source="free", vm={"config_path": None, **disks(path=None)}),
        "critical/-",
    ),
    (
        "vm-config-path-unknown",
        "a disk is known",
        World(source="free", vm={"config_path": None}),
        "warning/-",
    ),
    ("vm-config-path-unknown", "known", World(source="free"), "-"),
    ("vm-config-path-unknown", "not needed", World(vm={"config_path": None}), "-"),
    ("vm-disk-path-unknown", "ESXi", World(vm=disks(path=None)), "-/critical"),
    ("vm-disk-path-unknown", "Xen", World(source="xen", vm=disks(path=None)), "critical"),
    ("vm-disk-path-unknown", "KVM", World(source="old-kvm", vm=disks(path=None)), "warning"),
    ("vm-disk-path-unknown", "known", World(source="xen"), "-"),
    ("vm-disk-size", "3 TiB", World(vm=disks(capacity_bytes=3 * TIB)), "-/warning"),
    ("vm-disk-size", "20 TiB", World(vm=disks(capacity_bytes=20 * TIB)), "-/critical"),
    ("vm-disk-size", "2040 GiB", World(vm=disks(capacity_bytes=2040 * GIB)), "-"),
    ("vm-disk-size", "unknown", World(vm=disks(capacity_bytes=None)), "-"),
    (
        "vm-disk-count",
        "241",
        World(vm={"disks": tuple(replace(DISK, id=str(i)) for i in range(241))}),
        "-/critical",
    ),
    ("vm-disk-count", "240", World(vm={"disks": tuple(replace(DISK, id=str(i)) for i in range(240))}), "-"),
    (
        "vm-cdrom",
        "in place",
        World(source="xenserver", vm={"disks": (DISK, Disk(id="cd", kind=DiskKind.CDROM, path="x.iso"))}),
        "information/warning",
    ),
    (
        "vm-cdrom",
        "copied",
        World(vm={"disks": (DISK, Disk(id="cd", kind=DiskKind.CDROM, path="[ds 1] x.iso"))}),
        "information",
    ),
    ("vm-cdrom", "empty", World(vm={"disks": (DISK, Disk(id="cd", kind=DiskKind.CDROM))}), "-"),
    ("vm-network-missing", "dangling", World(vm=nics(network=NetworkId("net-9"))), "critical"),
    ("vm-network-missing", "there", World(), "-"),
    ("vm-network-missing", "not named", World(vm=nics(network=None)), "-"),
    ("vm-network-unknown", "not named", World(vm=nics(network=None)), "warning"),
    ("vm-network-unknown", "named", World(), "-"),
    (
        "vm-network-uncarried",
        "no host has it",
        World(host={"networks": ()}, second_host={"networks": ()}),
        "critical",
    ),
    (
        "vm-network-uncarried",
        "the policy maps it",
        World(
            host={"networks": ()},
            second_host={"networks": ()},
            policy={"network_map": (NetworkMapping(source="lan", bridge="br0"),)},
        ),
        "-",
    ),
    ("vm-network-uncarried", "one host has it", World(host={"networks": ()}), "-"),
    ("vm-network-uncarried", "unknown", World(host={"networks": None}, second_host={"networks": ()}), "-"),
    (
        "vm-nic-count",
        "17",
        World(vm={"nics": tuple(replace(NIC, id=str(i)) for i in range(17))}),
        "-/critical",
    ),
    ("vm-nic-count", "16", World(vm={"nics": tuple(replace(NIC, id=str(i)) for i in range(16))}), "-"),
    ("vm-addresses", "Linux, static", World(vm=nics(addresses=("192.0.2.9/24",))), "warning"),
    (
        "vm-addresses",
        "Windows, static",
        World(vm={"guest_os": WINDOWS, **nics(addresses=("192.0.2.9",))}),
        "warning",
    ),
    ("vm-addresses", "Linux, unknown", World(), "information"),
    ("vm-addresses", "no card", World(vm={"nics": ()}), "-"),
    ("vm-addresses", "drivers stay", World(source="xenserver"), "information/-"),
    ("vm-passthrough", "PCI", World(vm=device(PassthroughKind.PCI)), "critical"),
    ("vm-passthrough", "vGPU", World(vm=device(PassthroughKind.VGPU)), "critical"),
    (
        "vm-passthrough",
        "in place",
        World(source="xenserver", vm=device(PassthroughKind.GPU)),
        "critical/warning",
    ),
    ("vm-passthrough", "USB", World(vm=device(PassthroughKind.USB)), "-"),
    ("vm-passthrough", "none", World(), "-"),
    ("vm-sriov", "SR-IOV", World(vm=device(PassthroughKind.SRIOV)), "warning"),
    ("vm-sriov", "PCI", World(vm=device(PassthroughKind.PCI)), "-"),
    ("vm-usb-device", "USB", World(vm=device(PassthroughKind.USB)), "warning"),
    ("vm-usb-device", "PCI", World(vm=device(PassthroughKind.PCI)), "-"),
    ("vm-vtpm", "copied", World(vm={"vtpm": True}), "critical"),
    ("vm-vtpm", "in place", World(source="xenserver", vm={"vtpm": True}), "critical/-"),
    ("vm-vtpm", "none", World(), "-"),
    ("vm-vtpm", "unknown", World(vm={"vtpm": None}), "-"),
    ("vm-encrypted", "over ssh", World(source="free", vm={"encrypted": True}), "critical"),
    ("vm-encrypted", "by VDDK", World(vm={"encrypted": True}, **VDDK), "warning/critical"),
    ("vm-encrypted", "not", World(source="free"), "-"),
    ("vm-secure-boot", "on", World(vm={"secure_boot": True}), "warning"),
    ("vm-secure-boot", "off", World(), "-"),
    ("vm-secure-boot", "in place", World(source="xenserver", vm={"secure_boot": True}), "warning/-"),
    ("vm-nested", "a hypervisor", World(vm={"nested": True}), "warning/critical"),
    ("vm-nested", "no", World(), "-"),
    ("vm-vcpus", "33", World(vm={"vcpus": 33}), "-/warning"),
    ("vm-vcpus", "129", World(vm={"vcpus": 129}), "-/critical"),
    ("vm-vcpus", "300", World(vm={"vcpus": 300}), "critical"),
    ("vm-vcpus", "32", World(vm={"vcpus": 32}), "-"),
    ("vm-memory-size", "2 TiB", World(vm={"memory_bytes": 2 * TIB}), "-/warning"),
    ("vm-memory-size", "9 TiB", World(vm={"memory_bytes": 9 * TIB}), "-/critical"),
    ("vm-memory-size", "1 TiB", World(vm={"memory_bytes": TIB}), "-"),
    ("vm-firmware-unknown", "imported", World(vm={"firmware": None}), "-/warning"),
    ("vm-firmware-unknown", "Xen", World(source="xen", vm={"firmware": None}), "warning"),
    ("vm-firmware-unknown", "known", World(source="xen", vm={"firmware": Firmware.UEFI}), "-"),
    ("vm-guest-unknown", "no text", World(vm={"guest_os": None}), "warning"),
    ("vm-guest-unknown", "other", World(vm={"guest_os": "Other (64-bit)"}), "warning"),
    ("vm-guest-unknown", "some Linux", World(vm={"guest_os": "Other Linux (64-bit)"}), "warning"),
    ("vm-guest-unknown", "Debian", World(), "-"),
    ("vm-guest-unknown", "drivers stay", World(source="xenserver", vm={"guest_os": None}), "warning/-"),
    ("vm-guest-unsupported", "macOS", World(vm={"guest_os": "Apple macOS 12 (64-bit)"}), "critical"),
    (
        "vm-guest-unsupported",
        "Server 2008",
        World(vm={"guest_os": "Microsoft Windows Server 2008 R2 (64-bit)"}),
        "warning/critical",
    ),
    ("vm-guest-unsupported", "Debian 12", World(), "-"),
    (
        "vm-guest-unsupported",
        "drivers stay",
        World(source="xenserver", vm={"guest_os": "Microsoft Windows Server 2008 R2"}),
        "warning/-",
    ),
    ("vm-drivers-by-hand", "BSD", World(vm={"guest_os": "FreeBSD 13 (64-bit)"}), "warning"),
    ("vm-drivers-by-hand", "Debian", World(), "-/warning"),
    ("vm-drivers-by-hand", "in place", World(source="xenserver"), "-"),
    ("vm-guest-space", "/boot 49 MiB", World(vm=volume("/boot", 49 * MIB)), "critical/-"),
    (
        "vm-guest-space",
        "C: 99 MiB",
        World(vm={"guest_os": WINDOWS, **volume("C:\\", 99 * MIB)}),
        "critical/-",
    ),
    ("vm-guest-space", "/var 9 MiB", World(vm=volume("/var", 9 * MIB)), "critical/-"),
    ("vm-guest-space", "/ 100 MiB", World(vm=volume("/", 100 * MIB)), "-"),
    ("vm-guest-space", "unknown", World(vm=volume("/", None)), "-"),
    ("vm-tools-missing", "not installed", World(vm={"tools": ToolsState.NOT_INSTALLED}), "warning"),
    ("vm-tools-missing", "not running", World(vm={"tools": ToolsState.NOT_RUNNING}), "warning"),
    ("vm-tools-missing", "off", World(vm={"tools": ToolsState.NOT_RUNNING, "power": PowerState.OFF}), "-"),
    ("vm-tools-missing", "unknown", World(vm={"tools": None}), "-"),
    ("vm-windows-first-boot", "converted", World(vm={"guest_os": WINDOWS}), "information/-"),
    ("vm-windows-first-boot", "Debian", World(), "-"),
    ("vm-windows-inside", "converted", World(vm={"guest_os": WINDOWS}), "information"),
    ("vm-windows-inside", "Debian", World(), "-"),
    (
        "vm-windows-inside",
        "between pools",
        World(source="xcp-ng", vm={"guest_os": WINDOWS}),
        "information/-",
    ),
    ("vm-linux-inside", "from VMware", World(), "information"),
    ("vm-linux-inside", "Windows", World(vm={"guest_os": WINDOWS}), "-"),
    ("vm-linux-inside", "no way", World(source="xen", vm={"paravirtual": True}), "-"),
    ("vm-guest-support-ended", "Windows 2012", World(vm={"guest_os": "Windows Server 2012 R2"}), "warning"),
    ("vm-guest-support-ended", "Windows 2022", World(vm={"guest_os": WINDOWS}), "-"),
    ("vm-guest-support-ended", "or later", World(vm={"guest_os": "CentOS 4/5 or later (64-bit)"}), "-"),
    ("vm-guest-support-ended", "unknown", World(vm={"guest_os": None}), "-"),
    ("vm-fault-tolerance", "on", World(vm={"fault_tolerant": True}), "warning"),
    ("vm-fault-tolerance", "off", World(vm={"fault_tolerant": False}), "-"),
    ("vm-hot-plug", "memory", World(vm={"memory_hotplug": True, "cpu_hotplug": False}), "information"),
    ("vm-hot-plug", "neither", World(vm={"memory_hotplug": False, "cpu_hotplug": None}), "-"),
    ("vm-affinity-rule", "apart", World(rules=(rule("apart", "web", "db"),), vms={"db": {}}), "information"),
    (
        "vm-affinity-rule",
        "tied to a host",
        World(rules=(replace(rule("pinned", "web"), hosts=(HostId("host-1"),)),)),
        "warning",
    ),
    ("vm-affinity-rule", "none", World(), "-"),
    ("vm-hostname", "default", World(vm={"hostname": "localhost.localdomain"}), "information"),
    ("vm-hostname", "too long", World(vm={"hostname": "a" * 64}), "information"),
    ("vm-hostname", "underscore", World(vm={"hostname": "web_1"}), "information"),
    ("vm-hostname", "proper", World(), "-"),
    ("vm-hostname", "unknown", World(vm={"hostname": None}), "-"),
    ("vm-suspended", "copied", World(vm={"power": PowerState.SUSPENDED}), "critical"),
    (
        "vm-suspended",
        "in place",
        World(source="xenserver", vm={"power": PowerState.SUSPENDED}),
        "critical/warning",
    ),
    ("vm-suspended", "off", World(vm={"power": PowerState.OFF}), "-"),
    ("vm-template", "ESXi", World(vm={"template": True}), "warning"),
    ("vm-template", "in place", World(source="xenserver", vm={"template": True}), "-"),
    ("vm-facts-missing", "no memory", World(vm={"memory_bytes": None}), "warning"),
    ("vm-facts-missing", "no disks", World(vm={"disks": ()}), "warning"),
    ("vm-facts-missing", "complete", World(), "-"),
    (
        "vm-host-unknown",
        "no live migration",
        World(source="free", vm={"host": None, "reported_host": "h9"}),
        "critical",
    ),
    ("vm-host-unknown", "off", World(source="free", vm={"host": None, "power": PowerState.OFF}), "warning"),
    ("vm-host-unknown", "live migration", World(vm={"host": None}), "warning"),
    ("vm-host-unknown", "only one host", World(source="free", vm={"host": None}, second_host=None), "-"),
    ("vm-host-unknown", "known", World(source="free"), "-"),
    (
        "vm-out-of-plan",
        "cluster without hosts",
        World(clusters=(OTHER,), vms={"db": {"cluster": OTHER.id, "host": None}}),
        "warning",
    ),
    ("vm-out-of-plan", "cluster with hosts", World(), "-"),
    ("vm-infrastructure", "DNS", World(vm={"roles": (ServiceRole.DNS,)}), "warning"),
    (
        "vm-infrastructure",
        "manager by address",
        World(vm=nics(addresses=("192.0.2.9",)), cluster={"manager_address": "192.0.2.9"}),
        "warning",
    ),
    ("vm-infrastructure", "no role", World(), "-"),
    ("vm-controller", "copied", World(vm={"roles": (ServiceRole.CONTROLLER,)}), "critical"),
    (
        "vm-controller",
        "in place",
        World(source="xenserver", vm={"roles": (ServiceRole.CONTROLLER,)}),
        "critical/warning",
    ),
    ("vm-controller", "another role", World(vm={"roles": (ServiceRole.DNS,)}), "-"),
    (
        "vm-dependency-cycle",
        "two",
        World(vm={"depends_on": (VmId("vm-db"),)}, vms={"db": {"depends_on": (VmId("vm-web"),)}}),
        "warning",
    ),
    ("vm-dependency-cycle", "a chain", World(vm={"depends_on": (VmId("vm-db"),)}, vms={"db": {}}), "-"),
    (
        "vm-rules-contradict",
        "together and apart",
        World(vms={"db": {}}, rules=(rule("apart", "db", "web"), rule("together", "db", "web"))),
        "critical",
    ),
    (
        "vm-rules-contradict",
        "a wish",
        World(
            vms={"db": {}}, rules=(rule("apart", "db", "web"), rule("together", "db", "web", mandatory=False))
        ),
        "-",
    ),
    (
        "vm-group-spans-clusters",
        "a circle",
        World(
            clusters=(OTHER,),
            hosts={"b": {"cluster": OTHER.id}},
            vm={"depends_on": (VmId("vm-db"),)},
            vms={"db": {"cluster": OTHER.id, "host": HostId("host-b"), "depends_on": (VmId("vm-web"),)}},
        ),
        "warning",
    ),
    (
        "vm-group-spans-clusters",
        "one cluster",
        World(vms={"db": {}}, rules=(rule("together", "db", "web"),)),
        "-",
    ),
    ("host-facts-missing", "no flags", World(host={"cpu": Cpu(cores=4)}), "warning"),
    ("host-facts-missing", "no disks", World(host={"disks": ()}), "warning"),
    ("host-facts-missing", "complete", World(), "-"),
    ("host-facts-missing", "a spare has no version", World(hosts={"s": spare()}), "-"),
    ("host-cpu-unfit", "no SLAT", World(host={"cpu": Cpu(cores=4, flags=("vmx",))}), "-/warning"),
    ("host-cpu-unfit", "no virtualization", World(host={"cpu": Cpu(cores=4, flags=("sse2",))}), "warning"),
    ("host-cpu-unfit", "unknown", World(host={"cpu": Cpu(cores=4)}), "-"),
    ("host-memory-low", "3 GiB", World(host={"memory_bytes": 3 * GIB}), "warning/-"),
    ("host-memory-low", "4 GiB", World(host={"memory_bytes": 4 * GIB}), "-"),
    (
        "host-disk-low",
        "8 GiB",
        World(
            host={
                "disks": (
                    LocalDisk(id="usb", capacity_bytes=8 * GIB, boot=True),
                    LocalDisk(id="big", capacity_bytes=TIB),
                )
            }
        ),
        "warning",
    ),
    (
        "host-disk-low",
        "40 GiB",
        World(host={"disks": (LocalDisk(id="a", capacity_bytes=40 * GIB, boot=True),)}),
        "-/warning",
    ),
    ("host-disk-low", "480 GiB", World(), "-"),
    ("host-disk-low", "unknown", World(host={"disks": ()}), "-"),
    (
        "host-nic-count",
        "17",
        World(host={"nics": tuple(HostNic(name=f"n{i}") for i in range(17))}),
        "-/warning",
    ),
    ("host-nic-count", "1", World(), "-"),
    (
        "host-install-disk",
        "two, none marked",
        World(host={"disks": (LocalDisk(id="a", capacity_bytes=TIB), LocalDisk(id="b", capacity_bytes=TIB))}),
        "warning",
    ),
    (
        "host-install-disk",
        "two, both marked",
        World(
            host={
                "disks": (
                    LocalDisk(id="a", capacity_bytes=TIB, boot=True),
                    LocalDisk(id="b", capacity_bytes=TIB, boot=True),
                )
            }
        ),
        "warning",
    ),
    (
        "host-install-disk",
        "one, not marked",
        World(host={"disks": (LocalDisk(id="a", capacity_bytes=TIB),)}),
        "-",
    ),
    (
        "host-install-disk",
        "one of two marked",
        World(
            host={
                "disks": (
                    LocalDisk(id="a", capacity_bytes=TIB, boot=True),
                    LocalDisk(id="b", capacity_bytes=TIB),
                )
            }
        ),
        "-",
    ),
    ("host-uplinks-unknown", "no uplink", World(host={"networks": (HostNetwork(network=NET),)}), "warning"),
    ("host-uplinks-unknown", "no MAC", World(host={"nics": (HostNic(name="vmnic0"),)}), "warning"),
    ("host-uplinks-unknown", "known", World(), "-"),
    ("host-bmc-missing", "none", World(host={"bmc": None}), "information"),
    ("host-bmc-missing", "there", World(), "-"),
    ("host-esxi-free", "free", World(source="free"), "information"),
    ("host-esxi-free", "licensed", World(), "-"),
    ("host-maintenance", "in", World(host={"maintenance": True}), "warning"),
    ("host-maintenance", "out", World(host={"maintenance": False}), "-"),
    ("host-disconnected", "lost", World(host={"connected": False}), "warning"),
    ("host-disconnected", "reached", World(host={"connected": True}), "-"),
    ("host-disconnected", "unknown", World(), "-"),
    ("host-support-ended", "ESXi 7", World(host={"version": "7.0.3"}), "warning"),
    ("host-support-ended", "CentOS 7", World(source="old-kvm"), "warning"),
    ("host-support-ended", "ESXi 8", World(), "-"),
    ("host-support-ended", "unknown", World(host={"version": None}, second_host={"version": None}), "-"),
    ("host-memory-overcommitted", "65 of 64 GiB", World(vm={"memory_bytes": 65 * GIB}), "warning"),
    ("host-memory-overcommitted", "off", World(vm={"memory_bytes": 65 * GIB, "power": PowerState.OFF}), "-"),
    ("host-memory-overcommitted", "64 of 64 GiB", World(vm={"memory_bytes": 64 * GIB}), "-"),
    ("host-vcpus-overcommitted", "65 on 16 cores", World(vm={"vcpus": 65}), "warning"),
    ("host-vcpus-overcommitted", "64 on 16 cores", World(vm={"vcpus": 64}), "-"),
    (
        "host-apart-violated",
        "one host",
        World(vms={"db": {}}, rules=(rule("apart", "db", "web"),)),
        "warning",
    ),
    (
        "host-apart-violated",
        "two hosts",
        World(vms={"db": {"host": HostId("host-2")}}, rules=(rule("apart", "db", "web"),)),
        "-",
    ),
    ("cluster-two-hosts", "two", World(), "warning"),
    ("cluster-two-hosts", "and a swing host", World(hosts={"s": spare()}), "-"),
    ("cluster-two-hosts", "three", World(hosts={"h3": {}}), "-"),
    ("cluster-version-skew", "8 and 7", World(second_host={"version": "7.0.3"}), "warning"),
    ("cluster-version-skew", "one unknown", World(second_host={"version": None}), "-"),
    ("cluster-version-skew", "equal", World(), "-"),
    ("cluster-ha", "on", World(cluster={"ha_enabled": True}), "information"),
    ("cluster-ha", "off", World(cluster={"ha_enabled": False}), "-"),
    ("cluster-drs", "on", World(cluster={"drs_enabled": True}), "information"),
    ("cluster-drs", "unknown", World(), "-"),
    ("cluster-single-host", "alone", World(second_host=None), "warning"),
    (
        "cluster-single-host",
        "with a swing host",
        World(second_host=None, hosts={"s": spare()}),
        "information",
    ),
    (
        "cluster-single-host",
        "with a new member",
        World(second_host=spare(cluster=ClusterId("cluster-a"))),
        "-",
    ),
    (
        "cluster-memory-full",
        "130 GiB",
        World(vm={"memory_bytes": 60 * GIB}, vms={"db": {"memory_bytes": 61 * GIB}}),
        "warning",
    ),
    (
        "cluster-memory-full",
        "HA keeps a host free",
        World(cluster={"ha_enabled": True}, vm={"memory_bytes": 61 * GIB}),
        "warning",
    ),
    (
        "cluster-memory-full",
        "the policy keeps none",
        World(
            cluster={"ha_enabled": True},
            vm={"memory_bytes": 61 * GIB},
            policy={"capacity": CapacityPolicy(reserve_hosts=0)},
        ),
        "-",
    ),
    (
        "cluster-memory-full",
        "the policy keeps a share",
        World(
            cluster={"ha_enabled": True},
            vm={"memory_bytes": 61 * GIB},
            policy={"capacity": CapacityPolicy(reserve_percent=52)},
        ),
        "warning",
    ),
    (
        "cluster-memory-full",
        "the policy keeps little",
        World(
            cluster={"ha_enabled": True},
            vm={"memory_bytes": 60 * GIB},
            policy={"capacity": CapacityPolicy(reserve_percent=20)},
        ),
        "-",
    ),
    (
        "cluster-memory-full",
        "120 GiB",
        World(vm={"memory_bytes": 60 * GIB}, vms={"db": {"memory_bytes": 60 * GIB}}),
        "-",
    ),
    ("cluster-memory-full", "unknown", World(host={"memory_bytes": None}, vm={"memory_bytes": TIB}), "-"),
    ("cluster-ha-unknown", "vCenter", World(cluster={"ha_enabled": None}), "warning"),
    ("cluster-ha-unknown", "standalone hosts", World(source="free", cluster={"ha_enabled": None}), "-"),
    ("cluster-live-migration-unknown", "vCenter", World(cluster={"live_migration": None}), "warning"),
    ("cluster-live-migration-unknown", "known", World(cluster={"live_migration": False}), "-"),
    (
        "cluster-live-migration-unknown",
        "no manager",
        World(source="free", cluster={"live_migration": None}),
        "-",
    ),
    ("cluster-coordinator-unknown", "a pool", World(source="xenserver"), "warning"),
    ("cluster-coordinator-unknown", "marked", World(source="xenserver", host={"coordinator": True}), "-"),
    (
        "cluster-mixed-cpus",
        "Intel and AMD",
        World(second_host={"cpu": Cpu(vendor="AuthenticAMD", cores=4)}),
        "warning",
    ),
    ("cluster-mixed-cpus", "Intel", World(), "-"),
    ("datastore-vmfs-shared", "shared", World(datastore={"shared": True}), "information"),
    ("datastore-vmfs-shared", "local", World(), "-"),
    ("datastore-vmfs-shared", "NFS", World(datastore={"shared": True, "kind": DatastoreKind.NFS}), "-"),
    ("datastore-vsan", "vSAN", World(datastore={"shared": True, "kind": DatastoreKind.VSAN}), "critical"),
    ("datastore-vsan", "VMFS", World(datastore={"shared": True}), "-"),
    ("network-vlan-unknown", "unmapped", World(network={"vlan": None}), "warning"),
    (
        "network-vlan-unknown",
        "mapped",
        World(network={"vlan": None}, policy={"network_map": (NetworkMapping(source="lan", bridge="br0"),)}),
        "-",
    ),
    ("network-vlan-unknown", "unused", World(network={"vlan": None}, vm={"nics": ()}), "-"),
    ("target-support", "to convert", World(), "information"),
    (
        "target-support",
        "nothing to convert",
        World(policy={"clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)}),
        "-",
    ),
    ("estate-notes", "left out", World(notes=("vDisk: 1 of 9 rows belong to no VM",)), "warning"),
    ("estate-notes", "nothing", World(), "-"),
    ("estate-gaps", "a privilege is missing", World(gaps=(UNREAD,)), "warning"),
    ("estate-gaps", "nothing", World(), "-"),
    ("vm-sources-disagree", "memory", World(conflicts=(disagree("vm-web"),)), "warning"),
    ("vm-sources-disagree", "about its host", World(conflicts=(disagree("host-1"),)), "-"),
    (
        "vm-sources-disagree",
        "a cluster that stays",
        World(
            conflicts=(disagree("vm-web"),),
            policy={"clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)},
        ),
        "-",
    ),
    ("host-sources-disagree", "memory", World(conflicts=(disagree("host-1"),)), "warning"),
    ("host-sources-disagree", "nothing", World(), "-"),
    ("cluster-sources-disagree", "name", World(conflicts=(disagree("cluster-a"),)), "warning"),
    ("cluster-sources-disagree", "nothing", World(), "-"),
    ("datastore-sources-disagree", "capacity", World(conflicts=(disagree("ds-1"),)), "warning"),
    ("datastore-sources-disagree", "nothing", World(), "-"),
    ("network-sources-disagree", "VLAN", World(conflicts=(disagree("net-1"),)), "warning"),
    ("network-sources-disagree", "nothing", World(), "-"),
    ("estate-sources-disagree", "of a VM that is gone", World(conflicts=(disagree("vm-gone"),)), "warning"),
    ("estate-sources-disagree", "of one that is there", World(conflicts=(disagree("vm-web"),)), "-"),
    (
        "vm-mac-twice",
        "a copy",
        World(
            vm={"nics": (replace(NIC, mac="00:50:56:00:00:01"),)},
            vms={"copy": {"nics": (replace(NIC, mac="00:50:56:00:00:01"),)}},
        ),
        "warning",
    ),
    (
        "vm-mac-twice",
        "on another network",
        World(
            vm={"nics": (replace(NIC, mac="00:50:56:00:00:01"),)},
            vms={"copy": {"nics": (replace(NIC, mac="00:50:56:00:00:01", network=NetworkId("net-9")),)}},
        ),
        "-",
    ),
    (
        "vm-mac-twice",
        "two cards of one VM",
        World(vm={"nics": (NIC, replace(NIC, id="nic-2"))}, vms={"db": {"nics": ()}}),
        "-",
    ),
    ("waiver-unused", "no such finding", World(policy={"waivers": (waiver("vm-vtpm", "web"),)}), "warning"),
    (
        "waiver-unused",
        "another subject",
        World(vm={"vtpm": True}, policy={"waivers": (waiver("vm-vtpm", "db"),)}),
        "warning",
    ),
    ("waiver-unused", "used", World(vm={"vtpm": True}, policy={"waivers": (waiver("vm-vtpm", "web"),)}), "-"),
    *SETTING_CASES,
    *VMWARE_CASES,
    *GRAPH_CASES,
    *DAY_CASES,
    *SITE_CASES,
    *XEN_KVM_CASES,
    *ADAPTER_CASES,
]
