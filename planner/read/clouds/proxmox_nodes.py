"""Nodes of Proxmox VE as hosts."""

from collections.abc import Iterable, Iterator

from planner.model.estate import Cluster, Cpu, Host, HostNic
from planner.model.kinds import Firmware, HypervisorKind
from planner.read.clouds.proxmox_bridges import Bridges
from planner.read.clouds.proxmox_found import Found
from planner.read.clouds.proxmox_storages import Storages
from planner.read.clouds.records import MEMORY, VCPUS, Record
from planner.read.ids import host_id
from planner.read.outside import line


def host(node: str, found: Found, cluster: Cluster, stores: Storages, bridges: Bridges) -> Host:
    """A node, by all that was said of it."""
    said = found.nodes.get(node, [])
    state = found.states.get(node)
    memory = [size for record in said if (size := record.size("maxmem", 1, MEMORY))]
    return Host(
        id=host_id(node),
        name=node,
        hypervisor=HypervisorKind.PROXMOX,
        cluster=cluster.id,
        address=next((address for record in said if (address := record.line("ip"))), None),
        version=_version(state),
        firmware=_firmware(state),
        cpu=_cpu(state, said),
        memory_bytes=(state.inner("memory").size("total", 1, MEMORY) if state else None)
        or next(iter(memory), None),
        nics=tuple(_nics(found.interfaces.get(node, ()))),
        datastores=stores.of_node(node),
        networks=bridges.of_node(node),
        connected=_connected(said),
        origin=next((record.origin for record in (*said, *((state,) if state else ()))), None),
    )


def _version(state: Record | None) -> str | None:
    """`8.2.4` of `pve-manager/8.2.4/faa83925c9641325`."""
    parts = (state.line("pveversion") or "").split("/") if state else []
    return line(parts[1]) if len(parts) > 1 else None


def _firmware(state: Record | None) -> Firmware | None:
    mode = state.inner("boot-info").text("mode") if state else None
    return {"efi": Firmware.UEFI, "legacy-bios": Firmware.BIOS}.get(mode or "")


def _cpu(state: Record | None, said: Iterable[Record]) -> Cpu:
    if state is None:
        return Cpu(
            threads=next((count for record in said if (count := record.number("maxcpu", VCPUS))), None)
        )
    info = state.inner("cpuinfo")
    flags = (info.line("flags") or "").split()
    return Cpu(
        model=info.line("model"),
        sockets=info.number("sockets", VCPUS),
        cores=info.number("cores", VCPUS),
        threads=info.number("cpus", VCPUS),
        flags=tuple(sorted({*flags})) or None,
    )


def _connected(said: Iterable[Record]) -> bool | None:
    for record in said:
        if record.has("online"):
            return record.flag("online")
        if record.text("status"):
            return record.text("status") == "online"
    return None


def _nics(interfaces: Iterable[Record]) -> Iterator[HostNic]:
    for item in interfaces:
        name = item.line("iface")
        if item.text("type") == "eth" and name:
            yield HostNic(name=name, mac=item.mac("hwaddr"))
