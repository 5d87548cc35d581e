"""Reading exported VMs: ova.xml bare, in a tar, in a compressed tar, and what only looks like it."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xmlrpc.client import DateTime, dumps

import pytest

from planner.errors import InputError
from planner.model.estate import Estate
from planner.model.kinds import HypervisorKind
from planner.read.gather import is_unplaced
from planner.read.source import Sample
from planner.read.xapi import FORMATS
from tests.read.xapi.pools import GIB, ref
from tests.read.xapi.server import _on_the_wire, dump

XVA, DUMP = (next(one for one in FORMATS if one.kind == kind) for kind in ("xva", "xapi-dump"))
POOL = Path(__file__).parent / "pool-8.3.json"


def export(vm: str = "web", brand: str = "XCP-ng", **fields: Any) -> str:
    """What `xe vm-export` writes of a VM: its objects under references of the file's own."""
    records = dump(POOL.name)
    wanted = {("VM", ref("VM", vm))}
    if vm == "web":
        wanted |= {("VM", ref("VM", "web-snapshot")), ("VM_guest_metrics", ref("VM_guest_metrics", "web"))}
    for of, field, to in (("VBD", "VDI", "VDI"), ("VIF", "network", "network"), ("VDI", "SR", "SR")):
        for at, one in records[of].items():
            if one.get("VM") == ref("VM", vm) or (of, at) in wanted:
                wanted |= {(of, at), (to, one[field])} if one[field] in records[to] else {(of, at)}
    names = {at: f"Ref:{number}" for number, (_, at) in enumerate(sorted(wanted))}
    objects = [
        {"class": of, "id": names[at], "snapshot": _renamed(records[of][at], names)}
        for of, at in sorted(wanted)
    ]
    next(one for one in objects if one["id"] == names[ref("VM", vm)])["snapshot"].update(fields)
    version = {"hostname": "xcp1", "product_version": "8.3.0", "product_brand": brand, "export_vsn": "2"}
    text = dumps(({"version": version, "objects": objects},), allow_none=True)
    value = text[text.index("<value>") : text.rindex("</param>")]
    return f'<?xml version="1.0"?>\n{value}'.replace("<string>", "").replace("</string>", "")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(rest, names) for key, rest in value.items()}
    if isinstance(value, list):
        return [_renamed(rest, names) for rest in value]
    if isinstance(value, str) and value.startswith("OpaqueRef:"):
        return names.get(value, "OpaqueRef:NULL")
    return _on_the_wire(value)


def archive(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return content.getvalue()


def read(tmp_path: Path, *contents: str | bytes) -> Estate:
    paths = []
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}.xva"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return XVA.read(paths)


def forms() -> dict[str, bytes]:
    text = export().encode()
    whole = archive(("ova.xml", text), ("Ref:7/00000000", b"\0" * 1024), ("Ref:7/00000000.checksum", b"ab"))
    return {"bare": text, "tar": whole, "gzip": gzip.compress(whole), "metadata": archive(("ova.xml", text))}


def test_times_are_of_their_own_type():
    assert isinstance(_on_the_wire("20260102T03:04:05Z"), DateTime)


@pytest.mark.parametrize("form", ["bare", "tar", "gzip", "metadata"])
def test_every_form_reads_alike(tmp_path, form):
    path = tmp_path / "web.xva"
    path.write_bytes(forms()[form])
    assert [one.kind for one in FORMATS if one.recognises(Sample.of(path))] == ["xva"]
    (vm,) = XVA.read([path]).vms
    assert (vm.name, vm.vcpus, vm.memory_bytes, vm.origin) == ("wéb {% raw %}", 4, 8 * GIB, str(path))
    assert [disk.capacity_bytes for disk in vm.disks] == [40 * GIB, 100 * GIB, 600 * 1024**2]
    assert [nic.mac for nic in vm.nics] == ["fa:16:3e:00:00:01", "fa:16:3e:00:00:02"]


def test_an_export_tells_of_the_vm_what_the_pool_tells(tmp_path):
    (exported,) = read(tmp_path, export()).vms
    pooled = next(vm for vm in DUMP.read([POOL]).vms if vm.name == exported.name)
    for fact in (
        "uuid",
        "firmware",
        "secure_boot",
        "nested",
        "snapshots",
        "tags",
        "annotation",
        "guest_os",
        "id",
    ):
        assert getattr(exported, fact) == getattr(pooled, fact)


def test_nothing_is_said_of_the_place(tmp_path):
    estate = read(tmp_path, export())
    (cluster,) = estate.clusters
    assert is_unplaced(cluster.id)
    assert cluster.hypervisor is HypervisorKind.XCPNG
    assert estate.hosts == ()
    assert {(one.capacity_bytes, one.free_bytes) for one in estate.datastores} == {(None, None)}
    assert {one.vlan for one in estate.networks} == {None}
    assert {one.host for one in estate.vms} == {None}
    assert {one.moref for one in estate.vms} == {None}


def test_several_exports_share_their_storage(tmp_path):
    estate = read(tmp_path, export(), export("render"), export("db", brand="XenServer"))
    assert len(estate.vms) == 3
    assert {one.hypervisor for one in estate.clusters} == {HypervisorKind.XCPNG, HypervisorKind.XENSERVER}


def test_one_vm_exported_twice(tmp_path):
    with pytest.raises(InputError, match="is there twice"):
        read(tmp_path, export(), export())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (archive(("../../etc/passwd", b"x"), ("ova.xml", b"x")), "no sound XML"),
        (archive(("ova.xml", export().encode()))[:2000], "breaks off within ova.xml"),
        (archive(("ova.xml", b"<value/>"))[:100], "no sound tar"),
        (gzip.compress(archive(("ova.xml", export().encode())))[:900], "cannot be read"),
        (gzip.compress(archive(("disk.img", b"x"))), "does not begin with ova.xml"),
        (b"\x28\xb5\x2f\xfd" + b"\0" * 600, "zstd -d"),
        (export()[:5000], "no sound XML"),
        (export().replace("<?xml version", '<!DOCTYPE a [<!ENTITY b "c">]><?xml version', 1), "no sound XML"),
        (export().replace("\n<value>", '\n<!DOCTYPE value [<!ENTITY b "c">]><value>', 1), "document type"),
        (
            "<value><struct><member><name>version</name><value>1</value></member></struct></value>",
            "no export",
        ),
        ("<value><array><data/></array></value>", "no export"),
        ("<value><i4>many</i4></value>", "no value of XML-RPC"),
        ("<methodResponse/>", "no value of XML-RPC"),
        (
            export().replace("<name>class</name>\n<value>VM<", "<name>class</name>\n<value>PIF<"),
            "holds no VM",
        ),
        (export(VCPUs_max="-1"), "VCPUs_max: '-1' is no whole number"),
        (export(memory_static_max=str(2**70)), "memory_static_max"),
    ],
)
def test_refused(tmp_path, content, said):
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "0.xva"))


def test_a_header_that_promises_too_much(tmp_path):
    info = tarfile.TarInfo("ova.xml")
    info.size = 4 * GIB
    with pytest.raises(InputError, match="more than 256 MiB"):
        read(tmp_path, info.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)


def test_a_link_named_like_the_member_is_no_file(tmp_path):
    info = tarfile.TarInfo("ova.xml")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(InputError, match=r"does not begin with ova\.xml"):
        read(tmp_path, info.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1f\x8b\x08rubbish",
        archive(("disk.ovf", b"<Envelope/>")),
        gzip.compress(archive(("disk.ovf", b"<Envelope/>"))),
        b"<?xml version='1.0'?><Envelope/>",
        b"<domain/>",
        b"<value><struct><member><name>other</name></member></struct></value>",
        b'{"VM": {"id": 1}}',
        b"uuid: 1234\nname: web\n",
        b'[{"OpaqueRef:1": 1}]',
        b'{"note": "OpaqueRef:1"}',
    ],
)
def test_files_of_others_are_left_to_them(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert [one.kind for one in FORMATS if one.recognises(Sample.of(path))] == []
