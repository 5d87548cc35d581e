"""Merged estates of real files, and as inventories."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.emit.inventory import inventory_files
from planner.read.collect import read_estate
from planner.read.merge import merge
from planner.read.rvtools import read_rvtools
from tests.read.merge_estates import sources
from tests.read.test_round_trip import without_origins

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def written(estate, directory):
    for path, text in inventory_files(estate).items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    return directory


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(sources())
def test_a_merged_estate_is_written_and_reads_back(tmp_path_factory, drawn):
    estate = merge(drawn[1])
    assume(estate.clusters)
    directory = written(estate, tmp_path_factory.mktemp("inventory"))
    assert without_origins(read_estate(directory)) == without_origins(estate)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the real files of ../shared/corpora are not here")
def test_real_workbooks_stand_side_by_side_or_are_one():
    estates = [read_rvtools(path) for path in sorted((CORPORA / "rvtools").glob("*.xlsx"))]
    merged = merge(estates)
    assert merge(reversed(estates)) == merged
    assert merge([merged, merged]) == merged
    for estate in estates:
        assert {vm.uuid for vm in estate.vms} <= {vm.uuid for vm in merged.vms}
    assert max(len(estate.vms) for estate in estates) <= len(merged.vms)
    assert len(merged.vms) <= sum(len(estate.vms) for estate in estates)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the real files of ../shared/corpora are not here")
def test_an_estate_and_its_own_inventory_are_one(tmp_path):
    """What was collected yesterday and is collected again today is the same estate: nothing is there twice."""
    path = max((CORPORA / "rvtools").glob("*.xlsx"), key=lambda file: file.stat().st_size)
    estate = read_rvtools(path)
    again = read_estate(written(estate, tmp_path))
    merged = merge([again, estate])
    assert without_origins(merged) == without_origins(estate)
