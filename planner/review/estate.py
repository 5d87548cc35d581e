"""What was read, in a terminal: what there is, what is missing, and what the sources left open."""

from collections.abc import Callable, Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.knowledge.missing import Missing, missing
from planner.model.estate import Cluster, Estate, VirtualMachine
from planner.model.kinds import DiskKind
from planner.review.words import HYPERVISORS, counted
from planner.units import format_size

MOST_OPEN: Final = 8
"""Gaps and conflicts that are shown one by one; the rest is counted, and stands in the inventory."""


def estate_summary(estate: Estate) -> RenderableType:
    """A table of clusters with their totals, then what is missing and the commands that would supply it."""
    parts: list[RenderableType] = [_clusters(estate), Text(_totals(estate), style="bold")]
    if lacking := missing(estate):
        parts += [Text("\nMissing", style="bold underline"), _missing(lacking)]
    if opened := tuple(_open(estate)):
        parts.append(Text("\nLeft open", style="bold underline"))
        parts += [Text(f"  {line}") for line in opened[:MOST_OPEN]]
        if len(opened) > MOST_OPEN:
            parts.append(
                Text(f"  and {len(opened) - MOST_OPEN} more: write the inventory with -o to see them all")
            )
    return Group(*parts)


def _clusters(estate: Estate) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("cluster", overflow="fold")
    table.add_column("hypervisor")
    for heading in ("hosts", "VMs", "vCPUs", "memory", "disks"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("read from", overflow="fold")
    for cluster in estate.clusters:
        vms = [vm for vm in estate.vms if vm.cluster == cluster.id]
        table.add_row(*_row(cluster, vms, sum(1 for host in estate.hosts if host.cluster == cluster.id)))
    return table


def _row(cluster: Cluster, vms: list[VirtualMachine], hosts: int) -> Iterator[Text]:
    sources = sorted({kind for vm in vms for kind in (vm.source or "inventory").split("+")})
    disks = [disk for vm in vms for disk in vm.disks if disk.kind not in {DiskKind.CDROM, DiskKind.FLOPPY}]
    yield Text(cluster.name)
    yield Text(HYPERVISORS[cluster.hypervisor])
    yield Text(str(hosts))
    yield Text(str(len(vms)))
    yield Text(_sum([vm.vcpus for vm in vms]))
    yield Text(_sum([vm.memory_bytes for vm in vms], format_size))
    yield Text(_sum([disk.capacity_bytes for disk in disks], format_size))
    yield Text(", ".join(sources))


def _sum(amounts: list[int | None], written: Callable[[int], str] = str) -> str:
    """The sum of what is known; with a `+` where something is not, and `?` where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    if amounts and not known:
        return "?"
    shown = written(sum(known))
    return shown if len(known) == len(amounts) else f"{shown} +"


def _totals(estate: Estate) -> str:
    return ", ".join(
        (
            counted(len(estate.clusters), "cluster"),
            counted(len(estate.hosts), "host"),
            counted(len(estate.vms), "VM"),
            counted(len(estate.datastores), "datastore"),
            counted(len(estate.networks), "network"),
        )
    )


def _missing(lacking: tuple[Missing, ...]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for entry in lacking:
        grid.add_row(Text(entry.cluster, style="bold"), Text(f"{', '.join(entry.facts)}\n$ {entry.command}"))
    return grid


def _open(estate: Estate) -> Iterator[str]:
    names: dict[str, str] = {
        thing.id: thing.name for kind in (estate.clusters, estate.hosts, estate.vms) for thing in kind
    }
    for gap in estate.gaps:
        remedy = f" → {gap.remedy}" if gap.remedy else ""
        yield f"not read: {gap.what} of {gap.source}: {gap.why}{remedy}"
    for conflict in estate.conflicts:
        others = ", ".join(conflict.others)
        name = names.get(conflict.subject, conflict.subject)
        yield f"sources disagree: {name}: {conflict.fact} is {conflict.kept}, elsewhere {others}"
    yield from estate.notes
