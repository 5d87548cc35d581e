"""Whatever stands in a record, reading ends in an estate or in a refusal; and other tools' files are not ours."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.read.outside import is_name
from planner.read.source import Sample
from planner.read.xapi import FORMATS
from planner.read.xapi.estate import estate_of
from planner.read.xapi.records import Records, checked
from planner.read.xapi.words import CLASSES
from tests.read.xapi.server import dump

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
POOL = dump("pool-8.3.json")
FIELDS = sorted({(of, ref, name) for of in CLASSES for ref, one in POOL.get(of, {}).items() for name in one})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["OpaqueRef:1", "; : ", "-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def read(records):
    problems = []
    classes = {of: checked(of, found, "dump.json", problems) for of, found in records.items()}
    return estate_of([Records(kind="xapi-dump", source="dump.json", classes=classes, problems=problems)])


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.sampled_from(FIELDS), value=JSON)
def test_any_value_in_any_field(place, value):
    of, ref, name = place
    records = POOL | {of: POOL[of] | {ref: POOL[of][ref] | {name: value}}}
    files = {"dump.json"}
    try:
        assert read(records).clusters
    except InputError as error:
        files = {problem.file for problem in error.problems}
    assert files == {"dump.json"}


@settings(deadline=None)
@given(name=st.text(min_size=1))
def test_a_name_is_kept_as_it_is_or_refused(name):
    records = json.loads(json.dumps(POOL))
    ref = next(ref for ref, one in records["VM"].items() if one["name_label"] == "db")
    records["VM"][ref]["name_label"] = name
    if is_name(name):
        assert name in {vm.name for vm in read(records).vms}
    else:
        with pytest.raises(InputError, match="control character"):
            read(records)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the real files of ../shared/corpora are not here")
def test_no_real_file_of_another_tool_is_taken():
    files = [file for file in CORPORA.rglob("*") if file.is_file()]
    taken = {file for file in files for one in FORMATS if one.recognises(Sample.of(file))}
    assert len(files) > 100
    assert taken == set()
