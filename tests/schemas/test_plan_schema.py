"""schemas/plan.schema.json is drawn from the types by pydantic, so that it cannot fall behind them."""

import json
from pathlib import Path

import pydantic
import pytest
from jsonschema import Draft202012Validator

from planner.model.codec import to_data
from planner.model.estate import Estate
from planner.model.plan import FORMAT_VERSION, Plan

SCHEMAS = Path(__file__).parents[2] / "schemas"


def schema_of(kind: type, title: str) -> str:
    schema = pydantic.TypeAdapter(kind).json_schema(mode="serialization")
    for definition in (schema, *schema.get("$defs", {}).values()):
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
    if kind is Plan:
        document["properties"]["format_version"]["const"] = FORMAT_VERSION
    return json.dumps(document, indent=2) + "\n"


@pytest.mark.parametrize(("kind", "name"), [(Plan, "plan"), (Estate, "estate")], ids=["plan", "estate"])
def test_schema_is_what_the_types_say(file_regression, kind, name):
    text = schema_of(kind, f"hypervisor-exit-planner {name}")
    Draft202012Validator.check_schema(json.loads(text))
    file_regression.check(text, fullpath=SCHEMAS / f"{name}.schema.json")


def test_schema_refuses_what_the_types_do_not_know():
    validator = Draft202012Validator(json.loads((SCHEMAS / "estate.schema.json").read_text()))
    estate = to_data(Estate(clusters=(), hosts=()))
    assert not list(validator.iter_errors(estate))
    assert list(validator.iter_errors({**estate, "surprise": 1}))
    assert list(validator.iter_errors({**estate, "hosts": [{"id": "host-a"}]}))
