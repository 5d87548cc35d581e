"""An export as an estate."""

from dataclasses import replace

from planner.errors import InputError
from planner.model.estate import Estate
from planner.read.rvtools.adapters import read_adapters
from planner.read.rvtools.devices import disk_path
from planner.read.rvtools.export import Export
from planner.read.rvtools.machines import Surroundings, join_sheets, read_machines, read_rules, vm_rows
from planner.read.rvtools.networks import read_networks
from planner.read.rvtools.places import read_places
from planner.read.rvtools.storage import read_storage


def estate_of(export: Export) -> Estate:
    """The estate that an export describes. Raises InputError with every problem of its cells."""
    rows = vm_rows(export)
    joined = join_sheets(export, rows)
    places = read_places(export)
    clusters = {cluster.id: cluster for cluster in places.clusters}
    homes = {name: clusters[host.cluster] for name, host in places.hosts.items() if host.cluster}
    networks = read_networks(export, places.hosts, homes)
    adapters = read_adapters(export, frozenset(places.hosts))
    paths = [
        (vm, path)
        for vm in rows
        for path in (vm.text("path"), *(disk_path(row) for row in joined.of("vdisk", vm)))
        if path
    ]
    storage = read_storage(export, paths, frozenset(places.hosts))
    vms = read_machines(
        export, rows, Surroundings(joined=joined, places=places, networks=networks, storage=storage)
    )
    rules = read_rules(rows, vms, places)
    hosts = (
        replace(
            host,
            nics=networks.nics.get(name, ()),
            adapters=adapters.get(name, ()),
            datastores=storage.on_host.get(name, ()),
            networks=networks.carried.get(name),
        )
        for name, host in places.hosts.items()
    )
    if export.problems:
        raise InputError(tuple(dict.fromkeys(export.problems)))
    return Estate(
        clusters=tuple(sorted(places.clusters, key=lambda cluster: cluster.id)),
        hosts=tuple(sorted(hosts, key=lambda host: host.id)),
        datastores=tuple(sorted(storage.datastores, key=lambda datastore: datastore.id)),
        networks=tuple(sorted(networks.found.values(), key=lambda network: network.id)),
        vms=tuple(sorted(vms, key=lambda vm: vm.id)),
        affinity_rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        notes=tuple(export.notes),
    )
