"""Things that stand in an inventory twice although there can be only one."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator

from planner.errors import Problem
from planner.read.document import DataPath
from planner.read.formats import mac
from planner.read.inventory_names import id_of_vm
from planner.read.inventory_records import Record
from planner.read.inventory_sites import HostSite, Site

_Claim = tuple[Hashable, Record, DataPath, str]
"""What must be unique, the record that claims it, where in the record, and how to say it."""


def duplicates(sites: tuple[Site, ...]) -> Iterator[Problem]:
    """A problem for the second and every further claim of one name, UUID or address."""
    for claims in _CLAIMS:
        yield from _conflicts(claims(sites))


def _conflicts(claims: Iterable[_Claim]) -> Iterator[Problem]:
    first: dict[Hashable, tuple[Record, DataPath]] = {}
    for key, record, path, what in claims:
        other, other_path = first.setdefault(key, (record, path))
        if other is not record or other_path != path:
            where = f" (first at {other.origin})" if other.origin else ""
            yield record.problem(f"{what}{where}", *path)


def _cluster_names(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    for site in sites:
        record = site.record or site.hosts[0].record
        yield site.name, record, ("name",), f"a second cluster is named {site.name!r}"
        if "id" in record.data:
            yield site.id, record, ("id",), f"the id {site.id} belongs to another cluster"


def _host_names(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    for site in sites:
        for host in site.hosts:
            yield host.id, host.record, (), f"a second host gets the id {host.id}: rename it"


def _vm_ids(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    for site in sites:
        for record, host in site.vms():
            identity = id_of_vm(record, host, site)
            if record.data.get("id") == identity:
                yield identity, record, ("id",), f"the id {identity} belongs to another VM"


def _vm_names(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    """VMs of one name on one host must be told apart by their UUIDs."""
    for site in sites:
        for host, records in _by_hand(site):
            names = Counter(record.name for record in records)
            identified = Counter(record.name for record in records if record.data.get("uuid"))
            place = f"host {host.name}" if host else f"cluster {site.name}"
            for record in records:
                if record.name and identified[record.name] < names[record.name]:
                    message = (
                        f"a second VM of {place} is named {record.name!r}: rename it, or give both their uuid"
                    )
                    yield (place, record.name), record, ("name",), message


def _by_hand(site: Site) -> Iterator[tuple[HostSite | None, tuple[Record, ...]]]:
    """VMs that no id tells apart: a reader that gave ids has seen that sources hold copies with one UUID."""
    for host, records in (*((host, host.vms) for host in site.hosts), (None, site.loose)):
        yield host, tuple(record for record in records if "id" not in record.data)


def _vm_uuids(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    for site in sites:
        for record in (record for _, records in _by_hand(site) for record in records):
            uuid = record.data.get("uuid")
            if record.sound and uuid:
                yield uuid.lower(), record, ("uuid",), f"the UUID {uuid} belongs to another VM"


def _macs(sites: tuple[Site, ...]) -> Iterator[_Claim]:
    """One MAC address on two networks is legal: they never meet."""
    for site in sites:
        for record in (record for _, records in _by_hand(site) for record in records):
            for number, nic in enumerate(record.data.get("nics", ()) if record.sound else ()):
                if nic.get("mac"):
                    address = mac(nic["mac"])
                    key = (site.id, nic.get("network"), address)
                    path = ("nics", number, "mac")
                    yield (
                        key,
                        record,
                        path,
                        f"the MAC address {address} belongs to another NIC of this network",
                    )


_CLAIMS: tuple[Callable[[tuple[Site, ...]], Iterable[_Claim]], ...] = (
    _cluster_names,
    _host_names,
    _vm_ids,
    _vm_names,
    _vm_uuids,
    _macs,
)
