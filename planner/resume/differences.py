"""Where an inventory and the steps that are done say different things: told, or refused when both cannot be true."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, HostId, VirtualMachine, VmId
from planner.model.kinds import PowerState
from planner.model.plan import Plan, Progress, StepId, Whereabouts
from planner.model.policy import Strategy
from planner.model.progress import Report
from planner.resume.completion import has_left

_SHOWN: Final = 5


def contradictions(earlier: Plan, progress: Progress, now: Estate) -> None:
    """Raises InputError for every VM that has not crossed and is on a host that is no source host any more."""
    moved = {entry.vm for entry in progress.vms}
    was = {vm.id: vm.host for vm in earlier.estate.vms}
    left = {entry.vm for entry in progress.vms if has_left(entry)}
    upgraded = {
        host.id
        for host in earlier.estate.hosts
        for made in earlier.decisions
        if made.cluster == host.cluster and made.strategy is Strategy.UPGRADE_IN_PLACE
    }
    names = {host.id: host.name for host in (*earlier.estate.hosts, *now.hosts)}
    rebuilt = {*progress.built, *progress.retired, *progress.installed} - upgraded
    problems = tuple(
        Problem(
            path=vm.name,
            message=(
                f"is on host {names[vm.host]} in the inventory, which was {_work(progress, vm.host)} by steps that are "
                "done, and no step that is done has moved it: correct the state, or collect the inventory again"
            ),
        )
        for vm in now.vms
        if vm.host in rebuilt and vm.id not in left and (vm.id not in moved or was.get(vm.id) != vm.host)
    )
    if problems:
        raise InputError(problems)


def placed_as_seen(before: Estate, progress: Progress, now: Estate) -> Progress:
    """The progress, with VMs that are still on the source side where a fresh inventory sees them.

    One that sees a VM where it was before its relocation is taken for an old one.
    """
    was = {vm.id: vm.host for vm in before.vms}
    seen = {vm.id: vm.host for vm in now.vms}
    return replace(
        progress,
        vms=tuple(
            replace(entry, host=seen[entry.vm]) if _seen_elsewhere(entry, was, seen) else entry
            for entry in progress.vms
            if has_left(entry) or entry.vm in seen
        ),
    )


def differences(earlier: Plan, progress: Progress, report: Report, now: Estate) -> Iterator[str]:
    """One sentence for each kind of thing in which inventory and steps differ, and for what was left half way."""
    yield from _listed("Done, and failed when tried again: taken for done", report.again)
    before = {vm.id: vm for vm in earlier.estate.vms}
    seen = {vm.id: vm for vm in now.vms}
    hosts = {host.id: host for host in now.hosts}
    crossed = [entry for entry in progress.vms if has_left(entry)]
    yield from _listed(
        "Crossed or parked, and not in the inventory any more: facts are those of the earlier plan",
        (before[entry.vm].name for entry in crossed if entry.vm not in seen),
    )
    yield from _listed(
        "Crossed or parked, but the inventory sees it running elsewhere: see to it that nothing runs twice",
        (
            before[entry.vm].name
            for entry in crossed
            if entry.vm in seen and _runs_elsewhere(entry, before[entry.vm], seen[entry.vm])
        ),
    )
    moved = [entry for entry in progress.vms if not has_left(entry)]
    yield from _listed(
        "Moved aside, and not in the inventory any more: not planned for",
        (before[entry.vm].name for entry in moved if entry.vm not in seen),
    )
    was, sees = ({vm: known.host for vm, known in of.items()} for of in (before, seen))
    yield from _listed(
        "On another host than the one moved to: the inventory is believed",
        (before[entry.vm].name for entry in moved if _seen_elsewhere(entry, was, sees)),
    )
    if now != earlier.estate:
        yield from _listed(
            "On the host in the inventory that it was moved away from: the steps are believed",
            (
                before[entry.vm].name
                for entry in moved
                if sees.get(entry.vm) == was[entry.vm] is not None and was[entry.vm] != entry.host
            ),
        )
    gone = {host.id: host.name for host in earlier.estate.hosts if host.id not in hosts}
    yield from _listed(
        "Hosts that are not in the inventory any more: facts are those of the earlier plan",
        (gone[host] for host in (*progress.built, *progress.retired, *progress.installed) if host in gone),
    )


def _seen_elsewhere(
    entry: Whereabouts, was: dict[VmId, HostId | None], seen: dict[VmId, HostId | None]
) -> bool:
    """Whether an inventory sees a VM neither where it was before nor where it was moved to."""
    return not has_left(entry) and seen.get(entry.vm) not in {None, entry.host, was.get(entry.vm)}


def _runs_elsewhere(entry: Whereabouts, before: VirtualMachine, now: VirtualMachine) -> bool:
    """Whether a record that is newer than the earlier plan has a VM running anywhere but where it crossed to."""
    newer = (before.power, before.host, before.name) != (now.power, now.host, now.name)
    return newer and now.power is PowerState.ON and now.host != entry.host


def _work(progress: Progress, host: HostId | None) -> str:
    return "retired" if host in progress.retired else "rebuilt"


def _listed(sentence: str, names: Iterable[str | StepId]) -> Iterator[str]:
    found = sorted(dict.fromkeys(map(str, names)))
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield f"{sentence}: {', '.join(found[:_SHOWN])}{more}"
