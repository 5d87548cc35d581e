"""What `xe ...-list params=all` prints: blocks of `name ( RW): value`, joined by UUID to the pool's records."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Gap
from planner.read.source import Format, Sample, read_text
from planner.read.xapi.estate import estate_of
from planner.read.xapi.records import Record, Records
from planner.read.xapi.words import CLASSES, NOT_EVERYWHERE

KIND: Final = "xe"
_FIELD: Final = re.compile(
    r" *(?P<name>[A-Za-z][A-Za-z0-9_-]*) *\((?:[SM ]?)R[OW]\)(?: \[DEPRECATED\])? *: ?(?P<value>.*)"
)
_FIRST: Final = re.compile(r"\s*uuid *\( ?RO\) *: ")
_UNTOLD: Final = frozenset({"<expensive field>", "<unknown>", "<not in database>"})

_OF: Final = (
    ("VM", {"power-state"}, "vm-list"),
    ("host", {"software-version"}, "host-list"),
    ("pool", {"master", "default-SR"}, "pool-list"),
    ("SR", {"content-type"}, "sr-list"),
    ("VDI", {"virtual-size"}, "vdi-list"),
    ("PBD", {"device-config", "sr-uuid"}, "pbd-list"),
    ("VBD", {"userdevice"}, "vbd-list"),
    ("VIF", {"MAC", "vm-uuid"}, "vif-list"),
    ("PIF", {"device", "host-uuid", "VLAN"}, "pif-list"),
    ("Bond", {"slaves"}, "bond-list"),
    ("network", {"bridge"}, "network-list"),
    ("VGPU", {"gpu-group-uuid", "vm-uuid"}, "vgpu-list"),
    ("VGPU_type", {"model-name", "max-heads"}, "vgpu-type-list"),
    ("VUSB", {"usb-group-uuid", "vm-uuid"}, "vusb-list"),
    ("PUSB", {"usb-group-uuid", "product-desc"}, "pusb-list"),
    ("VM_appliance", {"VMs"}, "appliance-list"),
)
"""Class, fields that only its objects have (of several classes the first), and the command that lists it."""
_WHOLE: Final[Mapping[str, str]] = {
    "VM": "VCPUs-max",
    "host": "cpu_info",
    "SR": "physical-size",
    "VDI": "location",
}
"""A field that is only there with params=all."""
_RENAMED: Final[Mapping[str, str]] = {
    "vm_uuid": "VM",
    "vdi_uuid": "VDI",
    "sr_uuid": "SR",
    "host_uuid": "host",
    "network_uuid": "network",
    "type_uuid": "type",
    "usb_group_uuid": "USB_group",
    "vtpms": "VTPMs",
    "suspend_VDI_uuid": "suspend_VDI",
}
_PARTS: Final[Mapping[str, tuple[tuple[str, str, Mapping[str, str]], ...]]] = {
    "VM": (
        (
            "VM_guest_metrics",
            "guest_metrics",
            {
                "os_version": "os_version",
                "PV_drivers_version": "PV_drivers_version",
                "PV_drivers_up_to_date": "PV_drivers_up_to_date",
                "PV_drivers_detected": "PV_drivers_detected",
                "networks": "networks",
                "live": "live",
            },
        ),
        ("VM_metrics", "metrics", {"nested_virt": "nested_virt"}),
    ),
    "host": (("host_metrics", "metrics", {"memory_total": "memory_total", "host_metrics_live": "live"}),),
    "PIF": (
        (
            "PIF_metrics",
            "metrics",
            {key: key for key in ("speed", "vendor_id", "vendor_name", "device_id", "device_name")},
        ),
    ),
}
"""Objects of other classes whose fields `xe` prints among those of a record: class, reference, fields."""


def _recognises(sample: Sample) -> bool:
    return bool(_FIRST.match(sample.text))


def _read(files: Iterable[Path]) -> Estate:
    """The files of one folder are one pool."""
    problems: list[Problem] = []
    pools: dict[Path, dict[str, dict[str, Record]]] = defaultdict(lambda: defaultdict(dict))
    for file in files:
        try:
            text = read_text(file)
        except InputError as error:
            problems += error.problems
            continue
        if text.strip() and not _FIRST.match(text):
            message = (
                "is no list of xe: expected it to begin with `uuid ( RO)`, as `xe vm-list params=all` prints"
            )
            problems.append(Problem(file=str(file), message=message))
            continue
        for record in _blocks(text, file, problems):
            _take(record, pools[file.parent], problems)
    return estate_of([_records(folder, classes, problems) for folder, classes in pools.items()], problems)


def _blocks(text: str, file: Path, problems: list[Problem]) -> Iterator[Record]:
    """The records of a file: each begins with its UUID, since a description may hold empty lines."""
    fields: dict[str, str] = {}
    begun, last = 0, ""
    for number, row in enumerate(text.splitlines(), start=1):
        match = _FIELD.fullmatch(row)
        if match is None:
            if last and row.strip():
                fields[last] += f"\n{row}"
            continue
        last = match["name"]
        if last == "uuid":
            if fields:
                yield Record(of="", ref="", fields=fields, origin=str(file), row=begun, problems=problems)
            fields, begun = {}, number
        if last in fields:
            message = (
                f"the field {last} is there twice: a value has a line break in it; change it at the source"
            )
            problems.append(Problem(file=str(file), line=number, message=message))
        fields[last] = match["value"]
    if fields:
        yield Record(of="", ref="", fields=fields, origin=str(file), row=begun, problems=problems)


def _take(record: Record, classes: dict[str, dict[str, Record]], problems: list[Problem]) -> None:
    """Put a record under its class and UUID; the same one listed twice (by VM and by snapshot) is one."""
    of, command = next(
        ((of, command) for of, marks, command in _OF if marks <= record.fields.keys()), ("", "")
    )
    uuid = str(record.fields.get("uuid", ""))
    if not of:
        return
    if not uuid or _WHOLE.get(of, "uuid") not in record.fields:
        message = f"is not whole: list it with `xe {command} params=all`"
        problems.append(Problem(file=record.origin, line=record.row, message=message))
        return
    told = {name.replace("-", "_"): value for name, value in record.fields.items()}
    fields = {_RENAMED.get(name, name): value for name, value in told.items()}
    for part, field, names in _PARTS.get(of, ()):
        inside = {to: told[name] for name, to in names.items() if told.get(name, "<unknown>") not in _UNTOLD}
        if inside:
            fields[field] = uuid
            classes[part][uuid] = replace(record, of=part, ref=uuid, fields=_spoken(inside))
    fields = {name: value for name, value in fields.items() if value not in _UNTOLD}
    first = classes[of].setdefault(uuid, replace(record, of=of, ref=uuid, fields=fields))
    if first.fields != fields:
        message = (
            f"the {of} {uuid} is listed twice ({first.place}), and differently: keep one folder for one day"
        )
        problems.append(Problem(file=record.origin, line=record.row, message=message))


def _spoken(fields: Mapping[str, str]) -> dict[str, str]:
    """Values without the unit that xe writes behind a speed."""
    return {name: value.removesuffix(" Mbit/s") for name, value in fields.items()}


def _records(folder: Path, classes: Mapping[str, dict[str, Record]], problems: list[Problem]) -> Records:
    if len(classes.get("pool", {})) > 1:
        message = "holds the lists of several pools: keep those of each pool in a folder of its own"
        problems.append(Problem(file=str(folder), message=message))
    listed = {"VM", *classes} | ({"host_metrics"} if "host" in classes else set())
    listed |= {"VM_guest_metrics", "VM_metrics"} if "VM" in classes else set()
    listed |= {"Bond", "PIF_metrics"} if "PIF" in classes else set()
    return Records(
        kind=KIND,
        source=str(folder),
        classes={of: classes.get(of, {}) for of in listed},
        problems=problems,
        gaps=tuple(_gaps(folder, classes)),
    )


def _gaps(folder: Path, classes: Mapping[str, dict[str, Record]]) -> Iterator[Gap]:
    for of, _, command in _OF:
        if of not in classes and of not in NOT_EVERYWHERE:
            yield Gap(
                source=str(folder),
                what=CLASSES[of],
                why=f"no list of `xe {command}` is there",
                remedy=f"xe {command} params=all > {command}.txt",
            )
    vms = classes.get("VM", {}).values()
    unnamed = {ref for vm in vms for ref in vm.items("snapshots")} - {*classes.get("VM", {})}
    if unnamed:
        yield Gap(
            source=str(folder),
            what="names and times of snapshots",
            why="no list of `xe snapshot-list` is there",
            remedy="xe snapshot-list params=all > snapshot-list.txt",
        )


XE: Final = Format(kind=KIND, title="lists of xe", recognises=_recognises, read=_read)
