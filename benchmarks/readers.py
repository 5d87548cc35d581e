"""Seconds and peak memory of `planner collect --json`, beside the bare libraries on the same files, in one run.

Seconds are those of the processor, so that other work on the machine tells less; each measurement is a process of its
own, and its start is part of it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from benchmarks.folders import write_domains, write_vmx
from benchmarks.workbook import write_workbook

_MIB: Final = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a process took: seconds of the processor, and bytes at its peak."""

    seconds: float
    peak_bytes: int


def measure(command: Sequence[str]) -> Measured:
    """Run a command of this Python to its end. Raises CalledProcessError when it fails."""
    with subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(seconds=usage.ru_utime + usage.ru_stime, peak_bytes=usage.ru_maxrss * 1024)


def apart(write: Callable[[Path, int], None], path: Path, count: int) -> None:
    """Write an estate in a process of its own: one that is started by a large one inherits the figure of its peak."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(write, path, count).result()


def compare(title: str, source: Path, bare: Sequence[str]) -> Table:
    """The planner beside bare readers of one source; the ratio is to the first of them."""
    rows = [(f"bare {how}", measure(["benchmarks.bare", how, str(source)])) for how in bare]
    rows.append(("planner collect", measure(["planner", "collect", "--json", str(source)])))
    first = rows[0][1]
    table = Table("", "seconds", "ratio", "peak MiB", title=title, title_justify="left")
    for name, measured in rows:
        ratio = measured.seconds / first.seconds
        table.add_row(name, f"{measured.seconds:.1f}", f"{ratio:.2f}", f"{measured.peak_bytes / _MIB:.0f}")
    return table


@click.command()
@click.option("--vms", default=20_000, show_default=True, help="VMs in the workbook.")
@click.option("--files", default=5_000, show_default=True, help="Files in each folder.")
def main(vms: int, files: int) -> None:
    """Write estates of this size, read them, and print what it took."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        workbook, domains, configurations = (Path(folder, name) for name in ("export.xlsx", "domains", "vmx"))
        apart(write_workbook, workbook, vms)
        console.print(compare(f"RVTools workbook, {vms} VMs", workbook, ("calamine", "openpyxl")))
        write_domains(domains, files)
        console.print(compare(f"{files} domain XML files", domains, ("lxml",)))
        write_vmx(configurations, files)
        console.print(compare(f"{files} .vmx files with descriptors", configurations, ("lines",)))


if __name__ == "__main__":
    main()
