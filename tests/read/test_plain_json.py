"""Variables in JSON mean what Ansible reads in them, and problems have their lines."""

import json

import pytest
from ansible.parsing.utils.yaml import from_yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.read.document import file_and_line
from planner.read.inventory import read_inventory
from planner.read.plain_json import DEEPEST, is_ordinary, located

_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
        st.text(max_size=5).map(lambda text: {"__ansible_unsafe": text}),
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), _VALUES, max_size=4), st.sampled_from([None, 1, 2, "\t"]))
def test_the_values_are_those_that_ansible_reads(variables, indent):
    text = json.dumps(variables, indent=indent, ensure_ascii=False)
    # repr, since what is not a number does not equal itself
    assert repr(located(text, "/f.json")) == repr(from_yaml(text))


def test_each_variable_and_each_item_of_a_list_has_its_line():
    text = (
        '{\n"planner_host": {"hypervisor": "esxi"},\n"planner_vms":\n [\n {"name": "a"},\n\n {"name": "b"}]}'
    )
    found = located(text, "/estate/host_vars/h.json")
    assert file_and_line(found["planner_host"]) == ("/estate/host_vars/h.json", 2)
    assert [file_and_line(vm)[1] for vm in found["planner_vms"]] == [5, 7]


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '{"a": [}',
        '{"a": 1} x',
        '{"a": "\\ud800"}',
        '{"a": {"__ansible_vault": "x"}}',
        '{"a": {"__ansible_unsafe": "x", "b": 1}}',
        '{"a": ' + "[" * DEEPEST + "]" * DEEPEST + "}",
        '{"a": "]]]]", "b": ' + "[" * DEEPEST + "]" * DEEPEST + "}",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_ansible(text):
    assert not is_ordinary(text)
    assert located(text, "/f.json") is None


def test_brackets_in_text_are_no_nesting():
    assert is_ordinary(json.dumps({"a": "[" * 200 + '"' + "\\"}))


def test_a_problem_in_json_has_its_file_line_and_path(tmp_path):
    (tmp_path / "hosts.yml").write_text("all: {hosts: {esx1: {}}}\n")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars/esx1.json").write_text(
        '{\n  "planner_host": {"hypervisor": "esxi"},\n  "planner_vms": [\n    {"name": "a"},\n    {"name": "b", "vcpus": 0}\n  ]\n}\n'
    )
    with pytest.raises(InputError) as refused:
        read_inventory(tmp_path)
    (problem,) = refused.value.problems
    assert problem.file == str(tmp_path / "host_vars/esx1.json")
    assert (problem.line, problem.path) == (5, "planner_vms[1].vcpus")


def test_a_key_that_stands_twice_is_told_with_its_line(tmp_path):
    (tmp_path / "hosts.yml").write_text("all: {hosts: {esx1: {}}}\n")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars/esx1.json").write_text(
        '{\n"planner_host": {"hypervisor": "esxi",\n"hypervisor": "kvm"}}\n'
    )
    with pytest.raises(InputError, match="a second time"):
        read_inventory(tmp_path)
