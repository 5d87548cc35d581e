"""Hosts and VMs of the view: before, after, and the way between."""

from collections.abc import Sequence

from planner.model.estate import ClusterId, Host, HostId, VirtualMachine, VmId
from planner.model.plan import Step, StepKind
from planner.review.names import Book
from planner.review.steps import way
from planner.review.view import HostView, VmView
from planner.review.words import HYPERVISORS, STEPS, TRANSPORTS, plain

TAKES_OUT = {StepKind.RETIRE, StepKind.INSTALL, StepKind.CONFIGURE, StepKind.UPGRADE}


def host_views(book: Book, cluster: ClusterId) -> tuple[HostView, ...]:
    """The hosts of a cluster, and those that it borrows, in the order of their conversion."""
    members = book.members[cluster]
    borrowed = () if members.placement is None else members.placement.swing
    lent = (book.hosts[host] for host in borrowed if book.hosts[host].cluster != cluster)
    own = [*members.hosts, *lent]
    first = {
        host.id: _out_steps(book, host.id, cluster)[0].start for host in own if _works(book, host, cluster)
    }
    numbers = {host: number for number, host in enumerate(sorted(first, key=lambda h: (first[h], h)), 1)}
    return tuple(
        _host_view(
            book,
            host,
            cluster,
            numbers.get(host.id),
            (book.before.get(host.id, ()), book.after.get(host.id, ())),
        )
        for host in sorted(own, key=lambda host: (numbers.get(host.id, len(own) + 1), host.id))
    )


def _host_view(
    book: Book, host: Host, cluster: ClusterId, number: int | None, vms: tuple[Sequence[VmId], Sequence[VmId]]
) -> HostView:
    target = book.targets.get(host.id)
    steps = _out_steps(book, host.id, cluster)
    return HostView(
        id=host.id,
        name=plain(host.name),
        cluster=book.clusters[cluster],
        before=" ".join(part for part in (HYPERVISORS[host.hypervisor], plain(host.version or "")) if part),
        after=_becomes(book, host, cluster),
        order=number,
        borrowed=host.id in book.borrowed,
        out=book.when(steps[0].start) if steps else None,
        out_seconds=steps[-1].end - steps[0].start if steps else 0,
        memory_bytes=host.memory_bytes,
        target_memory_bytes=None if target is None else target.memory_bytes,
        install_disk=None if target is None or target.install_disk is None else plain(target.install_disk),
        vms_before=tuple(book.vm(vm) for vm in vms[0]),
        vms_after=tuple(book.vm(vm) for vm in vms[1]),
    )


def _becomes(book: Book, host: Host, cluster: ClusterId) -> str:
    kinds = {step.kind for step in book.work.get(host.id, ()) if step.cluster == cluster}
    if StepKind.RETURN in kinds:
        return "given back"
    if kinds & {StepKind.CONFIGURE, StepKind.UPGRADE} and host.id in book.targets:
        return book.platform(book.targets[host.id].platform)
    if host.id in book.plan.progress.built and host.id in book.targets:
        return f"{book.platform(book.targets[host.id].platform)}, already"
    return "retired" if StepKind.RETIRE in kinds else "unchanged"


def _works(book: Book, host: Host, cluster: ClusterId) -> bool:
    return bool(_out_steps(book, host.id, cluster))


def _out_steps(book: Book, host: HostId, cluster: ClusterId) -> list[Step]:
    return [step for step in book.work.get(host, ()) if step.cluster == cluster and step.kind in TAKES_OUT]


def vm_view(book: Book, vm: VirtualMachine) -> VmView:
    """A VM's whole journey."""
    steps = book.journeys.get(vm.id, ())
    crossing = book.crossing(vm.id)
    route = book.routes.get(vm.id)
    return VmView(
        name=plain(vm.name),
        cluster=book.clusters[vm.cluster],
        wave=None if crossing is None else crossing.wave,
        before=book.place(vm.id),
        after=book.host(steps[-1].destination) if steps else "stays",
        guest=None if vm.guest_os is None else plain(vm.guest_os),
        memory_bytes=vm.memory_bytes,
        bytes=sum(step.bytes for step in steps),
        transport="none" if route is None or route.transport is None else TRANSPORTS[route.transport],
        live=bool(steps) and all(book.is_live(step) for step in steps),
        start=None if crossing is None else book.when(crossing.start),
        downtime=sum(step.downtime for step in steps),
        downtime_p90=sum(step.downtime_p90 for step in steps),
        reason="its cluster is kept as it is" if route is None else plain(route.reason),
        commands=() if route is None else tuple(plain(command) for command in route.commands),
        preconditions=() if route is None else tuple(plain(text) for text in route.preconditions),
        losses=() if route is None else tuple(plain(text) for text in route.losses),
        rejected=()
        if route is None
        else tuple((TRANSPORTS[other.transport], plain(other.rejected)) for other in route.considered),
        storages=tuple(
            dict.fromkeys(book.storages[placed.storage] for step in steps for placed in step.disks)
        ),
        depends_on=tuple(book.vm(need) for need in vm.depends_on),
        is_needed=vm.id in book.needed,
        way_back=None if crossing is None else plain(crossing.way_back),
        steps=tuple(_in_words(book, step) for step in steps),
    )


def _in_words(book: Book, step: Step) -> str:
    return f"{book.when(step.start).offset} {STEPS[step.kind].verb} {way(book, step)}"
