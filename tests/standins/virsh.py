# the programs that it stands in for print
"""Stands in for virsh 9: the commands that the roles use, with their real options; anything else is refused."""

import argparse
import json
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.standins.state import State, note, refuse, state

OPTIONS: dict[str, list[str]] = {
    "autostart": ["domain", "disable!"],
    "define": ["file"],
    "desc": ["domain", "config!", "new-desc"],
    "destroy": ["domain"],
    "domblklist": ["domain", "inactive!", "details!"],
    "domif-setlink": ["domain", "interface", "state", "config!"],
    "domiflist": ["domain", "inactive!"],
    "dominfo": ["domain"],
    "domname": ["domain"],
    "domrename": ["domain", "new-name"],
    "domstate": ["domain", "reason!"],
    "domuuid": ["domain"],
    "dumpxml": ["domain", "inactive!", "migratable!"],
    "migrate": ["domain", "desturi", "live!", "offline!", "persistent!", "copy-storage-all!", "xml", "persistent-xml",
                "auto-converge!", "abort-on-error!", "undefinesource!", "verbose!"],
    "pool-dumpxml": ["pool"],
    "pool-info": ["pool", "bytes!"],
    "pool-refresh": ["pool"],
    "qemu-agent-command": ["domain", "timeout", "cmd"],
    "shutdown": ["domain"],
    "snapshot-list": ["domain", "name!"],
    "start": ["domain"],
    "undefine": ["domain", "nvram!"],
}  # fmt: skip


def parsed(command: str, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"virsh {command}", allow_abbrev=False)
    for option in OPTIONS[command]:
        flag = option.endswith("!")
        parser.add_argument(f"--{option.rstrip('!')}", **({"action": "store_true"} if flag else {}))  # type: ignore[arg-type]
    return parser.parse_args(arguments)


def find(domains: State, wanted: str, *, by_uuid: bool = True) -> str:
    for name, domain in domains.items():
        if name == wanted or (by_uuid and domain["uuid"] == wanted):
            return str(name)
    return refuse(f"error: failed to get domain '{wanted}'")


def elements(domain: State, path: str) -> list[ET.Element]:
    return ET.fromstring(domain["xml"]).findall(path)


def define(domains: State, file: str) -> None:
    text = Path(file).read_text()
    name = ET.fromstring(text).findtext("name") or refuse("error: missing name")
    domains[name] = {
        "uuid": ET.fromstring(text).findtext("uuid") or str(uuid.uuid4()),
        "state": "shut off",
        "autostart": False,
        "links": {},
        "description": "",
        "xml": text,
    }


def block_list(domain: State) -> None:
    for disk in elements(domain, "devices/disk"):
        source, target = disk.find("source"), disk.find("target")
        path = "-" if source is None else source.get("file", "-")
        print(
            f" {disk.get('type')}   {disk.get('device', 'disk')}   {target.get('dev') if target is not None else '-'}   {path}"
        )


def interface_list(domain: State) -> None:
    for card in elements(domain, "devices/interface"):
        mac, source, model = card.find("mac"), card.find("source"), card.find("model")
        bridge = source.get("bridge") if source is not None else "-"
        kind = model.get("type") if model is not None else "-"
        print(
            f" -   {card.get('type')}   {bridge}   {kind}   {mac.get('address') if mac is not None else '-'}"
        )


def on_pool(content: State, command: str, options: argparse.Namespace) -> None:
    if options.pool not in content["libvirt"]["pools"]:
        refuse(f"error: failed to get pool '{options.pool}'")
    pool = content["libvirt"]["pools"][options.pool]
    if command == "pool-dumpxml":
        print(
            f"<pool type='dir'><name>{options.pool}</name><target><path>{pool['path']}</path></target></pool>"
        )
    elif command == "pool-info":
        print(
            f"Name:           {options.pool}\nState:          {pool.get('state', 'running')}\nAvailable:      {pool['available']}"
        )


def migrate(content: State, name: str, options: argparse.Namespace) -> None:
    """Source and target keep their domains in `libvirt` and `peer`."""
    domain = content["libvirt"]["domains"][name]
    live = domain["state"] == "running"
    if live == options.offline or live != options.live:
        refuse("error: Requested operation is not valid: domain is " + ("running" if live else "not running"))
    text = (
        Path(options.persistent_xml or options.xml).read_text()
        if options.persistent_xml or options.xml
        else domain["xml"]
    )
    content["peer"]["domains"][name] = domain | {
        "xml": text,
        "autostart": False,
        "storage copied": options.copy_storage_all,
    }
    domain["state"] = "shut off"
    if options.undefinesource:
        del content["libvirt"]["domains"][name]


TOLD: dict[str, Callable[[str, State], None]] = {
    "domblklist": lambda _, domain: block_list(domain),
    "domiflist": lambda _, domain: interface_list(domain),
    "dominfo": lambda name, domain: print(
        f"Name:           {name}",
        f"Autostart:      {'enable' if domain['autostart'] else 'disable'}",
        sep="\n",
    ),
    "domname": lambda name, _: print(name),
    "domuuid": lambda _, domain: print(domain["uuid"]),
    "dumpxml": lambda _, domain: print(domain["xml"]),
    "qemu-agent-command": lambda *_: print(json.dumps({"return": {}})),
    "snapshot-list": lambda _, domain: print("\n".join(domain.get("snapshots", []))),
}


def on_domain(content: State, command: str, options: argparse.Namespace) -> None:
    domains = content["libvirt"]["domains"]
    name = find(domains, options.domain, by_uuid=command != "domuuid")
    domain = domains[name]
    if command in TOLD:
        TOLD[command](name, domain)
    elif command == "domstate":
        print(domain["state"] + (" (booted)" if options.reason else ""))
    elif command == "desc":
        domain["description"] = options.new_desc
    elif command == "autostart":
        domain["autostart"] = not options.disable
    elif command == "migrate":
        migrate(content, name, options)
    else:
        change(domains, name, command, options)


def change(domains: State, name: str, command: str, options: argparse.Namespace) -> None:
    domain = domains[name]
    running = domain["state"] == "running"
    match command:
        case "start":
            if running:
                refuse("error: Domain is already active")
            domain["state"] = "crashed" if "start" in domain.get("fail", []) else "running"
            domain["live links"] = dict(domain["links"])
        case "shutdown" | "destroy":
            if not running:
                refuse("error: Requested operation is not valid: domain is not running")
            domain["state"] = "shut off"
        case "undefine":
            del domains[name]
        case "domrename":
            if running:
                refuse("error: Requested operation is not valid: cannot rename active domain")
            domains[options.new_name] = domains.pop(name)
        case "domif-setlink":
            if not options.config and not running:
                refuse("error: Requested operation is not valid: domain is not running")
            domain["links" if options.config else "live links"][options.interface] = options.state


with state() as everything:
    note(everything, "virsh")
    words = sys.argv[1:]
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in ("--connect", "-c") else 1 :]
    if not words or words[0] not in OPTIONS:
        refuse(f"error: unknown command: {words[:1]}")
    wanted = parsed(words[0], words[1:])
    if everything["libvirt"].get("deaf"):
        refuse(
            "error: failed to connect to the hypervisor\nerror: Cannot recv data: Connection reset by peer"
        )
    if "virsh " + words[0] in everything.get("fail", []):
        refuse("error: the test wants this to fail")
    if words[0] == "define":
        define(everything["libvirt"]["domains"], wanted.file)
    elif words[0].startswith("pool-"):
        on_pool(everything, words[0], wanted)
    else:
        on_domain(everything, words[0], wanted)
