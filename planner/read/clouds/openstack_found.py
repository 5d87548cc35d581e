"""What `openstack … -f json` printed, sorted by command and id.

Commands: https://docs.openstack.org/python-openstackclient/latest/cli/command-list.html. Lists have titles as keys
(`Power State`), single objects the API's words; columns came and went over the client's releases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.errors import Problem
from planner.read.clouds.records import Record, document
from planner.read.source import Sample

# What an object is, by keys that only it has, and where its id is; the first row that fits.
_SHAPES: Final = (
    ("server", "ID", frozenset({"ID", "Name", "Status", "Networks"})),
    ("shown", "id", frozenset({"id", "name", "status", "addresses", "flavor"})),
    ("flavor", "ID", frozenset({"ID", "Name", "RAM", "VCPUs"})),
    ("hypervisor", "Hypervisor Hostname", frozenset({"Hypervisor Hostname", "Hypervisor Type"})),
    ("volume", "ID", frozenset({"ID", "Name", "Size", "Attached to"})),
    ("port", "ID", frozenset({"ID", "MAC Address", "Fixed IP Addresses"})),
    ("image", "ID", frozenset({"ID", "Name", "Disk Format"})),
    ("image", "id", frozenset({"id", "disk_format", "container_format"})),
    ("service", "Host", frozenset({"Binary", "Host", "Zone"})),
    ("network", "id", frozenset({"id", "name", "admin_state_up", "provider:network_type"})),
)
_SHORT_IMAGE: Final = frozenset({"ID", "Name", "Status"})
_COMPUTE: Final = "nova-compute"


@dataclass(slots=True, kw_only=True)
class Found:
    """Objects by kind and id."""

    problems: list[Problem] = field(default_factory=list)
    kinds: dict[str, dict[str, Record]] = field(
        default_factory=lambda: {kind: {} for kind, _, _ in _SHAPES},
    )
    given: set[str] = field(default_factory=set)

    def all(self, kind: str) -> tuple[Record, ...]:
        """Every object of a kind."""
        return tuple(self.kinds[kind].values())


def recognises(sample: Sample) -> bool:
    """Whether a file is what the client printed."""
    if sample.json is None:
        return False
    items = _items(document(sample.path, sample.json, []))
    return bool(items) and all(_shape(item) for item in items)


def sort_record(record: Record, found: Found) -> None:
    """File the objects of a document."""
    items = _items(record)
    if not items and record.data != {"": []}:
        record.say("", "is nothing that `openstack … -f json` prints")
    for item in items:
        shape = _shape(item)
        if shape is None:
            item.say("", "is of no command that is read here: see docs/sources/other-systems.md")
        else:
            _file(item, *shape, found)


def _items(record: Record) -> tuple[Record, ...]:
    return record.many("") if "" in record.data else (record,)


def _shape(item: Record) -> tuple[str, str] | None:
    keys = item.data.keys()
    if keys == _SHORT_IMAGE:
        return "image", "ID"
    return next(((kind, key) for kind, key, needed in _SHAPES if keys >= needed), None)


def _file(item: Record, kind: str, key: str, found: Found) -> None:
    found.given.add(kind)
    if kind == "service" and item.text("Binary") != _COMPUTE:
        return
    name = item.text(key)
    if name is None:
        item.say(key, "is missing")
        return
    first = found.kinds[kind].setdefault(name, item)
    if first is not item and first.data != item.data:
        if kind == "image":
            found.kinds[kind][name] = max(first, item, key=lambda image: image.has("properties"))
        else:
            item.say(
                key,
                f"{name!r} is there twice (first in {first.origin}), with different facts: give one of them",
            )


def mapping(value: object) -> Mapping[str, object]:
    """An object of properties; () of older clients' text."""
    return value if isinstance(value, Mapping) else {}
