"""What lies beside a .vmx: descriptors of disks, lists of snapshots, and what must not be followed."""

import os
import subprocess
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.estate import Snapshot
from planner.model.kinds import DiskKind
from planner.read.source import Sample
from planner.read.vmware import COMPANIONS, FORMATS
from tests.read.vmware.folders import VMX, descriptor, machine, on_datastore, read, rows, vmx

GIB = 1024**3
DISK = {"scsi0.present": "TRUE", "scsi0:0.present": "TRUE", "scsi0:0.fileName": "web.vmdk"}


def qemu_img(folder: Path, *arguments: str) -> None:
    subprocess.run(["qemu-img", "create", "-q", "-f", "vmdk", *arguments], cwd=folder, check=True, timeout=60)


@pytest.mark.parametrize(
    "form",
    ["monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat", "streamOptimized"],
)
def test_images_that_qemu_makes(tmp_path, form):
    qemu_img(tmp_path, "-o", f"subformat={form}", "web.vmdk", "5G")
    (disk,) = machine(tmp_path, DISK).disks
    allocated = 5 * GIB if form in {"monolithicFlat", "twoGbMaxExtentFlat"} else None
    assert (disk.capacity_bytes, disk.allocated_bytes, disk.kind) == (5 * GIB, allocated, DiskKind.DISK)


def test_a_snapshot_that_qemu_makes(tmp_path):
    qemu_img(tmp_path, "-o", "subformat=monolithicFlat", "web.vmdk", "3G")
    qemu_img(tmp_path, "-b", "web.vmdk", "-F", "vmdk", "web-000001.vmdk")
    (disk,) = machine(tmp_path, DISK | {"scsi0:0.fileName": "web-000001.vmdk"}).disks
    assert (disk.capacity_bytes, disk.allocated_bytes) == (3 * GIB, None)


KINDS = [
    ("vmfs", {}, (DiskKind.DISK, None, 40 * GIB)),
    ("vmfs", {"ddb.thinProvisioned": "1"}, (DiskKind.DISK, None, None)),
    ("vmfsRawDeviceMap", {}, (DiskKind.RDM, "virtual", None)),
    ("vmfsPassthroughRawDeviceMap", {}, (DiskKind.RDM, "physical", None)),
]


@pytest.mark.parametrize(("kind", "lines", "expected"), KINDS)
def test_descriptors_of_esxi(tmp_path, kind, lines, expected):
    descriptor(tmp_path / "web.vmdk", kind=kind, lines=lines)
    (disk,) = machine(tmp_path, DISK).disks
    assert disk.capacity_bytes == 40 * GIB
    assert (disk.kind, disk.rdm_mode, disk.allocated_bytes) == expected


def test_a_snapshot_of_a_raw_device_map_is_one_still(tmp_path):
    descriptor(tmp_path / "web.vmdk", kind="vmfsRawDeviceMap")
    descriptor(tmp_path / "web-000001.vmdk", kind="vmfsSparse", parent="web.vmdk")
    descriptor(tmp_path / "web-000002.vmdk", kind="vmfsSparse", parent="web-000001.vmdk")
    (disk,) = machine(tmp_path, DISK | {"scsi0:0.fileName": "web-000002.vmdk"}).disks
    assert (disk.kind, disk.rdm_mode, disk.allocated_bytes) == (DiskKind.RDM, "virtual", None)


def test_a_parent_that_is_not_here(tmp_path):
    descriptor(tmp_path / "web.vmdk", parent="/vmfs/volumes/ds2/gold/gold.vmdk", kind="seSparse")
    (disk,) = machine(tmp_path, DISK).disks
    assert (disk.capacity_bytes, disk.allocated_bytes) == (40 * GIB, None)


def test_a_chain_that_bites_its_tail(tmp_path):
    descriptor(tmp_path / "web.vmdk", parent="web-1.vmdk")
    descriptor(tmp_path / "web-1.vmdk", parent="web.vmdk")
    with pytest.raises(InputError, match="is its own parent"):
        machine(tmp_path, DISK)


def test_disks_on_another_datastore_of_the_copy(tmp_path):
    other = on_datastore(tmp_path, "ds2", "data")
    other.mkdir(parents=True)
    descriptor(other / "web.vmdk", sectors=2048)
    (disk,) = machine(
        on_datastore(tmp_path), DISK | {"scsi0:0.fileName": "/vmfs/volumes/ds2/data/web.vmdk"}
    ).disks
    assert (disk.capacity_bytes, disk.path) == (1024**2, "[ds2] data/web.vmdk")


BROKEN = [
    (b"", "is no disk image"),
    (b"\0" * 4096, "is no disk image"),
    (b"<html>", "is no disk image"),
    (b"KDMV\1\0", "breaks off within its header"),
    (b"# Disk DescriptorFile\nversion=1\n", "describes no extent"),
    (b'# Disk DescriptorFile\n\nRW 99999999999999999999 VMFS "a"\n', "more than any disk"),
    (b"# Disk DescriptorFile\n\nRW " + b"9" * 5000 + b' VMFS "a"\n', "more than any disk"),
    (b'# Disk DescriptorFile\n\nRW -5 VMFS "a"\n', "describes no extent"),
    (b"KDMV" + b"\1\0\0\0" * 2 + b"\xff" * 8 + b"\0" * 48, "more than any disk"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN)
def test_broken_images_are_refused_by_their_own_name(tmp_path, content, message):
    (tmp_path / "web.vmdk").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        machine(tmp_path, DISK)
    assert {problem.file for problem in caught.value.problems} == {str(tmp_path / "web.vmdk")}


@pytest.mark.parametrize(
    "file", ["../secret.vmdk", "/{top}/secret.vmdk", "/vmfs/volumes/../secret.vmdk", "/vmfs/volumes/ds 1/../../../secret.vmdk",
             "link.vmdk", "loop.vmdk", "pipe.vmdk", "folder.vmdk", "a" * 300 + ".vmdk"]
)  # fmt: skip
def test_nothing_elsewhere_is_opened(tmp_path, file):
    descriptor(tmp_path / "secret.vmdk", sectors=2048)
    folder = on_datastore(tmp_path)
    (folder / "folder.vmdk").mkdir(parents=True)
    (folder / "link.vmdk").symlink_to(tmp_path / "secret.vmdk")
    (folder / "loop.vmdk").symlink_to("loop.vmdk")
    os.mkfifo(folder / "pipe.vmdk")
    name = file.replace("/{top}", str(tmp_path))
    (disk,) = machine(folder, DISK | {"scsi0:0.fileName": name}).disks
    assert disk.capacity_bytes is None


def test_a_copy_whose_folder_is_reached_through_a_link_is_read(tmp_path):
    """The operator chose the folder; only what a file names may lead nowhere."""
    real = on_datastore(tmp_path / "real")
    real.mkdir(parents=True)
    descriptor(real / "web.vmdk")
    vmx(real, DISK)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (vm,) = VMX.read([on_datastore(tmp_path / "link") / "web.vmx"]).vms
    assert vm.disks[0].capacity_bytes == 40 * GIB


def snapshots(count: int, **more: str) -> str:
    values = {".encoding": "UTF-8", "snapshot.lastUID": "9", "snapshot.current": "2"}
    for number in range(2):
        values |= {
            f"snapshot{number}.uid": str(number + 1),
            f"snapshot{number}.filename": f"web-Snapshot{number + 1}.vmsn",
            f"snapshot{number}.displayName": ["before |22update|22", "b{{ x }}"][number],
            f"snapshot{number}.createTimeHigh": "395803",
            f"snapshot{number}.createTimeLow": ["-1524542034", "1524542034"][number],
        }
    return rows(values | {"snapshot.numSnapshots": str(count)} | more)


def test_snapshots(tmp_path):
    (tmp_path / "web.vmsd").write_text(snapshots(2))
    vm = machine(tmp_path, DISK)
    # 395803 * 2^32 + 2770425262 (the lower half is signed) and + 1524542034 microseconds after 1970: 1699963711 s.
    assert vm.snapshots == (
        Snapshot(name='before "update"', created="2023-11-14T12:08:31Z"),
        Snapshot(name="b{{ x }}", created="2023-11-14T11:47:45Z"),
    )


@pytest.mark.parametrize("content", ["", '.encoding = "UTF-8"\n', snapshots(0)])
def test_no_snapshots(tmp_path, content):
    (tmp_path / "web.vmsd").write_text(content)
    vm = machine(tmp_path, DISK)
    assert (vm.snapshots, vm.consolidation_needed) == ((), False)


def test_a_disk_on_a_snapshot_that_nobody_lists_needs_consolidation(tmp_path):
    (tmp_path / "web.vmsd").touch()
    assert machine(tmp_path, DISK | {"scsi0:0.fileName": "web-000003.vmdk"}).consolidation_needed is True


def test_vmware_says_so_itself(tmp_path):
    (tmp_path / "web.vmsd").write_text(snapshots(2, **{"snapshot.needConsolidate": "TRUE"}))
    assert machine(tmp_path, DISK).consolidation_needed is True


BROKEN_LISTS = [
    (snapshots(3), "snapshot.numSnapshots: is 3, but only 2 are listed"),
    (snapshots(2, **{"snapshot0.createTimeHigh": "x"}), "snapshot0.createTimeHigh: is 'x'"),
    (snapshots(2, **{"snapshot0.createTimeHigh": "2147483647"}), "snapshot0.createTimeHigh: is no time"),
    (snapshots(2) + "snapshot2.ui", "damaged or broken off"),
    (snapshots(2) + "x" * 17 * 1024**2, "is larger than 16 MiB"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN_LISTS)
def test_broken_lists_are_refused(tmp_path, content, message):
    (tmp_path / "web.vmsd").write_text(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path, DISK)
    assert message in str(caught.value)
    assert {problem.file for problem in caught.value.problems} == {str(tmp_path / "web.vmsd")}


BESIDE = {
    "a": snapshots(2).encode(),
    "web.vmsd": b"",
    "b.vmsd": b'.encoding = "UTF-8"\n',
    "c": b"KDMV\1\0\0\0",
    "d": b"# Disk DescriptorFile\nversion=1\n",
    "e": b"\xbe\xba\xfe\xca\0\0\0\0\1",
    "f": b"SHA256(web.ovf)= " + b"0a" * 32 + b"\nSHA256(web-disk1.vmdk)= " + b"0b" * 32 + b"\n",
    "web-flat.vmdk": b"\xeb\x63\x90",
    "web-ctk.vmdk": b"\0",
    "web.nvram": b"MRVN",
    "web.vmxf": b"<Foundry/>",
    "vmware-3.log": b"2026-01-01T00:00:00Z| vmx| I005: Log\n",
    "web-1a2b3c4d.vswp": b"",
}
NOT_BESIDE = {
    "web.vmx": b'config.version = "8"\nsnapshot.action = "keep"\n',
    "hosts.ini": b"[esxi]\nesx1 ansible_host=192.0.2.1\n",
    "inventory.yml": b"all:\n  hosts: {}\n",
    "app.log": b"2026-01-01\n",
    "empty": b"",
    "pool.json": b"{}",
    "web.ovf": b"<Envelope/>",
}


def is_companion(folder: Path, name: str, content: bytes) -> bool:
    (folder / name).write_bytes(content)
    sample = Sample.of(folder / name)
    assert not any(one.recognises(sample) for one in FORMATS if name in BESIDE)
    return any(knows(sample) for knows in COMPANIONS)


def test_files_beside_are_known(tmp_path):
    assert [name for name, content in BESIDE.items() if not is_companion(tmp_path, name, content)] == []


def test_other_files_are_not(tmp_path):
    assert [name for name, content in NOT_BESIDE.items() if is_companion(tmp_path, name, content)] == []
