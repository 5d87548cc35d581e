"""Inventories that we write: they read back the same, and nothing in them is evaluated."""

import json
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.emit.inventory import group_name, inventory_files, starter_policy
from planner.emit.inventory_records import size, text
from planner.emit.yaml import Unsafe
from planner.model import estate as e
from planner.model.policy import NetworkMapping
from planner.read.collect import read_estate
from planner.read.ids import cluster_id, network_id, vm_id
from planner.read.policy import read_policy
from planner.read.rvtools import read_rvtools
from planner.units import GIB, MIB, TIB, parse_size
from tests.emit.inventory_estates import TRAPS, small, whole
from tests.read.rvtools_workbooks import vinfo, write_workbook

GOLDEN = Path(__file__).parents[1] / "golden" / "inventory"
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def written(estate, directory):
    for relative, document in inventory_files(estate).items():
        path = directory / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document, encoding="utf-8", newline="\n")
    return directory


def facts(estate):
    """An estate without where it was read."""
    kinds = ("clusters", "hosts", "datastores", "networks", "vms", "affinity_rules")
    assert {*kinds, "notes", "conflicts", "gaps", "flows"} == {field.name for field in fields(estate)}
    bare = {kind: tuple(replace(thing, origin=None) for thing in getattr(estate, kind)) for kind in kinds}
    return replace(estate, **bare)


@pytest.mark.parametrize("path", sorted(inventory_files(whole())))
def test_every_file_reads_as_it_is_written_down(file_regression, path):
    file_regression.check(inventory_files(whole())[path], fullpath=GOLDEN / path)


def test_everything_reads_back(tmp_path):
    assert facts(read_estate(written(whole(), tmp_path))) == facts(whole())


def test_the_same_estate_gives_the_same_bytes():
    assert inventory_files(whole()) == inventory_files(whole())


@pytest.mark.parametrize("trap", TRAPS)
def test_a_name_that_means_something_elsewhere_is_carried_as_it_stands(tmp_path, trap):
    estate = small(name=trap, host=trap, cluster=trap, network=trap, datastore=trap)
    assert facts(read_estate(written(estate, tmp_path))) == facts(estate)


@pytest.mark.parametrize("trap", TRAPS)
def test_no_name_becomes_a_key_a_path_or_a_comment(trap):
    name = f"{trap}_NAME"
    estate = small(name=name, host=name, cluster=name, network=name, datastore=name)
    files = inventory_files(estate) | {"policy.yml": starter_policy(estate)}
    assert "_NAME" not in "".join(files)
    for document in files.values():
        assert not any("_NAME" in line for line in document.splitlines() if line.lstrip().startswith("#"))
        assert "_NAME" not in "".join(keys(yaml.load(document, plain_loader())))


def plain_loader():
    """A safe loader that knows the one tag that we write."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!unsafe", Loader.construct_yaml_str)
    return Loader


def keys(data):
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from keys(value)
    elif isinstance(data, list):
        for item in data:
            yield from keys(item)


def test_ansible_sees_the_names_and_evaluates_none(tmp_path):
    marker = tmp_path / "evaluated"
    name = f"{{{{ lookup('pipe', 'touch {marker}') }}}}"
    directory = written(small(name=name), tmp_path / "inventory")
    run = subprocess.run(
        ["ansible-inventory", "-i", directory, "--list"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (vm,) = json.loads(run.stdout)["_meta"]["hostvars"]["host-esx1"]["planner_vms"]
    assert vm["name"] == {"__ansible_unsafe": name}
    assert not marker.exists()


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]), min_size=1, max_size=20
).filter(str.strip)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=5, max_size=5),
    sizes=st.lists(st.integers(1, 2**53), min_size=4, max_size=4),
)
def test_any_names_and_sizes_read_back(tmp_path_factory, names, sizes):
    name, host, cluster, network, datastore = names
    estate = small(name=name, host=host, cluster=cluster, network=network, datastore=datastore)
    (vm,) = estate.vms
    disk = replace(vm.disks[0], capacity_bytes=sizes[0], allocated_bytes=sizes[1])
    estate = replace(
        estate, vms=(replace(vm, memory_bytes=sizes[2], change_rate_bytes=sizes[3], disks=(disk,)),)
    )
    assert facts(read_estate(written(estate, tmp_path_factory.mktemp("inventory")))) == facts(estate)


def test_many_vms_of_one_name_refer_to_each_other_by_id(tmp_path):
    base = small()
    (vm,) = base.vms
    others = tuple(
        replace(vm, id=vm_id("web", f"42-{number}", "esx1"), uuid=f"42-{number}", depends_on=(vm.id,))
        for number in (2, 3)
    )
    estate = replace(base, vms=tuple(sorted((vm, *others), key=lambda one: one.id)))
    assert facts(read_estate(written(estate, tmp_path))) == facts(estate)


@given(st.integers(0, 2**62))
def test_sizes_are_exact(size_bytes):
    assert parse_size(size(size_bytes)) == size_bytes


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (64 * GIB, "64 GiB"),
        (2 * TIB, "2 TiB"),
        (512 * MIB, "512 MiB"),
        (480 * 10**9, "480 GB"),
        (12345, 12345),
        (0, 0),
    ],
)
def test_sizes_are_human_where_they_can_be(size_bytes, expected):
    assert size(size_bytes) == expected


@pytest.mark.parametrize(
    ("value", "unsafe"),
    [("{{ x }}", True), ("{% x", True), ("x #}", True), ("[ds] a/b.vmdk", False), ("{x}", False)],
)
def test_text_is_marked_where_ansible_would_evaluate_it(value, unsafe):
    assert isinstance(text(value), Unsafe) is unsafe


def test_groups_have_names_that_ansible_allows():
    assert group_name(cluster_id("My Cluster")).isidentifier()


class TestStarterPolicy:
    def networks(self, *vlans):
        networks = tuple(
            e.Network(id=network_id(name, f"C{number}"), name=name, vlan=vlan)
            for number, (name, vlan) in enumerate(vlans)
        )
        return e.Estate(clusters=(), hosts=(), networks=networks)

    def mapping(self, tmp_path, estate):
        (tmp_path / "policy.yml").write_text(starter_policy(estate), encoding="utf-8")
        return read_policy(tmp_path).network_map

    def test_reads_as_it_is_written_down(self, file_regression):
        estate = self.networks(("LAN", 120), ("Storage", 0), ("Backup", None))
        file_regression.check(starter_policy(estate), fullpath=GOLDEN / "policy.yml")

    def test_maps_every_network_whose_vlan_is_known(self, tmp_path):
        assert self.mapping(tmp_path, self.networks(("LAN", 120), ("{{ x }}", 0))) == (
            NetworkMapping(source="LAN", bridge="br120", vlan=120),
            NetworkMapping(source="{{ x }}", bridge="br0", vlan=0),
        )

    def test_decides_nothing_about_a_network_whose_vlan_is_unknown(self, tmp_path):
        assert self.mapping(tmp_path, self.networks(("LAN", None))) == ()
        assert "does not tell one VLAN for them: 1." in starter_policy(self.networks(("LAN", None)))

    def test_decides_nothing_about_a_name_that_two_clusters_use_for_two_vlans(self, tmp_path):
        assert self.mapping(tmp_path, self.networks(("LAN", 1), ("LAN", 2))) == ()

    def test_every_example_in_it_is_valid(self, tmp_path):
        lines = starter_policy(self.networks()).splitlines()
        examples = [
            line[2:]
            for line in lines
            if line.startswith(("#   -", "# shared", "# storage", "# clus", "# waiv"))
        ]
        assert len(examples) == 8
        (tmp_path / "policy.yml").write_text("\n".join(examples))
        policy = read_policy(tmp_path)
        assert (len(policy.shared_storage), len(policy.waivers), len(policy.clusters)) == (1, 1, 1)


def test_a_workbook_of_traps_becomes_the_same_inventory(tmp_path):
    rows = [
        vinfo(VM=name, Host=f"h{number}", VM_ID=f"vm-{number}", VM_UUID=f"42-{number}") | {"Network #1": name}
        for number, name in enumerate(TRAPS)
    ]
    hosts = [{"Host": f"h{number}", "Cluster": "CL"} for number in range(len(TRAPS))]
    estate = read_rvtools(write_workbook(tmp_path / "export.xlsx", {"vInfo": rows, "vHost": hosts}))
    assert {vm.name for vm in estate.vms} == set(TRAPS)
    assert facts(read_estate(written(estate, tmp_path / "inventory"))) == facts(estate)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
@pytest.mark.parametrize("workbook", ["kubev2v-example1.xlsx", "rvtools-small-complete.xlsx"])
def test_real_workbooks_become_the_same_inventory(tmp_path, workbook):
    estate = read_estate(CORPORA / "rvtools" / workbook)
    assert facts(read_estate(written(estate, tmp_path))) == facts(estate)
