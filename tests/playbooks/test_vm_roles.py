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
        vm = {
            "name": name,
            "vmx": f"[ds 1] {folder}/web.vmx",
            "power": "on",
            "tools": True,
            "snapshots": [],
            "uuid": "u1",
        }
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


def test_a_vm_goes_from_esxi_free_to_kvm_and_back(esxi: Esxi) -> None:
    rehearsal = esxi.move("--check")
    assert (rehearsal.status, rehearsal.changed("target"), esxi.vm["power"]) == (0, 0, "on"), rehearsal.output
    run = esxi.move()
    assert run.status == 0, run.output
    domain = esxi.domains["web"]
    assert (domain["state"], domain["autostart"]) == ("running", True)
    assert domain["links"] == domain["live links"] == {MAC: "up"}
    assert "bridge='br120'" in domain["xml"]
    assert (esxi.vm["power"], esxi.vm["name"]) == ("off", "web_migrated")
    assert esxi.world.state["esxi"]["autostart"] == {}
    assert not (esxi.notes / "vm-web" / "lock").exists()
    links = [call for call in esxi.world.calls("virsh") if {"start", "domif-setlink"} & set(call)]
    words = ["start" if "start" in call else call[call.index("--state") + 1] for call in links]
    assert words == ["down", "start", "up", "up"]

    moved = esxi.domains, esxi.vm
    again = esxi.move()
    assert (again.status, again.changed("target"), (esxi.domains, esxi.vm)) == (0, 0, moved), again.output

    back = {"vm_rollback_id": "vm-web", "vm_rollback_target": "kvm", "vm_rollback_state_dir": str(esxi.notes)}
    refused = esxi.play("vm_rollback", **back, vm_rollback_confirm="yes")
    assert (refused.status, (esxi.domains, esxi.vm)) == (2, moved)
    returned = esxi.play("vm_rollback", **back, vm_rollback_confirm="vm-web")
    assert returned.status == 0, returned.output
    assert (esxi.vm["name"], esxi.vm["power"], esxi.world.state["esxi"]["autostart"]) == (
        "web",
        "on",
        {"7": 3},
    )
    assert esxi.domains == {}
    assert [path.name.partition(".aside-")[0] for path in esxi.pool.iterdir()] == ["web-sda"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fail": ["virt-v2v"]}, "inspection could not detect the source guest"),
        ({"grow": 512}, "has 16777728 bytes, its source 16777216"),
        ({"fail": ["virsh start"]}, "the test wants this to fail"),
    ],
    ids=["conversion", "size", "boot"],
)
def test_a_failure_before_the_cutover_undoes_itself(esxi: Esxi, change: dict[str, Any], words: str) -> None:
    esxi.world.change(**change)
    run = esxi.move()
    assert run.status == 2
    assert words in run.output
    assert "The move was undone" in run.output
    assert esxi.domains == {}
    assert (esxi.vm["name"], esxi.vm["power"], esxi.world.state["esxi"]["autostart"]) == (
        "web",
        "on",
        {"7": 3},
    )
    assert not (esxi.notes / "vm-web" / "lock").exists()
    assert all(".aside-" in path.name for path in esxi.pool.iterdir())


@pytest.mark.parametrize("name", ["{{ lookup('pipe', 'touch pwned') }}", 'it\'s "web"\n$(touch pwned)'])
def test_a_hostile_name_travels_literally(tmp_path: Path, name: str) -> None:
    esxi = Esxi(tmp_path, name=name)
    run = esxi.move()
    assert run.status == 0, run.output
    assert esxi.domains["web"]["description"] == name
    assert list(tmp_path.rglob("pwned")) == []


def test_a_guest_that_does_not_shut_down_is_not_switched_off(esxi: Esxi) -> None:
    vms = esxi.world.state["esxi"]
    vms["vms"]["7"]["tools"] = False
    esxi.world.change(esxi=vms)
    run = esxi.move()
    assert (run.status, "ToolsUnavailable" in run.output, esxi.vm["power"]) == (2, True, "on")
    assert esxi.world.calls("virt-v2v") == []


def test_two_controllers_do_not_move_the_same_vm(esxi: Esxi) -> None:
    lock = esxi.notes / "vm-web" / "lock"
    lock.mkdir(parents=True)
    (lock / "owner").write_text("ann on desk7\n")
    run = esxi.move()
    assert (run.status, "ann on desk7 is moving this VM" in run.output) == (2, True)
    assert (esxi.vm["power"], lock.exists()) == ("on", True)


def test_a_domain_that_somebody_else_made_is_left_alone(esxi: Esxi) -> None:
    libvirt = esxi.world.state["libvirt"]
    libvirt["domains"]["web"] = {"uuid": "x", "state": "running", "xml": "<domain/>"}
    esxi.world.change(libvirt=libvirt)
    run = esxi.move()
    assert (run.status, "this move did not make it" in run.output) == (2, True)
    assert (esxi.domains["web"]["uuid"], esxi.vm["power"]) == ("x", "on")


def test_a_libvirt_that_does_not_answer_is_no_proof_that_the_target_is_gone(esxi: Esxi) -> None:
    assert esxi.move().status == 0
    esxi.world.change(libvirt=esxi.world.state["libvirt"] | {"deaf": True})
    back = {"vm_rollback_id": "vm-web", "vm_rollback_target": "kvm", "vm_rollback_state_dir": str(esxi.notes)}
    run = esxi.play("vm_rollback", **back, vm_rollback_confirm="vm-web")
    assert (run.status, "failed to connect to the hypervisor" in run.output) == (2, True)
    assert (esxi.domains["web"]["state"], esxi.vm["power"]) == ("running", "off")


def test_a_vm_is_parked_without_being_started(esxi: Esxi) -> None:
    run = esxi.move(vm_move_kvm_start=False)
    assert run.status == 0, run.output
    assert (esxi.domains["web"]["state"], esxi.domains["web"]["autostart"]) == ("shut off", False)
    assert esxi.vm["name"] == "web_migrated"


def test_a_guest_that_is_not_converted_travels_as_it_is(esxi: Esxi) -> None:
    flat = str(esxi.folder / "web-flat.vmdk")
    disks = [{"id": "disk-0", "size": 16 * MIB, "path": Unsafe(flat)}]
    run = esxi.move(vm_move_kvm_transport="disk-import", vm_move_kvm_disks=disks)
    assert run.status == 0, run.output
    assert (esxi.domains["web"]["state"], esxi.world.calls("virt-v2v")) == ("running", [])
    assert not (esxi.directory / "conversion" / "vm-web").exists()


def test_preflight_reports_everything_at_once(esxi: Esxi) -> None:
    (esxi.folder / "web-000001.vmdk").touch()
    needs = {
        "vm_preflight_id": "vm-web",
        "vm_preflight_transport": "disk-import",
        "vm_preflight_target": "kvm",
    }
    more = {"vm_preflight_pool": "vms", "vm_preflight_bytes": 10**13, "vm_preflight_bridges": ["br-none"]}
    before = esxi.domains, esxi.vm
    run = esxi.play("vm_preflight", "--check", **needs, **more)
    assert run.status == 2
    said = " ".join(run.output.split())
    for words in ("web-000001.vmdk", "the VM needs 10000000000000", "no bridge br-none"):
        assert words in said
    (esxi.folder / "web-000001.vmdk").unlink()
    clean = esxi.play("vm_preflight", **needs, vm_preflight_pool="vms", vm_preflight_bytes=10**6)
    assert (clean.status, clean.changed("target"), (esxi.domains, esxi.vm)) == (0, 0, before), clean.output
