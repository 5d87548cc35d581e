"""The list of all facts: nothing that has a source is missing, and every fact can be told from the others."""

import re
from importlib import resources

import pytest
from rich.console import Console

from planner.knowledge import known
from planner.knowledge.known import FILES
from planner.review.knowledge import knowledge_table


def test_every_file_is_listed():
    package = resources.files("planner.knowledge")
    assert {file.name for file in package.iterdir() if file.name.endswith(".yml")} == {
        f"{name}.yml" for name in FILES
    }


def test_every_fact_has_an_id_of_its_own_a_source_and_a_date():
    facts = known()
    assert len({fact.id for fact in facts}) == len(facts) > 150
    assert all(fact.source and re.fullmatch(r"20\d\d-\d\d-\d\d", fact.date) for fact in facts)
    assert all(fact.value for fact in facts)


@pytest.mark.parametrize("name", FILES)
def test_no_source_is_left_out(name):
    """Counted in the text of the file, whatever its structure; what platforms share by an anchor is written once."""
    text = resources.files("planner.knowledge").joinpath(f"{name}.yml").read_text()
    written = len(re.findall(r"^ +(?:- )?date:", text, re.MULTILINE))
    listed = sum(fact.id.startswith(name) for fact in known())
    assert listed > written if name == "platforms" else listed == written


def test_the_table_shows_what_was_read_where():
    console = Console(width=200)
    with console.capture() as captured:
        console.print(
            knowledge_table(fact for fact in known() if fact.id == "platforms/xcp-ng-8.3/max_vcpus")
        )
    assert all(part in captured.get() for part in ("platforms/xcp-ng-8.3/max_vcpus", "128 vcpu", "2026-"))
