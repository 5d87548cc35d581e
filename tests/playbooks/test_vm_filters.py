"""What the roles that move VMs compute about libvirt's definitions."""

import runpy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
DOMAIN = """warning: noise that virsh may print first
<domain type='kvm'><name>web</name><uuid>6f0c</uuid>
<os><type machine='pc-q35-rhel7.6.0'>hvm</type><loader type='pflash'>/old/OVMF.fd</loader><nvram>/old/vars</nvram></os>
<devices><emulator>/usr/libexec/qemu-kvm</emulator>
<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/web'/><target dev='vda'/></disk>
<disk type='file' device='cdrom'><source file='/iso/tools.iso'/><target dev='sda'/></disk>
<interface type='network'><mac address='52:54:00:AA:00:01'/><source network='prod'/><model type='virtio'/></interface>
</devices></domain>"""
LIVE = (
    DOMAIN.replace("type='network'", "type='bridge'")
    .replace("network='prod'", "bridge='br0'")
    .replace("dev='/dev/vg/web'", "file='/a/web'")
)
NICS = [{"mac": "52:54:00:aa:00:01", "bridge": "br120"}]


def filters(role: str) -> dict[str, Any]:
    module = runpy.run_path(str(ROLES / role / "filter_plugins" / f"{role}.py"))
    found: dict[str, Any] = module["FilterModule"]().filters()
    return found


def test_a_definition_is_changed_for_another_host_and_no_further() -> None:
    text = filters("vm_move_kvm")["libvirt_domain_at"](DOMAIN, "shop", ["/pool/shop-sda"], "qcow2", NICS)
    domain = ET.fromstring(text)
    assert (domain.findtext("name"), domain.findtext("uuid")) == ("shop", "6f0c")
    disk, drive = domain.findall("devices/disk")
    assert [child.attrib for child in disk if child.tag != "target"] == [
        {"name": "qemu", "type": "qcow2"},
        {"file": "/pool/shop-sda"},
    ]
    assert drive.find("source") is None
    card = domain.find("devices/interface")
    assert card is not None
    assert (card.get("type"), [source.attrib for source in card.findall("source")]) == (
        "bridge",
        [{"bridge": "br120"}],
    )
    assert "/old/" not in text
    assert "qemu-kvm" not in text
    system = domain.find("os")
    assert system is not None
    assert (system.get("firmware"), [kind.get("machine") for kind in system.findall("type")]) == (
        "efi",
        ["q35"],
    )


@pytest.mark.parametrize(
    ("disks", "nics", "words"),
    [([], NICS, "has 1 disks, the plan 0"), (["/pool/a"], [], "52:54:00:aa:00:01 has no bridge")],
)
def test_a_definition_that_does_not_fit_the_plan_is_refused(
    disks: list[str], nics: list[Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        filters("vm_move_kvm")["libvirt_domain_at"](DOMAIN, "web", disks, "qcow2", nics)


def test_a_live_migration_changes_paths_and_bridges_only() -> None:
    text = filters("vm_copy_kvm")["libvirt_migration_xml"](LIVE, ["/pool/web"], NICS)
    same = LIVE[LIVE.index("<domain") :].replace("/a/web", "/pool/web").replace("br0", "br120")
    assert ET.canonicalize(text) == ET.canonicalize(same)


def test_a_live_migration_with_another_number_of_disks_is_refused() -> None:
    with pytest.raises(ValueError, match="has 1 disks, the plan 2"):
        filters("vm_copy_kvm")["libvirt_migration_xml"](LIVE, ["/pool/a", "/pool/b"], NICS)


def test_rows_of_virsh_keep_blanks_in_the_last_cell() -> None:
    rows = filters("vm_move_kvm")["virsh_rows"](" file   disk   vda   /pool/my vm-sda\n\n", 4)
    assert rows == [["file", "disk", "vda", "/pool/my vm-sda"]]
