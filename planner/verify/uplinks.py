"""Uplinks: no more transfers between two parts of the estate than the policy allows."""

from planner.model.plan import Step
from planner.verify.complaint import Complaint, Complaints
from planner.verify.state import State


def transfers(state: State, step: Step) -> Complaints:
    """No more transfers cross an uplink at once than the policy allows."""
    for name in sorted(state.crossed_uplinks[step.vm]) if step.vm is not None else ():
        allowed, now = state.givens.uplinks[name].at_once, state.over_uplink[name]
        if now > allowed:
            yield Complaint(f"uplink {name}", f"carries {now} transfers at once, the policy allows {allowed}")
