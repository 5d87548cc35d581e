"""Reading a live pool, from a server whose records come from XAPI's published data model."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from planner.errors import InputError
from planner.model.estate import Estate
from planner.read.endpoint import Endpoint, parse_endpoint
from planner.read.xapi import FORMATS, read_xapi
from planner.read.xapi.words import CLASSES
from tests.read.xapi.server import PASSWORD, Behaviour, Server, dump, serving

POOL = "pool-8.3.json"


def endpoint(server: Server, *, password: str = PASSWORD, timeout: float = 20) -> Endpoint:
    found = parse_endpoint(server.url, ca_file=server.ca_file, timeout=timeout)
    return replace(found, password=password)


def behaviour(**values) -> Behaviour:
    return Behaviour(records=dump(POOL), **values)


def refused(server: Server, wanted: Endpoint | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_xapi(wanted or endpoint(server))
    assert {problem.file for problem in caught.value.problems} == {(wanted or endpoint(server)).url}
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def as_dump(estate: Estate) -> Estate:
    """The estate without what tells where it came from."""
    return replace(
        estate,
        clusters=tuple(replace(one, origin=None) for one in estate.clusters),
        hosts=tuple(replace(one, origin=None) for one in estate.hosts),
        datastores=tuple(replace(one, origin=None) for one in estate.datastores),
        networks=tuple(replace(one, origin=None) for one in estate.networks),
        vms=tuple(replace(one, origin=None, source=None) for one in estate.vms),
        affinity_rules=tuple(replace(one, origin=None) for one in estate.affinity_rules),
    )


def test_a_live_pool_reads_like_its_dump(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        live = read_xapi(endpoint(server))
    dumped = FORMATS[0].read([Path(__file__).parent / POOL])
    assert as_dump(live) == as_dump(dumped)
    assert {vm.source for vm in live.vms} == {"xapi"}
    assert {vm.origin for vm in live.vms} == {server.url}
    assert live.gaps == ()


def test_only_calls_that_read_arrive(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        read_xapi(endpoint(server))
    calls = server.behaviour.calls
    assert calls[0] == "session.login_with_password"
    assert calls[-1] == "session.logout"
    assert sorted(calls[1:-1]) == sorted(f"{of}.get_all_records" for of in CLASSES)
    assert server.behaviour.originators == ["hypervisor-exit-planner"]
    assert server.behaviour.open_sessions == {}


def test_a_member_names_the_coordinator(tmp_path):
    ca = trustme.CA()
    with ExitStack() as stack:
        coordinator = stack.enter_context(serving(behaviour(), tmp_path, address="127.0.0.2", ca=ca))
        member = stack.enter_context(
            serving(behaviour(coordinator="127.0.0.2"), tmp_path, port=coordinator.port, ca=ca)
        )
        estate = read_xapi(endpoint(member))
    assert len(estate.vms) == 5
    assert member.behaviour.calls == ["session.login_with_password"]
    assert coordinator.behaviour.open_sessions == {}


def test_a_thumbprint_of_a_member_is_not_the_coordinators(tmp_path):
    ca = trustme.CA()
    with ExitStack() as stack:
        coordinator = stack.enter_context(serving(behaviour(), tmp_path, address="127.0.0.2", ca=ca))
        member = stack.enter_context(
            serving(behaviour(coordinator="127.0.0.2"), tmp_path, port=coordinator.port, ca=ca)
        )
        pinned = replace(endpoint(member), ca_file=None, thumbprint=member.thumbprint)
        said = refused(member, pinned)
        assert "its coordinator 127.0.0.2" in said
        assert "Read xapi://root@127.0.0.2 with its thumbprint" in said
        assert coordinator.behaviour.calls == []


def test_two_members_that_name_each_other(tmp_path):
    with ExitStack() as stack:
        ca = trustme.CA()
        two = stack.enter_context(
            serving(behaviour(coordinator="127.0.0.1"), tmp_path, address="127.0.0.2", ca=ca)
        )
        one = stack.enter_context(serving(behaviour(coordinator="127.0.0.2"), tmp_path, port=two.port, ca=ca))
        assert "refuses, too: HOST_IS_SLAVE" in refused(one)


@pytest.mark.parametrize("address", ["evil/path", "a b", "", "x" * 300, "root:pw@10.0.0.1"])
def test_a_coordinator_that_is_no_address(tmp_path, address):
    wrong = behaviour(coordinator=address or "\t")
    with serving(wrong, tmp_path) as server:
        assert "refuses the login: HOST_IS_SLAVE" in refused(server)
    assert wrong.calls == ["session.login_with_password"]


def test_a_pinned_certificate(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        pinned = replace(endpoint(server), ca_file=None, thumbprint=server.thumbprint)
        assert len(read_xapi(pinned).hosts) == 2


def test_a_wrong_thumbprint(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        said = refused(server, replace(endpoint(server), ca_file=None, thumbprint="ab" * 32))
    assert "not the one given" in said
    assert server.behaviour.calls == []


def test_a_certificate_of_nobody(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        said = refused(server, replace(endpoint(server), ca_file=None))
    assert "certificate that is not trusted" in said
    assert "--ca-file" in said
    assert server.behaviour.calls == []


def test_a_wrong_password(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        said = refused(server, endpoint(server, password="not it"))
    assert "refuses the user name or the password" in said
    assert "not it" not in said


def test_a_host_that_starts(tmp_path):
    with serving(behaviour(booting=True), tmp_path) as server:
        assert "still starting" in refused(server)


def test_a_url_without_a_user(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        nobody = replace(endpoint(server), user=None)
        assert "needs a user" in refused(server, nobody)


def test_a_session_that_expires_is_renewed(tmp_path):
    with serving(behaviour(sessions_last=9), tmp_path) as server:
        estate = read_xapi(endpoint(server))
    assert estate.gaps == ()
    assert len(estate.vms) == 5
    assert server.behaviour.calls.count("session.login_with_password") == 3


def test_sessions_that_never_hold(tmp_path):
    with serving(behaviour(sessions_last=0), tmp_path) as server:
        said = refused(server)
    assert "neither hosts nor VMs" in said
    assert "valid session" in said


def test_a_class_that_the_user_may_not_see_is_a_gap(tmp_path):
    with serving(behaviour(denied=frozenset({"VBD", "SR"})), tmp_path) as server:
        estate = read_xapi(endpoint(server))
    assert {gap.what for gap in estate.gaps} == {CLASSES["VBD"], CLASSES["SR"]}
    assert {gap.why for gap in estate.gaps} == {"RBAC_PERMISSION_DENIED"}
    assert all("read-only" in (gap.remedy or "") for gap in estate.gaps)
    assert estate.datastores == ()
    assert {vm.name: len(vm.disks) for vm in estate.vms if vm.name == "db"} == {"db": 2}


def test_without_hosts_and_vms_nothing_is_left(tmp_path):
    with serving(behaviour(denied=frozenset({"host", "VM"})), tmp_path) as server:
        assert "RBAC_PERMISSION_DENIED" in refused(server)
    assert server.behaviour.open_sessions == {}


def test_a_connection_that_drops_midway_says_what_was_missed(tmp_path):
    with serving(behaviour(drops_at="VIF"), tmp_path) as server:
        estate = read_xapi(endpoint(server))
    missed = [what for of, what in CLASSES.items() if list(CLASSES).index(of) >= list(CLASSES).index("VIF")]
    assert sorted(gap.what for gap in estate.gaps) == sorted(missed)
    assert all("the connection broke at VIF" in gap.why for gap in estate.gaps)
    sizes = {vm.name: [disk.capacity_bytes for disk in vm.disks] for vm in estate.vms}
    assert sizes["db"] == [20 * 1024**3, None]
    assert sorted(len(vm.nics) for vm in estate.vms) == [0, 0, 0, 0, 2]


def test_an_answer_that_does_not_come(tmp_path):
    with serving(behaviour(sleeps_at="network"), tmp_path) as server:
        estate = read_xapi(endpoint(server, timeout=0.5))
    assert {gap.why for gap in estate.gaps} == {"the connection broke at network: no answer in time"}
    assert estate.networks == ()


def test_something_else_that_answers(tmp_path):
    with serving(behaviour(answers_nonsense=True), tmp_path) as server:
        assert "does not answer like XAPI" in refused(server)


def test_nobody_who_answers(tmp_path):
    with serving(behaviour(), tmp_path) as server:
        wanted = endpoint(server, timeout=2)
    assert "does not answer like XAPI: [Errno 111] Connection refused" in refused(server, wanted)


def test_without_the_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "XenAPI", None)
    with serving(behaviour(), tmp_path) as server:
        assert "pip install 'hypervisor-exit-planner[xapi]'" in refused(server)


def test_an_old_release_lacks_classes_and_fields(tmp_path):
    old = Behaviour(records=dump("pool-7.0.json"))
    assert {"VUSB", "PUSB"}.isdisjoint(old.records)
    with serving(old, tmp_path) as server:
        estate = read_xapi(endpoint(server))
    assert estate.gaps == ()
    assert [(vm.name, vm.paravirtual) for vm in estate.vms] == [("hvm", False), ("pv", True)]
