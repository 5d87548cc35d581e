"""What files of oVirt's REST API say, by kind and id: VMs, hosts, clusters, storage domains, networks.

The API: https://ovirt.github.io/ovirt-engine-api-model/master/ (with `Accept: application/json`; numbers and flags
are text there).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.errors import Problem
from planner.read.clouds.records import Record
from planner.read.source import Sample

_KINDS: Final = (
    "vm",
    "host",
    "cluster",
    "data_center",
    "storage_domain",
    "network",
    "vnic_profile",
    "disk",
    "template",
)
# What modules of the collection ovirt.ovirt return instead.
_MODULES: Final = {f"ovirt_{kind}s": kind for kind in _KINDS} | {
    "ovirt_datacenters": "data_center",
    "ovirt_vnic_profiles": "vnic_profile",
}
_API: Final = "/api/"


@dataclass(slots=True, kw_only=True)
class Found:
    """Records by kind and id."""

    problems: list[Problem] = field(default_factory=list)
    kinds: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in _KINDS})
    given: set[str] = field(default_factory=set)

    def get(self, kind: str, key: str | None) -> Record | None:
        """The record of an id."""
        return self.kinds[kind].get(key or "")

    def linked(self, kind: str, record: Record) -> Record | None:
        """The record that another one links to under the name of its kind."""
        return self.get(kind, record.inner(kind).text("id"))


def recognises(sample: Sample) -> bool:
    """Whether a file is an answer of oVirt: one list of a known kind, whose objects have an id and a link."""
    data = sample.json
    kinds = _kinds(data) if isinstance(data, Mapping) else {}
    return bool(kinds) and all(_is_list(data[key]) for key in kinds)


def sort_record(record: Record, found: Found) -> None:
    """File the objects of an answer."""
    kinds = _kinds(record.data)
    if not kinds:
        record.say(
            "", 'is no answer of oVirt\'s API: an object with a list such as "vm" or "host" was expected'
        )
    for key, kind in kinds.items():
        found.given.add(kind)
        for item in record.many(key):
            _file(item, kind, found)


def _file(item: Record, kind: str, found: Found) -> None:
    key = item.text("id")
    if key is None:
        item.say("id", "is missing")
        return
    first = found.kinds[kind].setdefault(key, item)
    if first is not item and first.data != item.data:
        item.say(
            "id", f"{key!r} is there twice (first in {first.origin}), with different facts: give one answer"
        )


def _kinds(data: Mapping[str, object]) -> dict[str, str]:
    return {key: kind for key in data if (kind := key if key in _KINDS else _MODULES.get(key))}


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, Mapping) and "id" in item and _API in str(item.get("href")) for item in value
    )
