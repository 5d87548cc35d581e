"""The wheel alone, in an empty environment and from another directory, plans an example."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.today import dated

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def planner(tmp_path_factory) -> Path:
    """The `planner` command of an environment that holds nothing but the wheel and what it requires."""
    scratch = tmp_path_factory.mktemp("wheel")
    source = scratch / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "tests", ".*cache*")
    shutil.copytree(ROOT, source, ignore=ignored)
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", scratch, source, cwd=scratch)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = scratch.glob("*.whl")
    venv.create(scratch / "venv", with_pip=True)
    installed = run(scratch / "venv/bin/pip", "install", "--quiet", wheel, cwd=scratch)
    assert installed.returncode == 0, installed.stderr
    return scratch / "venv/bin/planner"


def test_the_wheel_plans_an_example_from_another_directory(planner, tmp_path):
    shutil.copytree(ROOT / "inventories/esxi-free", tmp_path / "estate")
    planned = run(planner, *dated(["plan", "estate", "-o", "plan"]), cwd=tmp_path)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert (tmp_path / "plan/review/index.html").is_file()
    assert (tmp_path / "plan/roles/kvm_host/tasks/main.yml").is_file()
    verified = run(planner, "verify", "plan", "--against", "estate", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
