"""What would change a decision: every statement is had by deciding again with the change made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.decide.case import Case
from planner.decide.choice import MOST_BONUS, Choice, Winners, weighted
from planner.decide.ranking import BEST, Candidate, weights_of
from planner.decide.vetoes import SIZES, Size
from planner.knowledge import fact, wants
from planner.model.estate import VirtualMachine

_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A change, in words that start a sentence, the platform that wins with it, and the choice with it made."""

    change: str
    winner: str
    choice: Choice

    @property
    def statement(self) -> str:
        """The change and its effect in one sentence."""
        titles = {platform.id: platform.title for platform in self.choice.contests[0].case.platforms}
        return f"{self.change}: {titles[self.winner]} would win"


def flips(choice: Choice, policies: Mapping[str, Choice], at: int) -> tuple[Flip, ...]:
    """Every single change to the policy or the estate that gives the cluster at a position another platform.

    Those that bring another hypervisor come first.
    `policies` are the choices under other policies, as `other_policies` has them.
    """
    found = (
        Flip(change=change, winner=after, choice=changed)
        for change, changed in _tried(choice, policies, at).items()
        if (after := changed.winners[at]) not in {None, choice.winners[at]}
    )
    hypervisors = {one.platform.id: one.platform.hypervisor for one in choice.contests[at].candidates}
    now = hypervisors.get(choice.winners[at] or "")
    every = (*_weights(choice, at), *_bonus(choice, at), *found)
    return tuple(sorted(every, key=lambda flip: hypervisors.get(flip.winner) is now))


def other_policies(choice: Choice) -> Mapping[str, Choice]:
    """The choice with each single wish and skill that the policy could name or drop, and target that it could allow."""
    decision, contests = choice.policy.decision, choice.contests
    platforms = contests[0].case.platforms if contests else ()
    hypervisors = {str(platform.hypervisor) for platform in platforms}
    systems = {str(platform.os_family) for platform in platforms}
    changes = {
        f"Asking for `{want.id}` in `decision.wants`": replace(decision, wants=(*decision.wants, want.id))
        for want in wants()
        if want.id not in decision.wants
    }
    changes |= {
        f"Naming `{skill}` in `decision.skills`": replace(decision, skills=(*decision.skills, skill))
        for skill in sorted(hypervisors | systems)
        if skill not in decision.skills
    }
    changes |= {
        f"Without `{want}` in `decision.wants`": replace(decision, wants=_without(decision.wants, want))
        for want in decision.wants
    }
    changes |= {
        f"Without `{skill}` in `decision.skills`": replace(decision, skills=_without(decision.skills, skill))
        for skill in decision.skills
    }
    changes |= {
        f"Adding `{platform.id}` to `decision.targets`": replace(
            decision, targets=(*decision.targets, platform.id)
        )
        for platform in platforms
        if decision.targets and platform.id not in decision.targets
    }
    return {
        change: choice.wishing(replace(choice.policy, decision=changed))
        for change, changed in changes.items()
    }


def _without(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(other for other in words if other != word)


def _weights(choice: Choice, at: int) -> Iterator[Flip]:
    """The nearest weight below and above the present one that changes the winner, for each criterion."""
    weights, candidates = weights_of(choice.policy), choice.contests[at].candidates
    for criterion in candidates[0].scores if candidates else ():
        now = weights[criterion]
        for verb, others in (("Raising", range(now + 1, BEST + 1)), ("Lowering", range(now - 1, -1, -1))):
            nearest = next(
                (n for n in others if _differs(choice, choice.by_weight[criterion, n], at)),
                None,
            )
            if nearest is not None:
                yield Flip(
                    change=f"{verb} the weight of `{criterion}` from {now} to {nearest}",
                    winner=str(choice.by_weight[criterion, nearest][at]),
                    choice=choice.under(weighted(choice.policy, criterion, nearest)),
                )


def _bonus(choice: Choice, at: int) -> Iterator[Flip]:
    """The nearest worth of one hypervisor for all, below and above the present one, that changes the winner."""
    now = choice.policy.decision.one_hypervisor
    for verb, others in (("Raising", range(now + 1, MOST_BONUS + 1)), ("Lowering", range(now - 1, -1, -1))):
        nearest = next((n for n in others if _differs(choice, choice.by_bonus[n], at)), None)
        if nearest is not None:
            decision = replace(choice.policy.decision, one_hypervisor=nearest)
            yield Flip(
                change=f"{verb} `decision.one_hypervisor` from {now} to {nearest}",
                winner=str(choice.by_bonus[nearest][at]),
                choice=choice.under(replace(choice.policy, decision=decision)),
            )


def _differs(choice: Choice, winners: Winners, at: int) -> bool:
    return winners[at] not in {None, choice.winners[at]}


def _tried(choice: Choice, policies: Mapping[str, Choice], at: int) -> dict[str, Choice]:
    """Changes with the choice after them; those of the estate, and of the policy about this cluster, come on top."""
    contest = choice.contests[at]
    of_estate = (*_sizes(contest.case, contest.candidates), *_left_out(contest.case, contest.candidates))
    return {
        **{change: choice.instead(at, case) for change, case in of_estate},
        **policies,
        **_freed(choice, contest.case),
    }


def _freed(choice: Choice, case: Case) -> dict[str, Choice]:
    """Without the target that the policy asks for, for this cluster."""
    if case.asked.target is None:
        return {}
    clusters = tuple(
        replace(entry, target=None) if entry.cluster == case.cluster.name else entry
        for entry in case.policy.clusters
    )
    change = "Without `target` for this cluster in the policy"
    return {change: choice.under(replace(choice.policy, clusters=clusters))}


def _sizes(case: Case, candidates: tuple[Candidate, ...]) -> Iterator[tuple[str, Case]]:
    """VMs cut down to what a candidate carries comfortably, or at all."""
    seen = set()
    for candidate in candidates:
        for size in SIZES:
            for name in filter(None, (size.comfortable, size.fact)):
                most = fact(candidate.platform.id, name).value
                large = [vm for vm in case.vms if most is not None and (size.of(vm) or 0) > most]
                if large and (size.fact, most) not in seen and size.fact in _CUTS:
                    seen.add((size.fact, most))
                    yield _cut(case, size, most, large)


def _cut(case: Case, size: Size, most: int, large: list[VirtualMachine]) -> tuple[str, Case]:
    named = _listed([f"{vm.name} ({size.show(size.of(vm) or 0)})" for vm in large])
    cut = {vm.id: _CUTS[size.fact](vm, most) for vm in large}
    changed = replace(case, vms=tuple(cut.get(vm.id, vm) for vm in case.vms))
    return f"With at most {size.show(most)} ({size.noun}) for {named}", changed


def _smaller_disks(vm: VirtualMachine, most: int) -> VirtualMachine:
    disks = tuple(
        replace(disk, capacity_bytes=min(disk.capacity_bytes, most)) if disk.capacity_bytes else disk
        for disk in vm.disks
    )
    return replace(vm, disks=disks)


_CUTS: Final = {
    "max_vcpus": lambda vm, most: replace(vm, vcpus=most),
    "max_memory_bytes": lambda vm, most: replace(vm, memory_bytes=most),
    "max_disk_bytes": _smaller_disks,
}


def _left_out(case: Case, candidates: tuple[Candidate, ...]) -> Iterator[tuple[str, Case]]:
    """The VMs and hosts that stand in a candidate's way, left out of the cluster."""
    for candidate in candidates:
        vms = {obstacle.vm: obstacle.name or "" for obstacle in candidate.obstacles if obstacle.vm}
        hosts = {obstacle.host: obstacle.name or "" for obstacle in candidate.obstacles if obstacle.host}
        named = [f"VM {name}" for name in vms.values()] + [f"host {name}" for name in hosts.values()]
        if named:
            yield (
                f"With {_listed(named)} outside this cluster",
                replace(
                    case,
                    vms=tuple(vm for vm in case.vms if vm.id not in vms),
                    hosts=tuple(host for host in case.hosts if host.id not in hosts),
                    spares=tuple(host for host in case.spares if host.id not in hosts),
                ),
            )


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
