"""Networks: a running VM finds those of its cards where it goes."""

from planner.model.plan import Step
from planner.verify.complaint import Complaint, Complaints, host_name, moved_vm
from planner.verify.state import State


def carried(state: State, step: Step) -> Complaints:
    """The destination of a running VM carries the networks of its cards, as far as that is known."""
    if step.vm is None or step.destination is None or not state.givens.runs(step.vm):
        return
    reach, wanted = state.reach(step.destination), state.givens.plugged_into[step.vm]
    if reach is None or wanted <= reach:
        return
    for network in sorted(wanted - reach):
        yield Complaint(
            moved_vm(state, step),
            f"{host_name(state.givens, step.destination)} does not carry {state.givens.network_names[network]}",
        )
