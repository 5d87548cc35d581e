"""Real documents, compared with what libvirt itself makes of them in its test driver."""

from pathlib import Path

import libvirt
import pytest
from lxml import etree

from planner.errors import InputError
from planner.model.kinds import DatastoreKind, DiskKind
from planner.read.libvirt.files import LIBVIRT
from planner.read.source import Sample

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
MANUAL = Path(__file__).parents[3] / "docs" / "sources" / "libvirt.md"
DOMAINS, NETWORKS, POOLS = (
    sorted((CORPORA / "libvirt" / folder).glob("*.xml"))
    for folder in ("qemuxmlconfdata", "networkxml2xmlin", "storagepoolxml2xmlin")
)
KIB = 1024
# What we read and libvirt's test driver of the tests' own version does not: it is older than the documents.
NEWER = {
    "machine-i8042-off.xml": "ps2",
    "machine-i8042-on.xml": "ps2",
    "pstore-acpi-erst.xml": "itco",
}
BROKEN = {"broken-xml-invalid.xml": "is no sound XML"}
"""What is refused, and why."""

pytestmark = pytest.mark.skipif(not DOMAINS, reason=f"{CORPORA} is not on this machine")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A connection of the test driver to a host with nothing on it."""
    libvirt.registerErrorHandler(lambda *_: None, None)
    path = tmp_path_factory.mktemp("libvirt") / "node.xml"
    path.write_text("<node/>")
    connection = libvirt.open(f"test://{path}")
    yield connection
    connection.close()


def by_name(file):
    return file.stem


def vm_of(file):
    (vm,) = LIBVIRT.read((file,)).vms
    return vm


def defined(connection, file):
    """libvirt's own document of a domain of a file, or None and what libvirt says of it."""
    root = etree.parse(file).getroot()
    root.set("type", "test")
    try:
        domain = connection.defineXML(etree.tostring(root, encoding="unicode"))
    except libvirt.libvirtError as error:
        return None, str(error)
    try:
        return etree.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)), ""
    finally:
        domain.undefine()


@pytest.mark.parametrize("file", [file for file in DOMAINS if file.name not in BROKEN], ids=by_name)
def test_a_domain_reads_as_libvirt_reads_it(empty, file):
    vm = vm_of(file)
    theirs, refusal = defined(empty, file)
    if theirs is None:
        assert NEWER[file.name] in refusal
        return
    assert (vm.name, vm.uuid) == (theirs.findtext("name"), theirs.findtext("uuid"))
    assert vm.vcpus == int(theirs.findtext("vcpu"))
    assert vm.memory_bytes == int(theirs.findtext("memory")) * KIB
    assert sorted(map(disk_of_ours, vm.disks)) == sorted(map(disk_of_theirs, theirs.iterfind("devices/disk")))
    macs = [mac.get("address") for mac in theirs.iterfind("devices/interface/mac")]
    assert len(vm.nics) == len(macs)
    # Where a document has no address, libvirt makes one up at every start.
    assert all(nic.mac in {None, mac} for nic, mac in zip(vm.nics, macs, strict=True))


def disk_of_ours(disk):
    kind = "disk" if disk.kind is DiskKind.DISK else disk.kind.value
    return disk.id, (disk.bus or "").removeprefix("virtio-"), kind


def disk_of_theirs(disk):
    target = disk.find("target")
    return target.get("dev"), target.get("bus"), disk.get("device")


@pytest.mark.parametrize("file", DOMAINS, ids=by_name)
def test_paths_of_files_and_devices_are_those_of_the_document(file):
    if file.name in BROKEN:
        return
    named = {
        disk.find("target").get("dev"): disk.find("source").get("file") or disk.find("source").get("dev")
        for disk in etree.parse(file).iterfind("devices/disk")
        if disk.find("source") is not None and disk.get("type") in {"file", "block"}
    }
    ours = {disk.id: disk.path for disk in vm_of(file).disks}
    assert {name: ours[name] for name in named} == named


@pytest.mark.parametrize(("name", "why"), BROKEN.items())
def test_what_libvirt_refuses_is_refused(empty, name, why):
    file = CORPORA / "libvirt" / "qemuxmlconfdata" / name
    with pytest.raises(libvirt.libvirtError):
        empty.defineXML(file.read_text())
    with pytest.raises(InputError, match=f"{name}.*{why}"):
        LIBVIRT.read((file,))


@pytest.mark.parametrize("file", NETWORKS, ids=by_name)
def test_a_network_reads_as_libvirt_reads_it(empty, file):
    (network, *_) = LIBVIRT.read((file,)).networks
    theirs = empty.networkDefineXML(file.read_text())
    document = etree.fromstring(theirs.XMLDesc())
    theirs.undefine()
    assert network.name.split("/")[0] == document.findtext("name")
    mtu = document.find("mtu")
    assert network.mtu == (None if mtu is None else int(mtu.get("size")))


@pytest.mark.parametrize("file", POOLS, ids=by_name)
def test_a_pool_reads_as_libvirt_reads_it(empty, file):
    (pool,) = LIBVIRT.read((file,)).datastores
    theirs = empty.storagePoolDefineXML(file.read_text())
    document = etree.fromstring(theirs.XMLDesc())
    theirs.undefine()
    assert (pool.name, pool.uuid) == (document.findtext("name"), document.findtext("uuid"))
    if pool.kind in {DatastoreKind.DIR, DatastoreKind.NFS}:
        assert pool.path == document.findtext("target/path")
    if pool.kind is DatastoreKind.NFS:
        source = document.find("source")
        assert (pool.server, pool.export) == (source.find("host").get("name"), source.find("dir").get("path"))


@pytest.mark.parametrize("file", [*DOMAINS, *NETWORKS, *POOLS], ids=by_name)
def test_every_document_is_known_by_its_content(file):
    assert LIBVIRT.recognises(Sample.of(file)) == (file.name not in BROKEN)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("domain-exbibyte.xml", "memory is 16 EiB"),
        ("domain-negative.xml", "memory is '-1'"),
        ("xml-xxe-domain.xml", "document type"),
    ],
)
def test_nasty_documents_are_refused(name, said):
    with pytest.raises(InputError, match=said):
        LIBVIRT.read((CORPORA / "nasty" / name,))


def test_the_manual_explains_every_difference():
    manual = MANUAL.read_text(encoding="utf-8")
    names = [name.removesuffix(".xml") for name in (*NEWER, *BROKEN)]
    assert [name for name in names if f"`{name}`" not in manual] == []
