"""Bad inventories: every file in cases/ says in its first lines what must be said about it.

A case is one YAML inventory; a line `#= text` expects the problem `text`, word for word.
"""

import contextlib
import os
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.read.collect import read_estate

CASES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
NASTY = Path(__file__).parents[3] / "shared" / "corpora" / "nasty"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_problems_of_an_inventory_are_all_said_with_file_and_line(case, monkeypatch, capfd):
    expected = [line[3:] for line in case.read_text().splitlines() if line.startswith("#= ")]
    monkeypatch.chdir(case.parent)
    with pytest.raises(InputError) as raised:
        read_estate(Path(case.name))
    assert expected
    assert str(raised.value).splitlines() == expected
    assert capfd.readouterr() == ("", "")


def test_a_problem_names_the_file_as_the_operator_typed_it(monkeypatch, tmp_path):
    (tmp_path / "estate").mkdir()
    (tmp_path / "estate" / "hosts.yml").write_text("all: {hosts: {esx1: {planner_host: {hypervisor: x}}}}\n")
    monkeypatch.chdir(tmp_path)
    for typed, shown in (("estate", "estate/hosts.yml"), ("estate/hosts.yml", "estate/hosts.yml")):
        with pytest.raises(InputError) as raised:
            read_estate(Path(typed))
        assert raised.value.problems[0].file == shown
    with pytest.raises(InputError) as raised:
        read_estate(tmp_path / "estate")
    assert raised.value.problems[0].file == str(tmp_path / "estate" / "hosts.yml")


def test_problems_of_several_files_are_said_together(tmp_path, monkeypatch):
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "hosts.yml").write_text("prod: {hosts: {esx1: , esx2: }}\n")
    (tmp_path / "group_vars" / "prod.yml").write_text("planner_cluster: {hypervisor: esxi}\n")
    (tmp_path / "host_vars" / "esx1.yml").write_text("planner_host: {hypervisor: vmware}\n")
    (tmp_path / "host_vars" / "esx2.yml").write_text("planner_host:\n  hypervisor: esxi\n  memory: 4 Gi\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as raised:
        read_estate(Path())
    assert [(problem.file, problem.line, problem.path) for problem in raised.value.problems] == [
        ("group_vars/prod.yml", 1, "planner_cluster"),
        ("host_vars/esx1.yml", 1, "planner_host.hypervisor"),
        ("host_vars/esx2.yml", 3, "planner_host.memory"),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("inv-anchors-bomb.yml", "7: the alias *f brings its file beyond 1000000 values"),
        ("inv-norway-dupkeys-tabs.yml", "8: the key 'h01' stands here a second time: keep one of them"),
        ("inv-python-tag.yml", "3: asks for a Python object: remove the tag"),
    ],
)
@pytest.mark.skipif(not NASTY.is_dir(), reason="the corpora are not beside this checkout")
def test_nasty_inventories_are_refused_before_anything_is_built(name, said, monkeypatch):
    monkeypatch.chdir(NASTY)
    with pytest.raises(InputError) as raised:
        read_estate(Path(name))
    assert str(raised.value) == f"{name}:{said}"
    assert not Path("/tmp/PWNED").exists()


def test_files_that_cannot_be_read_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.yml").write_bytes(b"all:\n  hosts:\n    b\xfcro: {}\n")
    with pytest.raises(InputError, match=r"^estate\.yml:3: is not UTF-8"):
        read_estate(Path("estate.yml"))
    with pytest.raises(InputError, match=r"^nowhere: does not exist$"):
        read_estate(Path("nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"^empty: has no host with planner_host"):
        read_estate(Path("empty"))


def test_broken_ini_is_named_with_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hosts.ini").write_text("[prod]\nesx1\nesx2 speed\n")
    with pytest.raises(InputError, match=r"^hosts\.ini:3: .*Expected key=value"):
        read_estate(Path("hosts.ini"))
    (tmp_path / "hosts.ini").write_text("[prod]\nesx1\n\n[all:children]\nprod\nprot\n")
    with pytest.raises(InputError, match=r"^hosts\.ini:6: .*undefined group 'prot'"):
        read_estate(Path("hosts.ini"))


def test_variables_that_no_host_reads_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("host_vars", "group_vars"):
        (tmp_path / folder).mkdir()
    (tmp_path / "hosts.yml").write_text("all: {hosts: {esx1: {planner_host: {hypervisor: esxi}}}}\n")
    (tmp_path / "host_vars" / "esx-1.yml").write_text("planner_vms: []\n")
    (tmp_path / "host_vars" / "printer.yml").write_text("location: cellar\n")
    (tmp_path / "group_vars" / "prod.yml").write_text("planner_cluster: {name: x}\n")
    with pytest.raises(InputError) as raised:
        read_estate(Path())
    assert str(raised.value).splitlines() == [
        "group_vars/prod.yml: belongs to no group: the inventory has no group of that name",
        "host_vars/esx-1.yml: belongs to no host: the inventory has no host of that name",
    ]


def test_a_failing_script_is_named(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "hosts.sh"
    script.write_text("#!/bin/sh\necho out of order >&2\nexit 3\n")
    script.chmod(0o755)
    with pytest.raises(InputError, match=r"^hosts\.sh: Inventory script returned non-zero exit code 3"):
        read_estate(Path("hosts.sh"))
    assert capfd.readouterr() == ("", "")


def test_problems_do_not_depend_on_the_working_directory(tmp_path):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("all: {hosts: {esx1: {planner_host: {hypervisor: x}}}}\n")
    with contextlib.chdir(tmp_path), pytest.raises(InputError) as here:
        read_estate(Path(os.path.relpath(inventory)))
    with pytest.raises(InputError) as there:
        read_estate(inventory)
    assert here.value.problems[0].message == there.value.problems[0].message


def test_a_file_of_variables_that_ansible_passes_over_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("host_vars", "group_vars/all"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "hosts.yml").write_text("all: {hosts: {h: {planner_host: {hypervisor: esxi}}, i: }}\n")
    (tmp_path / "host_vars/h.json").write_text('{"planner_vms": []}')
    (tmp_path / "host_vars/h.yml").write_text("planner_vms: []\n")
    (tmp_path / "host_vars/h.yaml").write_text("location: cellar\n")
    for name in ("i.yml", "i.json"):
        (tmp_path / "host_vars" / name).write_text('{"location": "cellar"}')
    (tmp_path / "group_vars/all/one.yml").write_text("planner_estate: {}\n")
    (tmp_path / "group_vars/all.yml").write_text("location: attic\n")
    with pytest.raises(InputError) as raised:
        read_estate(Path())
    assert str(raised.value).splitlines() == [
        f"{passed_over}: is never read: for the {whose} Ansible takes {taken} and looks no further; "
        "keep one of them, with what both say"
        for passed_over, whose, taken in (
            ("group_vars/all.yml", "group all", "group_vars/all"),
            ("host_vars/h.yaml", "host h", "host_vars/h.yml"),
            ("host_vars/h.json", "host h", "host_vars/h.yml"),
        )
    ]


def test_files_of_variables_of_several_hosts_are_read(tmp_path):
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "hosts.yml").write_text(
        "all: {hosts: {h.example.org: {planner_host: {hypervisor: esxi}}, h: {planner_host: {hypervisor: esxi}}}}\n"
    )
    (tmp_path / "host_vars/h.example.org").write_text("planner_vms: []\n")
    (tmp_path / "host_vars/h.yml").write_text("planner_vms: []\n")
    assert len(read_estate(tmp_path).hosts) == 2
