"""VMs in sets that travel as one, and why some sets cannot."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from planner.graph.kinds import EdgeKind, Graph, binding, edges
from planner.model.estate import VmId
from planner.model.kinds import Bond
from planner.model.plan import Group

_LOOKED_AT: Final = 200
"""Parts that those of one company need, directly or through others."""

_Apart = Mapping[str, frozenset[str]]
"""By VM the groups that keep their VMs out of one wave."""


class Parts:
    """The VMs of an estate in parts, each of which travels as one: firm groups, and what is taken in beside them.

    A part is called by the first of its VMs. `most` are the VMs of a wave.
    """

    def __init__(self, graph: Graph, firm: Iterable[Group], most: int) -> None:
        self.most = most
        self._leader: dict[str, str] = {}
        self._members: dict[str, tuple[VmId, ...]] = {}
        for group in firm:
            self._take(group.vms)
        self._cluster = {vm: cluster for vm, cluster, _ in edges(graph, EdgeKind.MEMBER_OF)}
        self._managers = {vm for _, vm, _ in edges(graph, EdgeKind.MANAGED_BY)}
        self._said, self._guessed = _apart(graph, mandatory=True), _apart(graph, mandatory=False)
        self._before: dict[str, list[str]] = defaultdict(list)
        for before, after, _ in binding(graph, EdgeKind.START_BEFORE):
            self._before[after].append(before)

    def leader(self, vm: str) -> str:
        """The name of the part that a VM is in."""
        return self._leader.get(vm, vm)

    def members(self, leader: str) -> tuple[VmId, ...]:
        """The VMs of a part, sorted."""
        return self._members.get(leader, (VmId(leader),))

    def merge(self, vms: Iterable[str]) -> str:
        """Make one part of all that these VMs are in; returns its name."""
        return self._take(self.whole(vms))

    def whole(self, vms: Iterable[str]) -> set[VmId]:
        """These VMs with all that travels with them."""
        return {member for vm in vms for member in self.members(self.leader(vm))}

    def refusal(self, vms: Iterable[str], bond: Bond) -> str | None:
        """Why the parts of these VMs cannot be one; None: they can, or are."""
        whole = self.whole(vms)
        if len({self.leader(vm) for vm in whole}) == 1:
            return None
        broken = (words for breaks, words in _OBSTACLES if breaks(self, whole, bond))
        reason = next(broken, None)
        return None if reason is None else reason.format(count=len(whole), most=self.most)

    def too_many(self, whole: set[VmId], _bond: Bond) -> bool:
        """Whether they are more than a wave has."""
        return len(whole) > self.most

    def across_clusters(self, whole: set[VmId], _bond: Bond) -> bool:
        """Whether several clusters have some of them."""
        return len({self._cluster.get(vm) for vm in whole}) > 1

    def with_manager(self, whole: set[VmId], _bond: Bond) -> bool:
        """Whether one of them manages a cluster."""
        return not self._managers.isdisjoint(whole)

    def kept_apart(self, whole: set[VmId], _bond: Bond) -> bool:
        """Whether a rule keeps two of their parts out of one wave."""
        return self._meet(whole, self._said)

    def redundant(self, whole: set[VmId], bond: Bond) -> bool:
        """Whether a mere wish meets two of their parts that seem to stand in for each other."""
        return bond is Bond.WISH and self._meet(whole, self._guessed)

    def closes_circle(self, whole: set[VmId], _bond: Bond) -> bool:
        """Whether what one of their parts needs, through others, needs one of them: as one they would wait for themselves.

        Where more is needed than is looked at, it counts as a circle: company is no reason to walk a whole estate for.
        """
        parts = {self.leader(vm) for vm in whole}
        waiting = [need for part in parts for need in self._needs(part) if need not in parts]
        seen = set(waiting)
        while waiting:
            if len(seen) > _LOOKED_AT:
                return True
            for need in self._needs(waiting.pop()):
                if need in parts:
                    return True
                if need not in seen:
                    seen.add(need)
                    waiting.append(need)
        return False

    def _take(self, vms: Iterable[str]) -> str:
        members = tuple(sorted(VmId(vm) for vm in vms))
        for vm in members:
            self._members.pop(self.leader(vm), None)
        self._members[members[0]] = members
        self._leader.update(dict.fromkeys(members, members[0]))
        return members[0]

    def _meet(self, whole: Iterable[str], apart: _Apart) -> bool:
        seen: dict[str, str] = {}
        return any(
            seen.setdefault(group, self.leader(vm)) != self.leader(vm)
            for vm in whole
            for group in apart.get(vm, frozenset())
        )

    def _needs(self, part: str) -> set[str]:
        needs = {self.leader(before) for vm in self.members(part) for before in self._before.get(vm, ())}
        return needs - {part}


_OBSTACLES: Final[tuple[tuple[Callable[[Parts, set[VmId], Bond], bool], str], ...]] = (
    (
        Parts.too_many,
        "with what must move with them they are {count} VMs, and a wave has {most} at the most (waves.max_vms)",
    ),
    (Parts.across_clusters, "they are in different clusters, each of which has waves of its own"),
    (Parts.with_manager, "one of them manages a cluster, and crosses when everything else has"),
    (Parts.kept_apart, "a rule keeps some of them out of one wave"),
    (
        Parts.redundant,
        "some of them seem to stand in for each other, and one of those should keep running",
    ),
    (
        Parts.closes_circle,
        "something between them has to be up first, or too much for telling that nothing has",
    ),
)
"""What forbids it, the cheapest question first."""


def _apart(graph: Graph, *, mandatory: bool) -> _Apart:
    found: dict[str, set[str]] = defaultdict(set)
    for vm, group, data in edges(graph, EdgeKind.NOT_IN_ONE_WAVE):
        if data["mandatory"] is mandatory:
            found[vm].add(group)
    return {vm: frozenset(groups) for vm, groups in found.items()}
