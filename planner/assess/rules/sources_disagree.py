"""Two sources that tell a fact differently: one rule for each kind of thing that it may be about."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from planner.assess.ground import Ground, Thing
from planner.assess.rule import Find, Rule, Sighting, Verdict, warning
from planner.model.estate import Conflict
from planner.model.finding import Severity, SubjectKind

_BETWEEN: Final = "; "


def _judged(conflict: Conflict, about: str | None = None) -> Verdict:
    return warning(
        about=about, fact=conflict.fact, kept=conflict.kept, otherwise=_BETWEEN.join(conflict.others)
    )


def _about(things: Callable[[Ground], Sequence[Thing]]) -> Find:
    """Every conflict about one of the things."""

    def find(ground: Ground) -> Iterator[Sighting]:
        conflicts: dict[str, list[Conflict]] = defaultdict(list)
        for conflict in ground.estate.conflicts:
            conflicts[conflict.subject].append(conflict)
        for thing in things(ground) if conflicts else ():
            for conflict in conflicts[thing.id]:
                yield Sighting(thing=thing, verdict=_judged(conflict))

    return find


def _about_nothing(ground: Ground) -> Iterator[Sighting]:
    """Conflicts about what is no longer there: somebody took it out of the inventory."""
    estate = ground.estate
    kinds = (estate.clusters, estate.hosts, estate.datastores, estate.networks, estate.vms)
    known = {thing.id for things in kinds for thing in things} if estate.conflicts else set()
    for conflict in estate.conflicts:
        if conflict.subject not in known:
            yield Sighting(thing=None, verdict=_judged(conflict, about=conflict.subject))


def _rule(kind: SubjectKind, message: str, find: Find) -> Rule:
    return Rule(
        id=f"{kind}-sources-disagree",
        subject=kind,
        severities=(Severity.WARNING,),
        message=message,
        why="The plan counts on what was kept; if another source is right, it is made for something that is not so.",
        remedy=(
            "Look at the source hypervisor. Where the kept value is wrong, read that system again, or leave the "
            "older source out of `planner collect`; else waive this."
        ),
        find=find,
    )


RULES: Final = (
    _rule(
        SubjectKind.VM, "Two sources tell a fact of the VM differently.", _about(lambda ground: ground.vms)
    ),
    _rule(
        SubjectKind.HOST,
        "Two sources tell a fact of the host differently.",
        _about(lambda ground: ground.hosts),
    ),
    _rule(
        SubjectKind.CLUSTER,
        "Two sources tell a fact of the cluster differently.",
        _about(lambda ground: ground.clusters),
    ),
    _rule(
        SubjectKind.DATASTORE,
        "Two sources tell a fact of the datastore differently.",
        _about(lambda ground: ground.estate.datastores),
    ),
    _rule(
        SubjectKind.NETWORK,
        "Two sources tell a fact of the network differently.",
        _about(lambda ground: ground.estate.networks),
    ),
    _rule(
        SubjectKind.ESTATE, "Two sources tell a fact differently of something that is gone.", _about_nothing
    ),
)
