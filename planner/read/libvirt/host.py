"""A live host: itself, and what stands around its domains."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, TypeVar

from planner.model.estate import Cpu, Host
from planner.read.ids import host_id
from planner.read.libvirt.hardware import Hardware, hardware_of
from planner.read.libvirt.interfaces import Port, ports_of
from planner.read.libvirt.networks import Wire, read_network
from planner.read.libvirt.node import Machine, Node, read_flags, read_machine, read_node
from planner.read.libvirt.pools import Pool, Volume, read_pool, read_volume
from planner.read.libvirt.reports import Asking
from planner.read.libvirt.site import Around
from planner.read.libvirt.values import Document
from planner.read.outside import line
from planner.read.xml import Element, parse_xml

T = TypeVar("T")

_MEBIBYTE: Final = 1024**2
_KEPT_DEVICES: Final = ("CAP_NET", "CAP_STORAGE", "CAP_PCI_DEV")


def ask_host(asking: Asking) -> tuple[Node | None, Host | None]:
    """The host, and what its capabilities say of it; None where there are none."""
    connection, endpoint = asking.connection, asking.endpoint
    text = asking.ask("the host's capabilities", connection.getCapabilities)
    node = None if text is None else asking.document("the host's capabilities", text, read_node)
    if node is None:
        return None, None
    name = asking.ask("the host's name", connection.getHostname) or endpoint.address
    board = _board(asking)
    return node, Host(
        id=host_id(name),
        name=name,
        hypervisor=node.hypervisor,
        address=endpoint.address or name,
        version=_version(asking),
        vendor=board.vendor,
        model=board.model,
        cpu=_cpu(asking, node, board),
        memory_bytes=node.memory_bytes or _memory(asking),
        connected=True,
        uuid=board.uuid or node.uuid,
        origin=endpoint.url,
    )


def ask_around(asking: Asking) -> Around:
    """Pools with their volumes, networks, and the interfaces behind bridges."""
    connection = asking.connection
    pools: list[Pool] = []
    volumes: list[Volume] = []
    for pool in asking.ask("the list of pools", lambda: connection.listAllStoragePools(0)) or ():
        described = _described(asking, f"the pool {pool.name()!r}", pool, read_pool)
        if described is not None:
            pools.append(described)
            volumes.extend(_volumes(asking, pool, described.datastore.name))
    wires: list[Wire] = []
    for network in asking.ask("the list of networks", lambda: connection.listAllNetworks(0)) or ():
        wires.extend(_described(asking, f"the network {network.name()!r}", network, read_network) or ())
    return Around(pools=pools, volumes=volumes, wires=wires, ports=_ports(asking))


def ask_hardware(asking: Asking) -> Hardware:
    """Network ports, local disks and PCI devices; nothing where the driver lists no devices."""
    flags = sum(getattr(asking.libvirt, f"VIR_CONNECT_LIST_NODE_DEVICES_{name}") for name in _KEPT_DEVICES)
    found = asking.ask("the host's devices", lambda: asking.connection.listAllDevices(flags)) or ()
    roots = tuple(_roots(asking, "a device of the host", found))
    return asking.reading("the host's devices", lambda document: hardware_of(document, roots))


def _described(asking: Asking, what: str, thing: Any, read: Callable[[Document, Element], T]) -> T | None:
    text = asking.ask(what, lambda: thing.XMLDesc(0))
    return None if text is None else asking.document(what, text, read)


def _volumes(asking: Asking, pool: Any, name: str) -> Iterator[Volume]:
    """The volumes of a pool that runs; of one that does not, libvirt knows none."""
    if not asking.maybe(pool.isActive):
        return
    for volume in asking.ask(f"the volumes of the pool {name!r}", lambda: pool.listAllVolumes(0)) or ():
        what = f"the volume {volume.name()!r} of the pool {name!r}"
        found = _described(asking, what, volume, partial(read_volume, pool=name))
        if found is not None:
            yield found


def _ports(asking: Asking) -> dict[str, Port]:
    """The host's interfaces, where libvirt was built to know them."""
    found = asking.maybe(lambda: asking.connection.listAllInterfaces(0)) or ()
    roots = tuple(_roots(asking, "an interface of the host", found))
    return dict(asking.reading("the host's interfaces", lambda document: ports_of(document, roots)))


def _roots(asking: Asking, what: str, things: Iterable[Any]) -> Iterator[Element]:
    for thing in things:
        root = _described(asking, what, thing, lambda _document, root: root)
        if root is not None:
            yield root


def _board(asking: Asking) -> Machine:
    text = asking.maybe(lambda: asking.connection.getSysinfo(0))
    return (asking.document("the host's SMBIOS", text, read_machine) if text else None) or Machine()


def _version(asking: Asking) -> str | None:
    """What runs the VMs; libvirt knows nothing of the distribution."""
    told = (
        (asking.maybe(asking.connection.getType), asking.maybe(asking.connection.getVersion)),
        ("libvirt", asking.maybe(asking.connection.getLibVersion)),
    )
    # libvirt API, virConnectGetVersion: major * 1,000,000 + minor * 1,000 + release.
    return (
        line(
            ", ".join(
                f"{name} {number // 10**6}.{number // 1000 % 1000}.{number % 1000}"
                for name, number in told
                if name and number
            )
        )
        or None
    )


def _cpu(asking: Asking, node: Node, board: Machine) -> Cpu:
    flags = None
    if node.cpu_xml is not None:
        expand = asking.libvirt.VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES
        text = asking.maybe(lambda: asking.connection.baselineCPU([node.cpu_xml], expand))
        flags = read_flags(parse_xml(text, asking.endpoint.url)) if text else None
    return Cpu(
        vendor=node.cpu.vendor,
        model=board.processor or node.cpu.model,
        sockets=node.cpu.sockets,
        cores=node.cpu.cores,
        threads=node.cpu.threads,
        flags=flags,
    )


def _memory(asking: Asking) -> int | None:
    info = asking.maybe(asking.connection.getInfo)
    return info[1] * _MEBIBYTE if info and info[1] > 0 else None
