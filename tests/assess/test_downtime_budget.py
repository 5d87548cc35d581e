"""Downtime budgets: what a plan's steps take, against what owners and the policy allow."""

from dataclasses import replace

import pytest

from planner.assess import assess_steps
from planner.graph import build_graph
from planner.model.estate import Disk
from planner.model.kinds import Criticality, DatastoreKind, PowerState
from planner.model.plan import Transport
from planner.model.policy import (
    BudgetSeverity,
    DowntimeBudget,
    DowntimePolicy,
    Parking,
    SharedStorage,
    Waiver,
)
from planner.units import TIB
from tests.schedule.test_schedule import LINUX, POLICY, WINDOWS, disks, timed, to_new_host
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem
from tests.today import TODAY

USUAL = {"guest_os": LINUX, "disks": disks(8_000_000_000)}
"""Off for 100 s of copy and 35 s of work; 203 s at p90."""


def found(case):
    return assess_steps(
        case.estate,
        case.policy,
        case.platforms,
        case.routes,
        build_graph(case.estate, case.policy),
        TODAY,
        (),
        timed(case).steps,
    )


def of_one(vm=None, policy=POLICY, **more):
    return found(to_new_host(make_vm("a", 4, "esx1", **{**USUAL, **(vm or {})}), policy=policy, **more))


def budgets(severity=BudgetSeverity.WARNING, **most):
    entries = tuple(DowntimeBudget(criticality=Criticality(name), most=s) for name, s in most.items())
    return replace(POLICY, downtime=DowntimePolicy(budgets=entries, severity=severity))


HIGH = {"criticality": Criticality.HIGH}


@pytest.mark.parametrize(
    ("vm", "policy"),
    [
        ({}, POLICY),
        ({"max_downtime": 203}, POLICY),
        (HIGH, budgets(high=203, critical=1)),
        ({**HIGH, "max_downtime": 203}, budgets(high=1)),
        ({}, budgets(normal=1)),
        ({"max_downtime": 0, "power": PowerState.OFF}, POLICY),
    ],
    ids=[
        "nobody asks", "it is kept at p90", "its criticality's is kept", "its own goes first",
        "nobody knows how critical it is", "what is off goes off no more",
    ],
)  # fmt: skip
def test_a_budget_that_is_kept_is_no_concern(vm, policy):
    assert of_one(vm, policy) == ()


@pytest.mark.parametrize(
    ("vm", "policy", "severity", "whose", "over"),
    [
        ({"max_downtime": 202}, POLICY, "warning", "4 min, its own", "1 s"),
        (HIGH, budgets(high=60), "warning", "1 min, of high VMs", "3 min"),
        (HIGH, budgets(BudgetSeverity.CRITICAL, high=60), "critical", "1 min, of high VMs", "3 min"),
    ],
)
def test_a_budget_that_breaks_names_estimate_and_bottleneck(vm, policy, severity, whose, over):
    (finding,) = of_one(vm, policy)
    assert (finding.severity, finding.blocks) == (severity, severity == "critical")
    assert finding.subject.name == "a"
    facts = {fact.name: fact.value for fact in finding.facts}
    assert facts == {
        "budget": whose,
        "over by": over,
        "off at p90": "4 min",
        "off at p50": "3 min",
        "bound by": "rate of esxi-ssh (80 MB/s)",
        "step": "move-vm-a",
        "wave": "wave-002",
    }


def test_a_guest_that_runs_on_keeps_any_budget():
    case = to_new_host(make_vm("a", 4, "esx1", max_downtime=0, **USUAL), transport=Transport.LIBVIRT_MIGRATE)
    assert found(replace(case, routes=tuple(replace(route, live=True) for route in case.routes))) == ()


def test_what_nobody_can_estimate_is_told():
    (finding,) = of_one({"max_downtime": 86400, "disks": (Disk(id="d"),)})
    facts = {fact.name: fact.value for fact in finding.facts}
    assert (facts["off at p90"], facts["off at p50"]) == ("at least 1 min", "at least 1 min")


def test_a_broken_budget_is_accepted_by_a_waiver():
    waiver = Waiver(
        finding="vm-downtime-budget", subject="a", who="A. Example", why="agreed", until="2999-01-01"
    )
    policy = replace(budgets(BudgetSeverity.CRITICAL), waivers=(waiver,))
    (finding,) = of_one({"max_downtime": 10}, policy)
    assert (finding.waiver, finding.blocks) == (waiver, False)


def test_a_parked_vm_is_off_until_it_is_started_again():
    storage = SharedStorage(name="nas", kind=DatastoreKind.NFS, capacity_bytes=TIB, server="s", export="/e")
    policy = replace(POLICY, shared_storage=(storage,), parking=Parking(storage="nas"))
    vm = make_vm("a", 4, "esx1", guest_os=WINDOWS, criticality=Criticality.LOW, max_downtime=300)
    case = problem(make_estate((make_cluster(),), [make_host("esx1", 64)], [vm]), policy)
    steps = {step.id: step for step in timed(case).steps}
    (finding,) = found(case)
    facts = {fact.name: fact.value for fact in finding.facts}
    off = steps["unpark-vm-a"].end - steps["park-vm-a"].start
    assert facts["bound by"] == "it waits, parked, until its host is rebuilt"
    assert steps["park-vm-a"].downtime + steps["unpark-vm-a"].downtime == off > 300
