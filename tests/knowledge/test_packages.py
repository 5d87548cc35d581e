"""The packages and services that the planner knows are those that the roles install and start, and no others."""

import json
from importlib import resources
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from planner.knowledge.document import document

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
SCHEMA = json.loads(resources.files("planner.schemas").joinpath("packages.schema.json").read_text("utf-8"))
ROWS = document("packages.yml")["packages"]


def test_the_file_matches_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert not list(Draft202012Validator(SCHEMA).iter_errors({"packages": ROWS}))
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("key", "value"), [("names", []), ("names", ["a b"]), ("family", "bsd"), ("confidence", "sure")]
)
def test_the_schema_refuses(key, value):
    assert list(Draft202012Validator(SCHEMA).iter_errors({"packages": [ROWS[0] | {key: value}]}))


def variables(role: str, family: str) -> dict:
    """What a role has for a family, and for all of them."""
    found: dict = {}
    for name in ("main", family):
        path = ROLES / role / "vars" / f"{name}.yml"
        found |= yaml.safe_load(path.read_text()) if path.exists() else {}
    return found


def at(value, path):
    """What stands at a place in a role's variables; `*` is every entry of a list."""
    for number, key in enumerate(path):
        if key == "*":
            return [at(entry, path[number + 1 :]) for entry in value]
        value = value[key]
    return value


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_role_has_the_names_of_the_knowledge(row):
    found = at(variables(row["role"], row["family"]), row["variable"])
    assert (found if isinstance(found, list) else [found]) == row["names"]


def leaves(value, path):
    """The places of all lists of packages below a variable."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif value:
        yield path


@pytest.mark.parametrize("role", ["kvm_host", "kvm_network", "kvm_storage"])
@pytest.mark.parametrize("family", ["debian", "redhat"])
def test_no_package_of_a_role_is_unknown(role, family):
    named = {tuple(row["variable"]) for row in ROWS if row["role"] == role}
    packages = {
        place
        for name, value in variables(role, family).items()
        if "package" in name
        for place in leaves(value, (name,))
    }
    assert packages <= named
    assert packages or role == "kvm_network"
