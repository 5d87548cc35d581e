"""VMs that belong together when they move: why, how firmly, and what has become of it."""

from collections.abc import Iterator
from typing import Final

from planner.model.estate import VmId
from planner.model.kinds import Bond
from planner.model.plan import Group
from planner.review.names import Book
from planner.review.view import CompanyView
from planner.review.words import counted, plain

_SHOWN: Final = 6
_FIRMNESS: Final = {
    Bond.FIRM: "always",
    Bond.BIND: "bound by the policy",
    Bond.WISH: "a wish",
    Bond.SHOW: "only shown",
}


def company_views(told: Book) -> tuple[CompanyView, ...]:
    """Every group of at least two VMs, the firmest first."""
    return tuple(_view(told, group) for group in told.plan.groups if len(group.vms) > 1)


def company_lines(told: Book, vm: VmId) -> Iterator[str]:
    """Why a VM moves with others, for a reader who knows the VM."""
    for group in told.plan.groups:
        if vm in group.vms and len(group.vms) > 1:
            others = ", ".join(told.vm(other) for other in group.vms[: _SHOWN + 1] if other != vm)
            more = f" and {len(group.vms) - _SHOWN - 1} more" if len(group.vms) > _SHOWN + 1 else ""
            yield f"with {others}{more}: {_why(group)}"


def _view(told: Book, group: Group) -> CompanyView:
    waves = dict.fromkeys(step.wave for vm in group.vms if (step := told.crossing(vm)) is not None)
    more = f" and {counted(len(group.vms) - _SHOWN, 'other VM')}" if len(group.vms) > _SHOWN else ""
    return CompanyView(
        vms=f"{', '.join(map(told.vm, group.vms[:_SHOWN]))}{more}",
        cluster=told.clusters[told.vms[group.vms[0]].cluster],
        firmness=_FIRMNESS[group.bond],
        why=_why(group),
        waves=tuple(sorted(waves)),
    )


def _why(group: Group) -> str:
    relaxed = (
        f"; no more than {_FIRMNESS[group.bond]}, because {plain(group.relaxed)}" if group.relaxed else ""
    )
    firmness = "" if group.relaxed or group.bond is Bond.FIRM else f" ({_FIRMNESS[group.bond]})"
    return f"{plain(group.reason)}{firmness}{relaxed}"
