"""Real files of every kind: what is read from them can be written as an inventory, and reads back the same."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner.emit.inventory import inventory_files
from planner.errors import InputError
from planner.model.codec import to_json
from planner.read.collect import Reading, collect, read_estate
from tests.read.test_round_trip import without_origins

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
FOLDERS = {
    "libvirt/vmx2xmldata": "*.vmx",
    "libvirt/xlconfigdata": "*.cfg",
    "libvirt/xmconfigdata": "*.cfg",
    "libvirt/qemuxmlconfdata": "*.xml",
    "libvirt/networkxml2xmlin": "*.xml",
    "libvirt/storagepoolxml2xmlin": "*.xml",
    "ovf": "**/*.ov[af]",
    "rvtools": "*.xlsx",
    "vsphere": "*.json",
}
SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "schemas" / "estate.schema.json").read_text())
)
FEWEST_READ = 0.5
"""Of the files of a folder: some are there to be refused, most are not."""

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the real files of ../shared/corpora are not here"
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_read_fits_the_schema_and_reads_back_from_an_inventory(folder, tmp_path):
    files = sorted((CORPORA / folder).glob(FOLDERS[folder]))
    read = 0
    for number, file in enumerate(files):
        try:
            estate = collect([str(file)], Reading())
        except InputError:
            continue
        read += 1
        assert list(SCHEMA.iter_errors(json.loads(to_json(estate)))) == [], file.name
        directory = tmp_path / str(number)
        for path, text in inventory_files(estate).items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text, "utf-8")
        assert without_origins(read_estate(directory)) == without_origins(estate), file.name
    assert read >= FEWEST_READ * len(files) > 0
