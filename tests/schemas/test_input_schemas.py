"""The schemas of what people write: valid themselves, and as complete as the types that they feed."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner.model import estate, policy
from planner.model.journal import Entry
from planner.read.formats import FORMATS
from planner.read.inventory_records import VARIABLES

SCHEMAS = Path(__file__).parents[2] / "schemas"
INVENTORY = json.loads((SCHEMAS / "inventory.schema.json").read_text())
POLICY = json.loads((SCHEMAS / "policy.schema.json").read_text())
STATE = json.loads((SCHEMAS / "state.schema.json").read_text())
JOURNAL = json.loads((SCHEMAS / "journal.schema.json").read_text())

# What a record does not say in a key of its own: where it stands says it, or Ansible's own variable.
IMPLIED = {"origin", "cluster", "host"}


def keys(schema):
    return set(schema["properties"])


def definition(name, *path):
    schema = INVENTORY["$defs"][name]
    for step in path:
        schema = schema["properties"][step]
        schema = schema.get("items", schema)
        schema = schema.get("then", schema)
    return schema


def facts(kind, *without):
    names = {field.name.removesuffix("_bytes") for field in fields(kind)}
    return names - IMPLIED - set(without)


@pytest.mark.parametrize(
    "schema", [INVENTORY, POLICY, STATE, JOURNAL], ids=["inventory", "policy", "state", "journal"]
)
def test_schema_is_one(schema):
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ["inventory", "policy"])
def test_every_format_is_known(name):
    text = (SCHEMAS / f"{name}.schema.json").read_text()
    used = {line.split('"')[3] for line in text.splitlines() if '"format":' in line}
    assert used
    assert used <= set(FORMATS.checkers)


def test_a_journal_says_what_its_entries_hold():
    assert keys(JOURNAL) == {field.name for field in fields(Entry)} - {"file", "line"}


def test_every_variable_is_described():
    assert keys(INVENTORY) == set(VARIABLES)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (definition("cluster"), facts(estate.Cluster) | {"vms"}),
        (definition("host"), facts(estate.Host, "id", "address")),
        (definition("cpu"), facts(estate.Cpu)),
        (definition("host", "nics"), facts(estate.HostNic)),
        (definition("host", "adapters"), facts(estate.HostAdapter)),
        (definition("host", "disks"), facts(estate.LocalDisk)),
        (definition("host", "networks"), facts(estate.HostNetwork)),
        (definition("host", "bmc"), facts(estate.Bmc)),
        (definition("datastore"), facts(estate.Datastore) | {"scope"}),
        (definition("network"), facts(estate.Network)),
        (definition("affinity_rule"), facts(estate.AffinityRule) | {"hosts"}),
        (definition("vm"), facts(estate.VirtualMachine)),
        (definition("disk"), facts(estate.Disk)),
        (definition("nic"), facts(estate.Nic)),
        (definition("vm", "snapshots"), facts(estate.Snapshot)),
        (definition("vm", "passthrough"), facts(estate.Passthrough)),
        (definition("vm", "volumes"), facts(estate.GuestVolume)),
    ],
)
def test_inventory_has_a_key_for_every_fact(schema, expected):
    assert keys(schema) == expected
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("capacity", policy.CapacityPolicy),
        ("transfers", policy.TransferPolicy),
        ("timing", policy.TimingPolicy),
        ("waves", policy.WavePolicy),
        ("decision", policy.DecisionPolicy),
        ("install", policy.InstallPolicy),
        ("clusters", policy.ClusterPolicy),
        ("network_map", policy.NetworkMapping),
        ("storage_map", policy.StorageMapping),
        ("shared_storage", policy.SharedStorage),
        ("parking", policy.Parking),
        ("waivers", policy.Waiver),
    ],
)
def test_policy_has_a_key_for_every_wish(key, kind):
    schema = POLICY["properties"][key]
    schema = schema.get("items", schema)
    named = {field.name.removesuffix("_bytes") for field in fields(kind)}
    assert keys(schema) == named
    assert schema["additionalProperties"] is False


def test_state_has_the_words_of_a_journal():
    words = JOURNAL["properties"]["event"]["enum"]
    assert keys(STATE) == {*words, "plan"}
    assert STATE["additionalProperties"] is False


def test_policy_has_nothing_else():
    assert keys(POLICY) == {field.name for field in fields(policy.Policy)}


@pytest.mark.parametrize(
    ("schema", "key", "kind"),
    [
        (definition("cluster"), "hypervisor", estate.HypervisorKind),
        (definition("cluster"), "manager", estate.ManagerKind),
        (definition("datastore"), "kind", estate.DatastoreKind),
        (definition("affinity_rule"), "kind", estate.AffinityKind),
        (definition("disk"), "kind", estate.DiskKind),
        (definition("disk"), "mode", estate.DiskMode),
        (definition("vm"), "firmware", estate.Firmware),
        (definition("vm"), "tools", estate.ToolsState),
        (definition("vm"), "criticality", estate.Criticality),
        (definition("vm"), "power", estate.PowerState),
    ],
)
def test_inventory_knows_every_word(schema, key, kind):
    words = {word for word in schema["properties"][key]["enum"] if isinstance(word, str)}
    assert words == {member.value for member in kind}


def test_roles_and_strategies_are_known():
    assert set(definition("vm", "roles")["enum"]) == {role.value for role in estate.ServiceRole}
    strategies = POLICY["properties"]["clusters"]["items"]["properties"]["strategy"]["enum"]
    assert {word for word in strategies if word} == {strategy.value for strategy in policy.Strategy}
