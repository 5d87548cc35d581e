"""What steps hold while they run, and how much of it there is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from planner.knowledge import conversion_slots, converts
from planner.model.cutover import cuts_over
from planner.model.estate import HostId, VmId
from planner.model.plan import DiskPlacement, Move, Step, StepKind
from planner.schedule.facts import Facts

_TRANSFERS = "transfers of the estate"
_INSTALLS = "installs of the estate"
_CUTOVERS = "cutovers of the estate"
_OPERATORS = "of the operator"


def takes(step: Step, facts: Facts) -> dict[str, int]:
    """The slots of a step, one each: its hosts', shared datastores' and uplinks', and those that the whole estate shares."""
    if step.vm is None:
        return {_INSTALLS: 1} if step.kind in {StepKind.INSTALL, StepKind.UPGRADE} else {}
    ends = _ends(step.kind, step.vm, step.source, step.destination, step.disks, facts)
    return dict.fromkeys((_TRANSFERS, *ends), 1)


def shared(step: Step, facts: Facts) -> tuple[str, ...]:
    """What a step takes a slot of beside hosts and datastores."""
    if step.vm is None:
        return (_INSTALLS,) if step.kind in {StepKind.INSTALL, StepKind.UPGRADE} else ()
    return (_TRANSFERS, *_besides(step.kind, step.vm, step.source, step.destination, facts))


def held(kind: StepKind, move: Move, facts: Facts) -> tuple[str, ...]:
    """What a move takes a slot of, as far as the policy caps it: all that is not counted for the whole estate's transfers."""
    ends = _ends(kind, move.vm, move.source, move.destination, move.disks, facts)
    return tuple(end for end in ends if cap(end, facts) is not None)


def _ends(  # noqa: PLR0913, PLR0917
    kind: StepKind,
    vm: VmId,
    source: HostId | None,
    destination: HostId | None,
    disks: tuple[DiskPlacement, ...],
    facts: Facts,
) -> tuple[str, ...]:
    hosts = (f"host {host}" for host in (source, destination) if host)
    media = (f"datastore {medium}" for medium in sorted(facts.media(vm, disks)))
    return (*dict.fromkeys(hosts), *media, *_besides(kind, vm, source, destination, facts))


def _besides(
    kind: StepKind, vm: VmId, source: HostId | None, destination: HostId | None, facts: Facts
) -> tuple[str, ...]:
    crossed = (line.key for line in facts.lines if line.carries(source, destination))
    converter = (f"converter {destination or _OPERATORS}",) if converts(kind, facts.routes.get(vm)) else ()
    people = (_CUTOVERS,) if cuts_over(kind, facts.vms[vm], facts.routes.get(vm)) else ()
    return (*crossed, *converter, *people)


def capacity(taken: Iterable[Mapping[str, int]], facts: Facts) -> dict[str, int]:
    """How much there is of everything that is taken; what the policy does not cap is enough for all."""
    wanted: Counter[str] = Counter()
    for of_one in taken:
        wanted.update(of_one)
    caps = {resource: cap(resource, facts) for resource in wanted}
    return {resource: wanted[resource] if most is None else most for resource, most in caps.items()}


def peaks(steps: Sequence[Step], facts: Facts) -> dict[str, int]:
    """The most that a wave holds at once of what the policy caps."""
    held: Counter[str] = Counter()
    most: Counter[str] = Counter()
    events = [(second, sign, step) for step in steps for second, sign in ((step.start, 1), (step.end, -1))]
    for _, sign, step in sorted(events, key=lambda event: event[:2]):
        for resource in takes(step, facts):
            held[resource] += sign
            most[resource] = max(most[resource], held[resource])
    return {resource: slots for resource, slots in most.items() if cap(resource, facts) is not None}


def cap(resource: str, facts: Facts) -> int | None:
    """How much there is of something; None: the policy does not cap it."""
    transfers = facts.policy.transfers
    of_kind = {"host": transfers.per_host, "datastore": transfers.per_datastore}
    named = {
        _TRANSFERS: transfers.at_once,
        _INSTALLS: facts.policy.install.at_once,
        _CUTOVERS: facts.policy.waves.cutovers_at_once,
        **{line.key: line.uplink.at_once for line in facts.lines},
    }
    kind, _, name = resource.partition(" ")
    if kind == "converter":
        return conversion_slots(facts.hosts.get(HostId(name)), facts.policy)
    return named[resource] if resource in named else of_kind[kind]
