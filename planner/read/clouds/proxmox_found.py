"""What files of Proxmox VE say, sorted by what they are about: guests, nodes, storages, networks.

The answers of `pvesh get <path> --output-format json` do not repeat the path; the file's own path has it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Snapshot
from planner.read.clouds.proxmox_config import (
    Config,
    api_config,
    api_snapshots,
    looks_like_config,
    parse_config,
)
from planner.read.clouds.records import Record, document
from planner.read.source import Sample, read_json, read_text

_NODE: Final = re.compile(r"(?:^|/)nodes/([^/]+)/")
_GUEST: Final = re.compile(r"(?:^|/)qemu(?:-server)?/(\d{1,10})[./]")
_CLUSTER_NAME: Final = re.compile(r"^\s*cluster_name:\s*(\S+)\s*$", re.MULTILINE)
_COROSYNC: Final = re.compile(r"^\s*(?:totem|nodelist|quorum|logging)\s*\{", re.MULTILINE)
_CONFIG_KEYS: Final = frozenset({"memory", "ostype", "scsihw", "boot", "smbios1", "vmgenid", "net0", "meta"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest's configuration, and its node where the file's path has it."""

    number: str
    node: str | None
    config: Config
    origin: str


@dataclass(slots=True, kw_only=True)
class Found:
    """Everything that was found, by the number of the guest or the name of the node."""

    problems: list[Problem] = field(default_factory=list)
    cluster: str | None = None
    guests: dict[str, Guest] = field(default_factory=dict)
    listed: dict[str, Record] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    snapshots: dict[str, tuple[Snapshot, ...]] = field(default_factory=dict)
    nodes: dict[str, list[Record]] = field(default_factory=dict)
    states: dict[str, Record] = field(default_factory=dict)
    interfaces: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    storages: dict[str, Record] = field(default_factory=dict)
    rooms: list[tuple[str, Record]] = field(default_factory=list)
    containers: set[str] = field(default_factory=set)

    def node_of(self, number: str) -> str | None:
        """The node that a guest is on."""
        own = self.guests[number].node if number in self.guests else None
        return own or self.where.get(number)

    def node_names(self) -> tuple[str, ...]:
        """Every node that anything was said of."""
        homes = (guest.node for guest in self.guests.values())
        named = {*self.nodes, *self.states, *self.interfaces, *homes, *self.where.values()} - {None}
        return tuple(sorted(name for name in named if name))


def recognises(sample: Sample) -> bool:
    """Whether a file is a guest's configuration, the cluster's, or an answer of `pvesh`."""
    if sample.json is not None:
        return _reader(document(sample.path, sample.json, [])) is not None
    return _is_corosync(sample.text) or looks_like_config(sample.text)


def sort_files(files: Iterable[Path], found: Found, paths: list[str]) -> None:
    """Read every file into what was found, and note its path."""
    for path in files:
        paths.append(str(path))
        try:
            _sort(path, found)
        except InputError as error:
            found.problems.extend(error.problems)


def _is_corosync(text: str) -> bool:
    return bool(_COROSYNC.search(text) and _CLUSTER_NAME.search(text))


def _sort(path: Path, found: Found) -> None:
    text = read_text(path)
    if text.lstrip().startswith("{") or re.match(r"\s*\[\s*[{\]]", text):
        record = document(path, read_json(path), found.problems)
        reader = _reader(record)
        if reader is not None:
            reader(record, found)
        elif record.data != {"": []}:
            record.say("", "is no answer of `pvesh get` that is read here: see docs/sources/other-systems.md")
    elif _is_corosync(text):
        found.cluster = _CLUSTER_NAME.findall(text)[0]
    else:
        record = document(path, {}, found.problems)
        if not looks_like_config(text):
            record.say("", "is no configuration of a Proxmox VE guest (/etc/pve/qemu-server/<id>.conf)")
        else:
            _add_guest(record, parse_config(text, record), found)


def _node(record: Record) -> str | None:
    """The node that an answer is about, as its path says."""
    match = _NODE.search(Path(record.file).as_posix())
    if match is None:
        record.say("", "does not say which node it is of: save it as nodes/<node>/<what>.json, as in the API")
        return None
    return match[1]


def _number(record: Record) -> str | None:
    match = _GUEST.search(Path(record.file).as_posix())
    if match is not None:
        return match[1]
    stem = Path(record.file).stem
    if re.fullmatch(r"\d{1,10}", stem):
        return stem
    record.say(
        "", "does not say which guest it is of: name the file after the guest's number, such as 101.conf"
    )
    return None


def _add_guest(record: Record, config: Config, found: Found) -> None:
    number = _number(record)
    if number is None:
        return
    match = _NODE.search(Path(record.file).as_posix())
    guest = Guest(number=number, node=match[1] if match else None, config=config, origin=record.origin)
    first = found.guests.setdefault(number, guest)
    if first is not guest:
        record.say(
            "",
            f"guest {number} is there twice (first in {first.origin}): give each cluster, and each copy, alone",
        )


def _add_api_config(record: Record, found: Found) -> None:
    _add_guest(record, api_config(record), found)


def _add_snapshots(record: Record, found: Found) -> None:
    number = _number(record)
    if number is not None:
        found.snapshots[number] = api_snapshots(record)


def _add_state(record: Record, found: Found) -> None:
    node = _node(record)
    if node is not None:
        found.states[node] = record


def _add_interfaces(record: Record, found: Found) -> None:
    node = _node(record)
    if node is not None:
        found.interfaces[node] = record.many("")


def _add_storages(record: Record, found: Found) -> None:
    for item in record.many(""):
        found.storages[item.text("storage") or ""] = item


def _add_rooms(record: Record, found: Found) -> None:
    node = _node(record)
    if node is not None:
        found.rooms.extend((node, item) for item in record.many(""))


def _add_listed(record: Record, found: Found) -> None:
    match = _NODE.search(Path(record.file).as_posix())
    for item in record.many(""):
        _list_guest(item, item.text("node") or (match[1] if match else None), found)


def _list_guest(item: Record, node: str | None, found: Found) -> None:
    number = item.text("vmid") or ""
    if node is not None:
        known = found.where.setdefault(number, node)
        if known != node:
            item.say("vmid", f"guest {number} is on {known!r} and on {node!r}: read each cluster alone")
    if number not in found.listed or item.has("name", "maxmem"):
        found.listed[number] = item


def _add_members(record: Record, found: Found) -> None:
    """`/cluster/status`: the cluster's name, and its nodes with their addresses."""
    for item in record.many(""):
        if item.text("type") == "cluster":
            found.cluster = item.text("name")
        else:
            found.nodes.setdefault(item.text("name") or "", []).append(item)


def _add_containers(record: Record, found: Found) -> None:
    found.containers.update(item.text("vmid") or "" for item in record.many(""))


def _add_resources(record: Record, found: Found) -> None:
    """`/cluster/resources`: nodes, guests, containers and storages in one list."""
    for item in record.many(""):
        node = item.text("node")
        match item.text("type"):
            case "node":
                found.nodes.setdefault(node or "", []).append(item)
            case "qemu":
                _list_guest(item, node, found)
            case "lxc":
                found.containers.add(item.text("vmid") or "")
            case "storage" if node is not None:
                found.rooms.append((node, item))


Items = list[Mapping[str, object]]
_Reader = Callable[[Record, Found], None]
_Shape = Callable[[Items], bool]


def _is(item: Mapping[str, object], keys: set[str], values: Mapping[str, object]) -> bool:
    return item.keys() >= keys and all(item.get(key) == value for key, value in values.items())


def _every(*keys: str, **values: object) -> _Shape:
    return lambda items: all(_is(item, {*keys}, values) for item in items)


def _some(*keys: str, **values: object) -> _Shape:
    return lambda items: any(_is(item, {*keys}, values) for item in items)


def _resources(items: Items) -> bool:
    """Each says its type twice: `"type": "qemu", "id": "qemu/101"`."""
    return all(
        item.get("type") and str(item.get("id")).lstrip("/").startswith(f"{item['type']}/") for item in items
    )


_LISTS: Final[tuple[tuple[_Shape, _Reader], ...]] = (
    (_some("name", "quorate", type="cluster"), _add_members),
    (_every("name", "online", type="node"), _add_members),
    (_resources, _add_resources),
    (_some("digest", name="current"), _add_snapshots),
    (_every("vmid", "status", type="lxc"), _add_containers),
    (_every("vmid", "status", "maxmem"), _add_listed),
    (_every("storage", "type", "digest"), _add_storages),
    (_every("storage", "type", "active"), _add_rooms),
    (_every("iface", "type"), _add_interfaces),
)


def _reader(record: Record) -> _Reader | None:
    """Who understands a document, by its shape."""
    if "" not in record.data:
        if record.has("pveversion", "cpuinfo"):
            return _add_state
        return _add_api_config if record.has("digest") and _CONFIG_KEYS & record.data.keys() else None
    items = record.data[""]
    if not isinstance(items, list) or not items or not all(isinstance(item, Mapping) for item in items):
        return None
    return next((reader for shape, reader in _LISTS if shape(items)), None)
