# ruff: noqa: INP001
"""What the example data centre is made of: servers, machines and stacks of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from planner.model import estate as e
from planner.read.ids import datastore_id

DOMAIN: Final = "dc.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """A model of server."""

    vendor: str
    model: str
    cpu: str
    cores: int
    memory_bytes: int
    nics: tuple[str, ...]
    speed_bytes: int
    boot_bytes: int
    data_bytes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A guest before it has a place: `size` is vCPUs and GiB of memory, `disks` GiB."""

    name: str
    guest: str
    size: tuple[int, int]
    disks: tuple[int, ...]
    network: str
    firmware: e.Firmware = e.Firmware.UEFI
    criticality: e.Criticality = e.Criticality.NORMAL
    roles: tuple[e.ServiceRole, ...] = ()
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    owner: str = "platform@example.org"
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A cluster: hosts, networks (name to VLAN), shared datastores and what runs there."""

    cluster: e.Cluster
    version: str
    edition: str | None
    hardware: Hardware
    hosts: tuple[str, ...]
    networks: dict[str, int]
    shared: tuple[e.Datastore, ...]
    machines: tuple[Machine, ...]
    prefix: str
    apart: tuple[tuple[str, ...], ...] = ()
    local: e.DatastoreKind | None = None
    bus: str = "scsi"
    card: str = "vmxnet3"


def stack(  # noqa: PLR0913
    name: str,
    guest: str,
    *,
    databases: int,
    apps: int,
    webs: int,
    scale: int,
    networks: tuple[str, str],
    needs: str,
) -> Iterator[Machine]:
    """Databases, application servers and web servers, each tier on the one below."""
    tiers = (
        ("db", databases, (4 * scale, 32 * scale), (80, 600 * scale), networks[0], e.Criticality.HIGH),
        ("app", apps, (4, 12 * scale), (80, 120), networks[1], e.Criticality.NORMAL),
        ("web", webs, (2, 8), (60,), networks[1], e.Criticality.NORMAL),
    )
    below: tuple[str, ...] = (needs,)
    for tier, count, size, disks, network, criticality in tiers:
        names = tuple(f"{name}-{tier}{number:02d}" for number in range(1, count + 1))
        for machine in names:
            yield Machine(
                name=machine,
                guest=guest,
                size=size,
                disks=disks,
                network=network,
                criticality=criticality,
                needs=below[:2],
                tags=(name, tier),
                owner=f"{name}@example.org",
            )
        below = names or below


def fleet(prefix: str, count: int, machine: Machine) -> Iterator[Machine]:
    """`count` machines that differ in their number alone."""
    return (replace(machine, name=f"{prefix}{number:02d}") for number in range(1, count + 1))


def directory(prefix: str, network: str) -> Iterator[Machine]:
    """Two domain controllers."""
    return fleet(
        prefix,
        2,
        Machine(
            name=prefix,
            guest="Microsoft Windows Server 2022 (64-bit)",
            size=(4, 16),
            disks=(100,),
            network=network,
            criticality=e.Criticality.CRITICAL,
            roles=(e.ServiceRole.DIRECTORY, e.ServiceRole.DNS, e.ServiceRole.NTP),
            tags=("identity",),
        ),
    )


def luns(prefix: str, count: int, capacity_bytes: int) -> Iterator[e.Datastore]:
    """VMFS datastores on a SAN."""
    for number in range(1, count + 1):
        name = f"{prefix}-{number:02d}"
        yield e.Datastore(
            id=datastore_id(name),
            name=name,
            kind=e.DatastoreKind.VMFS,
            shared=True,
            capacity_bytes=capacity_bytes,
            path=f"/vmfs/volumes/{name}",
        )


def nas(name: str, export: str, capacity_bytes: int) -> e.Datastore:
    """An export of the old NAS."""
    return e.Datastore(
        id=datastore_id(name),
        name=name,
        kind=e.DatastoreKind.NFS,
        shared=True,
        capacity_bytes=capacity_bytes,
        server="192.0.2.200",
        export=f"/export/{export}",
    )
