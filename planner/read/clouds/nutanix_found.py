"""What answers of Prism say, by kind and UUID, whichever version of the API they are of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.errors import Problem
from planner.read.clouds.nutanix_dialect import V3, V4, Dialect, View
from planner.read.clouds.records import Record
from planner.read.source import Sample

KINDS: Final = ("vm", "host", "cluster", "subnet", "container")
_TYPE: Final = re.compile(
    r"(?:vmm|clustermgmt|networking)\.v4\..*\.(Vm|Host|Cluster|Subnet|StorageContainer)"
)
_TYPES: Final = {"StorageContainer": "container"}


@dataclass(slots=True, kw_only=True)
class Found:
    """Objects by kind and UUID, and how many of a kind Prism said that there are."""

    problems: list[Problem] = field(default_factory=list)
    kinds: dict[str, dict[str, View]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    totals: dict[str, int] = field(default_factory=dict)

    def get(self, kind: str, uuid: str | None) -> View | None:
        """The object of a UUID."""
        return self.kinds[kind].get(uuid or "")


def recognises(sample: Sample) -> bool:
    """Whether a file is a list that Prism answered."""
    return isinstance(sample.json, Mapping) and _kind(sample.json) is not None


def sort_record(record: Record, found: Found) -> None:
    """File the objects of an answer."""
    kind = _kind(record.data)
    if kind is None:
        record.say(
            "", "is no list of VMs, hosts, clusters, subnets or storage containers as Prism v3 or v4 answers"
        )
        return
    dialect, key, total = (
        (V3, "entities", "total_matches")
        if "entities" in record.data
        else (
            V4,
            "data",
            "totalAvailableResults",
        )
    )
    found.totals[kind] = max(found.totals.get(kind, 0), record.inner("metadata").number(total) or 0)
    for view in _views(record, key, kind, dialect):
        uuid = view.uuid("uuid")
        if uuid is None:
            view.record.say("", "has no UUID")
        elif found.kinds[kind].setdefault(uuid, view).record.data != view.record.data:
            view.record.say("", f"{uuid} is there twice, with different facts: give one answer")


def _views(record: Record, key: str, kind: str, dialect: Dialect) -> Iterator[View]:
    for item in record.many(key):
        yield View(record=item, paths=dialect.kinds[kind], dialect=dialect)


def _kind(data: Mapping[str, object]) -> str | None:
    """What a list is of; None when it is none of Prism's."""
    metadata, entities, objects = data.get("metadata"), data.get("entities"), data.get("data")
    if isinstance(entities, list) and isinstance(metadata, Mapping) and "api_version" in data:
        kind = metadata.get("kind")
        return kind if isinstance(kind, str) and kind in V3.kinds else None
    if isinstance(objects, list) and objects and isinstance(objects[0], Mapping):
        match = _TYPE.fullmatch(str(objects[0].get("$objectType")))
        if match is not None:
            return _TYPES.get(match[1], match[1].lower())
        return "vm" if objects[0].keys() >= {"extId", "numSockets", "memorySizeBytes"} else None
    return None
