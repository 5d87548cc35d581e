"""An Ansible inventory as an estate, with every problem of it reported at once."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from planner.errors import InputError, Problem
from planner.model.estate import AffinityRule, Estate, VirtualMachine
from planner.read.inventory_ansible import load_inventory
from planner.read.inventory_duplicates import duplicates
from planner.read.inventory_hosts import build_cluster, build_datastores, build_host, build_networks
from planner.read.inventory_names import Names, id_of_vm, index
from planner.read.inventory_reading import Reading, read_reading
from planner.read.inventory_records import Register
from planner.read.inventory_sites import Site, find_sites
from planner.read.inventory_vms import VmBuilder, build_rule

T = TypeVar("T")


def read_inventory(source: Path) -> Estate:
    """The estate that an inventory file, directory, script or plugin configuration describes.

    Raises InputError with every problem, each with file, line and path in the document.
    """
    inventory = load_inventory(source)
    register = Register(locator=inventory.locator)
    sites = find_sites(inventory, register)
    if not sites and not register.problems:
        message = "has no host with planner_host and no group with planner_cluster: there is nothing to plan"
        raise InputError((Problem(file=str(source), message=message),))
    estate = _build(sites, read_reading(inventory.groups, register), register.problems)
    if register.problems:
        raise InputError(tuple(sorted(dict.fromkeys(register.problems), key=_place)))
    return estate


def _build(sites: tuple[Site, ...], reading: Reading, problems: list[Problem]) -> Estate:
    names = index(sites)
    problems.extend(duplicates(sites))
    return Estate(
        clusters=_sorted(filter(None, (build_cluster(site, problems) for site in sites))),
        hosts=_sorted(
            build_host(host, site, names, problems)
            for site in sites
            for host in site.hosts
            if host.record.sound
        ),
        datastores=_sorted(build_datastores(sites, problems)),
        networks=_sorted(build_networks(sites, problems)),
        vms=_sorted(_vms(sites, names, problems)),
        affinity_rules=_sorted(_rules(sites, names, problems)),
        notes=reading.notes,
        conflicts=reading.conflicts,
        gaps=reading.gaps,
    )


def _vms(sites: tuple[Site, ...], names: Names, problems: list[Problem]) -> Iterator[VirtualMachine]:
    for site in sites:
        for record, host in site.vms():
            if record.sound:
                yield VmBuilder(site=site, host=host, names=names, problems=problems).build(record)


def _rules(sites: tuple[Site, ...], names: Names, problems: list[Problem]) -> Iterator[AffinityRule]:
    clusters = {id_of_vm(record, host, site): site.name for site in sites for record, host in site.vms()}
    rules = {record: site for site in reversed(sites) for record in site.rules}
    for record, site in rules.items():
        if record.sound:
            yield build_rule(record, site, names, clusters, problems)


def _sorted(things: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(things, key=attrgetter("id")))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file or "", problem.line or 0
