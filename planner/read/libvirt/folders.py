"""Documents in folders as an estate: a folder with capabilities, and all below it, is one host."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from planner.errors import InputError, Problem
from planner.model.estate import Cluster, Datastore, Estate, Gap, Host, VirtualMachine
from planner.model.kinds import HypervisorKind
from planner.read.gather import gather, together, unplaced_cluster
from planner.read.ids import cluster_id, host_id
from planner.read.libvirt.domain import Definition
from planner.read.libvirt.networks import Wire
from planner.read.libvirt.node import Machine, Node
from planner.read.libvirt.pools import Pool, Volume
from planner.read.libvirt.site import Around, Site, gaps_of, machine, site_of
from planner.read.libvirt.snapshots import Taken, memory_settings


@dataclass(slots=True, kw_only=True)
class Folder:
    """What the documents of a folder say."""

    definitions: list[Definition] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)

    def around(self) -> Around:
        """What stands around the domains."""
        return Around(pools=self.pools, volumes=self.volumes, wires=self.wires)

    def add(self, other: "Folder") -> None:
        """Take over what another folder holds."""
        for one in fields(self):
            getattr(self, one.name).extend(getattr(other, one.name))


def estate_of(folders: Mapping[Path, Folder], problems: Sequence[Problem]) -> Estate:
    """The estate of all folders. Raises InputError with `problems`, and with folders that are of several hosts."""
    hosts = {path for path, folder in folders.items() if folder.nodes}
    places: dict[Path, Folder] = {path: Folder() for path in sorted(hosts)}
    nowhere = Folder()
    for path, folder in folders.items():
        home = next((above for above in (path, *path.parents) if above in hosts), None)
        (nowhere if home is None else places[home]).add(folder)
    wrong = [
        *problems,
        *(problem for path, folder in places.items() for problem in _of_several_hosts(path, folder)),
        *(problem for folder in (*places.values(), nowhere) for problem in _differing(folder)),
    ]
    if wrong:
        raise InputError(tuple(wrong))
    estates = [_placed(path, folder) for path, folder in places.items()]
    if nowhere.definitions or nowhere.wires or nowhere.pools:
        estates.append(_unplaced(os.path.commonpath(folders), nowhere))
    found = together(estates)
    return gather(
        replace(found, datastores=_first_sightings(found.datastores), notes=tuple(_left_out(nowhere)))
    )


def _left_out(nowhere: Folder) -> Iterator[str]:
    """What means nothing alone: volumes and snapshots without a domain, the board of an unknown host."""
    count = len(nowhere.machines)
    if not nowhere.definitions:
        count += len(nowhere.taken) + (0 if nowhere.pools else len(nowhere.volumes))
    if count:
        yield f"libvirt: {count} documents that belong to no domain or host of the source were left out"


def _first_sightings(datastores: Iterable[Datastore]) -> tuple[Datastore, ...]:
    """Each datastore as the first host tells of it: every host has a pool of its own on shared storage."""
    found: dict[str, Datastore] = {}
    for store in datastores:
        found.setdefault(store.id, store)
    return tuple(found.values())


def _of_several_hosts(path: Path, folder: Folder) -> Iterator[Problem]:
    for what, count in (("capabilities", len(folder.nodes)), ("sysinfo", len(folder.machines))):
        if count > 1:
            yield Problem(
                file=str(path),
                message=f"holds {count} files of {what}: put the files of each host into a folder of its own",
            )


def _differing(folder: Folder) -> Iterator[Problem]:
    """Pools and networks of one name that are not the same: they are of several hosts."""
    things: list[tuple[str, str, str, object]] = [
        *(("network", wire.name, wire.origin, (wire.vlan, wire.mtu, wire.forward)) for wire in folder.wires),
        *(
            ("pool", pool.datastore.name, pool.datastore.origin or "", (pool.datastore.uuid, pool.prefix))
            for pool in folder.pools
        ),
    ]
    first: dict[tuple[str, str], tuple[str, object]] = {}
    for kind, name, origin, facts in things:
        known_origin, known_facts = first.setdefault((kind, name), (origin, facts))
        if facts != known_facts:
            yield Problem(
                file=origin,
                message=f"the {kind} {name!r} is another than that of {known_origin}: put the files of each host "
                "into a folder of its own, with what virsh capabilities prints there",
            )


def _placed(path: Path, folder: Folder) -> Estate:
    """The host of a folder, named after it, since no document of libvirt has its name."""
    name, node = path.resolve().name, folder.nodes[0]
    own = [one for one in folder.definitions if one.hypervisor is node.hypervisor]
    cluster = Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=node.hypervisor,
        live_migration=node.live_migration or None,
        origin=node.origin,
    )
    site = site_of(cluster, name, own, folder.around())
    board = folder.machines[0] if folder.machines else Machine()
    host = Host(
        id=host_id(name),
        name=name,
        hypervisor=node.hypervisor,
        cluster=cluster.id,
        vendor=board.vendor,
        model=board.model,
        cpu=node.cpu,
        memory_bytes=node.memory_bytes,
        datastores=tuple(sorted({store.id for store in site.datastores})),
        networks=site.carried(),
        uuid=board.uuid or node.uuid,
        origin=node.origin,
    )
    vms = tuple(_machine(one, site, host, folder) for one in own)
    foreign = [one for one in folder.definitions if one.hypervisor is not node.hypervisor]
    others = _unplaced(str(path), Folder(definitions=foreign, taken=folder.taken))
    return Estate(
        clusters=(cluster, *others.clusters),
        hosts=(host,),
        datastores=(*site.datastores, *others.datastores),
        networks=(*site.networks.values(), *others.networks),
        vms=(*vms, *others.vms),
        gaps=(*gaps_of(str(path), site, vms), *others.gaps),
    )


def _unplaced(source: str, folder: Folder) -> Estate:
    """Domains of which no capabilities say on which host they are; what stands around them is of one kind."""
    kinds = {one.hypervisor for one in folder.definitions}
    main = HypervisorKind.XEN if kinds == {HypervisorKind.XEN} else HypervisorKind.KVM
    if folder.wires or folder.pools:
        kinds.add(main)
    sites: list[Site] = []
    vms: list[VirtualMachine] = []
    gaps: list[Gap] = []
    for kind in sorted(kinds):
        cluster, is_main = unplaced_cluster(kind), kind is main
        own = [one for one in folder.definitions if one.hypervisor is kind]
        around, scope = (folder.around(), None) if is_main else (Around(), cluster.name)
        site = site_of(cluster, scope, own, around)
        here = [_machine(one, site, None, folder) for one in own]
        sites.append(site)
        vms += here
        gaps += gaps_of(source, site, here)
    return Estate(
        clusters=tuple(site.cluster for site in sites),
        hosts=(),
        datastores=tuple(store for site in sites for store in site.datastores),
        networks=tuple(network for site in sites for network in site.networks.values()),
        vms=tuple(vms),
        gaps=tuple(gaps),
    )


def _machine(definition: Definition, site: Site, host: Host | None, folder: Folder) -> VirtualMachine:
    """The VM with the snapshots of its own files; that there is no such file does not mean that there is none."""
    found = [one for one in folder.taken if one.domain and one.domain == definition.uuid]
    told = {
        "snapshots": tuple(one.snapshot for one in found) or None,
        "settings": (*definition.facts["settings"], *memory_settings(found)),
    }
    return machine(definition, site, host, told)
