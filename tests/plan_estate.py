"""The estate beneath the hand-made plan of tests/plans.py: three clusters, and the policy for them.

`Production` is a vCenter cluster of three ESXi hosts with HA and one new, empty host; `lab` is a XenServer
pool of two; of `archive` no host is known.
"""

from planner.model.estate import (
    AffinityRule,
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
    AffinityKind,
    Criticality,
    DatastoreKind,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PowerState,
    ServiceRole,
)
from planner.model.policy import (
    CapacityPolicy,
    DecisionPolicy,
    NetworkMapping,
    Parking,
    Policy,
    SharedStorage,
    StorageMapping,
)
from planner.units import GIB, TIB

PRODUCTION, LAB, ARCHIVE = (
    ClusterId("cluster-production"),
    ClusterId("cluster-lab"),
    ClusterId("cluster-archive"),
)
SAN, LAB_SR = DatastoreId("ds-san"), DatastoreId("ds-lab-sr")
LAN, DMZ, LAB_LAN = NetworkId("net-lan"), NetworkId("net-dmz"), NetworkId("net-lab")


def esxi(name, *, hypervisor=HypervisorKind.ESXI):
    return Host(
        id=HostId(f"host-{name}"),
        name=name,
        hypervisor=hypervisor,
        cluster=PRODUCTION,
        version="7.0.3" if hypervisor is HypervisorKind.ESXI else None,
        address=f"{name}.example.net",
        vendor="Dell Inc.",
        model="PowerEdge R740",
        cpu=Cpu(vendor="GenuineIntel", sockets=2, cores=32, threads=64, flags=("vmx", "ept")),
        memory_bytes=256 * GIB,
        nics=(HostNic(name="nic1", speed_bytes=1_250_000_000),),
        disks=(
            LocalDisk(id=f"wwn-{name}-boot", capacity_bytes=480 * GIB, boot=True),
            LocalDisk(id=f"wwn-{name}-data", capacity_bytes=4 * TIB, boot=False),
        ),
        datastores=(SAN,) if hypervisor is HypervisorKind.ESXI else (),
        networks=(HostNetwork(network=DMZ), HostNetwork(network=LAN)),
        origin=f"estate/host_vars/{name}.yml:1",
    )


def xenserver(name, *, coordinator):
    return Host(
        id=HostId(f"host-{name}"),
        name=name,
        hypervisor=HypervisorKind.XENSERVER,
        cluster=LAB,
        version="8.0",
        cpu=Cpu(vendor="AuthenticAMD", sockets=1, cores=16, threads=32, flags=("svm", "npt")),
        memory_bytes=128 * GIB,
        datastores=(LAB_SR,),
        networks=(HostNetwork(network=LAB_LAN),),
        coordinator=coordinator,
    )


def vm(name, host, memory, *, cluster=PRODUCTION, disk=100, store=SAN, network=LAN, **facts):
    """A running VM with one disk of `disk` GiB of data; `memory` in GiB."""
    usual = VirtualMachine(
        id=VmId(f"vm-{name}"),
        name=name,
        cluster=cluster,
        host=HostId(f"host-{host}") if host else None,
        power=PowerState.ON,
        vcpus=max(2, memory // 8),
        memory_bytes=memory * GIB,
        guest_os="Debian GNU/Linux 12 (64-bit)",
        firmware=Firmware.UEFI,
        disks=(
            Disk(
                id=f"vm-{name}-disk-1",
                capacity_bytes=2 * disk * GIB,
                allocated_bytes=disk * GIB,
                datastore=store,
                path=f"[san] {name}/{name}.vmdk",
            ),
        ),
        nics=(Nic(id=f"vm-{name}-nic-1", mac="00:50:56:00:00:01", network=network),),
        snapshots=(),
        criticality=Criticality.NORMAL,
    )
    return VirtualMachine(**{field: getattr(usual, field) for field in usual.__slots__} | facts)


def lab_vm(name, host, memory, **facts):
    return vm(name, host, memory, cluster=LAB, store=LAB_SR, network=LAB_LAN, **facts)


def needs(*names):
    return tuple(VmId(f"vm-{name}") for name in names)


ESTATE = Estate(
    clusters=(
        Cluster(id=ARCHIVE, name="archive", hypervisor=HypervisorKind.ESXI),
        Cluster(
            id=LAB,
            name="lab",
            hypervisor=HypervisorKind.XENSERVER,
            manager=ManagerKind.XAPI,
            live_migration=True,
        ),
        Cluster(
            id=PRODUCTION,
            name="Production",
            hypervisor=HypervisorKind.ESXI,
            manager=ManagerKind.VCENTER,
            manager_address="vcenter.example.net",
            live_migration=True,
            ha_enabled=True,
            drs_enabled=True,
        ),
    ),
    hosts=(
        esxi("esx1"),
        esxi("esx2"),
        esxi("esx3"),
        esxi("hv4", hypervisor=HypervisorKind.NONE),
        xenserver("xs1", coordinator=True),
        xenserver("xs2", coordinator=False),
    ),
    datastores=(
        Datastore(
            id=LAB_SR,
            name="lab-sr",
            kind=DatastoreKind.ISCSI,
            shared=True,
            capacity_bytes=2 * TIB,
            free_bytes=TIB,
        ),
        Datastore(
            id=SAN,
            name="san",
            kind=DatastoreKind.VMFS,
            shared=True,
            capacity_bytes=10 * TIB,
            free_bytes=4 * TIB,
        ),
    ),
    networks=(
        Network(id=DMZ, name="DMZ", vlan=20, mtu=1500),
        Network(id=LAB_LAN, name="lab", vlan=0),
        Network(id=LAN, name="VM Network", vlan=10, mtu=9000),
    ),
    vms=(
        vm("app1", "esx2", 32, depends_on=needs("db1"), criticality=Criticality.HIGH, owner="Shop"),
        lab_vm("build1", "xs1", 32, criticality=Criticality.LOW),
        vm("db1", "esx1", 64, disk=800, criticality=Criticality.CRITICAL, owner="Shop"),
        vm("dns1", "esx1", 4, disk=8, roles=(ServiceRole.DNS,), criticality=Criticality.HIGH),
        vm("files1", "esx3", 32, disk=1200, criticality=Criticality.LOW),
        lab_vm("ldap1", "xs2", 16, roles=(ServiceRole.DIRECTORY,)),
        vm("old1", None, 8, cluster=ARCHIVE, reported_host="esx-gone", store=None, network=None),
        vm("vcenter", "esx1", 24, disk=300, roles=(ServiceRole.VCENTER,), hostname="vcenter.example.net"),
        vm("web1", "esx2", 16, network=DMZ, depends_on=needs("app1", "dns1"), owner="Shop"),
        vm("web2", "esx3", 16, network=DMZ, depends_on=needs("app1", "dns1"), owner="Shop"),
        lab_vm("wiki1", "xs1", 8),
        vm(
            "win1",
            "esx2",
            24,
            disk=160,
            guest_os="Microsoft Windows Server 2019 (64-bit)",
            criticality=Criticality.LOW,
        ),
    ),
    affinity_rules=(
        AffinityRule(
            id="rule-web", name="web servers apart", kind=AffinityKind.APART, vms=needs("web1", "web2")
        ),
        AffinityRule(
            id="rule-shop", name="shop together", kind=AffinityKind.TOGETHER, vms=needs("app1", "db1")
        ),
        AffinityRule(
            id="rule-licence",
            name="licensed host",
            kind=AffinityKind.PINNED,
            vms=needs("win1"),
            hosts=(HostId("host-esx3"),),
        ),
    ),
)

POLICY = Policy(
    capacity=CapacityPolicy(reserve_hosts=1),
    decision=DecisionPolicy(skills=("debian", "kvm")),
    network_map=(
        NetworkMapping(source="DMZ", bridge="br20", vlan=20),
        NetworkMapping(source="VM Network", bridge="br10", vlan=10),
    ),
    storage_map=(StorageMapping(source="san", target="nfs-new"),),
    shared_storage=(
        SharedStorage(
            name="nfs-new",
            kind=DatastoreKind.NFS,
            capacity_bytes=8 * TIB,
            server="nfs.example.net",
            export="/vms",
        ),
    ),
    parking=Parking(storage="nfs-new"),
)
