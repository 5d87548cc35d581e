"""Caps of the policy: how many transfers and installs run at once."""

from planner.model.plan import Step
from planner.verify.complaint import Complaint, Complaints, host_name
from planner.verify.state import State, ends


def transfers_of_hosts(state: State, step: Step) -> Complaints:
    """A host takes part in no more transfers at once than the policy allows."""
    allowed = state.givens.plan.policy.transfers.per_host
    for host in ends(step):
        if state.transfers[host] > allowed:
            yield Complaint(
                host_name(state.givens, host),
                f"takes part in {state.transfers[host]} transfers at once, the policy allows {allowed}",
            )


def transfers_of_datastores(state: State, step: Step) -> Complaints:
    """A shared datastore is read from and written to by no more transfers at once than the policy allows."""
    allowed = state.givens.plan.policy.transfers.per_datastore
    media = state.media[step.vm] if step.vm is not None and allowed is not None else ()
    for medium in sorted(media):
        if allowed is not None and state.in_use[medium] > allowed:
            yield Complaint(
                medium, f"serves {state.in_use[medium]} transfers at once, the policy allows {allowed}"
            )


def transfers_of_the_estate(state: State, _step: Step) -> Complaints:
    """No more transfers run at once in the whole estate than the policy allows."""
    allowed, now = state.givens.plan.policy.transfers.at_once, len(state.travelling)
    if allowed is not None and now > allowed:
        yield Complaint("the estate", f"has {now} transfers at once, the policy allows {allowed}")


def cutovers(state: State, step: Step) -> Complaints:
    """No more running VMs are off at once for their crossing than the policy allows."""
    allowed, now = state.givens.plan.policy.waves.cutovers_at_once, len(state.cutting_over)
    if step.vm in state.cutting_over and allowed is not None and now > allowed:
        yield Complaint("the estate", f"has {now} VMs that are cut over at once, the policy allows {allowed}")


def installs(state: State, _step: Step) -> Complaints:
    """No more hosts are installed or upgraded at once than the policy allows."""
    allowed, now = state.givens.plan.policy.install.at_once, len(state.installing)
    if allowed is not None and now > allowed:
        yield Complaint("the estate", f"has {now} hosts being installed, the policy allows {allowed} at once")
