"""A VM from ESXi Free into an XCP-ng pool, against stand-ins: disks are really copied and converted."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.dom0 import database, identity
from tests.playbooks.redfish import certificate
from tests.playbooks.test_vm_roles import MAC, MIB, Esxi
from tests.playbooks.world import Run, Unsafe

HOSTILE = "{{ lookup('pipe', 'touch pwned') }} it's \"web\" $(touch pwned)"
PASSWORD = "pool-secret"
SIZE = 16 * MIB + 512
PIN = (
    "openssl x509 -in {pem} -noout -pubkey | openssl pkey -pubin -outform der | "
    "openssl dgst -sha256 -binary | openssl enc -base64"
)


class Pool(Esxi):
    """The ESXi host, and a pool of one XCP-ng host that is to receive its VM."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, name=HOSTILE)
        with (self.folder / "web-flat.vmdk").open("wb") as disk:
            disk.truncate(SIZE)
        tables = database(1, 1, "8.3.0", "XCP-ng")
        tables |= {kind: {} for kind in ("vbd", "vif", "vdi", "vtpm")}
        tables["vm"] = {"t": {"uuid": "t", "name-label": "Other install media", "is-a-template": True}}
        repository, network = identity("sr", 1), next(iter(tables["network"]))
        tables["sr"] = {repository: {"uuid": repository, "name-label": "local"}}
        tables["network"][network]["name-label"] = "Office: 120"
        etc = directory / "etc"
        (etc / "xensource").mkdir(parents=True)
        (etc / "xensource-inventory").write_text(f"INSTALLATION_UUID='{identity('host', 1)}'\n")
        pem = certificate(etc / "xensource").rename(etc / "xensource" / "xapi-ssl.pem")
        pin = subprocess.run(
            ["sh", "-c", PIN.format(pem=pem)], check=True, capture_output=True, text=True
        ).stdout
        at = {"xcp1": {"pool": "p", "uuid": identity("host", 1)}}
        self.world.change(pools={"p": tables}, at=at, pin=pin.strip(), password=PASSWORD)
        for program in ("xe", "curl"):
            self.world.program(program, f"import runpy; runpy.run_module('tests.standins.vms.{program}')")

    def table(self, kind: str) -> list[dict[str, Any]]:
        return [
            record
            for record in self.world.state["pools"]["p"][kind].values()
            if not record.get("is-a-template")
        ]

    def bring(self, role: str, *arguments: str, **more: Any) -> Run:
        disk = {"id": "disk0", "size": SIZE, "path": Unsafe(str(self.folder / "web-flat.vmdk"))}
        variables = self.variables() | {
            "vm_move_xcpng_id": "vm-web",
            "vm_move_xcpng_transport": "disk-import",
            "vm_move_xcpng_coordinator": "xcp1",
            "vm_move_xcpng_coordinator_address": "192.0.2.1",
            "vm_move_xcpng_password": PASSWORD,
            "vm_move_xcpng_repository": "local",
            "vm_move_xcpng_nics": [{"mac": MAC, "network": "Office: 120"}],
            "vm_move_xcpng_disks": [disk],
            "vm_move_xcpng_firmware": "uefi",
            "vm_move_xcpng_vcpus": 4,
            "vm_move_xcpng_source_address": "esx1.example.net",
            "vm_move_xcpng_settle": 0,
            "vm_move_xcpng_poll": 1,
            "vm_move_xcpng_staging_dir": str(self.directory / "staging"),
            "vm_move_xcpng_state_dir": str(self.notes),
        }
        hosts: dict[str, dict[str, Any]] = {"target": variables | more, "esx1": {}, "xcp1": {}}
        roots = {"__vm_source_volumes": str(self.volumes), "__vm_move_xcpng_etc": str(self.directory / "etc")}
        return self.world.play([role], hosts, *arguments, **roots)


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pool:
    monkeypatch.setenv("STANDIN_HOST", "xcp1")
    return Pool(tmp_path)


def test_a_vm_goes_from_esxi_free_to_xcpng_and_back(pool: Pool) -> None:
    run = pool.bring("vm_move_xcpng")
    assert run.status == 0, run.output
    (vm,) = pool.table("vm")
    assert (vm["name-label"], vm["power-state"], vm["VCPUs-at-startup"]) == (HOSTILE, "running", "4")
    assert vm["HVM-boot-params"] == {"firmware": "uefi"}
    (vif,) = pool.table("vif")
    assert (vif["MAC"], vm["started with"], vif["locking-mode"]) == (MAC, ["disabled"], "network_default")
    (vdi,) = pool.table("vdi")
    assert (vdi["imported"], vdi["imported size"], vdi["virtual-size"]) == ("vpc", SIZE, str(18 * MIB))
    assert (pool.vm["power"], pool.world.state["esxi"]["autostart"]) == ("off", {})
    assert not (pool.directory / "staging").exists()
    assert PASSWORD not in run.output
    assert list((pool.notes / "vm-web").glob("netrc")) == []
    assert list(pool.directory.rglob("pwned")) == []

    again = pool.bring("vm_move_xcpng")
    assert (again.status, again.changed("target")) == (0, 0), again.output

    back = {"vm_rollback_id": "vm-web", "vm_rollback_target": "xcp-ng", "vm_rollback_confirm": "vm-web"}
    returned = pool.bring("vm_rollback", **back, vm_rollback_state_dir=str(pool.notes))
    assert returned.status == 0, returned.output
    assert (pool.table("vm"), pool.vm["power"]) == ([], "on")
    assert [kept["name-label"] for kept in pool.table("vdi")] == ["vm-web aside"]


def test_a_guest_that_crashes_on_xcpng_is_brought_back(pool: Pool) -> None:
    pool.world.change(fail=["guest crashes"])
    run = pool.bring("vm_move_xcpng")
    assert (run.status, "The move was undone" in run.output) == (2, True), run.output
    assert (pool.table("vm"), pool.vm["power"], pool.world.state["esxi"]["autostart"]) == ([], "on", {"7": 3})
    assert [kept["name-label"] for kept in pool.table("vdi")] == ["vm-web aside"]


def test_a_key_that_is_not_the_pools_gets_neither_disk_nor_password(pool: Pool) -> None:
    pool.world.change(pin="another")
    run = pool.bring("vm_move_xcpng")
    assert (run.status, "does not match pinned public key" in run.output) == (2, True), run.output
    assert (pool.table("vm"), pool.vm["power"]) == ([], "on")
