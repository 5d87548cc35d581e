"""The planner beside the optimum on small clusters: a line a case, then how often it is as good.

python -m benchmarks.small
python -m benchmarks.small --cases 40 --hosts 6 --vms 14 --seconds 60
"""

from collections.abc import Iterator
from typing import Final

import click

from benchmarks.small.compare import Compared, compared
from benchmarks.small.family import cases

_MINUTE: Final = 60
_CLOSE: Final = 1.10
_HEAD: Final = f"{'case':<42}{'planner':>9}{'optimum':>9}{'ratio':>7}{'at least':>9}"


@click.command()
@click.option("--cases", "count", default=20, show_default=True, help="How many.")
@click.option("--hosts", default=4, show_default=True, help="The most hosts that run VMs, 2 to 6.")
@click.option("--vms", default=8, show_default=True, help="The most VMs.")
@click.option("--seconds", default=30.0, show_default=True, help="Time for the proof of one case.")
def main(count: int, hosts: int, vms: int, seconds: float) -> None:
    """Plan small clusters, and say how far from the best plan the planner's are. Times are minutes."""
    click.echo(_HEAD)
    found = []
    for case in cases(count, hosts, vms):
        one = compared(case, seconds)
        click.echo(line(one))
        found.append(one)
    for told in summary(found):
        click.echo(told)


def line(one: Compared) -> str:
    """What is printed of one case; an optimum that is not proved has a question mark."""
    best, least = one.optimum.makespan, one.optimum.at_least
    doubt = "" if one.optimum.proved else "?"
    cells = [
        _minutes(one.plan.schedule.makespan) if one.plan else "refused",
        f"{_minutes(best)}{doubt}" if best is not None else f"none{doubt}",
        f"{one.ratio:.2f}" if one.ratio is not None else "",
        _minutes(least) if one.plan else "",
    ]
    warning = "  CONTRADICTION" if one.broken else ""
    return f"{one.case.name:<42}{cells[0]:>9}{cells[1]:>9}{cells[2]:>7}{cells[3]:>9}{warning}".rstrip()


def summary(found: list[Compared]) -> Iterator[str]:
    """How many are as good as the best, and the worst; counted is what is proved."""
    ratios = sorted(one.ratio for one in found if one.optimum.proved and one.ratio is not None)
    plans = [one for one in found if one.plan is not None]
    refused = [one for one in found if one.plan is None]
    yield f"{len(plans)} plans, of which the optimum is proved for {len(ratios)}"
    if ratios:
        equal, close = sum(ratio == 1 for ratio in ratios), sum(ratio <= _CLOSE for ratio in ratios)
        yield (
            f"equal to the optimum: {100 * equal / len(ratios):.0f} %, at most a tenth worse: "
            f"{100 * close / len(ratios):.0f} %, worst {ratios[-1]:.2f} times"
        )
    if refused:
        sure = sum(one.optimum.proved and one.optimum.makespan is None for one in refused)
        yield f"{len(refused)} refused, of which {sure} have no plan, as is proved"
    broken = [one.case.name for one in found if one.broken]
    if broken:
        yield f"plan and proof contradict each other: {', '.join(broken)}"


def _minutes(seconds: int) -> str:
    return f"{seconds / _MINUTE:.0f}"


if __name__ == "__main__":
    main()
