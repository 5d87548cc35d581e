"""Migrations under link limits: the list scheduler on the decommissioning problem of mVM (UCC 2015).

    python -m benchmarks.links

Every source host (two VMs, one Gbit/s each way) is emptied onto destinations that boot first, four VMs each, and is
switched off. Hosts stand in racks of 24, each with one uplink to a core without limits. A migration holds the whole port
of both hosts and 1 Gbit/s of each uplink, so the figures do not depend on the machine that computes them.

The problem and its parameters: Kherbache, Madelaine, Hermenier, "Planning live-migrations to prepare servers for
maintenance" (2014) and "Scheduling live-migrations for fast, adaptable and energy-efficient relocation operations"
(UCC 2015), and UCC15.java of btrplace/scheduler; BtrPlace's makespans were measured with it on two cores.
"""

import time
from typing import Final, NamedTuple

import click

from planner.schedule.listing import Job, list_schedule

RACK: Final = 24
PORT_MBITS: Final = 1000


class Template(NamedTuple):
    """A kind of VM: memory used and hot pages in MB, seconds that these stay hot, MB/s that others are written."""

    memory: int
    hot: int
    hot_seconds: int
    cold_rate: int


class Case(NamedTuple):
    """Hosts on both sides, Gbit/s of a rack's uplink, seconds to boot and to shut down, BtrPlace's makespan."""

    sources: int
    destinations: int
    uplink: int
    boot: int
    shutdown: int
    btrplace: int


TEMPLATES: Final = (
    Template(2000, 5, 3, 0),
    Template(4000, 96, 2, 3),
    Template(2000, 96, 2, 3),
    Template(4000, 5, 3, 0),
)
CASES: Final = {
    "x1": Case(48, 24, 10, 120, 17, 473),
    "x2": Case(96, 48, 20, 120, 17, 361),
    "x4": Case(192, 96, 40, 120, 17, 249),
    "x10": Case(480, 240, 100, 1, 1, 114),
}


def seconds(vm: Template) -> int:
    """How long a live migration takes at the full rate of a port: a pass over memory, then over what was written."""
    rate = PORT_MBITS / 9
    first = vm.memory / rate
    hot_rate = vm.hot / vm.hot_seconds
    if first > vm.hot_seconds:
        cold = (vm.hot + (first - vm.hot_seconds) * vm.cold_rate) / (rate - vm.cold_rate)
        return max(1, round(first + cold + vm.hot / rate * hot_rate / (rate - hot_rate)))
    return max(1, round(first + hot_rate * first / (rate - hot_rate)))


def migrations(case: Case) -> dict[int, tuple[int, int, int]]:
    """For each VM its source, its destination and its seconds."""
    count = 2 * case.sources
    destination = {
        vm: host
        for host in range(case.destinations)
        for vm in (2 * host, 2 * host + 1, count - 1 - 2 * host, count - 2 - 2 * host)
    }
    return {
        vm: (vm // 2, destination[vm], seconds(TEMPLATES[2 * (vm // 2 % 2) + vm % 2])) for vm in range(count)
    }


def jobs(case: Case) -> list[Job]:
    """Boots, migrations and shutdowns."""
    moves = [
        Job(
            key=f"move {vm}",
            seconds=duration,
            takes={
                f"port out {source}": 1,
                f"port in {destination}": 1,
                f"uplink out {source // RACK}": 1,
                f"uplink in {destination // RACK}": 1,
            },
            after=(f"boot {destination}",),
        )
        for vm, (source, destination, duration) in migrations(case).items()
    ]
    boots = [Job(key=f"boot {host}", seconds=case.boot) for host in range(case.destinations)]
    stops = [
        Job(key=f"stop {host}", seconds=case.shutdown, after=(f"move {2 * host}", f"move {2 * host + 1}"))
        for host in range(case.sources)
    ]
    return [*boots, *moves, *stops]


def capacity(case: Case) -> dict[str, int]:
    """Gbit/s of every port and uplink, each way."""
    taken = {resource for job in jobs(case) for resource in job.takes}
    return {resource: case.uplink if resource.startswith("uplink") else 1 for resource in taken}


def bound(case: Case) -> int:
    """Nothing is sooner: a boot, what the fullest resource carries, and a shutdown."""
    carried: dict[str, int] = {}
    for job in jobs(case):
        for resource in job.takes:
            carried[resource] = carried.get(resource, 0) + job.seconds
    limits = capacity(case)
    fullest = max(-(-load // limits[resource]) for resource, load in carried.items())
    return case.boot + fullest + case.shutdown


def makespan(case: Case) -> int:
    """The end of the last job of the schedule."""
    given = jobs(case)
    starts = list_schedule(given, capacity(case))
    return max(starts[job.key] + job.seconds for job in given)


def main() -> None:
    """Print a table in Markdown."""
    click.echo("| case | VMs | bound | planner | engine time | BtrPlace |\n|---|---|---|---|---|---|")
    for name, case in CASES.items():
        given, limits = jobs(case), capacity(case)
        begun = time.perf_counter()
        list_schedule(given, limits)
        took = time.perf_counter() - begun
        click.echo(
            f"| {name} | {2 * case.sources} | {bound(case)} s | {makespan(case)} s | {1000 * took:.0f} ms "
            f"| {case.btrplace} s |"
        )


if __name__ == "__main__":
    main()
