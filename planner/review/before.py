"""What was done before the plan begins, in sentences."""

from collections.abc import Iterable, Iterator
from typing import Final

from planner.model.estate import HostId, VmId
from planner.model.plan import StepId
from planner.review.names import Book
from planner.review.steps import subject
from planner.review.words import counted, plain

_SHOWN: Final = 5


def done_before(book: Book) -> tuple[str, ...]:
    """What earlier plans have done, what they left half way, and where the inventory says otherwise."""
    return (*_done(book), *_half_way(book), *map(plain, book.plan.progress.notes))


def _done(book: Book) -> Iterator[str]:
    progress = book.plan.progress
    if not progress.done:
        return
    lent = {loan.host for loan in progress.lent}
    parts = (
        (_hosts(book, (host for host in progress.built if host not in lent)), "rebuilt"),
        (_hosts(book, progress.retired), "retired, not rebuilt yet"),
        (_hosts(book, progress.installed), "installed, not configured yet"),
        (_hosts(book, lent), "borrowed"),
        (_vms(book, (entry.vm for entry in progress.vms if entry.crossed)), "crossed"),
        (_vms(book, (entry.vm for entry in progress.vms if entry.host is None)), "parked"),
    )
    told = [f"{what} {how}" for what, how in parts if what]
    number = len(progress.done)
    verb = "are" if number != 1 else "is"
    yield f"{counted(number, 'step')} of earlier plans {verb} done: {', '.join(told) or 'VMs moved aside'}."


def _half_way(book: Book) -> Iterator[str]:
    """Steps that nobody finished; where the plan has them again, it has them whole."""
    progress = book.plan.progress
    for steps, what in ((progress.begun, "Begun and not done"), (progress.failed, "Failed")):
        if steps:
            named = _listed([_step(book, step) for step in steps])
            yield f"{what}: {named}. Counted as not done; see what is left of it before it is run again."


def _step(book: Book, step: StepId) -> str:
    known = book.steps.get(step)
    return step if known is None else f"{step} ({subject(book, known)})"


def _hosts(book: Book, hosts: Iterable[HostId]) -> str:
    names = sorted(book.host(host) for host in hosts)
    return f"{counted(len(names), 'host')} ({_listed(names)})" if names else ""


def _vms(book: Book, vms: Iterable[VmId]) -> str:
    names = sorted(book.vm(vm) for vm in vms)
    return f"{counted(len(names), 'VM')} ({_listed(names)})" if names else ""


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
