"""A quick yes is never given to what jsonschema refuses, and is given to what is in order."""

import copy
import json
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner.bench import family
from planner.emit.inventory import inventory_files
from planner.read.formats import FORMATS
from planner.read.plain_json import located
from planner.read.schema import _quick

SCHEMA = json.loads(files("planner.schemas").joinpath("inventory.schema.json").read_text("utf-8"))
SLOW = Draft202012Validator(SCHEMA, format_checker=FORMATS)
SURE = _quick("inventory", None).is_valid
SOUND = [
    {
        name: value
        for name, value in json.loads(json.dumps(located(text, f"/{path}"))).items()
        if name.startswith("planner_")
    }
    for path, text in inventory_files(family(60, 50, 1)).items()
    if path.endswith(".json")
]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(allow_nan=False), st.text(max_size=4),
    st.sampled_from(["64 GiB", "0", "-1 GiB", "on", "esxi", "a\nb", "00:50:56:00:00:01", [], {}, [{}], ["x"], {"name": "x"}]),
)  # fmt: skip


def test_what_collect_writes_is_surely_in_order():
    assert len(SOUND) > 5
    for document in SOUND:
        assert SURE(document)
        assert SLOW.is_valid(document)


@given(st.data())
def test_a_sure_yes_is_a_yes(data):
    document = copy.deepcopy(json.loads(json.dumps(data.draw(st.sampled_from(SOUND)))))
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(document, data)
    if SURE(document):
        assert SLOW.is_valid(document)


def _spoil(value, data):
    """Change, remove or add one thing somewhere in a document."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(value[key], dict | list) and data.draw(st.booleans()):
            value = value[key]
            continue
        break
    match data.draw(st.sampled_from(["change", "remove", "add"])):
        case "change":
            value[key] = data.draw(ODD)
        case "remove":
            del value[key]
        case _ if isinstance(value, dict):
            value[data.draw(st.sampled_from(["name", "memory", "mac", "networks", "unheard_of"]))] = (
                data.draw(ODD)
            )
