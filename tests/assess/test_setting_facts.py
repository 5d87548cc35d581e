"""What settings.yml says: its schema, and a row for every kind of setting."""

import json
from importlib import resources

from jsonschema import Draft202012Validator

from planner.knowledge.document import document
from planner.knowledge.settings import setting_facts
from planner.model.setting import SettingKind

SCHEMAS = resources.files("planner.schemas")


def test_the_file_matches_its_schema():
    schema = json.loads(SCHEMAS.joinpath("settings.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(document("settings.yml")))


def test_every_kind_of_setting_has_one_concern():
    assert sorted(fact.kind for fact in setting_facts()) == sorted(SettingKind)


def test_inventories_may_name_every_kind():
    schema = json.loads(SCHEMAS.joinpath("inventory.schema.json").read_text("utf-8"))
    assert schema["$defs"]["settings"]["items"]["properties"]["kind"]["enum"] == sorted(SettingKind)
