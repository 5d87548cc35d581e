"""Archives: read in place, within bounds, and never leading anywhere."""

import io
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.read.source import Sample
from tests.read.vmware.folders import OVF
from tests.read.vmware.test_ovf import FILES, envelope, system

ENVELOPE = envelope(files=FILES.replace(' ovf:size="1000000"', "")).encode()


def archive(path: Path, *members: tuple[str, bytes], form: int = tarfile.USTAR_FORMAT) -> Path:
    with tarfile.open(path, "w", format=form) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["web.ovf", "WEB.OVF", "büro-東京.ovf", "a" * 120 + ".ovf"])
def test_every_kind_of_tar(tmp_path, form, name):
    if form == tarfile.USTAR_FORMAT and len(name) > 100:
        name = "a" * 90 + ".ovf"
    path = archive(tmp_path / "web", (name, ENVELOPE), ("web-disk1.vmdk", b"KDMV" * 1000), form=form)
    assert OVF.recognises(Sample.of(path))
    (vm,) = OVF.read([path]).vms
    assert vm.origin == f"{path}:{name}:5"
    assert [(disk.path, disk.allocated_bytes) for disk in vm.disks] == [("web-disk1.vmdk", 4000)]


def test_a_package_and_its_archive_say_the_same(tmp_path):
    bare = tmp_path / "web.ovf"
    bare.write_text(envelope())
    packed = archive(tmp_path / "web.ova", ("web.ovf", envelope().encode()), ("web.mf", b"SHA1(web.ovf)= 0"))
    one, other = (OVF.read([path]).vms[0] for path in (bare, packed))
    assert (one.id, one.disks, one.nics, one.memory_bytes) == (
        other.id,
        other.disks,
        other.nics,
        other.memory_bytes,
    )


def test_what_is_wrong_inside_is_told_with_the_member_and_its_line(tmp_path):
    bad = envelope(system(hardware="<Item/>")).encode()
    path = archive(tmp_path / "web.ova", ("web.ovf", bad))
    with pytest.raises(InputError) as caught:
        OVF.read([path])
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (f"{path}:web.ovf", 5)


def linked(kind: bytes) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        info = tarfile.TarInfo("web.ovf")
        info.size = len(ENVELOPE)
        tar.addfile(info, io.BytesIO(ENVELOPE))
        info = tarfile.TarInfo("web-disk1.vmdk")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    return content.getvalue()


def packed(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return content.getvalue()


def sized(claim: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """An archive whose last header claims a size that is not there."""
    info = tarfile.TarInfo("web-disk1.vmdk")
    info.size, info.type = claim, kind
    whole = packed(("web.ovf", ENVELOPE))
    return whole[: -(-len(ENVELOPE) // 512) * 512 + 512] + info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024


HOSTILE = [
    (packed(("../../x.ovf", ENVELOPE)), "leads out of the archive"),
    (packed(("/etc/x.ovf", ENVELOPE)), "leads out of the archive"),
    (packed(("web.ovf", ENVELOPE), ("a/../b.vmdk", b"")), "leads out of the archive"),
    (packed(("web.ovf", ENVELOPE), ("..", b"")), "leads out of the archive"),
    (packed(("web.ovf", ENVELOPE), ("a\nb.vmdk", b"")), "control character"),
    (packed(("web.ovf", ENVELOPE), ("a", b""), ("a", b"")), "twice"),
    (packed(("a.vmdk", b""), ("web.ovf", ENVELOPE)), "does not begin with an .ovf"),
    (linked(tarfile.SYMTYPE), "no plain file but a link or a device"),
    (linked(tarfile.LNKTYPE), "no plain file but a link or a device"),
    (linked(tarfile.CHRTYPE), "no plain file but a link or a device"),
    (linked(tarfile.DIRTYPE), "no plain file but a link or a device"),
    (sized(2**60), "no sound tar archive"),
    (sized(-512), "size below zero"),
    (sized(2**40, tarfile.XHDTYPE), "no sound tar archive"),
    (sized(2**40, tarfile.GNUTYPE_LONGNAME), "no sound tar archive"),
    (packed(("web.ovf", ENVELOPE))[:1024], "no sound tar archive|breaks off"),
    (packed(("web.ovf", b"<html/>")), "expected an Envelope"),
]


@pytest.mark.parametrize(("content", "message"), HOSTILE)
def test_hostile_and_broken_archives_are_refused(tmp_path, content, message):
    path = tmp_path / "web.ova"
    path.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=message) as caught:
            OVF.read([path])
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024**2
    finally:
        tracemalloc.stop()
    assert str(caught.value.problems[0].file).startswith(str(path))
    assert sorted(tmp_path.iterdir()) == before


def test_an_envelope_beyond_bounds(tmp_path):
    path = tmp_path / "web.ova"
    info = tarfile.TarInfo("web.ovf")
    info.size = 65 * 1024**2
    with path.open("wb") as stream:
        stream.write(info.tobuf())
        stream.truncate(info.size + 2048)
    assert OVF.recognises(Sample.of(path))
    with pytest.raises(InputError, match="envelope of more than 64 MiB"):
        OVF.read([path])


@pytest.mark.parametrize("content", [packed(("a.txt", b"")), b"ustar", b"\0" * 1024, b".ovf", b"<x/>"])
def test_other_files_are_no_archives(tmp_path, content):
    path = tmp_path / "web.ova"
    path.write_bytes(content)
    assert not OVF.recognises(Sample.of(path))
