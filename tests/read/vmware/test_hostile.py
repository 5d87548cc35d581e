"""Whatever stands in a file, reading ends in an estate or in a refusal that names it."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.read.outside import is_name
from planner.read.source import Format, Sample
from planner.read.vmware import COMPANIONS, FORMATS
from tests.read.vmware.folders import LEAST, OVF, VMX, descriptor, rows, vmx
from tests.read.vmware.test_beside import snapshots
from tests.read.vmware.test_ova import packed
from tests.read.vmware.test_ovf import HARDWARE, envelope, system

FULL = LEAST | {
    "memSize": "4096",
    "numvcpus": "2",
    "uuid.bios": "56 4d 15 d4 d0 62 fe 9a-80 f5 eb 8e 1a 2c 3a fc",
    "scsi0.present": "TRUE",
    "scsi0:0.present": "TRUE",
    "scsi0:0.fileName": "web.vmdk",
    "scsi0:0.deviceType": "scsi-hardDisk",
    "ide1:0.present": "TRUE",
    "ide1:0.deviceType": "cdrom-image",
    "ide1:0.fileName": "/vmfs/volumes/ds/a.iso",
    "ethernet0.present": "TRUE",
    "ethernet0.address": "00:50:56:00:00:01",
    "ethernet0.networkName": "VM Network",
    "pciPassthru0.present": "TRUE",
}
WORDS = st.text() | st.sampled_from(
    ["TRUE", "-1", "0", "9" * 30, "../../etc/passwd", "|00", "|0A", '"', "/", "["]
)
CUTS = st.integers(min_value=0, max_value=4000)
HARD = settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def ends_well(reader: Format, path: Path) -> bool:
    """Whether it was read; a refusal names a file of the folder, and its messages are for people."""
    sample = Sample.of(path)
    for knows in (*(one.recognises for one in FORMATS), *COMPANIONS):
        assert knows(sample) in {True, False}
    problems = ()
    try:
        found = reader.read([path]).vms
    except InputError as error:
        problems, found = error.problems, ()
    assert bool(found) != bool(problems)
    assert all(str(problem.file).startswith(str(path.parent)) for problem in problems)
    assert all(len(problem.message) > 10 for problem in problems)
    return bool(found)


@HARD
@given(name=st.sampled_from(sorted(FULL)), value=WORDS)
def test_any_value_in_a_configuration(tmp_path, name, value):
    path = tmp_path / "web.vmx"
    path.write_text(rows(FULL | {name: value}), encoding="utf-8", errors="surrogatepass", newline="")
    ends_well(VMX, path)


@HARD
@given(name=st.text(min_size=1))
def test_a_name_is_kept_as_it_is_or_refused(tmp_path, name):
    path = tmp_path / "web.vmx"
    escaped = "".join(f"|{byte:02X}" for byte in name.encode("utf-8", "surrogatepass"))
    path.write_text(rows({".encoding": "UTF-8"} | FULL | {"displayName": escaped}))
    if is_name(name.strip()):
        assert [vm.name for vm in VMX.read([path]).vms] == [name.strip()]
    else:
        with pytest.raises(InputError):
            VMX.read([path])


@HARD
@given(content=st.binary(max_size=2000))
def test_any_bytes(tmp_path, content):
    path = tmp_path / "web.vmx"
    path.write_bytes(content)
    for reader in FORMATS:
        ends_well(reader, path)


@HARD
@given(cut=CUTS, junk=st.binary(max_size=4))
def test_any_damage_to_an_archive(tmp_path, cut, junk):
    path = tmp_path / "web.ova"
    content = packed(("web.ovf", envelope().encode()), ("web-disk1.vmdk", b"KDMV"))
    path.write_bytes(content[:cut] + junk + content[cut + len(junk) :])
    ends_well(OVF, path)


@HARD
@given(cut=CUTS)
def test_any_cut_through_a_package(tmp_path, cut):
    path = tmp_path / "web.ovf"
    text = envelope(system(hardware=HARDWARE)).encode()
    path.write_bytes(text[:cut])
    assert ends_well(OVF, path) == (cut >= len(text))


@HARD
@given(cut=CUTS, junk=st.binary(max_size=4))
def test_any_damage_to_what_lies_beside(tmp_path, cut, junk):
    path = vmx(tmp_path, FULL)
    for beside in (descriptor(tmp_path / "web.vmdk"), tmp_path / "web.vmsd"):
        content = beside.read_bytes() if beside.suffix == ".vmdk" else snapshots(2).encode()
        beside.write_bytes(content[:cut] + junk + content[cut + len(junk) :])
    ends_well(VMX, path)


@HARD
@given(
    fact=st.sampled_from(
        ["VirtualQuantity>4", "AddressOnParent>1", "Parent>3", "ovf:/disk/d1", "VM Network"]
    ),
    value=WORDS,
)
def test_any_value_in_a_package(tmp_path, fact, value):
    path = tmp_path / "web.ovf"
    tag, _, old = fact.rpartition(">")
    clean = "".join(one for one in value if one.isprintable()).replace("&", "").replace("<", "")
    hardware = HARDWARE.replace(fact, f"{tag}>{clean}" if tag else clean)
    path.write_text(envelope(system(hardware=hardware)), encoding="utf-8", errors="replace")
    assert old in fact
    ends_well(OVF, path)


LONG = 60_000
TIRING = [
    "\n" * LONG + "x",
    "#\n" * LONG,
    "a" + " " * LONG,
    "a =" + " " * LONG + '"',
    'a = "' + "|0" * LONG,
    'config.version = "8"\n' + " " * LONG + "=",
    "<!--" * LONG,
    "<" * LONG,
    "<a:" * LONG,
    'snapshot0.uid = "' + " " * LONG,
    "# Disk DescriptorFile\n" + "RW " * LONG,
    "# Disk DescriptorFile\nRW " + "9" * LONG,
]


@pytest.mark.parametrize("text", TIRING, ids=lambda text: text[:8])
def test_no_text_takes_long(tmp_path, text):
    path = tmp_path / "web.vmx"
    path.write_text(text)
    (tmp_path / "web.vmsd").write_text(text)
    began = time.monotonic()
    for reader in FORMATS:
        assert not ends_well(reader, path)
    assert time.monotonic() - began < 2
