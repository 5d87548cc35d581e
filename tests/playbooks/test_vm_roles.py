"""The roles that move VMs, run end to end against stand-ins of the hypervisors' programs."""

from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.world import Run, Unsafe, World

MIB = 1024**2
MAC = "00:0c:29:aa:bb:01"


class Esxi:
    """An ESXi Free host with one VM, and an empty KVM host that is to receive it."""

    def __init__(self, directory: Path, name: str = "web", folder: str = "web") -> None:
        self.directory = directory
        self.volumes = directory / "vmfs" / "volumes"
        self.pool = directory / "pool"
        self.notes = directory / "notes"
        self.folder = self.volumes / "ds 1" / folder
        self.folder.mkdir(parents=True)
        self.pool.mkdir()
        self.vmx = self.folder / "web.vmx"
        shown = name.replace('"', "|22").replace("\n", "|0A")
        self.vmx.write_text(
            f'displayName = "{shown}"\nscsi0:0.fileName = "web.vmdk"\nethernet0.generatedAddress = "{MAC}"\n'
        )
        with (self.folder / "web-flat.vmdk").open("wb") as disk:
            disk.truncate(16 * MIB)
        self.name = name
        vm = {"name": name, "vmx": f"[ds 1] {folder}/web.vmx", "power": "on", "tools": True, "snapshots": [], "uuid": "u1"}
        self.world = World(
            directory,
            esxi={"volumes": str(self.volumes), "vms": {"7": vm}, "autostart": {"7": 3}},
            libvirt={"domains": {}, "pools": {"vms": {"path": str(self.pool), "available": 10**12}}},
        )

    @property
    def vm(self) -> dict[str, Any]:
        vm: dict[str, Any] = self.world.state["esxi"]["vms"]["7"]
        return vm

    @property
    def domains(self) -> dict[str, Any]:
        domains: dict[str, Any] = self.world.state["libvirt"]["domains"]
        return domains

    def variables(self, **more: Any) -> dict[str, Any]:
        return {
            "vm_source_kind": "esxi",
            "vm_source_host": "esx1",
            "vm_source_name": Unsafe(self.name),
            "vm_source_config_path": Unsafe(f"[ds 1] {self.folder.name}/web.vmx"),
            "vm_source_proof_pause": 0,
            "vm_source_shutdown_timeout": 5,
            "vm_move_kvm_id": "vm-web",
            "vm_move_kvm_domain": "web",
            "vm_move_kvm_transport": "esxi-ssh",
            "vm_move_kvm_pool": "vms",
            "vm_move_kvm_nics": [{"mac": MAC, "bridge": "br120"}],
            "vm_move_kvm_disks": [{"id": "disk-0", "size": 16 * MIB}],
            "vm_move_kvm_source_address": "esx1.example.net",
            "vm_move_kvm_settle": 0,
            "vm_move_kvm_poll": 1,
            "vm_move_kvm_autostart": True,
            "vm_move_kvm_state_dir": str(self.notes),
            "vm_move_kvm_tmp_dir": str(self.directory),
        } | more

    def move(self, *arguments: str, **more: Any) -> Run:
        return self.play("vm_move_kvm", *arguments, **more)

    def play(self, role: str, *arguments: str, **more: Any) -> Run:
        hosts = {"target": self.variables(**more), "esx1": {}}
        return self.world.play([role], hosts, *arguments, __vm_source_volumes=str(self.volumes))


@pytest.fixture
def esxi(tmp_path: Path) -> Esxi:
    return Esxi(tmp_path)


def test_a_vm_goes_from_esxi_free_to_kvm(esxi: Esxi) -> None:
    run = esxi.move()
    assert run.status == 0, run.output
    domain = esxi.domains["web"]
    assert domain["state"] == "running"
    assert domain["autostart"] is True
    assert domain["links"] == domain["live links"] == {MAC: "up"}
    assert esxi.vm["power"] == "off"
    assert esxi.vm["name"] == "web_migrated"
    assert esxi.world.state["esxi"]["autostart"] == {}
    assert "bridge='br120'" in domain["xml"]
    assert not (esxi.notes / "vm-web" / "lock").exists()


def test_the_second_run_changes_nothing(esxi: Esxi) -> None:
    esxi.move()
    before = esxi.world.state
    again = esxi.move()
    assert again.status == 0, again.output
    assert again.changed("target") == 0
    assert {key: value for key, value in esxi.world.state.items() if key != "calls"} == {
        key: value for key, value in before.items() if key != "calls"
    }


def test_the_boot_is_tried_with_the_links_down(esxi: Esxi) -> None:
    esxi.move()
    calls = [call for call in esxi.world.calls("virsh") if {"start", "domif-setlink"} & set(call)]
    words = ["start" if "start" in call else call[call.index("--state") + 1] for call in calls]
    assert words == ["down", "start", "up", "up"]


def test_a_vm_is_rolled_back_as_it_was(esxi: Esxi) -> None:
    esxi.move()
    refused = esxi.play("vm_rollback", vm_rollback_id="vm-web", vm_rollback_confirm="yes", vm_rollback_target="kvm")
    assert refused.status == 2
    assert esxi.vm["power"] == "off"
    confirmed = {"vm_rollback_id": "vm-web", "vm_rollback_confirm": "vm-web", "vm_rollback_target": "kvm"}
    confirmed |= {"vm_rollback_state_dir": str(esxi.notes)}
    run = esxi.play("vm_rollback", **confirmed)
    assert run.status == 0, run.output
    assert (esxi.vm["name"], esxi.vm["power"], esxi.world.state["esxi"]["autostart"]) == ("web", "on", {"7": 3})
    assert esxi.domains == {}
    assert [path.name.partition(".aside-")[0] for path in esxi.pool.iterdir()] == ["web-sda"]
    again = esxi.play("vm_rollback", **confirmed)
    assert (again.status, again.changed("target")) == (0, 0), again.output
