"""Hostile and broken files through the command line, as an operator gives them: watched for memory and time."""

import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.read.rvtools_workbooks import vinfo, write_workbook

NASTY = Path(__file__).parents[3] / "shared" / "corpora" / "nasty"
MOST_BYTES = 10**9
MOST_SECONDS = 10
TRACES = (Path("/tmp/PWNED"),)

# What is said of each file: words of the refusal, or of the summary where the file can be read.
REFUSED = {
    "domain-exbibyte.xml": ":2: memory is 16 EiB",
    "domain-negative.xml": ":2: memory is '-1'",
    "inv-anchors-bomb.yml": ":7: the alias *f brings its file beyond 1000000 values",
    "inv-norway-dupkeys-tabs.yml": ":8: the key 'h01' stands here a second time",
    "inv-python-tag.yml": ":3: asks for a Python object: remove the tag",
    "ova-traversal.ova": "'../../x.ovf', which leads out of the archive",
    "rv-bad-numbers.xlsx": "vInfo!E3: '-4096' is not 1 or more",
    "rv-duplicates.xlsx": "vInfo!N5: VM ID vm-1 stands already in row 2",
    "rv-localised-de.xlsx": "German column headings",
    "rv-missing-vinfo.xlsx": "has no sheet vInfo",
    "rv-names-unicode-jinja.xlsx": "vInfo!A9: 'line\\nbreak' holds a line break",
    "vmx-crlf-bom-cp1252.vmx": ":5: memSize: is '-4', expected a whole number",
    "xl-python-code.cfg": ":1: 'import' is code",
    "xml-billion-laughs.ovf": ":1: is no sound XML",
    "xml-xxe-domain.xml": "has a document type",
    "zip-bomb-10to1000MB.xlsx": "is refused as a zip bomb",
}
READ = {
    "rv-vinfo-semicolon.csv": "2 VMs",
    "rv-vinfo-utf16le-bom.csv": "2 VMs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    status: int
    output: str
    peak_bytes: int


def collected(*arguments: str) -> Ended:
    """`planner collect` in a process of its own, ended when it takes too long."""
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "collect", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"COLUMNS": "1000"},
    ) as process:
        watch = threading.Timer(MOST_SECONDS, process.kill)
        watch.start()
        assert process.stdout is not None
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.cancel()
    return Ended(status=process.returncode, output=output, peak_bytes=usage.ru_maxrss * 1024)


def assert_refused(ended: Ended, words: str) -> None:
    assert (ended.status, words in ended.output) == (2, True), ended.output
    assert all(line.startswith("✗ ") for line in ended.output.splitlines()), ended.output
    assert ended.peak_bytes < MOST_BYTES


@pytest.mark.skipif(not NASTY.is_dir(), reason=f"{NASTY} is not on this machine")
class TestCorpus:
    def test_every_file_is_expected(self) -> None:
        assert {file.name for file in NASTY.iterdir()} == REFUSED.keys() | READ.keys()

    @pytest.mark.parametrize("name", sorted(REFUSED))
    def test_is_refused(self, name: str) -> None:
        ended = collected(str(NASTY / name))
        assert_refused(ended, REFUSED[name])
        assert "root:x:" not in ended.output
        assert not any(trace.exists() for trace in TRACES)

    @pytest.mark.parametrize("name", sorted(READ))
    def test_is_read(self, name: str) -> None:
        ended = collected(str(NASTY / name))
        assert (ended.status, READ[name] in ended.output) == (0, True), ended.output
        assert ended.peak_bytes < MOST_BYTES

    def test_a_folder_of_all_of_them_names_every_one_that_is_refused(self) -> None:
        ended = collected(str(NASTY))
        assert_refused(ended, "zip bomb")
        # Loose YAML in a folder of exports is no inventory: only Ansible could tell, and is not asked to.
        named = (name for name in REFUSED if not name.startswith("inv-"))
        assert [name for name in named if name not in ended.output] == []


def _cut_workbook(folder: Path) -> Path:
    whole = write_workbook(folder / "whole.xlsx", {"vInfo": [vinfo()]})
    path = folder / "cut.xlsx"
    path.write_bytes(whole.read_bytes()[:-900])
    return path


def _encrypted_workbook(folder: Path) -> Path:
    path = folder / "export.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    return path


def _page(folder: Path) -> Path:
    path = folder / "appliance.ovf"
    path.write_text("<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>403</body></html>\n")
    return path


def _other_workbook(folder: Path) -> Path:
    return write_workbook(folder / "budget.xlsx", {"Sheet1": [{"Cost": 1, "Month": "May"}]})


def _archive_with_link(folder: Path) -> Path:
    path = folder / "link.ova"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("machine.ovf")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


def _zip_that_climbs(folder: Path) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../RVTools_tabvInfo.csv", "VM,Powerstate\n")
    return path


def _empty(folder: Path) -> Path:
    path = folder / "export.xlsx"
    path.touch()
    return path


def _zeros(folder: Path) -> Path:
    path = folder / "disk.vmx"
    with path.open("wb") as file:
        file.truncate(10**11)
    return path


def _pipe(folder: Path) -> Path:
    path = folder / "pipe"
    os.mkfifo(path)
    return path


def _nothing(folder: Path) -> Path:
    return folder / "missing.xlsx"


def _hostile_name(folder: Path) -> Path:
    path = folder / "\x1b[2J\x1b[1mexport\n✓ all well.xlsx"
    path.write_text("nothing")
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_cut_workbook, "cut.xlsx"),
        (_encrypted_workbook, "password-protected"),
        (_page, "is of no known kind"),
        (_other_workbook, "has no sheet vInfo"),
        (_archive_with_link, "link.ova"),
        (_zip_that_climbs, "export.zip"),
        (_empty, "is empty"),
        (_zeros, "disk.vmx"),
        (_pipe, "pipe"),
        (_nothing, "missing.xlsx"),
        (_hostile_name, "[2J [1mexport ✓ all well.xlsx: has no host"),
    ],
)
def test_what_is_broken_otherwise_is_refused_too(make, words, tmp_path: Path) -> None:
    ended = collected(str(make(tmp_path)))
    assert_refused(ended, words)
    assert "\x1b" not in ended.output


def test_a_device_is_not_read() -> None:
    assert_refused(collected("/dev/zero"), "/dev/zero")
