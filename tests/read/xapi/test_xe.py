"""Reading lists of xe: the same pool as text and as a dump, and text that is not whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.estate import Estate
from planner.model.kinds import PowerState
from planner.read.source import Sample
from planner.read.xapi import FORMATS
from planner.read.xapi.words import NOT_EVERYWHERE
from tests.read.xapi.server import dump
from tests.read.xapi.xe_lists import COMMANDS, write

DUMP, XE = (next(one for one in FORMATS if one.kind == kind) for kind in ("xapi-dump", "xe"))
VM = """\
uuid ( RO)                          : 9d6c2a8e-0000-4000-8000-000000000001
                    name-label ( RW): web
              name-description ( RW): a note

of three lines
                   power-state ( RO): running
                     VCPUs-max ( RW): 2
             memory-static-max ( RW): 2147483648
                 memory-target ( RO): <expensive field>
                      platform (MRW): cores-per-socket: 2; nx: true
                     snapshots (SRO): 9d6c2a8e-0000-4000-8000-0000000000aa
               HVM-boot-policy ( RW): BIOS order
               HVM-boot-params (MRW): order: cd; firmware: uefi
  PV-drivers-up-to-date ( RO) [DEPRECATED]: <not in database>
                          tags (SRW): a, b
                          VBDs (SRO): 1; 2; 3
"""


def listed(folder: Path) -> Estate:
    return XE.read(sorted(folder.iterdir()))


def read(tmp_path: Path, text: str) -> Estate:
    (tmp_path / "vms.txt").write_text(text, encoding="utf-8")
    return listed(tmp_path)


def test_every_list_is_recognised(tmp_path):
    write(dump("pool-8.3.json"), tmp_path)
    for file in tmp_path.iterdir():
        assert [one.kind for one in FORMATS if one.recognises(Sample.of(file))] == ["xe"]


@pytest.mark.parametrize("name", ["pool-8.3.json", "pool-7.0.json"])
def test_a_pool_reads_like_its_dump(tmp_path, name):
    write(dump(name), tmp_path)
    told, dumped = listed(tmp_path), DUMP.read([Path(__file__).parent / name])
    assert [without(one) for one in told.clusters] == [without(one) for one in dumped.clusters]
    assert [without(one) for one in told.networks] == [without(one) for one in dumped.networks]
    assert [without(one) for one in told.datastores] == [without(one) for one in dumped.datastores]
    assert [without(one) for one in told.hosts] == [
        replace(without(one), vendor=None, model=None) for one in dumped.hosts
    ]
    assert [bare(one) for one in told.vms] == [bare(one) for one in dumped.vms]
    assert told.gaps == ()


def without(one):
    return replace(one, origin=None)


def bare(vm):
    """A VM without what these lists do not hold: the names of PCI devices."""
    shown = tuple(
        replace(one, description=(one.description or "").rpartition(" ")[2]) if one.kind == "pci" else one
        for one in vm.passthrough
    )
    return replace(vm, origin=None, source=None, passthrough=shown)


def test_origins_name_the_line(tmp_path):
    write(dump("pool-8.3.json"), tmp_path)
    (web,) = (vm for vm in listed(tmp_path).vms if vm.hostname == "web01")
    file, _, line = (web.origin or "").rpartition(":")
    assert Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1].endswith(web.uuid)


def test_a_lone_vm_list(tmp_path):
    estate = read(tmp_path, VM)
    (vm,) = estate.vms
    assert (vm.name, vm.power, vm.vcpus, vm.firmware) == ("web", PowerState.ON, 2, "uefi")
    assert vm.annotation == "a note\nof three lines"
    assert vm.tags == ("a", "b")
    assert vm.cores_per_socket == 2
    assert vm.tools == "not-installed"
    assert [disk.capacity_bytes for disk in vm.disks] == [None, None, None]
    assert [one.name for one in vm.snapshots or ()] == ["9d6c2a8e-0000-4000-8000-0000000000aa"]
    missing = {gap.remedy for gap in estate.gaps}
    assert missing == {
        f"xe {command} params=all > {command}.txt"
        for of, command in COMMANDS.items()
        if of not in {"VM", *NOT_EVERYWHERE}
    } | {"xe snapshot-list params=all > snapshot-list.txt"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            VM.replace("VCPUs-max ( RW): 2", "VCPUs-max ( RW): -2"),
            "VCPUs_max: '-2' is no whole number from 1",
        ),
        (VM.replace("2147483648", "lots"), "'lots' is no whole number"),
        (VM.replace("2147483648", "0"), "'0' is no whole number from 1"),
        (VM.replace(": running", ": dancing"), "'dancing' is none of Running"),
        (VM.replace("cores-per-socket: 2", "cores-per-socket: many"), "'many', no number of cores"),
        (VM.replace("firmware: uefi", "firmware: openboot"), "'openboot' is neither bios nor uefi"),
        (VM.replace("                     VCPUs-max ( RW): 2\n", ""), "list it with `xe vm-list params=all`"),
        (VM.replace("a note", "x\n power-state ( RO): halted"), "the field power-state is there twice"),
        (VM.replace("name-label ( RW): web", "name-label ( RW): "), "a VM has no name"),
        (VM.replace("web", "we\x07b"), "control character"),
        (VM + "\n" + VM.replace(": running", ": halted"), "is listed twice"),
        ("hello\n", "is no list of xe"),
    ],
)
def test_refused(tmp_path, text, said):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert all(str(problem).startswith(str(tmp_path / "vms.txt")) for problem in caught.value.problems)


def test_two_pools_in_one_folder(tmp_path):
    write(dump("pool-8.3.json"), tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    write(dump("pool-7.0.json"), other)
    both = sorted(tmp_path.rglob("*.txt"))
    assert len(XE.read(both).clusters) == 2
    (other / "pool-list.txt").rename(tmp_path / "pool-list-2.txt")
    with pytest.raises(InputError, match="several pools"):
        XE.read(sorted(tmp_path.rglob("*.txt")))
