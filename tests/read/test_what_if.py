"""Other values for once: what a KEY=VALUE does to a document, and what it may not be."""

import contextlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.read.policy import read_policy
from planner.read.what_if import changed

WORDS = {"clusters": "cluster", "network_map": "source"}


@pytest.mark.parametrize(
    ("before", "assignment", "after"),
    [
        ({}, "vddk_path=/opt/vddk", {"vddk_path": "/opt/vddk"}),
        ({"a": 1, "b": 2}, "a=3", {"a": 3, "b": 2}),
        ({}, "decision.weights.downtime=10", {"decision": {"weights": {"downtime": 10}}}),
        (
            {"decision": {"skills": ["xen"]}},
            "decision.skills=[kvm, linux]",
            {"decision": {"skills": ["kvm", "linux"]}},
        ),
        ({"a": {"b": 1}}, "a=", {"a": None}),
        ({"a": 1}, "a.b=2", {"a": {"b": 2}}),
        (
            {"clusters": [{"cluster": "A"}, {"cluster": "B", "target": "x"}]},
            "clusters[B].target=y",
            {"clusters": [{"cluster": "A"}, {"cluster": "B", "target": "y"}]},
        ),
        (
            {},
            "clusters[esx.example.org].target=y",
            {"clusters": [{"cluster": "esx.example.org", "target": "y"}]},
        ),
        (
            {},
            "network_map[VM Network]={source: VM Network, bridge: br0}",
            {"network_map": [{"source": "VM Network", "bridge": "br0"}]},
        ),
        ({"a": 1}, "b=x=y", {"a": 1, "b": "x=y"}),
    ],
)
def test_a_value_takes_its_place_and_nothing_else_changes(before, assignment, after):
    copy = yaml.safe_load(yaml.safe_dump(before))
    assert changed(before, [assignment], WORDS) == after
    assert before == copy


@pytest.mark.parametrize(
    "assignment", ["", "=", "a", "=1", "a b=1", ".a=1", "a.=1", "a..b=1", "[x].a=1", "a[]=1", "a=[1"]
)
def test_what_is_no_assignment_is_refused(assignment):
    with pytest.raises(InputError, match="--what-if"):
        changed({}, [assignment], WORDS)


@given(st.text())
def test_any_text_is_taken_or_refused(text):
    with contextlib.suppress(InputError):
        assert isinstance(changed({}, [text], WORDS), dict)


def test_a_policy_is_read_with_it_and_its_schema_still_holds(tmp_path):
    (tmp_path / "policy.yml").write_text("capacity: {reserve_hosts: 1}\n")
    assert read_policy(tmp_path, ["capacity.reserve_hosts=0"]).capacity.reserve_hosts == 0
    assert read_policy(tmp_path).capacity.reserve_hosts == 1
    with pytest.raises(InputError, match=r"capacity\.reserve_hosts"):
        read_policy(tmp_path, ["capacity.reserve_hosts=many"])
    with pytest.raises(InputError, match="capacty"):
        read_policy(tmp_path, ["capacty.reserve_hosts=0"])


def test_a_policy_that_is_not_there_can_be_changed_too(tmp_path):
    assert read_policy(tmp_path, ["waves.pilot_vms=3"]).waves.pilot_vms == 3
