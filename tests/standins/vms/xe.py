# the programs that it stands in for print
"""Stands in for xe where VMs are made: templates, disks, cards, power. Everything else is the hosts' stand-in."""

import sys
from collections.abc import Callable

from tests.standins.state import State, note, refuse, state
from tests.standins.xcpng import xe as hosts
from tests.standins.xcpng.xapi import Call

BLOCK = 2 * 1024**2
TABLES = ("vm", "vbd", "vif", "vdi", "vtpm")


def matches(record: State, name: str, value: str) -> bool:
    """A filter; `map:key=value` looks into a map."""
    parameter, _, key = name.partition(":")
    found = record.get(parameter)
    return bool(found.get(key) == value) if key and found is not None else hosts.shown(found) == value


def listing(call: Call, kind: str) -> None:
    """Like xe's: templates are not VMs, and no filter is needed to leave them out."""
    wanted = call.values.pop("params", "uuid")
    found = [
        record
        for record in call.database[kind].values()
        if not record.get("is-a-template")
        and all(matches(record, name, value) for name, value in call.values.items())
    ]
    print(",".join(hosts.shown(record[wanted]) for record in found))


def put(call: Call, kind: str) -> None:
    record = call.record(kind)
    for name, value in call.values.items():
        parameter, _, key = name.partition(":")
        if key:
            record.setdefault(parameter, {})[key] = value
        elif name == "VCPUs-at-startup" and int(value) > int(record["VCPUs-max"]):
            refuse("Value provided for VCPUs-at-startup is greater than VCPUs-max")
        elif name != "uuid":
            record[name] = value


def vm_install(call: Call) -> None:
    templates = [vm for vm in call.database["vm"].values() if vm.get("is-a-template")]
    if call.wanted("template") not in {vm["name-label"] for vm in templates}:
        refuse("No templates matched")
    bare: State = {
        "power-state": "halted",
        "VCPUs-max": "1",
        "platform": {},
        "HVM-boot-params": {},
        "other-config": {},
    }
    print(call.insert("vm", bare | {"name-label": call.wanted("new-name-label")}))


def vm_memory_limits_set(call: Call) -> None:
    sizes = [int(call.wanted(name)) for name in ("static-min", "dynamic-min", "dynamic-max", "static-max")]
    if sizes != sorted(sizes):
        refuse("Memory limits must satisfy: static_min <= dynamic_min <= dynamic_max <= static_max")
    call.record("vm")["memory-static-max"] = str(sizes[-1])


def vm_start(call: Call) -> None:
    vm = call.record("vm")
    if vm["power-state"] != "halted":
        refuse(f"The VM is in the wrong power state: {vm['power-state']}")
    vm["power-state"] = "halted" if "guest crashes" in call.content.get("fail", []) else "running"
    vm["started with"] = [
        vif["locking-mode"] for vif in call.database["vif"].values() if vif["vm-uuid"] == call.wanted("uuid")
    ]


def vm_shutdown(call: Call) -> None:
    call.record("vm")["power-state"] = "halted"


def vm_destroy(call: Call) -> None:
    """Leaves the disks, as the real one does."""
    if call.record("vm")["power-state"] != "halted":
        refuse("The VM is in the wrong power state: running")
    gone = call.wanted("uuid")
    del call.database["vm"][gone]
    for kind in ("vbd", "vif"):
        table = call.database[kind]
        call.database[kind] = {key: record for key, record in table.items() if record["vm-uuid"] != gone}


def vdi_create(call: Call) -> None:
    """Rounds up to the blocks of VHD, as the real repositories do."""
    call.record("sr", "sr-uuid")
    size = -(-int(call.wanted("virtual-size")) // BLOCK) * BLOCK
    image = call.values.get("sm-config:image-format", "vhd")
    print(
        call.insert(
            "vdi", {"name-label": call.wanted("name-label"), "virtual-size": str(size), "image": image}
        )
    )


def vbd_create(call: Call) -> None:
    call.record("vdi", "vdi-uuid")
    fields: State = {name: call.wanted(name) for name in ("vm-uuid", "vdi-uuid", "bootable", "mode", "type")}
    print(call.insert("vbd", fields | {"userdevice": call.wanted("device")}))


def vif_create(call: Call) -> None:
    call.record("network", "network-uuid")
    fields: State = {name: call.wanted(name) for name in ("vm-uuid", "network-uuid", "device")}
    print(call.insert("vif", fields | {"MAC": call.wanted("mac"), "locking-mode": "network_default"}))


COMMANDS: dict[str, Callable[[Call], None]] = {
    "vbd-create": vbd_create,
    "vdi-create": vdi_create,
    "vif-create": vif_create,
    "vm-destroy": vm_destroy,
    "vm-install": vm_install,
    "vm-memory-limits-set": vm_memory_limits_set,
    "vm-shutdown": vm_shutdown,
    "vm-start": vm_start,
}


def run(content: State) -> None:
    """Answer what is about VMs, hand on the rest."""
    command, *words = sys.argv[1:]
    kind, _, verb = command.partition("-")
    (pool,) = content["pools"].values()
    call = Call(content=content, database=pool, host="", values=hosts.arguments(words))
    if command in COMMANDS:
        COMMANDS[command](call)
    elif kind in TABLES and verb == "list":
        listing(call, kind)
    elif kind in TABLES and verb == "param-set":
        put(call, kind)
    else:
        hosts.run(content)


with state() as everything:
    note(everything, "xe")
    run(everything)
