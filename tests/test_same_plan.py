"""The same plan for the same estate: whatever the order in which it is told, and in every process."""

import json
import shutil
import sys
from dataclasses import fields, is_dataclass, replace
from random import Random

import pytest
import yaml

from planner.model.codec import to_bytes
from tests.bundles import ROOT, plan_of, run
from tests.today import dated

INVENTORIES = ROOT / "inventories"
ANSWERS = ("groups", "decisions", "routes", "findings", "placements", "schedule")
PLACES = {"origin", "evidence"}
UNORDERED = {
    "planner_vms",
    "planner_networks",
    "planner_affinity",
    "datastores",
    "networks",
    "depends_on",
    "roles",
}
"""Lists of the inventory whose order says nothing. That of disks and cards does: they are numbered."""


def shuffled(data, random, key=None):
    """The same document with its mappings, and the lists above, in another order."""
    if isinstance(data, dict):
        pairs = [(name, shuffled(value, random, name)) for name, value in data.items()]
        random.shuffle(pairs)
        return dict(pairs)
    if isinstance(data, list):
        entries = [shuffled(entry, random) for entry in data]
        if key in UNORDERED:
            random.shuffle(entries)
        return entries
    return data


def without_places(value):
    """An answer without the files and lines where its facts stood."""
    if is_dataclass(value):
        bare = {field.name: without_places(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **{name: None if name in PLACES else fact for name, fact in bare.items()})
    return tuple(map(without_places, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    "name", ["arm-edge", "citrix-desktops", "home-lab", "openstack-shop", "oracle-estate", "xenserver-pool"]
)
def test_the_order_of_an_inventory_changes_no_answer(tmp_path, name):
    """Not a byte of anything that was worked out; the estate in a plan tells facts as the inventory does."""
    told = tmp_path / name
    shutil.copytree(INVENTORIES / name, told)
    random = Random(name)
    for path in sorted(told.rglob("*.yml")):
        if path.name != "policy.yml":
            data = shuffled(yaml.safe_load(path.read_text("utf-8")), random)
            path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    plan, again = plan_of(INVENTORIES / name), plan_of(told)
    assert [vm.origin for vm in plan.estate.vms] != [vm.origin for vm in again.estate.vms]
    for kind in ANSWERS:
        first, second = (to_bytes(without_places(getattr(one, kind))) for one in (plan, again))
        assert first == second, kind


@pytest.mark.parametrize("name", ["citrix-desktops", "xenserver-pool"])
def test_every_process_writes_the_same_files(name, tmp_path):
    written = []
    for seed in ("1", "2"):
        words = dated(["plan", INVENTORIES / name, "-o", tmp_path / seed])
        done = run(sys.executable, "-m", "planner", *words, cwd=tmp_path, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        files = sorted(path for path in (tmp_path / seed).rglob("*") if path.is_file())
        written.append({str(path.relative_to(tmp_path / seed)): path.read_bytes() for path in files})
    assert json.loads(written[0]["plan.json"])["schedule"]["steps"]
    assert written[0] == written[1]
