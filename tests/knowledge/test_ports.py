"""What ports.yml says: its schema, and that it speaks of what exists."""

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from planner.knowledge.document import document
from planner.knowledge.ports import port_facts
from planner.model.plan import Transport

SCHEMA = json.loads(resources.files("planner.schemas").joinpath("ports.schema.json").read_text("utf-8"))
ROWS = document("ports.yml")["ports"]


def test_the_file_matches_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert not list(Draft202012Validator(SCHEMA).iter_errors(document("ports.yml")))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ports", ["22"]),
        ("ports", ["0/tcp"]),
        ("from", "anybody"),
        ("when", {"moon": ["full"]}),
        ("source", None),
    ],
)
def test_the_schema_refuses(key, value):
    assert list(Draft202012Validator(SCHEMA).iter_errors({"ports": [ROWS[0] | {key: value}]}))


def test_ids_are_unique_and_ranges_go_upwards():
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        for port in row["ports"]:
            low, _, high = port.partition("/")[0].partition("-")
            assert 0 < int(low) <= int(high or low) <= 65535


def test_every_transport_is_known_and_each_that_copies_needs_ports_of_its_own():
    named = {value for row in ROWS for value in row.get("when", {}).get("transport", ())}
    assert named <= set(Transport)
    assert set(Transport) - named == {Transport.IN_PLACE}
    enum = SCHEMA["$defs"]["row"]["properties"]["when"]["properties"]["transport"]["items"]["enum"]
    assert set(enum) == set(Transport)


def test_what_only_people_want_is_listed_and_not_asked_for():
    optional = {row["id"] for row in ROWS if row.get("optional")}
    assert "libvirt-tls" in optional
    assert {fact.id for fact in port_facts()} == {row["id"] for row in ROWS} - optional


def test_a_row_needs_one_value_of_each_matter():
    (upload,) = (fact for fact in port_facts() if fact.id == "upload-to-pool")
    holding = {"transport": frozenset({"disk-import", "esxi-ssh"}), "target": frozenset({"xcp-ng"})}
    assert upload.needed(holding)
    assert not upload.needed(holding | {"target": frozenset({"kvm"})})
    assert not upload.needed({"target": frozenset({"xcp-ng"})})
