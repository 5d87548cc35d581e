"""The verb: a plan as an Ansible project."""

from functools import partial

from planner.emit.answers import answer_files
from planner.emit.bundle_inventory import bundle_inventory
from planner.emit.machine import built_here, machines
from planner.emit.names import erase_token
from planner.emit.playbooks import playbooks
from planner.emit.project import project_files
from planner.emit.roles import roles_of
from planner.emit.sections import sections
from planner.emit.steps import converts_elsewhere
from planner.emit.trip import trips
from planner.emit.turns import turns
from planner.model.codec import in_pieces
from planner.model.plan import Plan
from planner.model.texts import Texts


def emit(plan: Plan) -> Texts:
    """Relative path to text of everything in a plan's directory but the review and the manifest.

    The plan itself is `plan.json`; the rest is an Ansible project that carries it out.
    """
    travels, installed = trips(plan), machines(plan)
    platforms = {platform.id: platform for platform in plan.platforms}
    winners = {decision.cluster: decision.winner for decision in plan.decisions}
    routes = {route.vm: route for route in plan.routes}
    roles = {
        step.id: roles_of(
            step, routes.get(step.vm) if step.vm else None, platforms[winners[step.cluster] or ""]
        )
        for step in plan.schedule.steps
    }
    ordered = sections(plan, roles)
    built = built_here(plan)
    worked_on = [machine for machine in installed if machine.host.id in built]
    tokens = {str(machine.host.id): erase_token(machine.host.id, plan.estate_digest) for machine in worked_on}
    answers = {
        f"answers/{machine.host.id}/{name}": text
        for machine in worked_on
        for name, text in answer_files(machine).items()
    }
    return Texts(
        parts={
            "plan.json": partial(in_pieces, plan),
            **project_files(plan, ordered, tokens, conversion_host=converts_elsewhere(travels)),
            **playbooks(plan, ordered),
            **turns(plan, ordered),
            **bundle_inventory(plan, ordered, installed, travels),
            **answers,
        }
    )
