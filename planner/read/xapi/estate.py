"""XAPI's records as an estate: one mapping for every form that they come in."""

from collections.abc import Iterable
from dataclasses import replace

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.gather import gather, together
from planner.read.xapi.devices import join_devices
from planner.read.xapi.machines import read_machines
from planner.read.xapi.networks import read_networks
from planner.read.xapi.places import read_places
from planner.read.xapi.records import Records
from planner.read.xapi.relations import read_rules, with_order
from planner.read.xapi.storage import read_storage


def estate_of(pools: Iterable[Records], met: Iterable[Problem] = ()) -> Estate:
    """The estate of any number of pools and exported VMs.

    Raises InputError with every problem of them, after those that were met before.
    """
    parts: list[Estate] = []
    problems = list(met)
    for records in pools:
        parts.append(_part(records))
        problems += records.problems
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    return gather(together(parts))


def _part(records: Records) -> Estate:
    places = read_places(records)
    networks = read_networks(records, places)
    storage = read_storage(records, places)
    vms = read_machines(records, places, join_devices(records, storage, networks))
    rules = tuple(read_rules(records, places, vms))
    hosts = (
        replace(
            host,
            nics=networks.nics[ref],
            datastores=storage.on_host[ref],
            networks=networks.carried[ref] if networks.carried is not None else None,
        )
        for ref, host in places.hosts.items()
    )
    return Estate(
        clusters=(places.cluster,),
        hosts=tuple(hosts),
        datastores=tuple(storage.found.values()),
        networks=tuple(networks.found.values()),
        vms=with_order(records, vms),
        affinity_rules=rules,
        gaps=records.gaps,
    )
