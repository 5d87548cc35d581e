"""How a plan goes on from an earlier one: what people report of its steps, and what that leaves to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from planner.model.decision import Decision
from planner.model.estate import ClusterId
from planner.model.plan import NOTHING_DONE, ClusterPlacement, Progress, StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a state file or a journal says of the steps of a plan; a step that it does not name was not begun.

    `again` are those that are done, and failed when they were tried once more.
    """

    done: frozenset[StepId] = frozenset()
    begun: frozenset[StepId] = frozenset()
    failed: frozenset[StepId] = frozenset()
    again: frozenset[StepId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """What a plan begins with: the progress, and what the earlier plan had decided and would have done next.

    `rest` are the earlier placements in the order of conversion, each with what is left of its phases. `decisions` are the
    earlier ones; they bind the clusters in `begun`, of which something was done already. Empty for a first plan.
    """

    progress: Progress = NOTHING_DONE
    rest: tuple[ClusterPlacement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    begun: frozenset[ClusterId] = frozenset()

    def bound(self, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
        """These decisions, but with the earlier ones of clusters that are half converted."""
        earlier = self._binding()
        return tuple(_kept(earlier.get(made.cluster, made), made) for made in decisions)

    def rest_of(self, decision: Decision) -> ClusterPlacement | None:
        """What is left of a cluster's earlier placement; None when it has another target or strategy by now."""
        before = next((made for made in self.decisions if made.cluster == decision.cluster), None)
        if before is None or (before.winner, before.strategy) != (decision.winner, decision.strategy):
            return None
        return next((place for place in self.rest if place.cluster == decision.cluster), None)

    def platforms(self) -> Iterator[str]:
        """The targets of clusters that are half converted."""
        return (made.winner for made in self._binding().values() if made.winner is not None)

    def _binding(self) -> Mapping[ClusterId, Decision]:
        return {made.cluster: made for made in self.decisions if made.cluster in self.begun}


def _kept(earlier: Decision, made: Decision) -> Decision:
    """The earlier decision, with the reason for which a later one does not count."""
    if (earlier.winner, earlier.strategy) == (made.winner, made.strategy):
        return earlier
    other = made.winner or made.strategy
    reason = f"it is half converted, so this stays as it was decided, though {other} would be chosen now"
    return replace(earlier, reasons=(reason, *earlier.reasons))


FIRST = Resumption()
"""A first plan: nothing was done before it."""
