"""oVirt and Red Hat Virtualization: answers of the engine's REST API as JSON."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from planner.model.estate import Estate, Gap
from planner.read.clouds.ovirt_found import Found, recognises, sort_record
from planner.read.clouds.ovirt_places import cluster, datastores, host, networks
from planner.read.clouds.ovirt_vms import KIND, vm
from planner.read.clouds.records import common_source, read_all, settled
from planner.read.source import Format

_WHAT: Final = {
    "vm": ("virtual machines", "vms?follow=disk_attachments.disk,nics,snapshots,cdroms"),
    "host": ("hosts", "hosts?follow=nics"),
    "cluster": ("names of clusters, and their firmware", "clusters"),
    "storage_domain": ("storage domains", "storagedomains"),
    "network": ("networks with their VLANs", "networks"),
    "vnic_profile": ("which network a card is on", "vnicprofiles"),
}


def read_ovirt(files: Iterable[Path]) -> Estate:
    """The estate that all answers of one engine tell of. Raises InputError with every problem."""
    found = Found()
    paths: list[str] = []
    read_all(files, lambda record: sort_record(record, found), found.problems, paths)
    source = common_source(paths)
    return settled(lambda: _estate(found, source), found.problems, source)


OVIRT: Final = Format(kind=KIND, title="oVirt API", recognises=recognises, read=read_ovirt)


def _estate(found: Found, source: str) -> Estate:
    machines, hosts = found.kinds["vm"].values(), found.kinds["host"].values()
    clusters = tuple({(own := cluster(record, found)).id: own for record in (*hosts, *machines)}.values())
    return Estate(
        clusters=clusters,
        hosts=tuple(host(record, found) for record in hosts),
        datastores=tuple(datastores(found)),
        networks=tuple(networks(found, clusters)),
        vms=tuple(vm(record, found) for record in machines),
        gaps=tuple(_gaps(found, source)),
    )


def _gaps(found: Found, source: str) -> Iterator[Gap]:
    for kind, (what, path) in _WHAT.items():
        if kind not in found.given:
            yield _gap(source, what, "no answer of that kind was given", path)
    machines = found.kinds["vm"].values()
    for key, what in (("disk_attachments", "disks"), ("nics", "network cards")):
        if any(not record.has(key) for record in machines):
            yield _gap(source, f"{what} of VMs", "the answer did not follow them", _WHAT["vm"][1])


def _gap(source: str, what: str, why: str, path: str) -> Gap:
    remedy = f"curl --cacert ca.pem --user USER -H 'Accept: application/json' 'https://ENGINE/ovirt-engine/api/{path}'"
    return Gap(source=source, what=what, why=why, remedy=remedy)
