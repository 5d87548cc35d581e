"""Storage repositories, and which host reaches them."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Datastore, DatastoreId
from planner.model.kinds import DatastoreKind
from planner.read.ids import datastore_id
from planner.read.outside import line
from planner.read.xapi.places import Places
from planner.read.xapi.records import LARGEST, Record, Records
from planner.read.xapi.words import DRIVE_TYPE, MOUNTED, SR_KINDS, TOOLS_CONFIG

_NFS_ISO: Final = re.compile(r"(?P<server>\[[^\]]+\]|[^/:]+):(?P<export>/.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Datastores by reference of the SR; by host's reference those that it reaches.

    `home` has the host, by reference, of every SR that only one host can reach.
    """

    found: Mapping[str, Datastore]
    on_host: Mapping[str, tuple[DatastoreId, ...]]
    home: Mapping[str, str]


def read_storage(records: Records, places: Places) -> Storage:
    """Every SR that can hold something: not the drives of hosts, and not the ISO with XAPI's own tools."""
    kept = {record.ref: record for record in records.all("SR") if _is_storage(record)}
    links: dict[str, list[Record]] = defaultdict(list)
    for link in records.all("PBD"):
        if (ref := link.refers_to("SR")) in kept:
            links[ref].append(link)
    home = {
        ref: host
        for ref, record in kept.items()
        if (host := _only_host(record, links[ref])) is not None and host in places.hosts
    }
    scopes = {ref: places.hosts[host].name for ref, host in home.items()}
    names = _names(kept, scopes)
    found = {
        ref: _datastore(record, names[ref], _scope(record, scopes, places), links[ref], places)
        for ref, record in kept.items()
    }
    on_host: dict[str, set[DatastoreId]] = defaultdict(set)
    for ref, datastore in found.items():
        for link in links[ref]:
            if link.truth("currently_attached") is not False:
                on_host[link.refers_to("host") or ""].add(datastore.id)
    return Storage(
        found=found, on_host={host: tuple(sorted(on_host[host])) for host in places.hosts}, home=home
    )


def _only_host(record: Record, links: list[Record]) -> str | None:
    return links[0].refers_to("host") if record.truth("shared") is False and len(links) == 1 else None


def _is_storage(record: Record) -> bool:
    tools = record.truth("is_tools_sr") or record.mapping("other_config").get(TOOLS_CONFIG) == "true"
    return record.text("type") != DRIVE_TYPE and not tools


def _names(kept: Mapping[str, Record], scopes: Mapping[str, str]) -> dict[str, str]:
    """The name of each SR; with the start of its UUID where another of that name is in reach of a host."""
    places = {ref: (record.text("name_label"), scopes.get(ref)) for ref, record in kept.items()}
    alike = Counter(places.values())
    everywhere = Counter(name for name, scope in set(places.values()) if scope is None)
    local = Counter(name for name, scope in set(places.values()) if scope is not None)

    def name(ref: str) -> str:
        label, _ = places[ref]
        clash = alike[places[ref]] > 1 or (everywhere[label] and local[label])
        return f"{label} ({(kept[ref].uuid or ref)[:8]})".strip() if clash or not label else label

    return {ref: name(ref) for ref in kept}


def _scope(record: Record, scopes: Mapping[str, str], places: Places) -> str | None:
    """What tells an SR from others of its name: its host, or its UUID where no host is known."""
    if record.ref in scopes:
        return scopes[record.ref]
    return None if record.truth("shared") and places.placed else record.uuid


def _datastore(
    record: Record, name: str, scope: str | None, links: list[Record], places: Places
) -> Datastore:
    word = record.text("type")
    # XAPI writes -1 where it cannot know a size, and 0 for what has none.
    capacity, used = (record.whole(key, -1, LARGEST) for key in ("physical_size", "physical_utilisation"))
    sized = places.placed and capacity is not None and capacity > 0
    server, export = _address(word, links)
    return Datastore(
        id=datastore_id(name, scope),
        name=name,
        kind=SR_KINDS.get(word, DatastoreKind.OTHER) if word else None,
        shared=record.truth("shared"),
        capacity_bytes=capacity if sized else None,
        free_bytes=max(capacity - used, 0) if sized and capacity and used is not None and used >= 0 else None,
        server=server,
        export=export,
        path=f"/run/sr-mount/{record.uuid}" if word in MOUNTED and record.uuid else None,
        uuid=record.uuid,
        origin=record.place if places.placed else None,
    )


def _address(word: str, links: list[Record]) -> tuple[str | None, str | None]:
    """Server and export of an SR on NFS; of a device's configuration nothing else is kept: it has passwords."""
    configs = [config for link in links if (config := link.mapping("device_config"))]
    if not configs:
        return None, None
    if word == "nfs":
        return line(configs[0].get("server")), line(configs[0].get("serverpath"))
    found = _NFS_ISO.fullmatch(configs[0].get("location", "")) if word == "iso" else None
    return (line(found["server"]), line(found["export"])) if found else (None, None)
