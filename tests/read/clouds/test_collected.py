"""Folders as operators save them: everything in them is known, and one folder may hold several systems."""

import pytest

from planner.read.collect import Reading, collect
from tests.bundles import ROOT
from tests.read.clouds.samples import SYSTEMS, kind_of, write

PAGE = ROOT / "docs" / "sources" / "other-systems.md"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_folder_is_read_without_a_word_about_its_kind(system, tmp_path):
    write(tmp_path / "exports", SYSTEMS[system])
    estate = collect([str(tmp_path / "exports")], Reading())
    assert {vm.source for vm in estate.vms} == {kind_of(system)}
    assert not any("no known kind" in note for note in estate.notes)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_kind_can_be_forced_on_a_folder(system, tmp_path):
    write(tmp_path / "exports", SYSTEMS[system])
    forced = collect([str(tmp_path / "exports")], Reading(kind=kind_of(system)))
    assert forced == collect([str(tmp_path / "exports")], Reading())


def test_the_page_names_every_kind():
    page = PAGE.read_text()
    assert all(f"`{kind_of(system)}`" in page for system in SYSTEMS)
