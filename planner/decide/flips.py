"""What would change a decision: every statement is had by deciding again with the change made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from planner.decide.case import Case
from planner.decide.ranking import BEST, Candidate, judge, weights_of, winner
from planner.decide.vetoes import SIZES, Size
from planner.knowledge import fact, wants
from planner.model.estate import VirtualMachine
from planner.model.policy import Criterion, Policy

_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A change, in words that start a sentence, the platform that wins with it, and the changed case."""

    change: str
    winner: str
    case: Case

    @property
    def statement(self) -> str:
        """The change and its effect in one sentence."""
        titles = {platform.id: platform.title for platform in self.case.platforms}
        return f"{self.change}: {titles[self.winner]} would win"


def flips(case: Case, candidates: tuple[Candidate, ...]) -> tuple[Flip, ...]:
    """Every single change to the policy or the estate that makes another platform win, smallest first."""
    before = winner(candidates, weights_of(case.policy), case.asked.target)
    found = list(_weights(case, candidates, before))
    for change, changed in dict(_changes(case, candidates)).items():
        after = winner(judge(changed), weights_of(changed.policy), changed.asked.target)
        if after is not None and after != before:
            found.append(Flip(change=change, winner=after, case=changed))
    return tuple(found)


def _weights(case: Case, candidates: tuple[Candidate, ...], before: str | None) -> Iterator[Flip]:
    """The nearest weight below and above the present one that changes the winner, for each criterion."""
    weights = weights_of(case.policy)
    scored = candidates[0].scores if candidates else {}
    for criterion in scored:
        now = weights[criterion]
        for verb, others in (("Raising", range(now + 1, BEST + 1)), ("Lowering", range(now - 1, -1, -1))):
            for weight in others:
                after = winner(candidates, {**weights, criterion: weight}, case.asked.target)
                if after is not None and after != before:
                    yield Flip(
                        change=f"{verb} the weight of `{criterion}` from {now} to {weight}",
                        winner=after,
                        case=_with_policy(case, _weighted(case.policy, {criterion: weight})),
                    )
                    break


def _weighted(policy: Policy, changed: Mapping[str, int]) -> Policy:
    kept = tuple(entry for entry in policy.decision.weights if entry.id not in changed)
    added = tuple(Criterion(id=criterion, weight=weight) for criterion, weight in changed.items())
    return replace(policy, decision=replace(policy.decision, weights=kept + added))


def _with_policy(case: Case, policy: Policy) -> Case:
    return replace(case, policy=policy)


def _changes(case: Case, candidates: tuple[Candidate, ...]) -> Iterator[tuple[str, Case]]:
    yield from _sizes(case, candidates)
    yield from _left_out(case, candidates)
    yield from _policies(case)


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


def _policies(case: Case) -> Iterator[tuple[str, Case]]:
    """Wishes and skills that the policy could name, and restrictions that it could drop."""
    decision = case.policy.decision
    for want in wants():
        if want.id not in decision.wants:
            wanted = replace(decision, wants=(*decision.wants, want.id))
            yield (
                f"Asking for `{want.id}` in `decision.wants`",
                _with_policy(case, replace(case.policy, decision=wanted)),
            )
    for skill in sorted(
        {str(p.hypervisor) for p in case.platforms} | {str(p.os_family) for p in case.platforms}
    ):
        if skill not in decision.skills:
            skilled = replace(decision, skills=(*decision.skills, skill))
            yield (
                f"Naming `{skill}` in `decision.skills`",
                _with_policy(case, replace(case.policy, decision=skilled)),
            )
    for platform in case.platforms:
        if decision.targets and platform.id not in decision.targets:
            opened = replace(decision, targets=(*decision.targets, platform.id))
            yield (
                f"Adding `{platform.id}` to `decision.targets`",
                _with_policy(case, replace(case.policy, decision=opened)),
            )
    if case.asked.target is not None:
        freed = tuple(
            replace(entry, target=None) if entry.cluster == case.cluster.name else entry
            for entry in case.policy.clusters
        )
        yield (
            "Without `target` for this cluster in the policy",
            _with_policy(case, replace(case.policy, clusters=freed)),
        )


def _listed(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
