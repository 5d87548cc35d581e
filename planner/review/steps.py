"""Steps and waves of the view: the same objects that are verified and emitted, in words."""

from collections import Counter

from planner.model.plan import Step, StepKind, Wave
from planner.review.names import Book
from planner.review.view import NoReturn, StepView, WaveView
from planner.review.words import STEPS, counted, plain


def step_view(book: Book, step: Step) -> StepView:
    """One step in words."""
    word = STEPS[step.kind]
    return StepView(
        id=step.id,
        kind=step.kind,
        symbol=word.symbol,
        verb=word.verb,
        subject=subject(book, step),
        way=way(book, step),
        when=book.when(step.start),
        duration=step.duration,
        p90=step.p90,
        downtime=step.downtime,
        downtime_p90=step.downtime_p90,
        live=book.is_live(step),
        bytes=step.bytes,
        bottleneck=None if step.bottleneck is None else plain(step.bottleneck),
        storages=tuple(dict.fromkeys(book.storages[placed.storage] for placed in step.disks)),
        needs=step.needs,
        reason=plain(step.reason),
        way_back=plain(step.way_back),
        no_return=None if step.point_of_no_return is None else plain(step.point_of_no_return),
    )


def subject(book: Book, step: Step) -> str:
    """The VM or host that a step is about."""
    return book.host(step.host) if step.vm is None else book.vm(step.vm)


def way(book: Book, step: Step) -> str:
    """From where to where a VM goes; nothing for work on a host."""
    if step.vm is None:
        return ""
    if step.kind is StepKind.PARK:
        return f"{book.host(step.source)} → parked"
    if step.kind is StepKind.UNPARK:
        return f"parked → {book.host(step.destination)}"
    return f"{book.host(step.source)} → {book.host(step.destination)}"


def wave_view(book: Book, wave: Wave) -> WaveView:
    """One wave with its steps in the order of their start."""
    steps = sorted((book.steps[step] for step in wave.steps), key=lambda step: (step.start, step.id))
    return WaveView(
        id=wave.id,
        title=plain(wave.title),
        cluster=book.clusters[wave.cluster],
        pilot=wave.pilot,
        reason=plain(wave.reason),
        when=book.when(wave.start),
        duration=wave.duration,
        p90=wave.p90,
        failure_budget=wave.failure_budget,
        after=wave.after,
        beside=book.beside.get(wave.id, ()),
        longest_downtime=max((step.downtime for step in steps), default=0),
        longest_downtime_p90=max((step.downtime_p90 for step in steps), default=0),
        counts=counts(steps),
        steps=tuple(step_view(book, step) for step in steps),
    )


def counts(steps: list[Step]) -> str:
    """What a wave does, counted: `2 hosts installed, 3 VMs moved`."""
    of_kind = Counter(step.kind for step in steps)
    if of_kind[StepKind.CONFIGURE] == of_kind[StepKind.INSTALL]:
        del of_kind[StepKind.CONFIGURE]
    return ", ".join(
        f"{counted(of_kind[kind], _noun(kind))} {word.many}" for kind, word in STEPS.items() if of_kind[kind]
    )


def _noun(kind: StepKind) -> str:
    hosts = {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE, StepKind.RETURN}
    return "host" if kind in hosts else "VM"


def no_returns(book: Book) -> tuple[NoReturn, ...]:
    """What cannot be undone any more, and after which step."""
    titles = {wave.id: plain(wave.title) for wave in book.plan.schedule.waves}
    return tuple(
        NoReturn(
            step=step.id,
            subject=subject(book, step),
            when=book.when(step.start),
            what=plain(step.point_of_no_return),
            way_back=plain(step.way_back),
            wave=f"{step.wave} {titles[step.wave]}",
        )
        for step in sorted(book.plan.schedule.steps, key=lambda step: (step.start, step.id))
        if step.point_of_no_return is not None
    )
