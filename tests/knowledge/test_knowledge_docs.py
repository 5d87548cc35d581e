"""The manual's tables are the knowledge's own; `python -m tests.knowledge.doc_tables` brings them up to date."""

import pytest

from tests.knowledge.doc_tables import DOCS, FILES, TABLES, filled, sources_shown


@pytest.mark.parametrize("name", FILES)
def test_tables_are_up_to_date(name):
    text = (DOCS / name).read_text("utf-8")
    assert filled(text) == text


def test_every_table_stands_in_the_manual():
    manual = "".join((DOCS / name).read_text("utf-8") for name in FILES)
    assert all(f"<!-- table: {name} -->" in manual for name in TABLES)
    assert sources_shown() <= set(TABLES)
