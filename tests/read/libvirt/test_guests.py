"""What the agents of guests say, in the words in which libvirt hands it on."""

import libvirt
import pytest

from planner.model.estate import GuestVolume, Nic, VirtualMachine
from planner.model.kinds import ToolsState
from planner.read.endpoint import parse_endpoint
from planner.read.ids import cluster_id
from planner.read.libvirt.agent import guest_of, informed
from planner.read.libvirt.guests import ask_guests
from planner.read.libvirt.reports import Asking
from planner.units import GIB

# As `virsh guestinfo` prints it for a Debian of two disks and two cards.
INFO = {
    "os.id": "debian",
    "os.name": "Debian GNU/Linux",
    "os.pretty-name": "Debian GNU/Linux 12 (bookworm)",
    "os.version-id": "12",
    "hostname": "web1.example.net",
    "fs.count": 2,
    "fs.0.mountpoint": "/",
    "fs.0.fstype": "ext4",
    "fs.0.total-bytes": 20 * GIB,
    "fs.0.used-bytes": 5 * GIB,
    "fs.1.mountpoint": "/run/media",
    "fs.1.fstype": "iso9660",
    "if.count": 3,
    "if.0.name": "lo",
    "if.0.hwaddr": "00:00:00:00:00:00",
    "if.0.addr.count": 1,
    "if.0.addr.0.addr": "127.0.0.1",
    "if.1.name": "ens3",
    "if.1.hwaddr": "52:54:00:00:00:01",
    "if.1.addr.count": 3,
    "if.1.addr.0.addr": "192.0.2.7",
    "if.1.addr.1.addr": "2001:db8::7",
    "if.1.addr.2.addr": "fe80::5054:ff:fe00:1",
    "if.2.name": "wg0",
}


def machine(**facts):
    return VirtualMachine(id="vm-1", name="web1", cluster=cluster_id("kvm"), **facts)


def test_a_guest_that_answers():
    guest = guest_of(INFO)
    assert (guest.system, guest.hostname) == ("Debian GNU/Linux 12 (bookworm)", "web1.example.net")
    assert guest.addresses == {
        "00:00:00:00:00:00": (),
        "52:54:00:00:00:01": ("192.0.2.7", "2001:db8::7"),
    }
    assert guest.volumes == (GuestVolume(path="/", capacity_bytes=20 * GIB, free_bytes=15 * GIB),)


@pytest.mark.parametrize(
    ("changed", "fact", "expected"),
    [
        ({"os.pretty-name": None}, "system", "Debian GNU/Linux 12"),
        ({"os.pretty-name": None, "os.name": None, "os.version-id": None}, "system", None),
        ({"hostname": "a\x00b\n"}, "hostname", "a b"),
        ({"fs.count": "2"}, "volumes", ()),
        ({"fs.0.used-bytes": 21 * GIB}, "volumes", (GuestVolume(path="/", capacity_bytes=20 * GIB),)),
        ({"fs.0.total-bytes": -1}, "volumes", ()),
        ({"if.1.hwaddr": "fe"}, "addresses", {"00:00:00:00:00:00": ()}),
        (
            {"if.1.addr.0.addr": "{{ 7 }}"},
            "addresses",
            {"00:00:00:00:00:00": (), "52:54:00:00:00:01": ("2001:db8::7",)},
        ),
    ],
)
def test_what_a_guest_leaves_out_or_makes_up_is_unknown(changed, fact, expected):
    said = {key: value for key, value in (INFO | changed).items() if value is not None}
    assert getattr(guest_of(said), fact) == expected


def test_the_guest_knows_its_system_and_addresses_better_than_its_definition():
    nics = (Nic(id="nic-1", mac="52:54:00:00:00:01"), Nic(id="nic-2", addresses=("192.0.2.9",)))
    vm = informed(machine(guest_os="http://debian.org/debian/9", nics=nics), guest_of(INFO))
    assert (vm.guest_os, vm.hostname) == ("Debian GNU/Linux 12 (bookworm)", "web1.example.net")
    assert [nic.addresses for nic in vm.nics] == [("192.0.2.7", "2001:db8::7"), ("192.0.2.9",)]
    assert [volume.path for volume in vm.volumes] == ["/"]


def test_a_guest_that_says_nothing_changes_nothing():
    vm = machine(guest_os="http://debian.org/debian/9", hostname="web1")
    assert informed(vm, guest_of({})) == vm


class Agents:
    """A second connection, over which guests are asked: a stand-in, for no guest runs where tests do."""

    def __init__(self, answer):
        self.answer = answer
        self.closed = False

    def lookupByUUIDString(self, _uuid):  # noqa: N802  # libvirt's name
        return self

    def guestInfo(self, _types, _flags):  # noqa: N802  # libvirt's name
        return self.answer()

    def close(self):
        self.closed = True


def refuse():
    raise libvirt.libvirtError("the agent does not answer")


@pytest.fixture
def asking():
    endpoint = parse_endpoint("test:///default")
    connection = libvirt.openReadOnly("test:///default")
    yield Asking(endpoint=endpoint, libvirt=libvirt, connection=connection)
    connection.close()


@pytest.mark.parametrize(
    ("tools", "answer", "hostname"),
    [
        (ToolsState.RUNNING, lambda: INFO, "web1.example.net"),
        (ToolsState.RUNNING, refuse, None),
        (ToolsState.NOT_RUNNING, lambda: INFO, None),
        (None, lambda: INFO, None),
    ],
)
def test_only_guests_whose_agent_runs_are_asked(asking, monkeypatch, tools, answer, hostname):
    agents = Agents(answer)
    monkeypatch.setattr(libvirt, "open", lambda _uri: agents)
    (vm,) = ask_guests(asking, (machine(tools=tools, uuid="11111111-2222-3333-4444-555555555555"),))
    assert vm.hostname == hostname
    assert agents.closed is (tools is ToolsState.RUNNING)
    assert asking.all_gaps() == ()


def test_who_may_not_talk_to_agents_is_told_how_to(asking, monkeypatch):
    monkeypatch.setattr(libvirt, "open", lambda _uri: refuse())
    vms = (machine(tools=ToolsState.RUNNING),)
    assert ask_guests(asking, vms) == vms
    (gap,) = asking.all_gaps()
    assert (gap.what, gap.why) == ("what the agents of 1 VMs know", "the agent does not answer")
    assert "group libvirt" in (gap.remedy or "")
