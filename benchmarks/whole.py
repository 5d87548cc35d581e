"""Seconds and memory of every stage of `planner plan`, from an inventory on disk to bundle and review.

    python -m benchmarks.whole --vms 10000

The estate is made up (`planner/bench/family.py`) and written as `planner collect` writes it. Seconds are those of the
processor, of all processes together, so that other work on the machine tells less, and by the clock. Each size is a process
of its own. `--results benchmarks/whole.json` keeps the figures for the page of `benchmarks/performance.py`.
"""

import gc
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar

import click
import yaml
from rich.console import Console
from rich.table import Table

from planner import pipeline
from planner.bench.family import family
from planner.cli import OBJECTS_BEFORE_GARBAGE
from planner.emit.inventory import inventory_files
from planner.files import write_directory
from planner.units import MIB

_DAY: Final = date(2026, 11, 24)
_POLICY: Final = """\
decision: {targets: [kvm-debian-12]}
transfers: {per_host: 2, per_datastore: 16, datastore: 4 GB/s}
"""
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
ENGINE: Final = ("place", "schedule", "verify")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Of the processor, in this process and those that it started, and by the clock."""

    processor: float
    clock: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What planning an estate took: seconds of each stage, the peak in bytes, and what was written.

    `helper_peak_bytes` is the peak of the largest process that it started; of a large plan those share the writing.
    """

    vms: int
    seconds: dict[str, Seconds]
    peak_bytes: int
    helper_peak_bytes: int = 0
    files: int = 0
    written_bytes: int = 0


def write_inventory(folder: Path, vms: int, load: int) -> None:
    """An estate of about so many VMs, as `planner collect` writes it, with a policy beside it."""
    write_directory(folder, inventory_files(family(vms, load, 1)), edited={"policy.yml": _POLICY})


def rewrite_as_yaml(folder: Path) -> None:
    """The same inventory with its host variables in YAML."""
    for path in sorted((folder / "host_vars").glob("*.json")):
        variables = json.loads(path.read_bytes())
        path.with_suffix(".yml").write_text(
            yaml.dump(_unmarked(variables), Dumper=_DUMPER, sort_keys=False), "utf-8"
        )
        path.unlink()


def _unmarked(value: object) -> object:
    if isinstance(value, list):
        return [_unmarked(item) for item in value]
    if not isinstance(value, dict):
        return value
    return value.get("__ansible_unsafe") or {key: _unmarked(item) for key, item in value.items()}


def read_only(folder: Path) -> Taken:
    """What reading an inventory takes."""
    stages: dict[str, Seconds] = {}
    estate, _ = _timed(stages, "read", lambda: pipeline.read(folder))
    return Taken(vms=len(estate.vms), seconds=stages, peak_bytes=_peak_bytes(resource.RUSAGE_SELF))


def plan(folder: Path, output: Path) -> Taken:
    """What planning an inventory takes, stage by stage, in the order of `planner plan`."""
    gc.set_threshold(*OBJECTS_BEFORE_GARBAGE)
    stages: dict[str, Seconds] = {}
    estate, policy = _timed(stages, "read", lambda: pipeline.read(folder))
    analysis = _timed(stages, "analyse", lambda: pipeline.analyse(estate, policy, _DAY))
    settled = _timed(stages, "settle", partial(pipeline.settle, analysis))
    del analysis
    placements = _timed(stages, "place", lambda: pipeline.placed(settled))
    made = _timed(stages, "schedule", lambda: pipeline.scheduled(settled, placements, None))
    verification = _timed(stages, "verify", lambda: pipeline.verify(made))
    reviewed = _timed(stages, "review", lambda: pipeline.review(made, verification))
    files = _timed(stages, "emit", lambda: pipeline.bundle(made, reviewed))
    _timed(stages, "write", lambda: write_directory(output, files))
    sizes = [path.stat().st_size for path in output.rglob("*") if path.is_file()]
    return Taken(
        vms=len(estate.vms),
        seconds=stages,
        peak_bytes=_peak_bytes(resource.RUSAGE_SELF),
        helper_peak_bytes=_peak_bytes(resource.RUSAGE_CHILDREN),
        files=len(sizes),
        written_bytes=sum(sizes),
    )


def measured(vms: int, load: int, where: Path) -> dict[str, Taken]:
    """The figures of one size: the whole, and reading the same in YAML."""
    with tempfile.TemporaryDirectory(dir=where) as folder:
        inventory, output = Path(folder, "estate"), Path(folder, "plan")
        _apart(write_inventory, inventory, vms, load)
        whole = _apart(plan, inventory, output)
        json_only = _apart(read_only, inventory)
        _apart(rewrite_as_yaml, inventory)
        return {"plan": whole, "json": json_only, "yaml": _apart(read_only, inventory)}


def _apart(work: Callable[..., T], *arguments: object) -> T:
    """The result of a process of its own, whose peak is its own too."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def _timed(stages: dict[str, Seconds], stage: str, work: Callable[[], T]) -> T:
    processor, clock = _processor_seconds(), time.perf_counter()
    done = work()
    stages[stage] = Seconds(
        processor=round(_processor_seconds() - processor, 2), clock=round(time.perf_counter() - clock, 2)
    )
    return done


def _processor_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_bytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss * 1024


def of(taken: Taken, stages: Iterable[str]) -> Seconds:
    """What some stages took together."""
    spent = [taken.seconds[stage] for stage in stages]
    return Seconds(processor=sum(one.processor for one in spent), clock=sum(one.clock for one in spent))


def table(found: list[dict[str, Taken]]) -> Table:
    """Stages in rows, sizes in columns."""
    shown = Table(title="planner plan: seconds of the processor", title_justify="left")
    shown.add_column("")
    for one in found:
        shown.add_column(f"{one['plan'].vms:,} VMs", justify="right")
    wholes = [one["plan"] for one in found]
    for stage in wholes[0].seconds:
        shown.add_row(stage, *(f"{whole.seconds[stage].processor:.1f}" for whole in wholes))
    shown.add_section()
    others = [stage for stage in wholes[0].seconds if stage not in ENGINE]
    for name, stages in (("engine", ENGINE), ("all but the engine", others)):
        shown.add_row(name, *(f"{of(whole, stages).processor:.1f}" for whole in wholes))
        shown.add_row(f"{name}, by the clock", *(f"{of(whole, stages).clock:.1f}" for whole in wholes))
    shown.add_row("peak MiB", *(f"{whole.peak_bytes / MIB:,.0f}" for whole in wholes))
    shown.add_row("peak MiB of a helper", *(f"{whole.helper_peak_bytes / MIB:,.0f}" for whole in wholes))
    shown.add_row("files", *(f"{whole.files:,}" for whole in wholes))
    shown.add_row("written MiB", *(f"{whole.written_bytes / MIB:,.0f}" for whole in wholes))
    shown.add_section()
    for form in ("json", "yaml"):
        shown.add_row(f"read {form}", *(f"{one[form].seconds['read'].processor:.1f}" for one in found))
        shown.add_row(f"read {form}, MiB", *(f"{one[form].peak_bytes / MIB:,.0f}" for one in found))
    return shown


@click.command()
@click.option(
    "--vms", multiple=True, type=int, default=(1000, 10_000), show_default=True, help="How many VMs, about."
)
@click.option("--load", default=65, show_default=True, help="Percent of the source's memory in use.")
@click.option("--where", type=click.Path(path_type=Path), help="Directory for what is written meanwhile.")
@click.option("--results", type=click.Path(path_type=Path), help="File to keep the figures in, as JSON.")
def main(vms: tuple[int, ...], load: int, where: Path | None, results: Path | None) -> None:
    """Plan estates of these sizes from disk to disk, and print what each stage took."""
    directory = where or Path(tempfile.gettempdir())
    found = [measured(count, load, directory) for count in vms]
    Console().print(table(found))
    if results is not None:
        plain = [{form: asdict(taken) for form, taken in one.items()} for one in found]
        results.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
