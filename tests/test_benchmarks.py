"""The benchmarks run, at a size that takes no time: figures are for docs/benchmarks.md."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_readers_are_measured_beside_the_bare_libraries() -> None:
    command = [sys.executable, "-m", "benchmarks.readers", "--vms", "30", "--files", "3"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    rows = [line.split("│")[1].strip() for line in run.stdout.splitlines() if line.startswith("│")]
    assert [row for row in rows if row] == [
        "bare calamine",
        "bare openpyxl",
        "planner collect",
        "bare lxml",
        "planner collect",
        "bare lines",
        "planner collect",
    ]
