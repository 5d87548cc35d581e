"""Sources of every shape: files, folders, patterns, standard input, several at once."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.codec import to_json
from planner.read.collect import Reading, collect
from planner.read.select import FORMATS, INVENTORY, LIVE, kinds
from planner.read.walk import folders
from tests.read.rvtools_workbooks import host, vinfo, write_workbook

INVENTORY_TEXT = "planner_host={'hypervisor':'esxi'}"
FACTS = {"ansible_hostname": "kvm1", "ansible_machine": "x86_64", "ansible_distribution": "Debian"}


def hosts(*sources, **reading):
    return [host.name for host in collect([str(source) for source in sources], Reading(**reading)).hosts]


def refusal(*sources, **reading):
    with pytest.raises(InputError) as raised:
        collect([str(source) for source in sources], Reading(**reading))
    return str(raised.value)


def facts(path, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(FACTS | more))
    return path


def inventory(path, host):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{host} {INVENTORY_TEXT!s}\n".replace("{'", "\"{'").replace("'}", "'}\""))
    return path


def test_a_folder_is_walked_and_each_file_known_by_content(tmp_path):
    facts(tmp_path / "deep" / "er" / "kvm1")
    write_workbook(tmp_path / "export.bin", {"vInfo": [vinfo()], "vHost": [host("esx1")]})
    inventory(tmp_path / "ours" / "hosts", "esx9")
    assert hosts(tmp_path) == ["esx1", "esx9", "kvm1"]


def test_what_nobody_knows_in_a_folder_is_said(tmp_path):
    facts(tmp_path / "kvm1")
    for name in ("a", "b", "c", "d"):
        (tmp_path / f"{name}.log").write_text("nothing")
    estate = collect([str(tmp_path)], Reading())
    assert estate.notes == (
        f"{tmp_path}: files of no known kind were left out: 'a.log', 'b.log', 'c.log' and 1 more",
    )


def test_a_folder_with_variables_is_one_inventory_whatever_else_lies_there(tmp_path):
    facts(tmp_path / "kvm1")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "esx1.yml").write_text("planner_host: {hypervisor: esxi}\n")
    (tmp_path / "hosts").write_text("esx1\n")
    (tmp_path / "kvm1").unlink()
    assert hosts(tmp_path) == ["esx1"]


def test_links_hidden_files_and_pipes_of_a_folder_are_left_alone(tmp_path):
    outside = facts(tmp_path / "outside" / "secret")
    folder = tmp_path / "folder"
    facts(folder / "kvm1")
    (folder / "link").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)
    facts(folder / ".hidden")
    os.mkfifo(folder / "pipe")
    assert [file.name for _, files, _ in folders(folder) for file in files] == ["kvm1"]
    assert hosts(folder) == ["kvm1"]


def test_a_pattern_is_what_it_matches(tmp_path):
    facts(tmp_path / "one.json")
    facts(tmp_path / "two.json")
    facts(tmp_path / "deep" / "three.json")
    assert hosts(tmp_path / "*.json") == ["one", "two"]
    assert hosts(tmp_path / "**" / "*.json") == ["one", "three", "two"]
    assert "matches no file" in refusal(tmp_path / "*.xlsx")


def test_a_name_that_looks_like_a_pattern_is_a_name_where_it_exists(tmp_path):
    assert hosts(facts(tmp_path / "[old] host")) == ["[old] host"]


def test_standard_input_is_read_by_content(monkeypatch):
    def typed(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    typed(json.dumps(FACTS).encode())
    assert hosts("-") == ["stdin"]
    typed(b"<html>")
    assert refusal("-").startswith("-: is of no known kind")


def test_a_kind_can_be_forced(tmp_path):
    thin = tmp_path / "thin.json"
    thin.write_text('{"ansible_hostname": "kvm1", "planner_": 1}')
    assert hosts(thin, kind="ansible-facts") == ["thin"]
    assert hosts(facts(tmp_path / "folder" / "kvm1").parent, kind="ansible-facts") == ["kvm1"]
    assert "is not a valid group definition" in refusal(facts(tmp_path / "kvm1"), kind="inventory")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.absolute, "does not exist"),
        (lambda path: path.symlink_to("nowhere"), "cannot be read: No such file"),
        (os.mkfifo, "is neither a file nor a folder"),
        (lambda path: path.write_text("<html><body>Please log in"), "is of no known kind"),
        (lambda path: path.write_text('{"a": 1}'), "is of no known kind"),
        (lambda path: path.write_bytes(b"\x7fELF\x00\x00"), "is of no known kind"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path, make, said):
    path = tmp_path / "source"
    make(path)
    assert refusal(path).startswith(f"{path}: {said}")


def test_every_source_that_is_wrong_is_said_at_once(tmp_path):
    good = facts(tmp_path / "kvm1")
    said = refusal(tmp_path / "absent", good, "telnet://h", tmp_path / "*.none").splitlines()
    assert [line.rpartition(": ")[2] for line in said[:1]] == ["does not exist"]
    assert said[1].startswith("telnet://h: telnet:// is no live source; known: ")
    assert len(said) == 3


def test_a_folder_with_too_many_files_is_a_mistake(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.read.walk.MOST_FILES", 1)
    facts(tmp_path / "a")
    facts(tmp_path / "b")
    assert "holds more than 1 files" in refusal(tmp_path)


def test_progress_sees_every_file(tmp_path):
    seen = []

    def watched(title, files):
        for file in files:
            seen.append((title, file.name))
            yield file

    facts(tmp_path / "a")
    facts(tmp_path / "b")
    assert hosts(tmp_path, watched_files=watched) == ["a", "b"]
    assert seen == [("Ansible facts cache", "a"), ("Ansible facts cache", "b")]


def test_the_registry_names_each_kind_once():
    named = [known.kind for known in (*FORMATS, INVENTORY)]
    assert sorted(named) == list(kinds())
    assert len({*named}) == len(named)
    assert {"xapi"} <= set(LIVE)


def test_a_live_source_gets_its_password_and_no_other_does(monkeypatch, tmp_path):
    asked = []

    def password(endpoint):
        asked.append(endpoint.url)
        return "secret"

    message = refusal("xapi://reader@127.0.0.1:1", password=password, timeout=2)
    assert message.startswith("xapi://reader@127.0.0.1:1: ")
    assert "secret" not in message
    assert asked == ["xapi://reader@127.0.0.1:1"]


def test_paths_are_named_as_they_were_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("bad.html").write_text("<html>")
    assert refusal("bad.html").startswith("bad.html: ")


def test_json_has_what_programs_rely_on(tmp_path):
    """The contract of `--json`: these names stay, an unknown fact is null."""
    workbook = write_workbook(
        tmp_path / "export.xlsx",
        {"vInfo": [vinfo()], "vDisk": [{"VM": "web", "Disk": "d"}], "vNetwork": [{"VM": "web"}]},
    )
    (vm,) = json.loads(to_json(collect([str(workbook)], Reading())))["vms"]
    assert {
        "id",
        "name",
        "source",
        "host",
        "cluster",
        "vcpus",
        "memory_bytes",
        "firmware",
        "power",
        "guest_os",
    } < vm.keys()
    assert {
        "id",
        "path",
        "capacity_bytes",
        "allocated_bytes",
        "datastore",
        "bus",
        "mode",
        "shared",
        "kind",
    } < vm["disks"][0].keys()
    assert {"mac", "network", "model"} < vm["nics"][0].keys()
    assert (vm["firmware"], vm["disks"][0]["capacity_bytes"], vm["disks"][0]["kind"]) == (None, None, "disk")
