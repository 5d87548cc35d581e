"""Real workbooks that nobody here wrote, and nasty ones that somebody did."""

import subprocess
import sys
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.kinds import ManagerKind
from planner.read.rvtools import is_rvtools, read_rvtools
from planner.units import MIB

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")


@pytest.fixture(scope="module")
def kubev2v():
    return read_rvtools(CORPORA / "rvtools" / "kubev2v-example1.xlsx")


def test_a_real_export(kubev2v):
    assert len(kubev2v.vms) == 9
    assert sum(vm.vcpus or 0 for vm in kubev2v.vms) == 51
    assert sum(vm.memory_bytes or 0 for vm in kubev2v.vms) == 105_753 * MIB
    assert [vm.name for vm in kubev2v.vms if vm.memory_bytes is None] == ["vm-9"]
    assert len(kubev2v.hosts) == 7
    assert {host.cluster for host in kubev2v.hosts} == {
        cluster.id for cluster in kubev2v.clusters if cluster.name == "Cluster"
    }
    assert [(cluster.name, cluster.manager, cluster.live_migration) for cluster in kubev2v.clusters] == [
        ("Cluster", ManagerKind.VCENTER, True),
        ("unplaced", ManagerKind.VCENTER, None),
    ]


def test_its_sheets_are_joined_by_id_although_they_reuse_names(kubev2v):
    capacity = {vm.name: [disk.capacity_bytes for disk in vm.disks] for vm in kubev2v.vms}
    assert capacity["vm-3"] == [524288 * MIB]
    assert capacity["vm-2"] == []
    assert capacity["vm-9"] == []


def test_what_it_cannot_join_is_counted(kubev2v):
    assert kubev2v.notes == (
        "vCPU: 9 of 9 rows belong to no VM of vInfo for certain; left out",
        "vMemory: 1 of 9 rows belong to no VM of vInfo for certain; left out",
        "vDisk: 1 of 9 rows belong to no VM of vInfo for certain; left out",
        "vPartition: 9 of 9 rows belong to no VM of vInfo for certain; left out",
    )


def test_its_hosts_are_anonymised_so_no_vm_has_one(kubev2v):
    assert {(vm.host, vm.name == "vm-9" or bool(vm.reported_host)) for vm in kubev2v.vms} == {(None, True)}


def test_a_small_complete_export():
    estate = read_rvtools(CORPORA / "rvtools" / "rvtools-small-complete.xlsx")
    assert {vm.name: (vm.vcpus, vm.host, len(vm.disks), len(vm.nics)) for vm in estate.vms} == {
        "sample-web-01": (2, "host-sample-host-01", 2, 1),
        "sample-db-01": (4, "host-sample-host-02", 2, 2),
        "sample-archive-01": (2, "host-sample-host-01", 1, 1),
    }
    assert {vm.name: len(vm.snapshots) for vm in estate.vms}["sample-db-01"] == 1
    assert {network.name: network.vlan for network in estate.networks} == {
        "sample-app-net": 101,
        "sample-db-net": 102,
        "sample-backup-net": 103,
    }
    assert estate.notes == ()


@pytest.mark.parametrize(
    ("file", "messages"),
    [
        (
            "rv-bad-numbers.xlsx",
            [
                "vInfo!E2: '0'",
                "vInfo!E3: '-4096'",
                "vInfo!D4: '1.5'",
                "vInfo!E8: '10000",
                "vInfo!E10: 'NaN'",
                "vInfo!D13: 'inf'",
                "vInfo!D14: True",
            ],
        ),
        (
            "rv-duplicates.xlsx",
            ["vInfo!N5: VM ID vm-1 stands already in row 2", "vInfo!A3: a VM 'dup' stands already in row 2"],
        ),
        ("rv-localised-de.xlsx", ["vInfo: has German column headings (Betriebszustand, Vorlage"]),
        ("rv-missing-vinfo.xlsx", ["has no sheet vInfo, which lists the VMs (sheets: 'vHost', 'vDisk')"]),
        ("rv-names-unicode-jinja.xlsx", ["vInfo!A9: 'line\\nbreak' holds a line break"]),
    ],
)
def test_nasty_files_are_refused_cell_by_cell(file, messages):
    path = CORPORA / "nasty" / file
    assert is_rvtools(path)
    with pytest.raises(InputError) as caught:
        read_rvtools(path)
    found = [str(problem).removeprefix(f"{path}: ") for problem in caught.value.problems]
    assert len(found) == len(messages)
    for text, expected in zip(found, messages, strict=True):
        assert text.startswith(expected)


@pytest.mark.parametrize(
    ("file", "name"),
    [("rv-vinfo-semicolon.csv", 'naïve; "quoted"'), ("rv-vinfo-utf16le-bom.csv", 'naïve, "quoted"')],
)
def test_odd_csv_files_are_read(file, name):
    estate = read_rvtools(CORPORA / "nasty" / file)
    assert {vm.name: vm.memory_bytes for vm in estate.vms} == {name: 4096 * MIB, "zwei": 2048 * MIB}


@pytest.mark.parametrize("file", ["ova-traversal.ova", "inv-anchors-bomb.yml", "xml-xxe-domain.xml"])
def test_other_formats_are_not_taken_for_an_export(file):
    assert not is_rvtools(CORPORA / "nasty" / file)


def test_a_zip_bomb_is_refused_within_a_gibibyte_of_memory():
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom planner.errors import InputError\n"
        "from planner.read.rvtools import read_rvtools\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "try:\n    read_rvtools(Path(sys.argv[1]))\nexcept InputError as error:\n    print(error)"
    )
    path = CORPORA / "nasty" / "zip-bomb-10to1000MB.xlsx"
    run = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=20, check=True
    )
    assert "is refused as a zip bomb" in run.stdout
