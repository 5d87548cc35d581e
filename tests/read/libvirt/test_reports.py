"""A daemon that refuses, forgets, hangs or goes away costs no more than what it was asked for."""

import socket
import threading

import libvirt
import pytest

from planner.errors import InputError
from planner.read.endpoint import parse_endpoint
from planner.read.libvirt import read_libvirt
from planner.read.libvirt.machines import ask_domain
from planner.read.libvirt.reports import Asking
from planner.read.libvirt.session import binding

URL = "test:///default"


@pytest.fixture
def asking():
    endpoint = parse_endpoint(URL, timeout=0.05)
    connection = binding(endpoint) and libvirt.open(URL)
    yield Asking(endpoint=endpoint, libvirt=libvirt, connection=connection)
    connection.close()


@pytest.fixture
def hang():
    """A question that nobody answers before the test is over."""
    over = threading.Event()
    yield over.wait
    over.set()


def told(asking):
    return [(gap.what, gap.why, gap.remedy) for gap in asking.all_gaps()]


def test_what_a_driver_does_not_know_is_no_gap(asking):
    assert asking.ask("secrets", asking.connection.listAllSecrets) is None
    assert told(asking) == []


def test_a_domain_that_is_gone_by_then_is_a_gap(asking):
    gone = asking.connection.defineXML(
        "<domain type='test'><name>gone</name><memory>1024</memory><os><type>hvm</type></os></domain>"
    )
    gone.undefine()
    assert ask_domain(asking, gone) is None
    ((what, why, remedy),) = told(asking)
    assert (what, remedy) == ("the VM 'gone'", "read again")
    assert "Domain not found" in why


def test_what_is_refused_says_who_may(asking):
    reading = libvirt.openReadOnly(URL)
    domain = reading.lookupByName("test")
    assert asking.ask("the agent", lambda: domain.setUserPassword("root", "x")) is None
    ((_, why, remedy),) = told(asking)
    assert "read only access" in why
    assert "give the user read access" in remedy
    reading.close()


def test_a_document_that_is_wrong_is_a_gap(asking):
    assert asking.document("the pool 'x'", "<pool", lambda _document, root: root) is None
    ((what, why, _),) = told(asking)
    assert (what, why.startswith("is no sound XML")) == ("the pool 'x'", True)


def test_an_answer_that_does_not_come_is_a_gap_and_the_next_one_is_asked_for(asking, hang):
    assert asking.ask("the volume 'a'", hang) is None
    assert asking.maybe(hang) is None
    assert asking.ask("the name", asking.connection.getHostname)
    assert [(what, why) for what, why, _ in told(asking)] == [
        ("the volume 'a'", "it did not come within 0.05 seconds"),
        ("a detail of the host, of a disk or of a guest", "it did not come within 0.05 seconds"),
    ]
    assert "storage that is gone" in told(asking)[0][2]


def test_after_three_answers_that_do_not_come_nothing_more_is_asked(asking, hang):
    for _ in range(3):
        asking.maybe(hang)
    assert asking.ask("the name", asking.connection.getHostname) is None
    assert told(asking)[-1][:2] == (
        "2 answers after the connection broke",
        "3 answers did not come within 0.05 seconds each",
    )


def test_after_the_connection_broke_all_else_is_one_gap(asking, monkeypatch):
    handle = asking.connection.lookupByName("test")
    monkeypatch.setattr(asking, "connection", Gone())
    assert asking.ask("one", refuse) is None
    assert asking.ask("two", handle.XMLDesc) is None
    assert told(asking) == [("2 answers after the connection broke", "cut off", "read again")]


class Gone:
    """A connection whose other side is away."""

    def isAlive(self):  # noqa: N802  # libvirt's name
        raise libvirt.libvirtError("no connection")


def refuse():
    raise libvirt.libvirtError("cut off")


def test_a_host_that_takes_the_connection_and_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"qemu+ssh://nobody@127.0.0.1:{silent.getsockname()[1]}/system"
        with pytest.raises(InputError, match="does not answer within 1 seconds"):
            read_libvirt(parse_endpoint(url, timeout=1.0))
