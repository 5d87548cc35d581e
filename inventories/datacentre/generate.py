# ruff: noqa: INP001
"""Write the example estate of a data centre: two vCenter clusters, an old KVM cluster, a plain Xen host.

Run it as `python inventories/datacentre/generate.py`; the same estate comes out every time. policy.yml and
README.md beside it are written by hand.
"""

import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shapes import DOMAIN, Hardware, Machine, Site
from sites import SWING, lab, legacy, prod_a, prod_b

from planner.emit.inventory import inventory_files
from planner.model import estate as e
from planner.read.ids import datastore_id, host_id, network_id, rule_id, vm_id
from planner.units import GIB

SEED: Final = 20261123
INTEL_FLAGS: Final = ("aes", "avx2", "ept", "lm", "pcid", "sse4_2", "vmx", "vpid", "xsave")
MAC_PREFIXES: Final = {
    e.HypervisorKind.ESXI: "00:50:56",
    e.HypervisorKind.KVM: "52:54:00",
    e.HypervisorKind.XEN: "00:16:3e",
}
GENERATED: Final = ("hosts.yml", "group_vars", "host_vars")


def main(directory: Path) -> None:
    """Replace what an earlier run wrote into `directory`."""
    for name in GENERATED:
        path = directory / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for relative, text in inventory_files(data_centre()).items():
        path = directory / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def data_centre() -> e.Estate:
    """The whole estate."""
    dice = random.Random(SEED)  # noqa: S311
    sites = [(site, build_vms(site, dice)) for site in (prod_a(), prod_b(), lab(), legacy())]
    vms = [with_oddities(vm) for _, built in sites for vm in built]
    hosts = [host for number, (site, _) in enumerate(sites, start=1) for host in build_hosts(site, number)]
    hosts += [swing_host(number) for number in (1, 2)]
    datastores = [with_free_space(datastore, vms) for site, _ in sites for datastore in datastores_of(site)]
    networks = [network for site, _ in sites for network in networks_of(site)]
    rules = [rule for site, built in sites for rule in rules_of(site, built)]
    return e.Estate(
        clusters=tuple(sorted((site.cluster for site, _ in sites), key=lambda cluster: cluster.id)),
        hosts=tuple(sorted(hosts, key=lambda host: host.id)),
        datastores=tuple(sorted(datastores, key=lambda datastore: datastore.id)),
        networks=tuple(sorted(networks, key=lambda network: network.id)),
        vms=tuple(sorted(vms, key=lambda vm: vm.id)),
        affinity_rules=tuple(sorted(rules, key=lambda rule: rule.id)),
    )


def build_hosts(site: Site, subnet: int) -> Iterator[e.Host]:
    """The hosts of a site, each with every network and every shared datastore of it."""
    carried = tuple(
        e.HostNetwork(network=network_id(name, site.cluster.name), uplinks=site.hardware.nics)
        for name in sorted(site.networks)
    )
    for number, name in enumerate(site.hosts, start=1):
        yield replace(
            server(
                site.hardware, name, f"192.0.2.{subnet * 20 + number}", site.hosts.index(name) + subnet * 32
            ),
            hypervisor=site.cluster.hypervisor,
            cluster=site.cluster.id,
            version=site.version,
            edition=site.edition,
            datastores=tuple(sorted(datastore.id for datastore in datastores_at(site, name))),
            networks=carried,
            maintenance=False,
        )


def server(hardware: Hardware, name: str, address: str, serial: int) -> e.Host:
    """A server without a hypervisor."""
    sizes = (hardware.boot_bytes, *hardware.data_bytes)
    return e.Host(
        id=host_id(name),
        name=name,
        hypervisor=e.HypervisorKind.NONE,
        address=address,
        vendor=hardware.vendor,
        model=hardware.model,
        firmware=e.Firmware.UEFI,
        cpu=e.Cpu(
            vendor="Intel",
            model=hardware.cpu,
            sockets=2,
            cores=hardware.cores,
            threads=2 * hardware.cores,
            flags=INTEL_FLAGS,
        ),
        memory_bytes=hardware.memory_bytes,
        nics=tuple(
            e.HostNic(name=nic, mac=f"b0:26:28:00:{serial:02x}:{port:02x}", speed_bytes=hardware.speed_bytes)
            for port, nic in enumerate(hardware.nics)
        ),
        disks=tuple(
            e.LocalDisk(id=f"wwn-0x5000c500{serial:04x}{slot:04x}", capacity_bytes=capacity, boot=slot == 0)
            for slot, capacity in enumerate(sizes)
        ),
        bmc=e.Bmc(address=f"bmc-{name}.{DOMAIN}"),
    )


def swing_host(number: int) -> e.Host:
    """A server that is lent to one cluster after another."""
    return server(SWING, f"swing{number:02d}", f"192.0.2.{240 + number}", 240 + number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A machine with its number in its site, its host, and the datastore of its files."""

    site: Site
    machine: Machine
    number: int
    host: str
    store: str

    @property
    def uuid(self) -> str:
        """A UUID that says where it comes from."""
        return f"42{self.site.prefix}0000-0000-4000-8000-{self.number:012x}"

    @property
    def id(self) -> e.VmId:
        """The id that any reader would give it."""
        return vm_id(self.machine.name, self.uuid, self.host)


def build_vms(site: Site, dice: random.Random) -> list[e.VirtualMachine]:
    """The VMs of a site, the largest first on the emptiest host, apart where they must be."""
    load = dict.fromkeys(site.hosts, 0)
    closed: dict[str, set[str]] = {host: set() for host in site.hosts}
    placed = []
    for number, machine in sorted(enumerate(site.machines), key=lambda pair: (-pair[1].size[1], pair[0])):
        host = min(
            (host for host in site.hosts if machine.name not in closed[host]), key=lambda host: load[host]
        )
        load[host] += 0 if machine.off else machine.size[1]
        closed[host] |= {other for names in site.apart if machine.name in names for other in names}
        placed.append(
            Placed(site=site, machine=machine, number=number, host=host, store=store_of(site, machine, host))
        )
    ids = {spot.machine.name: spot.id for spot in placed}
    return [build_vm(spot, ids, dice) for spot in placed]


def store_of(site: Site, machine: Machine, host: str) -> str:
    """The datastore of a machine: any LUN, else the NAS; local where nothing is shared, or when it is off."""
    if site.local and (machine.off or not site.shared):
        return local_store(site, host).name
    luns = [datastore.name for datastore in site.shared if datastore.kind is e.DatastoreKind.VMFS]
    return luns[sum(machine.name.encode()) % len(luns)] if luns else site.shared[0].name


def build_vm(spot: Placed, ids: Mapping[str, e.VmId], dice: random.Random) -> e.VirtualMachine:
    """One VM; how full its disks are and how fast they change is up to the dice."""
    site, machine, kind = spot.site, spot.machine, spot.site.cluster.hypervisor
    vcpus, memory = machine.size
    return e.VirtualMachine(
        id=spot.id,
        name=machine.name,
        cluster=site.cluster.id,
        host=host_id(spot.host),
        uuid=spot.uuid,
        power=e.PowerState.OFF if machine.off else e.PowerState.ON,
        vcpus=vcpus,
        cores_per_socket=vcpus,
        memory_bytes=memory * GIB,
        guest_os=machine.guest,
        hostname=f"{machine.name}.{DOMAIN}",
        firmware=machine.firmware,
        secure_boot=False,
        vtpm=False,
        encrypted=False,
        nested=False,
        paravirtual=False,
        tools=tools_of(machine) if kind is e.HypervisorKind.ESXI else None,
        consolidation_needed=False,
        config_path=config_path(spot),
        disks=tuple(build_disk(spot, slot, dice) for slot in range(len(machine.disks))),
        nics=(
            e.Nic(
                id="nic-1",
                mac=f"{MAC_PREFIXES[kind]}:{site.prefix}:00:{spot.number:02x}",
                network=network_id(machine.network, site.cluster.name),
                model=site.card,
            ),
        ),
        snapshots=(),
        roles=machine.roles,
        tags=machine.tags,
        depends_on=tuple(sorted(ids[needed] for needed in machine.needs)),
        criticality=machine.criticality,
        owner=machine.owner,
        change_rate_bytes=dice.randrange(1, 40) * 10**5,
    )


def tools_of(machine: Machine) -> e.ToolsState:
    """Tools run in whatever runs."""
    return e.ToolsState.NOT_RUNNING if machine.off else e.ToolsState.RUNNING


def config_path(spot: Placed) -> str:
    """Where the source keeps the definition of a VM."""
    name = spot.machine.name
    paths = {
        e.HypervisorKind.ESXI: f"[{spot.store}] {name}/{name}.vmx",
        e.HypervisorKind.KVM: f"/etc/libvirt/qemu/{name}.xml",
        e.HypervisorKind.XEN: f"/etc/xen/{name}.cfg",
    }
    return paths[spot.site.cluster.hypervisor]


def build_disk(spot: Placed, slot: int, dice: random.Random) -> e.Disk:
    """A thin disk, a third to three quarters of it in use."""
    name, kind = spot.machine.name, spot.site.cluster.hypervisor
    paths = {
        e.HypervisorKind.ESXI: f"[{spot.store}] {name}/{name}_{slot}.vmdk",
        e.HypervisorKind.KVM: f"/srv/{spot.store}/{name}-{slot}.qcow2",
        e.HypervisorKind.XEN: f"/dev/{spot.store}/{name}-{slot}",
    }
    capacity = spot.machine.disks[slot]
    return e.Disk(
        id=f"disk-{slot + 1}",
        capacity_bytes=capacity * GIB,
        allocated_bytes=capacity * dice.randrange(34, 76) * GIB // 100,
        datastore=datastore_id(spot.store, spot.host if spot.store == f"pool-{spot.host}" else None),
        path=paths[kind],
        bus=spot.site.bus,
        mode=e.DiskMode.PERSISTENT if kind is e.HypervisorKind.ESXI else None,
        shared=False,
    )


def datastores_of(site: Site) -> Iterator[e.Datastore]:
    """Every datastore of a site."""
    yield from site.shared
    if site.local:
        yield from (local_store(site, host) for host in site.hosts)


def datastores_at(site: Site, host: str) -> Iterator[e.Datastore]:
    """Datastores of one host: the shared ones, and its pool where disks are local."""
    yield from site.shared
    if site.local:
        yield local_store(site, host)


def local_store(site: Site, host: str) -> e.Datastore:
    """The pool that holds a host's disks."""
    return e.Datastore(
        id=datastore_id(f"pool-{host}", host),
        name=f"pool-{host}",
        kind=site.local,
        shared=False,
        capacity_bytes=sum(site.hardware.data_bytes),
    )


def with_free_space(datastore: e.Datastore, vms: list[e.VirtualMachine]) -> e.Datastore:
    """The datastore with what its disks leave free."""
    used = sum(disk.allocated_bytes or 0 for vm in vms for disk in vm.disks if disk.datastore == datastore.id)
    return replace(datastore, free_bytes=(datastore.capacity_bytes or 0) - used)


def networks_of(site: Site) -> Iterator[e.Network]:
    """The networks of a cluster."""
    for name, vlan in site.networks.items():
        yield e.Network(id=network_id(name, site.cluster.name), name=name, vlan=vlan, mtu=1500)


def rules_of(site: Site, vms: list[e.VirtualMachine]) -> Iterator[e.AffinityRule]:
    """Pairs that must not share a host."""
    ids = {vm.name: vm.id for vm in vms}
    for names in site.apart:
        rule = f"{names[0]} apart"
        yield e.AffinityRule(
            id=rule_id(rule, site.cluster.name),
            name=rule,
            kind=e.AffinityKind.APART,
            vms=tuple(sorted(ids[name] for name in names)),
        )


def with_oddities(vm: e.VirtualMachine) -> e.VirtualMachine:
    """A few VMs as they are found in practice: a forgotten snapshot, old tools, a raw disk, a virtual TPM."""
    snapshot = e.Snapshot(name="before patching", created="2026-08-02T21:14:00Z", size_bytes=9 * GIB)
    odd = {
        "crm-app02": lambda: replace(vm, snapshots=(snapshot,)),
        "k8s-worker07": lambda: replace(vm, snapshots=(replace(snapshot, name="upgrade 1.29"),)),
        "mail02": lambda: replace(vm, tools=e.ToolsState.OUTDATED),
        "old-intranet03": lambda: replace(vm, tools=e.ToolsState.NOT_INSTALLED),
        "test-db04": lambda: replace(vm, tools=e.ToolsState.NOT_RUNNING),
        "dwh-db01": lambda: replace(
            vm, disks=(*vm.disks[:-1], replace(vm.disks[-1], kind=e.DiskKind.RDM, rdm_mode="virtual"))
        ),
        "bi-app01": lambda: replace(vm, vtpm=True, secure_boot=True),
        "ci-runner03": lambda: replace(vm, criticality=None, owner=None),
    }
    return odd[vm.name]() if vm.name in odd else vm


if __name__ == "__main__":
    main(Path(*sys.argv[1:2]) if sys.argv[1:] else Path(__file__).parent)
