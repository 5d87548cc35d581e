"""Estates to write as inventories, and names that mean something elsewhere."""

from planner.model import estate as e
from planner.read.ids import cluster_id, datastore_id, host_id, network_id, rule_id, vm_id
from planner.units import GIB, TIB

# What YAML 1.1, a file system, a shell, a spreadsheet and Jinja each take for something else.
TRAPS = (
    "no",
    "0123",
    "=",
    "<<",
    "1_000",
    "12:30:45",
    "2026-11-23",
    "~",
    "null",
    "- a",
    "a: b # c",
    "'\"",
    "\\",
    "../../etc/passwd",
    "$(id)`id`",
    "{{ lookup('pipe', 'id') }}",
    "{% raw %}x",
    "{# note #}",
    "<script>",
    "=1+1",
    " spaces ",
    "服务器-ünïcødé",
    "\u202egnp.exe",
    "!unsafe x",
    "&a *a",
    "x" * 300,
)


def small(name="web", host="esx1", cluster="CL", network="LAN", datastore="ds"):
    """One of everything, with the given names."""
    place = host_id(host)
    return e.Estate(
        clusters=(e.Cluster(id=cluster_id(cluster), name=cluster, hypervisor=e.HypervisorKind.ESXI),),
        hosts=(
            e.Host(
                id=place,
                name=host,
                hypervisor=e.HypervisorKind.ESXI,
                cluster=cluster_id(cluster),
                datastores=(datastore_id(datastore),),
                networks=(e.HostNetwork(network=network_id(network, cluster)),),
            ),
        ),
        datastores=(e.Datastore(id=datastore_id(datastore), name=datastore, shared=True),),
        networks=(e.Network(id=network_id(network, cluster), name=network),),
        vms=(
            e.VirtualMachine(
                id=vm_id(name, "42-1", host),
                name=name,
                cluster=cluster_id(cluster),
                host=place,
                uuid="42-1",
                disks=(e.Disk(id="disk-1", datastore=datastore_id(datastore), path=f"[{datastore}] {name}"),),
                nics=(e.Nic(id="nic-1", network=network_id(network, cluster)),),
                tags=(name,),
            ),
        ),
    )


def whole():
    """Everything that an estate can say."""
    cluster, kept = cluster_id("Büro"), network_id("LAN", "Büro")
    stores = (
        e.Datastore(
            id=datastore_id("nas"),
            name="nas",
            kind=e.DatastoreKind.NFS,
            shared=True,
            capacity_bytes=20 * TIB,
            free_bytes=0,
            server="192.0.2.9",
            export="/nas",
            path="/vmfs/volumes/nas",
            uuid="5f3e-nas",
        ),
        *(
            e.Datastore(id=datastore_id("datastore1", host), name="datastore1", kind=e.DatastoreKind.VMFS)
            for host in ("esx1", "esx2")
        ),
    )
    esx1 = e.Host(
        id=host_id("esx1"),
        name="esx1",
        hypervisor=e.HypervisorKind.ESXI,
        cluster=cluster,
        address="192.0.2.21",
        version="8.0.3",
        edition="free",
        vendor="Dell Inc.",
        model="PowerEdge R650",
        firmware=e.Firmware.UEFI,
        cpu=e.Cpu(vendor="Intel", model="Xeon", sockets=2, cores=32, threads=64, flags=("ept", "vmx")),
        memory_bytes=384 * GIB,
        nics=(
            e.HostNic(name="vmnic0", mac="52:54:00:12:34:56", speed_bytes=10**10 // 8),
            e.HostNic(name="vmnic1", speed_bytes=10**8 // 8),
        ),
        disks=(e.LocalDisk(id="wwn-0x5000", capacity_bytes=480 * 10**9, boot=True),),
        datastores=(datastore_id("datastore1", "esx1"), datastore_id("nas")),
        networks=(e.HostNetwork(network=kept, uplinks=("vmnic0", "vmnic1"), bond="802.3ad"),),
        bmc=e.Bmc(address="192.0.2.121", protocol="ipmi"),
        coordinator=False,
        maintenance=True,
        connected=True,
        uuid="4c4c4544-0042",
        moref="vc.example.org/host-9",
    )
    esx2 = e.Host(
        id=host_id("esx2"),
        name="esx2",
        hypervisor=e.HypervisorKind.ESXI,
        cluster=cluster,
        datastores=(datastore_id("datastore1", "esx2"),),
        networks=(),
    )
    spare = e.Host(id=host_id("spare"), name="spare", hypervisor=e.HypervisorKind.NONE, memory_bytes=GIB + 1)
    db = e.VirtualMachine(
        id=vm_id("db", "42-1", "esx1"),
        name="db",
        cluster=cluster,
        host=esx1.id,
        source="rvtools+vmx",
        uuid="42-1",
        instance_uuid="50-1",
        moref="vc.example.org/vm-42",
        power=e.PowerState.OFF,
        vcpus=4,
        cores_per_socket=2,
        memory_bytes=16 * GIB,
        memory_reservation_bytes=0,
        guest_os="Debian GNU/Linux 12 (64-bit)",
        hostname="db.example.org",
        firmware=e.Firmware.BIOS,
        secure_boot=False,
        vtpm=True,
        encrypted=False,
        nested=False,
        paravirtual=False,
        tools=e.ToolsState.NOT_RUNNING,
        consolidation_needed=True,
        fault_tolerant=False,
        hardware_version="vmx-19",
        cpu_hotplug=True,
        memory_hotplug=False,
        changed_block_tracking=True,
        resource_pool="/Büro/prod {{ 1 }}",
        config_path="[datastore1] db/db.vmx",
        disks=(
            e.Disk(
                id="disk-1",
                capacity_bytes=100 * GIB,
                allocated_bytes=12345,
                datastore=datastore_id("datastore1", "esx1"),
                path="[datastore1] db/db.vmdk",
                bus="scsi",
                mode=e.DiskMode.INDEPENDENT_PERSISTENT,
                shared=True,
            ),
            e.Disk(id="disk-2", kind=e.DiskKind.RDM, rdm_mode="physical", datastore=datastore_id("nas")),
        ),
        nics=(
            e.Nic(
                id="nic-1", mac="00:50:56:00:00:01", network=kept, model="e1000", addresses=("192.0.2.50",)
            ),
        ),
        snapshots=(e.Snapshot(name="before", created="2026-10-01", size_bytes=GIB),),
        passthrough=(e.Passthrough(kind=e.PassthroughKind.USB, description="dongle"),),
        volumes=(e.GuestVolume(path="/", capacity_bytes=90 * GIB, free_bytes=0),),
        roles=(e.ServiceRole.DNS, e.ServiceRole.NTP),
        tags=("blue", "yes"),
        criticality=e.Criticality.CRITICAL,
        owner="ops@example.org",
        annotation="restored 2024\nask {{ ops }}: 'first'",
        attributes=(
            e.Attribute(name="{{ cost }}", value="no"),
            e.Attribute(name="cost centre", value="0123"),
        ),
        change_rate_bytes=1_500_000,
    )
    web = e.VirtualMachine(
        id=vm_id("web", None, "Büro"),
        name="web",
        cluster=cluster,
        reported_host="gone",
        template=True,
        snapshots=(),
        depends_on=(db.id,),
        backed_up_by=db.id,
    )
    rules = (
        e.AffinityRule(
            id=rule_id("a", "Büro"),
            name="a",
            kind=e.AffinityKind.PINNED,
            vms=(db.id,),
            hosts=(esx1.id, esx2.id),
        ),
        e.AffinityRule(
            id=rule_id("b", "Büro"), name="b", kind=e.AffinityKind.APART, vms=(db.id, web.id), mandatory=False
        ),
    )
    return e.Estate(
        clusters=(
            e.Cluster(
                id=cluster,
                name="Büro",
                hypervisor=e.HypervisorKind.ESXI,
                manager=e.ManagerKind.VCENTER,
                manager_address="vc.example.org",
                datacentre="DC",
                live_migration=True,
                ha_enabled=False,
                drs_enabled=True,
            ),
        ),
        hosts=(esx1, esx2, spare),
        datastores=tuple(sorted(stores, key=lambda datastore: datastore.id)),
        networks=(e.Network(id=kept, name="LAN", vlan=0, mtu=9000),),
        vms=(db, web),
        affinity_rules=rules,
        notes=("vDisk: 1 of 2 rows belong to no VM of vInfo for certain; left out",),
        conflicts=(
            e.Conflict(
                subject=db.id, fact="guest_os", kept="Debian GNU/Linux 12 (64-bit)", others=("{{ 7 * 7 }}",)
            ),
        ),
        gaps=(
            e.Gap(
                source="vsphere://reader@vc.example.org",
                what="tags",
                why="no privilege",
                remedy="give {{ reader }} the role Read-only",
            ),
            e.Gap(source="web.vmx", what="size of web.vmdk", why="the file is not beside it"),
        ),
    )
