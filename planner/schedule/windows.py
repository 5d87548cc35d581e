"""The calendar of each cluster, and what is said when its work fits into no window."""

from collections.abc import Mapping
from datetime import datetime

from planner.errors import InfeasibleError, InputError, Problem, Shortage
from planner.model.estate import Cluster, ClusterId
from planner.model.plan import ClusterPlacement
from planner.schedule.calendar import Calendar, calendar
from planner.schedule.drafts import Draft
from planner.schedule.facts import Facts
from planner.units import format_duration

Calendars = Mapping[ClusterId, Calendar]
"""No entry: waves of the cluster may begin at any time."""


def calendars(placements: tuple[ClusterPlacement, ...], facts: Facts, start: datetime | None) -> Calendars:
    """The calendars of clusters, when the policy has windows or freezes. Raises InputError when there is no start."""
    policy = facts.policy.windows
    if not policy.open and not policy.freezes:
        return {}
    if start is None:
        said = "windows are hours on a clock: say when the plan starts (--start 2027-02-06T20:00)"
        raise InputError((Problem(file="policy.yml", path="windows", message=said),))
    return {
        placement.cluster: calendar(policy, facts.clusters[placement.cluster].name, start)
        for placement in placements
    }


def too_long(cluster: Cluster, draft: Draft, slow: int, window: Calendar) -> InfeasibleError:
    """That a wave which cannot be cut takes longer than the longest window."""
    what = (
        f"no window is long enough: to {draft.title} takes {format_duration(slow)} at p90, the longest window is "
        f"{format_duration(window.longest)}"
    )
    moves = (
        ("a measured rate, if copies are faster than assumed (transfers.measured)",) if draft.moves else ()
    )
    return _refusal(cluster, what, (f"a window of {format_duration(slow)} for {cluster.name}", *moves))


def never_again(cluster: Cluster, draft: Draft) -> InfeasibleError:
    """That no window is left for a wave."""
    what = f"no window is left to {draft.title}: three years from the start have none that is long enough"
    return _refusal(cluster, what, ("more windows, or fewer freezes",))


def _refusal(cluster: Cluster, what: str, remedies: tuple[str, ...]) -> InfeasibleError:
    return InfeasibleError((Shortage(cluster=cluster.name, what=what, remedies=remedies),))
