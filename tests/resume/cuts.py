"""Plans cut at a moment: what is done by then, and the plan that goes on from there."""

from dataclasses import fields, replace
from datetime import datetime

from planner.assess import assess_steps
from planner.graph import as_scheduled, build_graph
from planner.model.plan import FORMAT_VERSION, Plan
from planner.model.progress import FIRST, Report
from planner.place import place
from planner.resume import resume
from planner.schedule import schedule
from tests.today import TODAY

START = "2026-10-23T20:00"


def plan_of(problem, resumption=FIRST) -> Plan:
    """The plan of a drawn problem, or of what is left of it."""
    given = (problem.estate, problem.policy, problem.platforms, problem.decisions, problem.routes)
    placements = place(*given, problem.groups, resumption)
    timed = schedule(
        problem.estate,
        problem.policy,
        problem.decisions,
        problem.routes,
        placements,
        problem.groups,
        datetime.fromisoformat(START),
        resumption.progress,
    )
    graph = build_graph(problem.estate, problem.policy)
    told = (problem.platforms, problem.routes, graph, TODAY, (), timed.steps)
    return Plan(
        format_version=FORMAT_VERSION,
        estate_digest="",
        start=START,
        findings=assess_steps(problem.estate, problem.policy, *told),
        placements=placements,
        schedule=timed,
        progress=resumption.progress,
        **as_planned(problem, timed),
    )


def as_planned(problem, timed):
    """What a plan has of its problem: the groups are those that the schedule keeps."""
    given = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return given | {"groups": tuple(as_scheduled(problem.groups, timed.steps))}


def moments(plan: Plan) -> list[int]:
    """The seconds at which something is done."""
    return sorted({step.end for step in plan.schedule.steps})


def cut(plan: Plan, time: int) -> Report:
    """What is done at a second, and what is under way."""
    steps = plan.schedule.steps
    return Report(
        done=frozenset(step.id for step in steps if step.end <= time),
        begun=frozenset(step.id for step in steps if step.start < time < step.end),
    )


def gone_on(problem, plan: Plan, report: Report, *, rest: bool = True) -> Plan:
    """The plan that goes on from an earlier one; without its `rest` it is searched anew."""
    estate, resumption = resume(plan, report, problem.estate)
    again = resumption if rest else replace(resumption, rest=())
    return plan_of(replace(problem, estate=estate), again)
