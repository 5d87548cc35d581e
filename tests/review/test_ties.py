"""What explain says about ties: what binds, what is only guessed, and never more of one kind than people read."""

from dataclasses import replace

from planner.graph import build_graph
from planner.model.estate import Flow, VmId
from planner.model.kinds import ServiceRole
from planner.model.policy import Policy
from planner.review.ties import hints, ties
from tests.graph.graph_estates import estate, rule, vm

CLIENTS = [f"c{number}" for number in range(8)]


def made():
    flows = tuple(
        Flow(source=VmId(f"vm-{name}"), destination=VmId("vm-db"), port=5432, size_bytes=2**20 * (number + 1))
        for number, name in enumerate(CLIENTS)
    )
    found = estate(
        vm("db", "b", backed_up_by=VmId("vm-b")),
        vm("b", roles=(ServiceRole.BACKUP,)),
        vm("dc01"),
        *map(vm, CLIENTS),
        rules=[
            rule("far", "apart", "db", "b"),
            rule("near", "together", "db", "c1", mandatory=False),
            rule("turns", "waves-apart", "db", "c1"),
        ],
    )
    return build_graph(replace(found, flows=flows), Policy())


def test_what_binds_is_told_with_where_it_was_read():
    assert ties(made(), "vm-db") == (
        "b must be up first: depends_on (hosts.yml:db)",
        "it is kept apart by far: affinity rule (rules.yml:far)",
        "it is backed up by b: backed_up_by (hosts.yml:db)",
        "it moves together by near (a wish): affinity rule, a wish (rules.yml:near)",
        "it does not belong into one wave with the others of turns: affinity rule (rules.yml:turns)",
        "b serves its cluster: roles: backup (hosts.yml:b)",
    )


def test_hints_stand_apart_the_most_traffic_first_and_not_all_of_it():
    assert hints(made(), "vm-db") == (
        "c7 asks it: 8 MiB on port 5432 (flows.csv)",
        "c6 asks it: 7 MiB on port 5432 (flows.csv)",
        "c5 asks it: 6 MiB on port 5432 (flows.csv)",
        "c4 asks it: 5 MiB on port 5432 (flows.csv)",
        "c3 asks it: 4 MiB on port 5432 (flows.csv)",
        "and 3 more like these",
        "it does not belong into one wave with the others of far: they may not share a host: affinity rule (rules.yml:far)",
        "dc01 serves its cluster: looks like directory: dc01",
    )


def test_a_server_is_told_whom_it_serves_and_who_asks():
    assert "it serves A: roles: backup (hosts.yml:b)" in ties(made(), "vm-b")
    assert hints(made(), "vm-c0")[0] == "it asks db: 1 MiB on port 5432 (flows.csv)"
    assert ties(made(), "host-1") == ()
