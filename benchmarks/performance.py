"""The engine on made-up estates of every size and load: `results.json`, and the page and the plot that show it.

    python -m benchmarks.performance
    python -m benchmarks.performance --draw

The first plans them all, which takes minutes; the second only draws what `benchmarks/results.json` has, and
`benchmarks/whole.json`, which `benchmarks/whole.py` writes.
"""

import json
import math
import subprocess
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any, Final

import click
import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

from benchmarks.whole import ENGINE

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks/results.json"
WHOLE: Final = ROOT / "benchmarks/whole.json"
PAGE: Final = ROOT / "docs/performance.md"
PLOT: Final = ROOT / "docs/img/gaps.svg"
CASES: Final = tuple((vms, load) for vms in (1_000, 10_000, 100_000) for load in (50, 65, 75, 85))
LONGEST: Final = 1800
"""Seconds after which a case is given up."""
_HOUR: Final = 3600
_UNKNOWN: Final = "not measured"
_GIB: Final = 2**30

_BEFORE: Final = """# Performance

    planner bench --vms 300

plans the rolling conversion of made-up estates and prints what that takes and what it is worth. This page is drawn from
`benchmarks/results.json` by `python -m benchmarks.performance --draw`; without `--draw` everything is measured anew, each
estate in a process of its own, on two cores.

The estates (`planner/bench/family.py`): clusters of vCenter, XenServer and KVM with 6 to 60 hosts, and hosts of ESXi Free that
stand alone; ten VMs a host; links of 1, 10 and 25 Gbit/s; shared storage with its own limits; pairs that stay apart,
wishes to stay together, dependencies. Source memory is in use to 50, 65, 75 or 85 %. Clusters with HA keep a reserve of one host on
either side throughout. A cluster without room for both reserves and a host that is out gets new hosts.
Waves are not cut (`waves.max_vms: 1000`); that hardly matters, for waves overlap: with 20 VMs a wave the 1,000 VMs at 65 % take
30.2 instead of 29.8 h, and no cluster's gap changes. Each cluster is planned as the best of up to 100 streams, 40 at 1,000
VMs, four at 10,000 and one from 20,000 on, so larger estates cost less a VM than they would otherwise.

## The plans

![Makespan over its lower bound, by load and size](img/gaps.svg)

"""
_PLANS: Final = (
    "VMs", "hosts", "clusters", "load", "makespan", "bound", "gap", "median gap of clusters", "worst", "broken states",
    "one host at a time", "one stream", "first in, first out",
)  # fmt: skip
_COSTS: Final = ("VMs", "load", "place", "schedule", "verify", "engine", "judge before", "memory")
_BETWEEN: Final = """
A gap is what a plan takes over its largest lower bound ([planning.md](planning.md) derives them, and says what they do not
know). The span of a cluster begins with its first wave; what it waits for the pilot of another cluster is left out. Broken
states are what the independent replay finds. The last three columns are hours that others would
take for the same crossings and rebuilds (`planner/bench/anchors.py`): one host of each cluster at a time (vSphere Lifecycle
Manager, Nutanix), all bytes through one stream of 620 Mbit/s (kubev2v), 20 in flight (Forklift); the last two rebuild
no host and ask for no room.

## What planning costs

Measured while other benchmarks shared the two cores: seconds are up to twice those of a quiet machine, and uneven. Figures of
plans do not depend on that.

"""


_WHOLE: Final = """
## The whole of a plan

    python -m benchmarks.whole --vms 1000 --vms 10000 --vms 100000 --results benchmarks/whole.json

goes the way of `planner plan`, from an inventory on disk, as `planner collect` writes it, to bundle and review. The estate is
that of 65 %. Place, schedule and verify are here those of the engine before VMs crossed one by one. Seconds are those of the processor, of all processes together. By the clock it is less where two processes share
the writing, and more where others use the machine; then processor seconds count for more, too. What the time goes to is told in
[benchmarks.md](benchmarks.md#the-whole-of-a-plan).

"""


def measure() -> list[dict[str, Any]]:
    """The figures of every case; what takes too long or cannot be planned says so in `failed`."""
    found = []
    for vms, load in CASES:
        words = ["-m", "planner", "bench", "--vms", str(vms), "--load", str(load), "--json"]
        click.echo(f"{vms} VMs at {load} %", err=True)
        try:
            done = subprocess.run(
                [sys.executable, *words], capture_output=True, text=True, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            found.append({"vms": vms, "load": load, "failed": f"more than {LONGEST // 60} minutes"})
            continue
        if done.returncode:
            found.append({"vms": vms, "load": load, "failed": done.stderr.strip()[:200]})
        else:
            found += json.loads(done.stdout)
    return found


def page(results: list[dict[str, Any]], wholes: list[dict[str, Any]]) -> str:
    """The text of docs/performance.md: what `planner bench` measured, and `benchmarks/whole.py`."""
    done = [one for one in results if "failed" not in one]
    plans = [_plan_row(one) for one in done]
    costs = [_cost_row(one) for one in done]
    failed = [
        f"- {one['vms']:,} VMs at {one['load']} %: {one['failed']}" for one in results if "failed" in one
    ]
    return "".join(
        (
            _BEFORE,
            _table(_PLANS, plans),
            _BETWEEN,
            _table(_COSTS, costs),
            f"\n{_growth(done)}\n",
            _WHOLE,
            _table(("", *(f"{one['plan']['vms']:,} VMs" for one in wholes)), _whole_rows(wholes)),
            "\n## Goals\n\n",
            _table(
                ("goal", "measured", "met"), [_goal(*one) for one in (*_goals(done), _whole_goal(wholes))]
            ),
            "\n## Not measured\n\n" + "\n".join(failed) + "\n" if failed else "",
        )
    )


def plot(results: list[dict[str, Any]], path: Path) -> None:
    """Makespan over bound of the estate and of its clusters, by load, one line a size."""
    mpl.rcParams["svg.hashsalt"] = "gaps"
    figure, axes = plt.subplots(figsize=(7, 3.6))
    done = [one for one in results if "failed" not in one]
    for vms, of_size in groupby(done, key=lambda one: round(math.log10(one["vms"]))):
        cases = list(of_size)
        loads = [one["load"] for one in cases]
        middles = [1 + median(one["gaps"]) / 100 for one in cases]
        spreads = [[m - 1 - one["gaps"][0] / 100 for m, one in zip(middles, cases, strict=True)],
                   [1 + one["gaps"][-1] / 100 - m for m, one in zip(middles, cases, strict=True)]]  # fmt: skip
        axes.errorbar(loads, middles, yerr=spreads, marker="o", capsize=3, label=f"{10**vms:,} VMs")
    axes.axhline(1, color="grey", linewidth=0.8)
    axes.set_xlabel("memory in use on the source, %")
    axes.set_ylabel("span of a cluster over its bound")
    axes.legend(title="median, least and worst")
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _plan_row(one: dict[str, Any]) -> tuple[str, ...]:
    hosts, stream, fifo = (f"{seconds / _HOUR:.0f} h" for seconds in one["anchors"].values())
    return (
        f"{one['vms']:,}", f"{one['hosts']:,}", str(one["clusters"]), f"{one['load']} %",
        f"{one['makespan'] / _HOUR:.1f} h", f"{one['bound'] / _HOUR:.1f} h",
        f"{100 * (one['makespan'] / one['bound'] - 1):.0f} %",
        f"{median(one['gaps']):.0f} %", f"{one['gaps'][-1]:.0f} %", str(one["broken"]), hosts, stream, fifo,
    )  # fmt: skip


def _cost_row(one: dict[str, Any]) -> tuple[str, ...]:
    stages = one["stages"]
    named = (f"{stages[stage]:.1f} s" for stage in ("place", "schedule", "verify"))
    memory = f"{one['memory_bytes'] / _GIB:.2f} GiB"
    return (
        f"{one['vms']:,}",
        f"{one['load']} %",
        *named,
        f"{_engine(one):.1f} s",
        f"{stages['judge']:.1f} s",
        memory,
    )


def _growth(done: list[dict[str, Any]]) -> str:
    """The exponent of the engine's seconds over VMs, between the smallest and the largest estate of each load."""
    told = []
    for load in sorted({one["load"] for one in done}):
        cases = sorted((one for one in done if one["load"] == load), key=lambda one: one["vms"])
        first, last = cases[0], cases[-1]
        if first["vms"] < last["vms"]:
            power = math.log(_engine(last) / _engine(first)) / math.log(last["vms"] / first["vms"])
            told.append(f"{power:.2f} at {load} %")
    return (
        "From the smallest to the largest estate of a load the engine's seconds grow with the number of VMs to the power of "
        f"{', '.join(told)} (with fewer streams on the way); n log n would be about {1 + math.log(math.log(1e5) / math.log(1e3)) / math.log(100):.2f}."
    )


def _whole_rows(wholes: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Seconds of the processor by stage, sums of them and by the clock, memory, and what was written."""
    plans = [one["plan"] for one in wholes]
    others = [stage for stage in plans[0]["seconds"] if stage not in ENGINE]
    rows = [(stage, *(_spent(one, (stage,), "processor") for one in plans)) for stage in plans[0]["seconds"]]
    for name, stages in (("place, schedule and verify", ENGINE), ("all others", others)):
        rows.append((name, *(_spent(one, stages, "processor") for one in plans)))
        rows.append((f"{name}, by the clock", *(_spent(one, stages, "clock") for one in plans)))
    for name, key in (("memory", "peak_bytes"), ("memory of the largest helper", "helper_peak_bytes")):
        rows.append((name, *(f"{one[key] / _GIB:.2f} GiB" for one in plans)))
    rows.append(("files", *(f"{one['files']:,}" for one in plans)))
    rows.append(("what is in them", *(f"{one['written_bytes'] / _GIB:.2f} GiB" for one in plans)))
    forms = ("json", "yaml")
    return rows + [
        (f"reading host variables in {form.upper()}", *(_read(one.get(form)) for one in wholes))
        for form in forms
    ]


def _read(one: dict[str, Any] | None) -> str:
    if one is None:
        return "not measured"
    return f"{_spent(one, ('read',), 'processor')}, {one['peak_bytes'] / _GIB:.2f} GiB"


def _spent(one: dict[str, Any], stages: Iterable[str], by: str) -> str:
    return f"{sum(one['seconds'][stage][by] for stage in stages):.1f} s"


def _whole_goal(wholes: list[dict[str, Any]]) -> tuple[str, str, bool]:
    """What everything but the engine takes of the two minutes that a whole plan may take, on two cores of its own."""
    goal = "all but the engine within 90 s at 100,000 VMs (of the processor; two share the writing)"
    largest = max((one["plan"] for one in wholes), key=lambda one: one["vms"])
    if largest["vms"] < 100_000:
        return goal, "not measured", False
    seconds = {
        stage: spent["processor"] for stage, spent in largest["seconds"].items() if stage not in ENGINE
    }
    taken = sum(seconds.values()) - seconds["write"] / 2
    return goal, f"{taken:.0f} s", taken <= 90


def _goals(done: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    gaps = [median(one["gaps"]) for one in done]
    worst = [one["gaps"][-1] for one in done]
    large = [one for one in done if one["vms"] >= 100_000]
    half = [one["anchors"]["one_host_at_a_time"] / one["makespan"] for one in done if one["load"] == 50]
    broken = sum(one["broken"] for one in done)
    slowest = max((_engine(one) for one in large), default=math.inf)
    fattest = max((one["memory_bytes"] for one in large), default=math.inf) / _GIB
    return [
        ("no broken state", str(broken), broken == 0),
        ("median gap at most 5 %", f"{min(gaps):.0f} to {max(gaps):.0f} %", max(gaps) <= 5),
        ("worst gap at most 15 %", f"{max(worst):.0f} %", max(worst) <= 15),
        (
            "one host at a time takes at least 3 times as long at 50 % load",
            f"{min(half):.1f} times",
            min(half) >= 3,
        ),
        ("engine at 100,000 VMs within 30 s", f"{slowest:.0f} s" if large else _UNKNOWN, slowest <= 30),
        ("within 2 GiB", f"{fattest:.2f} GiB" if large else _UNKNOWN, fattest <= 2),
    ]


def _goal(goal: str, measured: str, met: bool) -> tuple[str, str, str]:  # noqa: FBT001
    return goal, measured, "yes" if met else "no"


def _engine(one: dict[str, Any]) -> float:
    return sum(float(one["stages"][stage]) for stage in ("place", "schedule", "verify"))


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


@click.command()
@click.option("--draw", is_flag=True, help="Draw the page and the plot of the results that are there.")
def main(draw: bool) -> None:  # noqa: FBT001
    """Measure, and write results, page and plot."""
    if not draw:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    results, wholes = (json.loads(path.read_text("utf-8")) for path in (RESULTS, WHOLE))
    PAGE.write_text(page(results, wholes), encoding="utf-8")
    plot(results, PLOT)


if __name__ == "__main__":
    main()
