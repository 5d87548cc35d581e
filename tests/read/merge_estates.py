"""A true estate and what sources may see of it: each a part, with its own words, ids and gaps."""

from dataclasses import fields, replace

from hypothesis import strategies as st

from planner.model.estate import (
    AffinityRule,
    Cluster,
    Cpu,
    Datastore,
    Disk,
    Estate,
    Host,
    HostNetwork,
    HostNic,
    Network,
    Nic,
    Snapshot,
    VirtualMachine,
)
from planner.model.kinds import AffinityKind, DatastoreKind, Firmware, HypervisorKind, ManagerKind, PowerState
from planner.read.gather import gather, unplaced_cluster
from planner.read.ids import cluster_id, datastore_id, host_id, network_id, rule_id, vm_id
from planner.units import GIB

UNPLACED = unplaced_cluster(HypervisorKind.ESXI)
KINDS = ("vsphere", "rvtools", "vmx", "govc", None)


@st.composite
def truths(draw, prefix="a"):
    """One or two clusters with up to three hosts each, their storage and networks, and up to six VMs."""
    clusters, hosts, stores, networks, vms, rules = [], [], [], [], [], []
    for c in range(draw(st.integers(1, 2))):
        label = f"{prefix}-cluster{c}"
        cluster = Cluster(
            id=cluster_id(label),
            name=label,
            hypervisor=HypervisorKind.ESXI,
            manager=ManagerKind.VCENTER,
            manager_address=f"{prefix}-vc.example.org",
            live_migration=draw(st.booleans()),
            ha_enabled=draw(st.booleans()),
        )
        san = Datastore(
            id=datastore_id(f"{label}-san"),
            name=f"{label}-san",
            kind=DatastoreKind.VMFS,
            shared=True,
            uuid=f"{label}-volume",
        )
        here = [
            Network(id=network_id(name, label), name=name, vlan=vlan, mtu=1500)
            for name, vlan in (("VM Network", 0), ("dmz", 20))
        ]
        clusters.append(cluster)
        stores.append(san)
        networks += here
        members = []
        for h in range(draw(st.integers(1, 3))):
            name = f"{label}-esx{h}.example.org"
            local = Datastore(
                id=datastore_id("datastore1", name),
                name="datastore1",
                shared=False,
                capacity_bytes=(h + 1) * GIB,
            )
            stores.append(local)
            host = Host(
                id=host_id(name),
                name=name,
                hypervisor=HypervisorKind.ESXI,
                cluster=cluster.id,
                address=f"{name}",
                version="7.0.3",
                cpu=Cpu(cores=16, threads=32),
                memory_bytes=draw(st.sampled_from([64, 128])) * GIB,
                nics=(HostNic(name="vmnic0", mac=_mac(prefix, c, h, 0), speed_bytes=1_250_000_000),),
                datastores=(local.id, san.id),
                networks=tuple(HostNetwork(network=network.id, uplinks=("vmnic0",)) for network in here),
                uuid=f"{prefix}-host-{c}-{h}",
                moref=f"{prefix}-vc/host-{c}{h}",
            )
            members.append((host, local))
        hosts += [host for host, _ in members]
        of_cluster = []
        for v in range(draw(st.integers(0, 3))):
            host, local = draw(st.sampled_from(members))
            name = draw(st.sampled_from([f"{label}-vm{v}", "web"]))
            store = draw(st.sampled_from([local, san]))
            of_cluster.append(
                VirtualMachine(
                    id=vm_id(name, f"{prefix}-instance-{c}-{v}", ""),
                    name=name,
                    cluster=cluster.id,
                    host=host.id,
                    uuid=f"{prefix}-bios-{draw(st.sampled_from([0, v]))}",
                    instance_uuid=f"{prefix}-instance-{c}-{v}",
                    moref=f"{prefix}-vc/vm-{c}{v}",
                    power=draw(st.sampled_from(PowerState)),
                    vcpus=draw(st.integers(1, 8)),
                    memory_bytes=draw(st.integers(1, 64)) * GIB,
                    firmware=draw(st.sampled_from(Firmware)),
                    guest_os="Debian GNU/Linux 12 (64-bit)",
                    config_path=f"[{store.name}] {label}{v}/{name}.vmx",
                    disks=tuple(
                        Disk(
                            id=f"disk-{d + 1}",
                            capacity_bytes=(10 * d + 10) * GIB,
                            datastore=store.id,
                            path=f"[{store.name}] {label}{v}/{name}_{d}.vmdk",
                            bus="scsi",
                        )
                        for d in range(draw(st.integers(0, 2)))
                    ),
                    nics=tuple(
                        Nic(
                            id=f"nic-{n + 1}",
                            mac=_mac(prefix, c, 100 + v, n),
                            network=here[n].id,
                            model="vmxnet3",
                        )
                        for n in range(draw(st.integers(0, 2)))
                    ),
                    snapshots=draw(st.sampled_from([(), (Snapshot(name="before"),)])),
                    tags=draw(st.sampled_from([(), ("gold",), ("gold", "prod")])),
                    owner=draw(st.sampled_from([None, "finance"])),
                )
            )
        if of_cluster:
            rules.append(
                AffinityRule(
                    id=rule_id("rule", label),
                    name="rule",
                    kind=AffinityKind.APART,
                    vms=tuple(sorted(vm.id for vm in of_cluster)),
                )
            )
        if vms and of_cluster:
            of_cluster[0] = replace(of_cluster[0], depends_on=(vms[0].id,))
        vms += of_cluster
    return gather(
        Estate(
            clusters=tuple(clusters),
            hosts=tuple(hosts),
            datastores=tuple(stores),
            networks=tuple(networks),
            vms=tuple(vms),
            affinity_rules=tuple(rules),
        )
    )


def _mac(prefix, *numbers):
    return ":".join(f"{number:02x}" for number in (0, 0x50, ord(prefix), *numbers))


FORGETTABLE = [
    field.name
    for field in fields(VirtualMachine)
    if field.default is None and field.name not in {"host", "reported_host", "source", "origin"}
]
FORGETTABLE_OF_HOST = ["version", "memory_bytes", "uuid", "moref", "address", "networks"]


def _some(names, kept):
    return st.lists(st.sampled_from([name for name in names if name not in kept]), unique=True)


@st.composite
def views(draw, truth, kept=()):
    """What one source says: some hosts, some VMs, some facts (but those `kept`); other ids; some VMs without a place.

    Where facts are kept, so are ids.
    """
    kind = draw(st.sampled_from(KINDS))
    hosts = draw(st.lists(st.sampled_from(truth.hosts), unique=True)) if truth.hosts else []
    vms = draw(st.lists(st.sampled_from(truth.vms), unique=True)) if truth.vms else []
    seen_hosts = [
        replace(
            host,
            **dict.fromkeys(draw(_some(FORGETTABLE_OF_HOST, kept))),
            nics=draw(st.sampled_from([host.nics, ()])),
            origin=f"{kind}:{host.id}",
        )
        for host in hosts
    ]
    known_hosts = {host.id for host in hosts}
    ids = {
        vm.id: vm.id if kept else draw(st.sampled_from([vm.id, f"{vm.id}-{kind or 'inventory'}"]))
        for vm in vms
    }
    seen_vms = []
    for vm in vms:
        placed = draw(st.booleans())
        gone = draw(_some(FORGETTABLE, kept))
        one = replace(
            vm,
            **dict.fromkeys(gone),
            id=ids[vm.id],
            source=kind,
            host=vm.host if placed and vm.host in known_hosts else None,
            cluster=vm.cluster if placed else UNPLACED.id,
            depends_on=tuple(ids[other] for other in vm.depends_on if other in ids),
            disks=draw(st.sampled_from([vm.disks, ()])),
            nics=draw(st.sampled_from([vm.nics, ()])),
            tags=draw(st.sampled_from([vm.tags, ()])),
            origin=f"{kind}:{vm.name}",
        )
        seen_vms.append(one if placed else _adrift(one, truth))
    names = {store.id: store for store in (*truth.datastores, *_bare(truth.datastores))}
    nets = {net.id: net for net in (*truth.networks, *_loose(truth.networks))}
    used_stores = {disk.datastore for vm in seen_vms for disk in vm.disks if disk.datastore}
    used_stores |= {store for host in seen_hosts for store in host.datastores}
    used_nets = {nic.network for vm in seen_vms for nic in vm.nics if nic.network}
    used_nets |= {entry.network for host in seen_hosts for entry in host.networks or ()}
    used_clusters = {host.cluster for host in seen_hosts} | {vm.cluster for vm in seen_vms}
    rules = [
        replace(rule, vms=tuple(ids[vm] for vm in rule.vms if vm in ids))
        for rule in truth.affinity_rules
        if any(vm in ids for vm in rule.vms)
    ]
    return gather(
        Estate(
            clusters=tuple(one for one in (*truth.clusters, UNPLACED) if one.id in used_clusters),
            hosts=tuple(seen_hosts),
            datastores=tuple(names[store] for store in used_stores),
            networks=tuple(nets[net] for net in used_nets),
            vms=tuple(seen_vms),
            affinity_rules=tuple(rules),
        )
    )


def _bare(datastores):
    """As a source names them that knows no host."""
    return {
        bare.id: bare
        for one in datastores
        for bare in [Datastore(id=datastore_id(one.name), name=one.name)]
        if not one.shared
    }.values()


def _loose(networks):
    return {
        loose.id: loose
        for one in networks
        for loose in [Network(id=network_id(one.name, UNPLACED.name), name=one.name)]
    }.values()


def _adrift(vm, truth):
    stores = {one.id: one for one in truth.datastores}
    nets = {one.id: one for one in truth.networks}
    return replace(
        vm,
        disks=tuple(
            replace(
                disk,
                datastore=disk.datastore
                if (store := stores[disk.datastore]).shared
                else datastore_id(store.name),
            )
            for disk in vm.disks
        ),
        nics=tuple(
            replace(nic, network=network_id(nets[nic.network].name, UNPLACED.name)) for nic in vm.nics
        ),
    )


@st.composite
def sources(draw, most=4):
    """Views of one estate, and perhaps of another that has nothing to do with it."""
    truth = draw(truths())
    seen = [draw(views(truth)) for _ in range(draw(st.integers(1, most)))]
    if draw(st.booleans()):
        seen.append(draw(views(draw(truths("b")))))
    return truth, seen


@st.composite
def disputes(draw):
    """Sources that disagree, and machines whose marks are mixed up: copies, typing errors, other days."""
    _, seen = draw(sources())
    return [replace(estate, vms=tuple(draw(_mixed_up(vm)) for vm in estate.vms)) for estate in seen]


@st.composite
def _mixed_up(draw, vm):
    marks = {
        "uuid": ["copy", "other"],
        "instance_uuid": ["one", "two"],
        "moref": ["vc/1", "vc/2", "vc2/1"],
        "name": ["web", "db"],
        "vcpus": [1, 2],
        "memory_bytes": [GIB, 2 * GIB],
        "config_path": ["[ds] web/web.vmx"],
        "nics": [(Nic(id="nic-9", mac=_mac("z", number, 0, 0)),) for number in range(2)],
    }
    changed = draw(st.lists(st.sampled_from(sorted(marks)), unique=True, max_size=4))
    return replace(vm, **{name: draw(st.sampled_from(marks[name])) for name in changed})
