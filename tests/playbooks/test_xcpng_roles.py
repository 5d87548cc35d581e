"""The XCP-ng roles, run end to end against a stand-in xe, over ssh, with nothing but a shell on the other side."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.dom0 import DISK, LUN, PASSWORD, TREE, Hosts, identity, mac
from tests.playbooks.world import Unsafe

TOKEN = {"xcpng_storage_expected_token": "erase-esx1", "xcpng_storage_erase_token": "erase-esx1"}
HOSTILE = "it's \"x\" $(touch pwned) {{ lookup('pipe', 'touch pwned') }}"
COORDINATOR = {"xcpng_host_coordinator": "192.0.2.1", "xcpng_host_coordinator_password": Unsafe(PASSWORD)}


def bonded(host: int, **more: Any) -> dict[str, Any]:
    return {
        "uplinks": [{"mac": mac(host, card)} for card in (0, 1)],
        "bond": {"name": "bond0", "mode": "lacp"},
        **more,
    }


def networks(host: int) -> list[dict[str, Any]]:
    """Management and a VLAN on a bond, a VLAN with large frames on a card of its own, and an internal network."""
    storage = {"uplinks": [{"mac": mac(host, 2).upper()}], "vlan": 30, "mtu": 9000}
    return [
        {"name": "brmgmt", **bonded(host, vlan=0)},
        {"name": "br120", **bonded(host, vlan=120)},
        {"name": "storage", **storage},
        {"name": "lab"},
    ]


def whole_pool() -> dict[str, dict[str, Any]]:
    everywhere = {
        "xcpng_host_time_servers": ["192.0.2.123", "ntp.example"],
        "xcpng_host_name_servers": ["192.0.2.53", "192.0.2.54"],
    }
    first = {
        "xcpng_host_name": Unsafe(HOSTILE),
        "xcpng_host_pool_name": "Berlin",
        "xcpng_network_networks": networks(1),
        "xcpng_storage_repositories": [
            {"name": "esx1-local", "type": "ext", "device": DISK},
            {"name": "nas", "type": "nfs", "server": "192.0.2.9", "path": "/export/vms"},
        ],
        "xcpng_storage_default": "nas",
        **TOKEN,
    }
    second = {"xcpng_host_name": "esx2", **COORDINATOR, "xcpng_network_networks": networks(2)}
    return {"esx1": everywhere | first, "esx2": everywhere | second}


# Configuring the pool takes most of a minute: it is not done once for every worker.
one_worker = pytest.mark.xdist_group("xcpng pool")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Hosts:
    """Two hosts, configured once."""
    hosts = Hosts(tmp_path_factory.mktemp("pool"), 3, 3)
    run = hosts.configure(whole_pool())
    assert run.status == 0, run.output
    assert all(run.changed(name) > 0 for name in hosts.names)
    return hosts


@one_worker
def test_a_second_run_changes_nothing(pool: Hosts) -> None:
    before = pool.world.state["pools"]
    run = pool.configure(whole_pool())
    assert run.status == 0, run.output
    assert [run.changed(name) for name in pool.names] == [0, 0]
    assert pool.world.state["pools"] == before


@one_worker
def test_the_hosts_are_one_pool(pool: Hosts) -> None:
    assert len(pool.world.state["pools"]) == 1
    assert [host["name-label"] for host in pool.table("host")] == [HOSTILE, "esx2"]
    assert pool.table("pool")[0]["name-label"] == "Berlin"


@one_worker
def test_every_network_exists_once_and_each_host_is_plugged_into_it(pool: Hosts) -> None:
    names = {network["uuid"]: network["name-label"] for network in pool.table("network")}
    plugged = sorted(
        (names[pif["network-uuid"]], pif["host-uuid"][-12:-6], pif["device"], pif["VLAN"], pif["IP"])
        for pif in pool.table("pif")
        if pif["currently-attached"] and pif["bond-slave-of"] is None
    )
    assert plugged == [
        ("br120", "000001", "bond0", 120, ""),
        ("br120", "000002", "bond0", 120, ""),
        ("brmgmt", "000001", "bond0", -1, "192.0.2.1"),
        ("brmgmt", "000002", "bond0", -1, "192.0.2.2"),
        ("storage", "000001", "eth2", 30, ""),
        ("storage", "000002", "eth2", 30, ""),
    ]
    assert list(names.values()).count("lab") == 1
    assert {bond["mode"] for bond in pool.table("bond")} == {"lacp"}


@one_worker
def test_large_frames_are_carried_by_the_card_too(pool: Hosts) -> None:
    mtus = {network["name-label"]: network["MTU"] for network in pool.table("network")}
    assert (mtus["storage"], mtus["Pool-wide network associated with eth2"], mtus["br120"]) == (
        9000,
        9000,
        1500,
    )


@one_worker
def test_storage_is_made_and_shared_with_the_host_that_joined(pool: Hosts) -> None:
    repositories = {repository["uuid"]: repository for repository in pool.table("sr")}
    attached = sorted(
        (repositories[pbd["sr-uuid"]]["name-label"], pbd["host-uuid"][-12:-6], pbd["currently-attached"])
        for pbd in pool.table("pbd")
    )
    assert attached == [("esx1-local", "000001", True), ("nas", "000001", True), ("nas", "000002", True)]
    assert repositories[pool.table("pool")[0]["default-SR"]]["name-label"] == "nas"


@one_worker
def test_time_and_name_servers_are_set(pool: Hosts) -> None:
    chrony = (pool.world.directory / "esx2" / "chrony.conf").read_text().splitlines()
    assert chrony == [
        "driftfile /var/lib/chrony/drift",
        "server 192.0.2.123 iburst",
        "server ntp.example iburst",
    ]
    assert {pif["DNS"] for pif in pool.table("pif") if pif["management"]} == {"192.0.2.53,192.0.2.54"}


@one_worker
def test_the_password_stands_in_no_command_line_and_names_are_not_evaluated(pool: Hosts) -> None:
    joins = [call for call in pool.world.calls("xe") if call[0] == "pool-join"]
    assert [f"master-password={PASSWORD}" in call for call in joins] == [True]
    lines = pool.log.read_text()
    assert "xe pool-list" in lines
    assert "ss word" not in lines
    assert not list(pool.world.directory.rglob("pwned"))


def test_check_mode_changes_nothing(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path, 3)
    before = hosts.world.state["pools"]
    run = hosts.configure({"esx1": whole_pool()["esx1"] | {"xcpng_storage_default": ""}}, "--check")
    assert run.status == 0, run.output
    assert run.changed("esx1") == 0
    assert hosts.world.state["pools"] == before


def one(**variables: Any) -> dict[str, dict[str, Any]]:
    return {"esx1": variables}


def network(**fields: Any) -> dict[str, dict[str, Any]]:
    return one(xcpng_network_networks=[{"name": "br0", **fields}])


def repository(**fields: Any) -> dict[str, dict[str, Any]]:
    return one(xcpng_storage_repositories=[{"name": "sr0", **fields}])


def nothing(hosts: Hosts) -> None:
    """The hosts stay as they were installed."""


def disk(**fields: Any) -> Callable[[Hosts], None]:
    return lambda hosts: hosts.world.change(disks={DISK: {"signatures": [], "mounted": "", **fields}})


def vm(state: str) -> Callable[[Hosts], None]:
    fields = {"power_state": state, "resident_on": identity("host", 1), "is_control_domain": False}
    return lambda hosts: hosts.set("esx1", "vm", identity("vm", 1), name_label="web", **fields)


def namesake(hosts: Hosts) -> None:
    hosts.set("esx1", "network", identity("network", 7), name_label="br0", MTU=1500)


def two_namesakes(hosts: Hosts) -> None:
    namesake(hosts)
    hosts.set("esx1", "network", identity("network", 8), name_label="br0", MTU=1500)


def lvm_repository(hosts: Hosts) -> None:
    hosts.set("esx1", "sr", identity("sr", 7), name_label="sr0", type="lvm", shared=False)


def used_lun(hosts: Hosts) -> None:
    hosts.world.change(luns={LUN: [identity("sr", 9)]})


def vmfs_lun(hosts: Hosts) -> None:
    hosts.world.change(
        disks={f"/dev/disk/by-id/scsi-{LUN}": {"signatures": ["VMFS_volume_member"], "mounted": ""}}
    )


@pytest.mark.parametrize(
    ("variables", "situation", "complaint"),
    [
        pytest.param(
            one(xcpng_host_version="9.0"), nothing, "runs XCP-ng 8.3.0, not XCP-ng 9.0", id="version"
        ),
        pytest.param(
            one(**COORDINATOR), vm("suspended"), "has VMs that are not shut down", id="joiner with a VM"
        ),
        pytest.param(
            one(xcpng_host_coordinator="192.0.2.2"),
            nothing,
            "coordinator_password is missing",
            id="no password",
        ),
        pytest.param(
            network(uplinks=[{"mac": "52:54:00:00:00:99"}]),
            nothing,
            "no card with the MAC 52:54:00:00:00:99",
            id="no card",
        ),
        pytest.param(
            network(uplinks=[{"mac": mac(1, 0)}, {"mac": mac(1, 1)}]),
            nothing,
            "two to four need one",
            id="two cards, no bond",
        ),
        pytest.param(
            network(uplinks=[{"mac": mac(1, 1)}], vlan=4095), nothing, "a VLAN is 1 to 4094", id="VLAN id"
        ),
        pytest.param(network(vlan=5), nothing, "needs a card", id="VLAN on nothing"),
        pytest.param(
            network(uplinks=[{"mac": mac(1, 0)}], mtu=9000), nothing, "own address", id="jumbo on management"
        ),
        pytest.param(
            network(uplinks=[{"mac": mac(1, 1)}]),
            namesake,
            "Cards must be in the same order",
            id="cards in another order",
        ),
        pytest.param(
            network(), two_namesakes, "Several networks of the pool are called", id="ambiguous network"
        ),
        pytest.param(
            repository(type="ext", device="/dev/sda"),
            nothing,
            "names such as sda change",
            id="disk by kernel name",
        ),
        pytest.param(
            repository(type="nfs", server="192.0.2.9"),
            nothing,
            "takes server, path, nfs_version",
            id="half an export",
        ),
        pytest.param(repository(type="ext", device=f"{DISK}9"), nothing, "has no disk", id="no disk"),
        pytest.param(
            repository(type="ext", device=DISK),
            disk(signatures=["gpt"]),
            "To erase it, give",
            id="disk with content",
        ),
        pytest.param(
            repository(type="ext", device=DISK),
            lvm_repository,
            "is of type lvm, on other hosts only",
            id="another repository",
        ),
        pytest.param(
            repository(type="hba", scsi_id=LUN), nothing, "To permit it, give", id="LUN without token"
        ),
        pytest.param(
            one(xcpng_storage_default="gone"),
            nothing,
            "cannot be the default",
            id="default that is not there",
        ),
    ],
)
def test_refusals(
    tmp_path: Path, variables: dict[str, Any], situation: Callable[[Hosts], None], complaint: str
) -> None:
    hosts = Hosts(tmp_path, 2, 2)
    situation(hosts)
    before = hosts.world.state["pools"]
    run = hosts.configure(variables)
    assert run.status != 0
    assert complaint in re.sub(r"\s+", " ", run.output)
    assert hosts.world.state["pools"] == before


@pytest.mark.parametrize(
    ("fields", "situation", "complaint"),
    [
        ({"type": "ext", "device": DISK}, disk(mounted="/"), "is mounted"),
        ({"type": "hba", "scsi_id": LUN}, used_lun, "holds a storage repository or a filesystem already"),
        ({"type": "hba", "scsi_id": LUN}, vmfs_lun, "holds a storage repository or a filesystem already"),
    ],
)
def test_no_token_permits_to_erase_what_is_in_use(
    tmp_path: Path, fields: dict[str, Any], situation: Callable[[Hosts], None], complaint: str
) -> None:
    hosts = Hosts(tmp_path, 1)
    situation(hosts)
    run = hosts.configure(one(xcpng_storage_repositories=[{"name": "sr0", **fields}], **TOKEN))
    assert run.status != 0
    assert complaint in run.output
    assert hosts.table("sr") == []


def test_the_token_permits_to_erase_a_disk_and_a_lun(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path, 1)
    disk(signatures=["gpt"])(hosts)
    wanted = [
        {"name": "local", "type": "lvm", "device": DISK},
        {
            "name": "san",
            "type": "iscsi",
            "target": "192.0.2.8",
            "target_iqn": "iqn.2020-01.example:a",
            "scsi_id": LUN,
        },
        {"name": "fc", "type": "hba", "scsi_id": f"{LUN}9"},
    ]
    runs = [hosts.configure(one(xcpng_storage_repositories=wanted, **TOKEN)) for _ in range(2)]
    assert [(run.status, run.changed("esx1") > 0) for run in runs] == [(0, True), (0, False)], runs[0].output
    assert {record["name-label"]: record["type"] for record in hosts.table("sr")} == {
        "local": "lvm",
        "san": "lvmoiscsi",
        "fc": "lvmohba",
    }


def test_a_host_that_lost_its_shared_repository_is_attached_again_and_another_export_is_refused(
    tmp_path: Path,
) -> None:
    hosts = Hosts(tmp_path, 1)
    wanted = repository(type="nfs", server="192.0.2.9", path="/a")
    assert hosts.configure(wanted).status == 0
    (pbd,) = hosts.table("pbd")
    hosts.set("esx1", "pbd", pbd["uuid"], currently_attached=False)
    run = hosts.configure(wanted)
    assert (run.status, run.changed("esx1")) == (0, 1)
    assert [record["currently-attached"] for record in hosts.table("pbd")] == [True]
    refused = hosts.configure(repository(type="nfs", server="192.0.2.9", path="/b"))
    assert refused.status != 0
    assert "with another serverpath" in refused.output


def test_a_pool_that_does_not_take_the_host_says_why_and_tells_no_password(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path, 1, 1)
    run = hosts.configure({"esx2": COORDINATOR | {"xcpng_host_coordinator_password": "wrong-one"}})
    assert run.status != 0
    assert "SESSION_AUTHENTICATION_FAILED" in run.output
    assert "wrong-one" not in run.output
    assert len(hosts.world.state["pools"]) == 2


def test_a_member_of_another_pool_is_refused(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path, 1, 1)
    assert hosts.configure({"esx2": COORDINATOR}).status == 0
    run = hosts.configure({"esx2": COORDINATOR | {"xcpng_host_coordinator": "192.0.2.77"}})
    assert run.status != 0
    assert "is a member of the pool of 192.0.2.1, not of 192.0.2.77" in re.sub(r"\s+", " ", run.output)


def test_the_mode_of_a_bond_is_corrected(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path, 2)
    assert hosts.configure(network(**bonded(1))).status == 0
    run = hosts.configure(network(**bonded(1) | {"bond": {"name": "bond0", "mode": "active-backup"}}))
    assert (run.status, run.changed("esx1")) == (0, 1)
    assert [bond["mode"] for bond in hosts.table("bond")] == ["active-backup"]


@contextmanager
def sshd(hosts: Hosts) -> Iterator[int]:
    """A port that greets like sshd, goes away when the host restarts, and comes back."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    def serve() -> None:
        while not over.is_set():
            restarts = hosts.reboots
            with socket.create_server(("127.0.0.1", port)) as server:
                server.settimeout(0.1)
                while not over.is_set() and hosts.reboots == restarts:
                    with suppress(TimeoutError), server.accept()[0] as caller:
                        caller.sendall(b"SSH-2.0-OpenSSH_7.4\r\n")
            over.wait(3)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield port
    finally:
        over.set()
        thread.join()


def upgradable(directory: Path, version: str = "8.2.1") -> Hosts:
    return Hosts(directory, 1, version=version, brand="XenServer")


def upgrade_variables(port: int = 1, **more: Any) -> dict[str, Any]:
    watched = {"xcpng_upgrade_ssh_address": "127.0.0.1", "xcpng_upgrade_ssh_port": port}
    return {"xcpng_upgrade_url": TREE, "xcpng_upgrade_confirm": "esx1", **watched, **more}


def test_an_upgrade_runs_once(tmp_path: Path) -> None:
    hosts = upgradable(tmp_path)
    with sshd(hosts) as port:
        runs = [hosts.upgrade("esx1", **upgrade_variables(port)) for _ in range(2)]
    assert [(run.status, run.changed("esx1") > 0) for run in runs] == [(0, True), (0, False)], runs[0].output
    (host,) = hosts.table("host")
    assert host["software-version"] == {"product_brand": "XCP-ng", "product_version": "8.3.0"}
    assert host["enabled"]
    assert hosts.reboots == 1


def test_check_mode_asks_the_host_for_nothing(tmp_path: Path) -> None:
    hosts = upgradable(tmp_path)
    run = hosts.upgrade("esx1", "--check", **upgrade_variables())
    assert (run.status, run.changed("esx1")) == (0, 0), run.output
    assert not [
        call for call in hosts.world.calls("xe") if call[0].startswith("host-") and "param" not in call[0]
    ]


def test_a_host_that_comes_back_as_it_was_is_a_failure(tmp_path: Path) -> None:
    hosts = upgradable(tmp_path)
    hosts.world.change(**{"upgrade-fails": True})
    with sshd(hosts) as port:
        run = hosts.upgrade("esx1", **upgrade_variables(port))
    assert run.status != 0
    assert "is back with 8.2.1" in run.output


def with_ha(hosts: Hosts) -> None:
    hosts.set("esx1", "pool", identity("pool", 1), ha_enabled=True)


def as_member(hosts: Hosts) -> None:
    software = {"product_version": "8.2.1", "product_brand": "XenServer"}
    hosts.set("esx1", "host", identity("host", 9), software_version=software)
    hosts.set("esx1", "pool", identity("pool", 1), master=identity("host", 9))


@pytest.mark.parametrize(
    ("version", "situation", "variables", "complaint"),
    [
        pytest.param(
            "8.2.1",
            nothing,
            {"xcpng_upgrade_confirm": "esx2"},
            "set xcpng_upgrade_confirm to its name",
            id="not confirmed",
        ),
        pytest.param("7.1.2", nothing, {}, "only 8.0, 8.1, 8.2.1 upgrade directly", id="too old"),
        pytest.param("8.4.0", nothing, {}, "only 8.0, 8.1, 8.2.1 upgrade directly", id="too new"),
        pytest.param(
            "8.2.1", nothing, {"xcpng_upgrade_url": "nfs://x"}, "is the http or https URL", id="not http"
        ),
        pytest.param(
            "8.2.1", nothing, {"xcpng_upgrade_url": "https://install.example/no"}, "INVALID_URL", id="no tree"
        ),
        pytest.param("8.2.1", vm("running"), {}, "1 VMs still run on esx1", id="a VM runs"),
        pytest.param("8.2.1", with_ha, {}, "HA is on", id="HA"),
        pytest.param("8.2.1", as_member, {}, "coordinator runs 8.2.1", id="member first"),
    ],
)
def test_what_is_not_upgraded(
    tmp_path: Path,
    version: str,
    situation: Callable[[Hosts], None],
    variables: dict[str, Any],
    complaint: str,
) -> None:
    hosts = upgradable(tmp_path, version)
    situation(hosts)
    before = hosts.world.state["pools"]
    run = hosts.upgrade("esx1", **upgrade_variables() | variables)
    assert run.status != 0
    assert complaint in re.sub(r"\s+", " ", run.output)
    assert hosts.world.state["pools"] == before
    assert hosts.reboots == 0
