"""What PowerShell's Hyper-V cmdlets printed as JSON, sorted by what it is of and joined by the VM's id.

Cmdlets: https://learn.microsoft.com/en-us/powershell/module/hyper-v/ (`… | ConvertTo-Json -Depth 6`). One object stands
alone, several in a list; enumerations are numbers in PowerShell 5 and names where somebody selected them as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from planner.errors import Problem
from planner.read.clouds.records import Record, document
from planner.read.source import Sample

# What an object is, by the keys that only it has; the first row that fits.
_SHAPES: Final = (
    ("snapshot", frozenset({"SnapshotType", "VMId"})),
    ("vhd", frozenset({"VhdFormat", "VhdType", "Path"})),
    ("disk", frozenset({"ControllerType", "ControllerNumber", "ControllerLocation", "Path", "VMId"})),
    ("vlan", frozenset({"OperationMode", "AccessVlanId"})),
    ("card", frozenset({"MacAddress", "SwitchName", "VMId"})),
    ("vm", frozenset({"Name", "State", "ProcessorCount", "Generation"})),
    ("firmware", frozenset({"SecureBoot", "VMId"})),
    ("security", frozenset({"TpmEnabled", "VMId"})),
    ("switch", frozenset({"SwitchType", "Name"})),
    ("host", frozenset({"LogicalProcessorCount", "MemoryCapacity"})),
    ("cluster", frozenset({"SharedVolumesRoot", "Name"})),
)
_OF_A_VM: Final = frozenset({"snapshot", "disk", "card", "firmware", "security"})


@dataclass(slots=True, kw_only=True)
class Found:
    """Objects by kind; those of a VM by its id, VHDs by their path in lower case."""

    problems: list[Problem] = field(default_factory=list)
    hosts: list[Record] = field(default_factory=list)
    clusters: list[Record] = field(default_factory=list)
    switches: list[Record] = field(default_factory=list)
    vms: dict[str, Record] = field(default_factory=dict)
    vhds: dict[str, Record] = field(default_factory=dict)
    parts: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def of(self, kind: str, vm: str) -> tuple[Record, ...]:
        """What was given of a VM in lists of their own."""
        return tuple(self.parts.get(kind, {}).get(vm, ()))


def recognises(sample: Sample) -> bool:
    """Whether a file holds objects of Hyper-V's cmdlets."""
    if sample.json is None:
        return False
    items = _items(document(sample.path, sample.json, []))
    return bool(items) and all(_kind(item) for item in items)


def sort_record(record: Record, found: Found) -> None:
    """File the objects of a document."""
    items = _items(record)
    if not items and record.data != {"": []}:
        record.say(
            "", "holds no objects of Hyper-V's cmdlets, such as Get-VM | ConvertTo-Json -Depth 6 prints"
        )
    for item in items:
        kind = _kind(item)
        if kind is None:
            item.say(
                "", "is no object of a Hyper-V cmdlet that is read here: see docs/sources/other-systems.md"
            )
        else:
            found.given.add(kind)
            _file(kind, item, found)


def _items(record: Record) -> tuple[Record, ...]:
    """The objects, whether alone, in a list, or in a list that PowerShell 5 counted."""
    if "" in record.data:
        return record.many("")
    if record.data.keys() == {"value", "Count"} and isinstance(record.data["value"], list):
        return record.many("value")
    return (record,)


def _kind(record: Record) -> str | None:
    return next((kind for kind, keys in _SHAPES if record.data.keys() >= keys), None)


def vm_key(record: Record) -> str | None:
    """The id of a VM, or of the VM that a part belongs to."""
    return record.uuid("VMId") or (record.uuid("Id") if not record.has("VMId") else None)


def _file(kind: str, item: Record, found: Found) -> None:
    if kind == "vm":
        _add_vm(item, found)
    elif kind in _OF_A_VM:
        found.parts.setdefault(kind, {}).setdefault(vm_key(item) or "", []).append(item)
    elif kind == "vhd":
        found.vhds[(item.text("Path") or "").lower()] = item
    elif kind != "vlan":
        {"host": found.hosts, "cluster": found.clusters, "switch": found.switches}[kind].append(item)


def _add_vm(item: Record, found: Found) -> None:
    key = vm_key(item)
    if key is None:
        item.say("VMId", "is missing: let Get-VM print every property")
        return
    first = found.vms.setdefault(key, item)
    if first is not item:
        item.say("VMId", f"{key} is there twice (first in {first.origin}): give each host's VMs once")


def word(value: object, numbers: Mapping[int, str]) -> str | None:
    """The name of an enumeration's value, given as number, as digits or as name."""
    if isinstance(value, Mapping):
        value = value.get("Value", value.get("value"))
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return numbers.get(value)
    return value if isinstance(value, str) else None
