"""The manuals of inventory and policy: complete, and every example in them is read for real."""

import json
import re
from pathlib import Path

import pytest

from planner.model.policy import CapacityPolicy, Policy, TimingPolicy, WavePolicy
from planner.read.collect import read_estate
from planner.read.policy import read_policy

ROOT = Path(__file__).parents[2]


def manual(name):
    return (ROOT / "docs" / f"{name}.md").read_text()


def examples(name):
    return re.findall(r"```yaml\n(.*?)```", manual(name), re.DOTALL)


def every_key(schema):
    """All property names of a schema, wherever they stand."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from every_key(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from every_key(inner)


@pytest.mark.parametrize("name", ["inventory", "policy"])
def test_every_key_is_explained(name):
    schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
    assert {key for key in every_key(schema) if f"`{key}`" not in manual(name)} == set()


def test_the_examples_of_the_inventory_are_an_estate(tmp_path):
    for example in examples("inventory"):
        path, text = re.fullmatch(r"# (\S+)\n(.*)", example, re.DOTALL).groups()
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    estate = read_estate(tmp_path)
    assert [host.name for host in estate.hosts] == ["esx1", "esx2", "new1"]
    assert [vm.name for vm in estate.vms] == ["db1", "db2"]
    assert len(estate.datastores) == len(estate.networks) == 2


def test_the_examples_of_the_policy_are_one_policy(tmp_path):
    (tmp_path / "policy.yml").write_text("\n".join(examples("policy")))
    policy = read_policy(tmp_path)
    defaults = Policy()
    unchanged = {part for part in Policy.__slots__ if getattr(policy, part) == getattr(defaults, part)}
    assert unchanged == {"capacity", "timing", "together", "waves", "knowledge"}


@pytest.mark.parametrize("kind", [CapacityPolicy, TimingPolicy, WavePolicy])
def test_the_manual_shows_the_defaults(kind, tmp_path):
    part = {CapacityPolicy: "capacity", TimingPolicy: "timing", WavePolicy: "waves"}[kind]
    (tmp_path / "policy.yml").write_text("\n".join(examples("policy")))
    assert getattr(read_policy(tmp_path), part) == kind()
