"""Whatever estate there is: written as an inventory, it reads back as the same estate."""

from dataclasses import fields, replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.emit.inventory import inventory_files
from planner.model.estate import (
    AffinityRule,
    Attribute,
    Bmc,
    Cluster,
    Conflict,
    Cpu,
    Datastore,
    Disk,
    Estate,
    Flow,
    Gap,
    GuestVolume,
    Host,
    HostAdapter,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    Nic,
    Passthrough,
    Snapshot,
    VirtualMachine,
)
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    DiskKind,
    DiskMode,
    Firmware,
    HypervisorKind,
    ManagerKind,
    PassthroughKind,
    PowerState,
    ServiceRole,
    ToolsState,
)
from planner.model.setting import Setting, SettingKind
from planner.read.collect import read_estate
from planner.read.ids import cluster_id, datastore_id, host_id, network_id, rule_id, vm_id

KINDS = ("clusters", "hosts", "datastores", "networks", "vms", "affinity_rules")

names = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12
) | st.sampled_from(
    ["{{ lookup('pipe','id') }}", "no", "1e3", "0x10", "2026-11-23", "~", 'O\'Brien "x"', "- a: b", "#1"]
)
known = st.none() | names
lines = st.none() | st.lists(names, min_size=1, max_size=3).map("\n".join)
flag = st.none() | st.booleans()
count = st.none() | st.integers(1, 512)
size = st.none() | st.integers(1, 2**45)
room = st.none() | st.integers(0, 2**45)
mac = st.none() | st.integers(0, 2**48 - 1).map(
    lambda n: ":".join(f"{n:012x}"[i : i + 2] for i in range(0, 12, 2))
)


def maybe(values):
    return st.none() | st.sampled_from(values) if values else st.none()


def few(things, most=3):
    return st.lists(things, max_size=most).map(tuple)


card = {
    "driver": known,
    "model": known,
    "pci": st.none() | st.from_regex(r"[0-9a-f]{4}:[0-9a-f]{4}", fullmatch=True),
}
adjusted = few(st.builds(Setting, kind=st.sampled_from(SettingKind), value=known))


@st.composite
def hosts(draw, cluster, number, networks, shared):
    name = f"{draw(names)} {number}"
    local = Datastore(
        id=datastore_id("datastore1", name),
        name="datastore1",
        kind=draw(maybe(list(DatastoreKind))),
        shared=False,
        capacity_bytes=draw(size),
        free_bytes=draw(room),
        path=draw(known),
        uuid=draw(known),
    )
    carried = st.none() | st.lists(st.sampled_from(networks), unique_by=lambda network: network.id).map(
        lambda some: tuple(
            HostNetwork(
                network=network.id, uplinks=("vmnic0",) * (index % 2), bond="lacp" if index % 2 else None
            )
            for index, network in enumerate(some)
        )
    )
    host = Host(
        id=host_id(name),
        name=name,
        hypervisor=cluster.hypervisor,
        cluster=cluster.id,
        address=draw(maybe(["192.0.2.1", "2001:db8::1", "esx.example.org"])),
        version=draw(known),
        edition=draw(known),
        vendor=draw(known),
        model=draw(known),
        firmware=draw(maybe(list(Firmware))),
        cpu=draw(
            st.builds(
                Cpu,
                vendor=known,
                model=known,
                sockets=count,
                cores=count,
                threads=count,
                flags=st.none() | few(names),
            )
        ),
        memory_bytes=draw(size),
        nics=draw(few(st.builds(HostNic, name=names, mac=mac, speed_bytes=size, **card))),
        adapters=draw(few(st.builds(HostAdapter, name=names, **card))),
        disks=draw(few(st.builds(LocalDisk, id=names, capacity_bytes=st.integers(1, 2**50), boot=flag))),
        datastores=(*(store.id for store in shared), local.id),
        networks=draw(carried),
        bmc=draw(maybe([Bmc(address="192.0.2.99", protocol="ipmi")])),
        coordinator=draw(flag),
        maintenance=draw(flag),
        connected=draw(flag),
        settings=draw(adjusted),
        uuid=draw(known),
        moref=draw(known),
    )
    return host, local


@st.composite
def vms(draw, *, cluster, number, host, networks, datastores, others):
    name, uuid = draw(names), f"{number:08x}"
    disk = st.builds(
        Disk,
        id=st.just(""),
        capacity_bytes=size,
        allocated_bytes=room,
        datastore=maybe([store.id for store in datastores]),
        path=known,
        bus=known,
        kind=st.sampled_from(DiskKind),
        mode=maybe(list(DiskMode)),
        shared=flag,
        rdm_mode=known,
        base=known,
    )
    nic = st.builds(
        Nic,
        id=st.just(""),
        network=maybe([network.id for network in networks]),
        model=known,
        addresses=few(st.ip_addresses().map(str)),
    )
    snapshot = st.builds(Snapshot, name=names, created=known, size_bytes=room)
    return VirtualMachine(
        id=vm_id(name, uuid, ""),
        name=name,
        cluster=cluster.id,
        host=host.id if host else None,
        reported_host=None if host else draw(known),
        source=draw(known),
        uuid=uuid,
        instance_uuid=draw(known),
        moref=draw(known),
        power=draw(maybe(list(PowerState))),
        template=draw(st.booleans()),
        vcpus=draw(count),
        cores_per_socket=draw(count),
        memory_bytes=draw(size),
        memory_reservation_bytes=draw(room),
        guest_os=draw(known),
        hostname=draw(known),
        firmware=draw(maybe(list(Firmware))),
        secure_boot=draw(flag),
        vtpm=draw(flag),
        encrypted=draw(flag),
        nested=draw(flag),
        paravirtual=draw(flag),
        tools=draw(maybe(list(ToolsState))),
        consolidation_needed=draw(flag),
        fault_tolerant=draw(flag),
        hardware_version=draw(known),
        cpu_hotplug=draw(flag),
        memory_hotplug=draw(flag),
        changed_block_tracking=draw(flag),
        resource_pool=draw(known),
        config_path=draw(known),
        disks=tuple(replace(one, id=f"disk {n}") for n, one in enumerate(draw(few(disk)))),
        nics=tuple(
            replace(one, id=f"nic {n}", mac=f"00:50:56:00:{number:02x}:{n:02x}")
            for n, one in enumerate(draw(few(nic)))
        ),
        snapshots=draw(st.none() | few(snapshot)),
        passthrough=draw(
            few(st.builds(Passthrough, kind=st.sampled_from(PassthroughKind), description=known))
        ),
        settings=draw(adjusted),
        volumes=draw(few(st.builds(GuestVolume, path=names, capacity_bytes=size, free_bytes=room))),
        roles=draw(few(st.sampled_from(ServiceRole))),
        tags=draw(few(names)),
        depends_on=tuple(other.id for other in draw(few(st.sampled_from(others)) if others else st.just(()))),
        backed_up_by=draw(maybe([other.id for other in others])),
        criticality=draw(maybe(list(Criticality))),
        max_downtime=draw(st.none() | st.integers(0, 10**6)),
        owner=draw(known),
        annotation=draw(lines),
        attributes=draw(few(st.builds(Attribute, name=names, value=names))),
        change_rate_bytes=draw(room),
    )


@st.composite
def flows(draw, vms):
    """Traffic of the first two VMs, as flows.csv tells it; people put that file beside what the planner writes."""
    size = draw(st.none() | st.integers(1, 2**40))
    told = Flow(source=vms[0], destination=vms[1], port=443, size_bytes=size) if vms[1:] and size else None
    return (told,) if told else ()


@st.composite
def estates(draw):
    """Up to two clusters with hosts, shared and local datastores, VMs with and without a host, and rules."""
    shared = tuple(
        Datastore(
            id=datastore_id(name),
            name=name,
            kind=draw(maybe(list(DatastoreKind))),
            shared=True,
            capacity_bytes=draw(size),
            free_bytes=draw(room),
            server=draw(known),
            export=draw(known),
        )
        for name in ("nfs", "{{ san }}")[: draw(st.integers(0, 2))]
    )
    found = {kind: [] for kind in KINDS}
    found["datastores"] += shared
    for index in range(draw(st.integers(1, 2))):
        name = f"{draw(names)} {index}"
        cluster = Cluster(
            id=cluster_id(name),
            name=name,
            hypervisor=draw(st.sampled_from(sorted({*HypervisorKind} - {HypervisorKind.NONE}))),
            manager=draw(st.sampled_from(ManagerKind)),
            manager_address=draw(known),
            datacentre=draw(known),
            live_migration=draw(flag),
            ha_enabled=draw(flag),
            drs_enabled=draw(flag),
            settings=draw(adjusted),
        )
        networks = [
            Network(
                id=network_id(label, name),
                name=label,
                vlan=draw(maybe([0, 1, 4094])),
                mtu=draw(maybe([9000])),
                settings=draw(adjusted),
            )
            for label in ("VM Network", draw(names) + "!")
        ]
        members = [
            draw(hosts(cluster, f"{index}{n}", networks, shared)) for n in range(draw(st.integers(1, 2)))
        ]
        here = []
        for place in range(draw(st.integers(0, 4))):
            host, local = draw(st.sampled_from([*members, (None, None)]))
            vm = vms(
                cluster=cluster,
                number=len(found["vms"]) + place,
                host=host,
                networks=networks,
                datastores=(*shared, *((local,) if local else ())),
                others=here + found["vms"],
            )
            here.append(draw(vm))
        # A network that nothing uses belongs to no cluster that an inventory could name.
        used = {nic.network for vm in here for nic in vm.nics}
        used |= {network.network for host, _ in members for network in host.networks or ()}
        found["clusters"].append(cluster)
        found["hosts"] += [host for host, _ in members]
        found["datastores"] += [local for _, local in members]
        found["networks"] += [network for network in networks if network.id in used]
        found["vms"] += here
        if here:
            rule = AffinityRule(
                id=rule_id("rule", name),
                name="rule",
                kind=draw(
                    st.sampled_from([AffinityKind.APART, AffinityKind.TOGETHER, AffinityKind.WAVES_APART])
                ),
                vms=tuple(vm.id for vm in here),
                mandatory=draw(st.booleans()),
            )
            found["affinity_rules"].append(rule)
    subjects = st.sampled_from([cluster.id for cluster in found["clusters"]])
    return Estate(
        **{kind: tuple(sorted(things, key=lambda thing: thing.id)) for kind, things in found.items()},
        notes=draw(few(names)),
        conflicts=draw(few(st.builds(Conflict, subject=subjects, fact=names, kept=names, others=few(names)))),
        gaps=draw(few(st.builds(Gap, source=names, what=names, why=names, remedy=known))),
        flows=draw(flows([vm.id for vm in found["vms"]])),
    )


def flows_csv(seen):
    rows = [f"{flow.source},{flow.destination},{flow.port},{flow.size_bytes}" for flow in seen]
    return "\n".join(["source,destination,port,bytes", *rows])


def without_origins(estate):
    bare = {kind: tuple(replace(thing, origin=None) for thing in getattr(estate, kind)) for kind in KINDS}
    return replace(estate, **bare)


def test_every_fact_of_an_estate_is_drawn():
    """A field that no strategy sets would be lost without anybody noticing."""
    text = Path(__file__).read_text("utf-8")
    kinds = (Cluster, Host, Datastore, Network, VirtualMachine, Disk, Nic, Estate)
    facts = {field.name for kind in kinds for field in fields(kind)} - {"origin"}
    assert {fact for fact in facts if f"{fact}=" not in text and f'"{fact}"' not in text} == set()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(estates())
def test_an_estate_that_is_written_reads_back(tmp_path_factory, estate):
    directory = tmp_path_factory.mktemp("inventory")
    for path, text in inventory_files(estate).items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    (directory / "flows.csv").write_text(flows_csv(estate.flows), encoding="utf-8")
    assert without_origins(read_estate(directory)) == without_origins(estate)
