"""The verb that measures the engine on made-up estates."""

import gc
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from statistics import median

import click
from rich.table import Table

from planner.bench import Figures, measured
from planner.console import OUT
from planner.model.codec import to_bytes
from planner.units import GIB

_HOUR = 3600
_LOADS = ("50", "65", "75", "85")


@click.command()
@click.option("--vms", multiple=True, type=click.IntRange(1, 1_000_000), default=(1000,), show_default=True,
              help="How many VMs, about; may be given several times.")  # fmt: skip
@click.option("--load", "loads", multiple=True, type=click.Choice(_LOADS), default=_LOADS, show_default=True,
              help="Percent of the source's memory in use.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Another number is another estate.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench(vms: tuple[int, ...], loads: tuple[str, ...], seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Plan the rolling conversion of made-up estates: how long it takes, and how far it is from a lower bound.

    Gaps are those of clusters, median and worst; `broken` are states in which the replay found a broken constraint;
    `1 by 1` is how many times longer one host after another would take.
    """
    figures = [_alone(count, int(load), seed) for count in vms for load in loads]
    if as_json:
        click.echo(to_bytes(tuple(figures)), nl=False)
    else:
        OUT.print(_table(figures))


def _alone(vms: int, load: int, seed: int) -> Figures:
    """The figures of a process of its own, so that memory is that of one estate."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, initializer=gc.set_threshold, initargs=gc.get_threshold()) as pool:
        return pool.submit(measured, vms, load, seed).result()


def _table(figures: list[Figures]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    columns = ("VMs", "hosts", "load", "time", "bound", "gaps", "broken", "1 by 1", "engine", "memory")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for one in figures:
        table.add_row(
            f"{one.vms:,}",
            f"{one.hosts:,}",
            f"{one.load} %",
            f"{one.makespan / _HOUR:.1f} h",
            f"{one.bound / _HOUR:.1f} h",
            f"{median(one.gaps):.0f}, {one.gaps[-1]:.0f} %",
            str(one.broken),
            f"{one.anchors.one_host_at_a_time / one.makespan:.1f}",
            f"{one.engine_seconds:.1f} s",
            f"{one.memory_bytes / GIB:.2f} GiB",
        )
    return table
