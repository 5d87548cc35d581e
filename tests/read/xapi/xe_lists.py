"""What `xe ...-list params=all` prints of a pool's records, in the layout of xe's own printer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

COMMANDS = {
    "pool": "pool-list",
    "host": "host-list",
    "VM": "vm-list",
    "VBD": "vbd-list",
    "VDI": "vdi-list",
    "SR": "sr-list",
    "PBD": "pbd-list",
    "VIF": "vif-list",
    "network": "network-list",
    "PIF": "pif-list",
    "Bond": "bond-list",
    "VGPU": "vgpu-list",
    "VGPU_type": "vgpu-type-list",
    "VUSB": "vusb-list",
    "PUSB": "pusb-list",
    "VM_appliance": "appliance-list",
}
_NAMES = {
    "VM": {"VTPMs": "vtpms", "consoles": "console-uuids", "suspend_VDI": "suspend-VDI-uuid"},
    "VBD": {"VM": "vm-uuid", "VDI": "vdi-uuid", "qos_algorithm_type": "qos_algorithm_type"},
    "VIF": {"VM": "vm-uuid", "network": "network-uuid"},
    "VDI": {"SR": "sr-uuid", "VBDs": "vbd-uuids"},
    "PBD": {"SR": "sr-uuid", "host": "host-uuid"},
    "PIF": {"network": "network-uuid", "host": "host-uuid"},
    "host": {"cpu_info": "cpu_info", "iscsi_iqn": "iscsi_iqn"},
    "VGPU": {"VM": "vm-uuid", "GPU_group": "gpu-group-uuid", "type": "type-uuid"},
    "VUSB": {"VM": "vm-uuid", "USB_group": "usb-group-uuid"},
    "PUSB": {"USB_group": "usb-group-uuid", "host": "host-uuid"},
}
# xe prints fields of these objects among those of the record, and leaves out the reference.
_INSIDE = {
    "VM": {
        "guest_metrics": (
            "VM_guest_metrics",
            ("os_version", "PV_drivers_version", "networks", "PV_drivers_detected", "live"),
        ),
        "metrics": ("VM_metrics", ("nested_virt",)),
    },
    "host": {"metrics": ("host_metrics", ("memory_total", "live"))},
    "PIF": {"metrics": ("PIF_metrics", ("speed", "carrier"))},
}
_NOT_PRINTED = {
    "host": {"bios_strings", "PIFs", "PBDs"},
    "VM": {"VIFs", "VGPUs", "VUSBs", "attached_PCIs"},
    "VGPU_type": {"implementation"},
}
_DEPRECATED = {"ha-always-run", "PV-drivers-up-to-date"}
_COMMAS = {"tags"}


def write(records: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    uuids = {ref: one["uuid"] for found in records.values() for ref, one in found.items()}
    for of, command in COMMANDS.items():
        lists: dict[str, list[str]] = {command: []}
        for one in records.get(of, {}).values():
            snapshot = of == "VM" and one["is_a_snapshot"]
            lists.setdefault("snapshot-list" if snapshot else command, []).append(
                _block(_fields(records, of, one, uuids))
            )
        for name, blocks in lists.items():
            if not blocks:
                continue
            (folder / f"{name}.txt").write_text("\n\n".join(blocks) + "\n\n", encoding="utf-8")


def _fields(
    records: Mapping[str, Any], of: str, one: Mapping[str, Any], uuids: Mapping[str, str]
) -> dict[str, str]:
    fields = {}
    for name, value in one.items():
        if name in _NOT_PRINTED.get(of, ()):
            continue
        if inside := _INSIDE.get(of, {}).get(name):
            other, names = inside
            found = records[other].get(value)
            for part in (part for part in names if not found or part in found):
                shown = _text(part, found[part], uuids) if found else "<not in database>"
                printed = "host-metrics-live" if (of, part) == ("host", "live") else part.replace("_", "-")
                fields[printed] = f"{shown} Mbit/s" if part == "speed" else shown
            continue
        fields[_NAMES.get(of, {}).get(name, name.replace("_", "-"))] = _text(name, value, uuids)
    if of == "VM":
        fields["memory-target"] = "<expensive field>"
    return fields


def _text(name: str, value: Any, uuids: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "; ".join(f"{key}: {rest}" for key, rest in value.items())
    if isinstance(value, list):
        return (", " if name in _COMMAS else "; ").join(uuids.get(one, one) for one in value)
    if isinstance(value, str) and value.startswith("OpaqueRef:"):
        return uuids.get(value, "<not in database>")
    return str(value).lower() if name == "power_state" else str(value)


def _block(fields: Mapping[str, str]) -> str:
    titles = {name: f"{name} ( RO)" + (" [DEPRECATED]" if name in _DEPRECATED else "") for name in fields}
    width = 4 + max(map(len, titles.values()))
    first = [f"{titles['uuid']:<{width}}: {fields['uuid']}"]
    return "\n".join(
        first + [f"{titles[name]:>{width}}: {value}" for name, value in fields.items() if name != "uuid"]
    )
