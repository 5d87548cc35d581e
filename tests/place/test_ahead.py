"""Clusters solved side by side: just those that share nothing with one before them, with the same result as in turn."""

import pytest

from planner.errors import InfeasibleError
from planner.model.kinds import DatastoreKind, HypervisorKind
from planner.model.policy import Policy, SharedStorage, WavePolicy
from planner.place import ahead, place
from planner.units import GIB
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

SPARE = HypervisorKind.NONE
NAMES = "cdef"


def clusters(*, storage=(), memory=4, names=NAMES):
    """Clusters with a new host each; every VM brings 10 GiB to where it goes."""
    policy = Policy(waves=WavePolicy(pilot_vms=0), shared_storage=storage)
    hosts = [make_host(f"{name}{n}", 32, name) for name in names for n in (1, 2)]
    hosts += [make_host(f"{name}new", 64, name, hypervisor=SPARE) for name in names]
    vms = [make_vm(f"{name}{n}", memory, f"{name}1", name) for name in names for n in range(3)]
    return problem(make_estate(tuple(make_cluster(name) for name in names), hosts, vms), policy)


def placements(given):
    return place(given.estate, given.policy, given.platforms, given.decisions, given.routes, given.groups)


@pytest.fixture
def solved_ahead(monkeypatch):
    """The clusters that are solved side by side, however little there is to do."""
    seen = []

    def shared_out(work, things, fewest):
        seen.extend(thing.cluster.name for thing in things)
        return [work(things[1::2]), work(things[::2])]

    monkeypatch.setattr(ahead, "_WORTH_IT", 0)
    monkeypatch.setattr(ahead, "shared_out", shared_out)
    return seen


SAN = SharedStorage(name="san", kind=DatastoreKind.NFS, capacity_bytes=1000 * GIB)
FULL = SharedStorage(name="san", kind=DatastoreKind.NFS, capacity_bytes=75 * GIB)


@pytest.mark.parametrize(
    ("storage", "ahead_of_others"),
    [((), list(NAMES)), ((SAN,), ["c"]), ((FULL,), ["c"])],
    ids=["own", "shared", "full"],
)
def test_the_result_is_that_of_one_after_the_other(storage, ahead_of_others, solved_ahead, monkeypatch):
    given = clusters(storage=storage)
    side_by_side = placements(given)
    assert sorted(solved_ahead) == ahead_of_others
    monkeypatch.setattr(ahead, "_WORTH_IT", 10**9)
    assert placements(given) == side_by_side


def test_a_cluster_that_gets_stuck_is_told_of_with_the_others(solved_ahead):
    with pytest.raises(InfeasibleError) as caught:
        placements(clusters(memory=40))
    assert [shortage.cluster for shortage in caught.value.shortages] == list(NAMES)
    assert sorted(solved_ahead) == list(NAMES)


def test_processes_find_the_same(monkeypatch):
    """On one core this is the same path as without processes."""
    given = clusters()
    monkeypatch.setattr(ahead, "_WORTH_IT", 0)
    in_processes = placements(given)
    monkeypatch.setattr(ahead, "_WORTH_IT", 10**9)
    assert placements(given) == in_processes
