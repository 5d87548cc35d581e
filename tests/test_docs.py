"""Every command that the README and the manual show in a block is run, in the order of the page."""

import re
import shlex
import shutil

import pytest

from planner.read.plan import read_plan
from tests.bundles import ROOT, run
from tests.calibrate.journals import WORK, Truth, journal_of, text_of
from tests.read.rvtools_workbooks import host, vinfo, write_workbook
from tests.today import dated

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "inventories").glob("*/README.md")),
]
BLOCK_LINE = re.compile(r"^ {4,}(?:\.venv/bin/)?((?:planner|ansible-playbook|sha256sum) .*)$", re.MULTILINE)
MAKE_LINE = re.compile(r"^ {4}make (\w+)", re.MULTILINE)


def commands(page) -> list[str]:
    return BLOCK_LINE.findall(page.read_text())


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_commands_of_a_page_work(page, tmp_path):
    vm = vinfo(VI_SDK_Server_type="VMware vCenter Server 8.0.3")
    hosts = [host(name, VMotion_support="True") for name in ("esx1", "esx2")]
    write_workbook(tmp_path / "export.xlsx", {"vInfo": [vm], "vHost": hosts})
    shutil.copytree(ROOT / "inventories", tmp_path / "inventories")
    (tmp_path / "exports").mkdir()
    shutil.copy(tmp_path / "export.xlsx", tmp_path / "exports")
    if page.name in {"bundle.md", "calibration.md"}:
        made = run("planner", *dated(["plan", "inventories/esxi-free", "-o", "plan"]), cwd=tmp_path)
        assert made.returncode == 0, made.stderr
        ran = journal_of(read_plan(tmp_path / "plan"), Truth(work=WORK, rate=80_000_000, spread_percent=120))
        (tmp_path / "plan/journal.jsonl").write_text(text_of(ran))
    for command in commands(page):
        where = tmp_path / "plan" if page.name == "bundle.md" else tmp_path
        program, *words = shlex.split(command)
        done = run(program, *(dated(words) if program == "planner" else words), cwd=where)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_every_make_command_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    shown = MAKE_LINE.findall((ROOT / "README.md").read_text())
    assert shown == ["plan", "test"]
    assert all(f"\n{target}:" in makefile for target in shown)


def test_every_page_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text()
    assert [
        page.name for page in (ROOT / "docs").rglob("*.md") if f"{page.relative_to(ROOT)}" not in readme
    ] == []
