"""Small estates for rules: one sound VM on one of two sound hosts, and what a case changes about them."""

from dataclasses import dataclass, field, replace
from datetime import date

from planner.assess import assess
from planner.graph import build_graph
from planner.knowledge import load_platforms
from planner.model.estate import (
    Bmc,
    Cluster,
    ClusterId,
    Cpu,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    NetworkId,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import (
    DatastoreKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PowerState,
    ToolsState,
)
from planner.model.policy import DecisionPolicy, Policy
from planner.route import route
from planner.units import GIB
from tests.today import TODAY

KVM, XCP = "kvm-debian-12", "xcp-ng-8.3"
HERE = ClusterId("cluster-a")
DS, NET = DatastoreId("ds-1"), NetworkId("net-1")

# What differs between sources: hypervisor, version, edition, manager, live migration.
SOURCES = {
    "free": (HypervisorKind.ESXI, "8.0.3", "free", ManagerKind.NONE, False),
    "vcenter": (HypervisorKind.ESXI, "8.0.3", "standard", ManagerKind.VCENTER, True),
    "xenserver": (HypervisorKind.XENSERVER, "8.2.1", None, ManagerKind.XAPI, True),
    "xcp-ng": (HypervisorKind.XCPNG, "8.2.1", None, ManagerKind.XAPI, True),
    "xen": (HypervisorKind.XEN, "4.17", None, ManagerKind.NONE, False),
    "kvm": (HypervisorKind.KVM, "Debian 12", None, ManagerKind.LIBVIRT, True),
    "old-kvm": (HypervisorKind.KVM, "CentOS Linux 7.9", None, ManagerKind.NONE, False),
}

DISK = Disk(
    id="0",
    capacity_bytes=40 * GIB,
    allocated_bytes=20 * GIB,
    datastore=DS,
    path="[ds 1] web/web.vmdk",
    mode=DiskMode.PERSISTENT,
    shared=False,
)
NIC = Nic(id="0", mac="00:50:56:aa:bb:cc", network=NET)
VM = VirtualMachine(
    id=VmId("vm-web"),
    name="web",
    cluster=HERE,
    host=HostId("host-1"),
    power=PowerState.ON,
    vcpus=2,
    memory_bytes=4 * GIB,
    guest_os="Debian GNU/Linux 12 (64-bit)",
    hostname="web.example.org",
    firmware=Firmware.BIOS,
    secure_boot=False,
    vtpm=False,
    encrypted=False,
    nested=False,
    tools=ToolsState.RUNNING,
    config_path="[ds 1] web/web.vmx",
    disks=(DISK,),
    nics=(NIC,),
    snapshots=(),
    origin="hosts.yml:7",
)
HOST = Host(
    id=HostId("host-1"),
    name="h1",
    hypervisor=HypervisorKind.ESXI,
    cluster=HERE,
    address="192.0.2.1",
    cpu=Cpu(
        vendor="Intel",
        cores=16,
        flags=("vmx", "ept", "cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"),
    ),
    memory_bytes=64 * GIB,
    nics=(HostNic(name="vmnic0", mac="00:00:5e:00:53:01"),),
    disks=(LocalDisk(id="wwn-1", capacity_bytes=480 * GIB, boot=True),),
    datastores=(DS,),
    networks=(HostNetwork(network=NET, uplinks=("vmnic0",)),),
    bmc=Bmc(address="192.0.2.101"),
    origin="hosts.yml:2",
)


@dataclass(frozen=True, kw_only=True)
class World:
    """What a case changes: facts of the VM, of both hosts, of the cluster; more of everything; the policy; the day.

    `vms` and `hosts` are facts of further ones, by name; a host without a hypervisor of its own has the source's.
    """

    source: str = "vcenter"
    vm: dict = field(default_factory=dict)
    host: dict = field(default_factory=dict)
    second_host: dict | None = field(default_factory=dict)
    cluster: dict = field(default_factory=dict)
    vms: dict = field(default_factory=dict)
    hosts: dict = field(default_factory=dict)
    clusters: tuple = ()
    datastore: dict = field(default_factory=dict)
    network: dict = field(default_factory=dict)
    rules: tuple = ()
    notes: tuple = ()
    conflicts: tuple = ()
    gaps: tuple = ()
    flows: tuple = ()
    policy: dict = field(default_factory=dict)
    today: date = TODAY

    def estate(self) -> Estate:
        """The estate, every kind sorted by id."""
        kind, version, edition, manager, live = SOURCES[self.source]
        plain = replace(HOST, hypervisor=kind, version=version, edition=edition)
        hosts = [replace(plain, **self.host)]
        if self.second_host is not None:
            hosts.append(replace(plain, **{"id": HostId("host-2"), "name": "h2", **self.second_host}))
        hosts += [
            replace(plain, **{"id": HostId(f"host-{name}"), "name": name, **facts})
            for name, facts in self.hosts.items()
        ]
        home = Cluster(
            id=HERE, name="Alpha", hypervisor=kind, manager=manager, live_migration=live, ha_enabled=False
        )
        vms = [replace(VM, **self.vm)]
        vms += [
            replace(
                VM,
                **{
                    "id": VmId(f"vm-{name}"),
                    "name": name,
                    "disks": (replace(DISK, path=f"[ds 1] {name}/{name}.vmdk"),),
                    **facts,
                },
            )
            for name, facts in self.vms.items()
        ]
        datastore = Datastore(id=DS, name="ds 1", kind=DatastoreKind.VMFS, shared=False)
        return Estate(
            clusters=(replace(home, **self.cluster), *self.clusters),
            hosts=tuple(sorted(hosts, key=lambda host: host.id)),
            datastores=(replace(datastore, **self.datastore),),
            networks=(replace(Network(id=NET, name="lan", vlan=0), **self.network),),
            vms=tuple(sorted(vms, key=lambda vm: vm.id)),
            affinity_rules=self.rules,
            notes=self.notes,
            conflicts=self.conflicts,
            gaps=self.gaps,
            flows=self.flows,
        )

    def findings(self):
        """Every finding, with KVM on Debian 12 and XCP-ng competing."""
        policy = replace(Policy(decision=DecisionPolicy(targets=(KVM, XCP))), **self.policy)
        return findings(self.estate(), policy, self.today)


def findings(estate, policy, today=TODAY):
    """Everything that the rules find, by the product's own routes and graph."""
    platforms = load_platforms()
    routes = route(estate, policy, platforms)
    return assess(estate, policy, platforms, routes, build_graph(estate, policy), today).findings


def spare(**facts):
    """Facts of a machine without a hypervisor; outside any cluster unless `cluster` says so."""
    return {"hypervisor": HypervisorKind.NONE, "version": None, "edition": None, "cluster": None, **facts}
