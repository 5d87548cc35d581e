"""A plan's directory is written whole or not at all, and nobody's work is overwritten."""

import subprocess

import pytest

from planner import files
from planner.cores import shared_out
from planner.errors import InputError
from planner.files import MANIFEST, changed_files, write_directory
from planner.model.texts import Texts

FILES = {"plan.json": "{}\n", "waves/wave-01.yml": "---\n", "answers/go.sh": "#!/bin/sh\n"}


def test_the_manifest_is_what_sha256sum_checks(tmp_path):
    write_directory(tmp_path / "plan", FILES)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", MANIFEST],
        cwd=tmp_path / "plan",
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0
    assert changed_files(tmp_path / "plan") == ()
    assert (tmp_path / "plan/answers/go.sh").stat().st_mode & 0o111


def test_an_untouched_directory_is_replaced_whole(tmp_path):
    write_directory(tmp_path / "plan", FILES)
    write_directory(tmp_path / "plan", {"plan.json": "[]\n"})
    assert sorted(path.name for path in tmp_path.rglob("*")) == [MANIFEST, "plan", "plan.json"]


@pytest.mark.parametrize("path", ["plan.json", "notes.txt", "waves/wave-01.yml"])
def test_somebodys_work_is_refused_and_kept(tmp_path, path):
    write_directory(tmp_path / "plan", FILES)
    (tmp_path / "plan" / path).write_text("mine")
    with pytest.raises(InputError, match=f"was changed since it was written .*{path}"):
        write_directory(tmp_path / "plan", {"plan.json": "[]\n"})
    assert (tmp_path / "plan" / path).read_text() == "mine"


def test_a_file_that_people_put_beside_stays_as_it_is(tmp_path):
    write_directory(tmp_path / "estate", FILES, beside=("flows.csv",))
    assert not (tmp_path / "estate/flows.csv").exists()
    (tmp_path / "estate/flows.csv").write_bytes(b"\xff\xfes\x00\r\n")
    write_directory(tmp_path / "estate", {"plan.json": "[]\n"}, beside=("flows.csv",))
    assert (tmp_path / "estate/flows.csv").read_bytes() == b"\xff\xfes\x00\r\n"
    assert "flows.csv" not in (tmp_path / "estate" / MANIFEST).read_text()
    with pytest.raises(InputError, match=r"flows\.csv"):
        write_directory(tmp_path / "estate", FILES)


def test_a_directory_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="the planner did not write it"):
        write_directory(tmp_path, FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="file"):
        write_directory(tmp_path / "file" / "plan", FILES)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failed_write_leaves_what_was_there(tmp_path):
    write_directory(tmp_path / "plan", FILES)
    with pytest.raises(InputError, match="cannot be written"):
        write_directory(tmp_path / "plan", {"a": "x", "a/b": "a file cannot be a directory"})
    assert changed_files(tmp_path / "plan") == ()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_files_that_people_edit_are_kept_and_never_count_as_changed(tmp_path):
    write_directory(tmp_path / "estate", FILES, edited={"policy.yml": "starter\n"})
    (tmp_path / "estate/policy.yml").write_text("mine\n")
    write_directory(tmp_path / "estate", {"plan.json": "[]\n"}, edited={"policy.yml": "starter\n"})
    assert (tmp_path / "estate/policy.yml").read_text() == "mine\n"


def test_a_plan_that_was_run_is_never_replaced(tmp_path):
    write_directory(tmp_path / "plan", FILES)
    (tmp_path / "plan/run").mkdir()
    assert changed_files(tmp_path / "plan") == ()
    with pytest.raises(InputError, match="was run already"):
        write_directory(tmp_path / "plan", FILES)


def test_each_text_is_made_once_and_carries_its_fingerprint(tmp_path):
    made = []

    def text():
        made.append("a")
        return b"\xc3\xa9\n"

    pieces = iter((b"", b"#!/bin", b"/sh\n"))
    write_directory(
        tmp_path / "plan", Texts(parts={"b/a": text, "b/c": "#!/bin/sh\n", "b/d": lambda: pieces})
    )
    assert made == ["a"]
    assert (tmp_path / "plan/b/d").read_bytes() == (tmp_path / "plan/b/c").read_bytes()
    assert (tmp_path / "plan/b/d").stat().st_mode & 0o111
    assert (tmp_path / "plan/b/a").read_text(encoding="utf-8") == "é\n"
    assert (tmp_path / "plan/b/c").stat().st_mode & 0o111
    assert changed_files(tmp_path / "plan") == ()


def test_many_files_are_written_by_several_processes_and_are_the_same(tmp_path, monkeypatch):
    texts = Texts(parts={f"vars/{number % 7}/{number}": f"{number}\n".encode for number in range(300)})
    write_directory(tmp_path / "here", texts)
    writers = []
    monkeypatch.setattr(files, "_MANY", 300)
    monkeypatch.setattr(files, "shared_out", lambda *of: writers.append(of[2]) or shared_out(*of))
    write_directory(tmp_path / "shared", texts)
    assert writers == [300, 300]
    assert (tmp_path / "here" / MANIFEST).read_bytes() == (tmp_path / "shared" / MANIFEST).read_bytes()
    assert changed_files(tmp_path / "shared") == ()


def test_a_text_that_cannot_be_written_is_told_by_any_process(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_MANY", 3)
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        write_directory(tmp_path / "plan", {"a": "x", "b": "y", "c/": "z"})
    assert list(tmp_path.iterdir()) == []
