"""XCP-ng hosts for plays: databases for the stand-in xe, a dom0 with its few files, and ssh that leads there."""

import shlex
from pathlib import Path
from typing import Any

from tests.playbooks.world import ROOT, Run, World

PASSWORD = "pa'ss word"
TREE = "https://install.example/xcp-ng-8.3/"
DISK = "/dev/disk/by-id/wwn-0x5000c500a1b2c3d4"
LUN = "3600a098038303053453f463045727654"

# Ssh that leads to a host: its shell gets the command, the last argument. `test -b` asks the stand-in's disks.
SSH = """#!/bin/sh
echo "$*" >> {log}
for command; do :; done
STANDIN_HOST={host} exec sh -c "test() {{ if [ \\"\\$1\\" = -b ]; then standin-disk \\"\\$2\\"; else command [ \\"\\$@\\" ]; fi; }}; $command"
"""
DISK_PROGRAM = """
import sys
from tests.standins.state import state
with state() as content:
    disk = content["disks"].get(sys.argv[-1])
    if disk is None:
        sys.exit(1)
    {act}
"""
DOM0 = {
    "standin-disk": "pass",
    "wipefs": "disk['signatures'] = [] if '--all' in sys.argv else print(*disk['signatures'], sep='\\n', end='') or disk['signatures']",
    "lsblk": "print(disk['mounted'])",
}


def identity(kind: str, host: int, number: int = 0) -> str:
    """A UUID that tells what it is of."""
    kinds = ("pool", "host", "pif", "network", "vm", "sr")
    return f"00000000-0000-4000-{kinds.index(kind):04d}-{host:06d}{number:06d}"


def mac(host: int, card: int) -> str:
    return f"52:54:00:00:{host:02d}:{card:02d}"


def database(host: int, cards: int, version: str, brand: str) -> dict[str, Any]:
    """A host as it is after its installation: alone in its pool, its first card with the address."""
    pifs = {
        identity("pif", host, card): {
            "uuid": identity("pif", host, card), "host-uuid": identity("host", host), "device": f"eth{card}", "MAC": mac(host, card),
            "physical": True, "VLAN": -1, "network-uuid": identity("network", host, card), "management": card == 0,
            "currently-attached": card == 0, "MTU": 1500, "IP": f"192.0.2.{host}" if card == 0 else "", "netmask": "255.255.255.0",
            "gateway": "192.0.2.254", "DNS": "", "IP-configuration-mode": "Static" if card == 0 else "None",
            "bond-master-of": "", "bond-slave-of": None,
        }
        for card in range(cards)
    }  # fmt: skip
    networks = {
        pif["network-uuid"]: {
            "uuid": pif["network-uuid"],
            "name-label": f"Pool-wide network associated with {pif['device']}",
            "MTU": 1500,
        }
        for pif in pifs.values()
    }
    software = {"product_version": version, "product_brand": brand}
    itself = {
        "uuid": identity("host", host),
        "name-label": "xcp-ng",
        "address": f"192.0.2.{host}",
        "enabled": True,
        "software-version": software,
    }
    pool = {
        "uuid": identity("pool", host),
        "name-label": "",
        "master": identity("host", host),
        "default-SR": None,
        "ha-enabled": False,
    }
    return {
        "pool": {pool["uuid"]: pool},
        "host": {identity("host", host): itself},
        "pif": pifs,
        "network": networks,
        **{table: {} for table in ("bond", "vlan", "sr", "pbd", "vm")},
    }


class Hosts:
    """Freshly installed hosts, esx1 and on, each in its own pool."""

    def __init__(self, directory: Path, *cards: int, version: str = "8.3.0", brand: str = "XCP-ng") -> None:
        self.log = directory / "ssh.log"
        self.names = [f"esx{number}" for number in range(1, len(cards) + 1)]
        self.world = World(
            directory,
            pools={
                identity("pool", number): database(number, count, version, brand)
                for number, count in enumerate(cards, 1)
            },
            at={
                f"esx{number}": {"pool": identity("pool", number), "uuid": identity("host", number)}
                for number in range(1, len(cards) + 1)
            },
            disks={DISK: {"signatures": [], "mounted": ""}},
            password=PASSWORD,
            tree=TREE,
        )
        self.world.program(
            "xe", "import runpy; runpy.run_module('tests.standins.xcpng.xe', run_name='__main__')"
        )
        for program, act in DOM0.items():
            self.world.program(program, DISK_PROGRAM.format(act=act))
        for program in ("xapi-wait-init-complete", "systemctl"):
            self.world.program(program, "pass")
        for number, name in enumerate(self.names, 1):
            leads_there = self.world.bin / f"ssh-{name}"
            leads_there.write_text(SSH.format(log=shlex.quote(str(self.log)), host=name))
            leads_there.chmod(0o755)
            etc = directory / name
            etc.mkdir()
            (etc / "xensource-inventory").write_text(f"INSTALLATION_UUID='{identity('host', number)}'\n")
            (etc / "chrony.conf").write_text(
                "pool 2.centos.pool.ntp.org iburst\ndriftfile /var/lib/chrony/drift\n"
            )

    @property
    def reboots(self) -> int:
        """How often hosts were restarted; in a file of its own, which is never half written."""
        log = self.world.directory / "reboots"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def database(self, host: str) -> dict[str, Any]:
        state = self.world.state
        tables: dict[str, Any] = state["pools"][state["at"][host]["pool"]]
        return tables

    def table(self, name: str, host: str = "esx1") -> list[dict[str, Any]]:
        return list(self.database(host)[name].values())

    def set(self, host: str, table: str, key: str, **fields: Any) -> None:
        """Change or add a record of the database of the host's pool."""
        state = self.world.state
        records = state["pools"][state["at"][host]["pool"]][table]
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        records[key] = records.get(key, {"uuid": key}) | fields
        self.world.change(pools=state["pools"])

    def configure(self, variables: dict[str, dict[str, Any]], *arguments: str) -> Run:
        """Run playbooks/xcpng.yml on hosts with their variables, in their order."""
        return self._run(ROOT / "playbooks" / "xcpng.yml", variables, *arguments)

    def upgrade(self, host: str, *arguments: str, **variables: Any) -> Run:
        """Run the role xcpng_upgrade on one host."""
        book = self.world.directory / "upgrade.yml"
        book.write_text(
            "- {name: Upgrade, hosts: xcpng_hosts, gather_facts: false, roles: [xcpng_upgrade]}\n"
        )
        return self._run(book, {host: variables}, *arguments)

    def _run(self, book: Path, variables: dict[str, dict[str, Any]], *arguments: str) -> Run:
        hosts = {
            name: {
                "ansible_connection": "ssh",
                "ansible_host": f"192.0.2.{name.removeprefix('esx')}",
                "ansible_ssh_executable": str(self.world.bin / f"ssh-{name}"),
                "ansible_ssh_transfer_method": "piped",
                "standin_etc": str(self.world.directory / name),
                **given,
            }
            for name, given in variables.items()
        }
        roles = ("xcpng_host", "xcpng_network", "xcpng_storage", "xcpng_upgrade")
        etc = {f"__{role}_etc": "{{ standin_etc }}" for role in roles}
        return self.world.run(
            book, {"all": {"children": {"xcpng_hosts": {"hosts": hosts}}}}, *arguments, **etc
        )
