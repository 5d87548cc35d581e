"""Network ports and storage adapters, by the PCI device that each is; and what a host starts from."""

import pytest

from planner.model.estate import HostAdapter
from planner.model.setting import Setting, SettingKind
from tests.read.vsphere.objects import host, read

ADDRESS = "0000:3b:00.0"
PCI = {
    "id": ADDRESS,
    "vendorName": "Mellanox",
    "deviceName": "ConnectX-3",
    "vendorId": 5555,
    "deviceId": 4099,
}
PORT = {"device": "vmnic0", "driver": "nmlx4_en", "pci": ADDRESS}
PERC = {"device": "vmhba0", "driver": "lsi_mr3", "model": "PERC H730", "pci": ADDRESS}
STICK = {"device": "vmhba32", "driver": "vmkusb", "model": "USB Storage Controller", "pci": ""}


def only_host(folder, **facts):
    (found,) = read(folder, host(**facts)).hosts
    return found


@pytest.mark.parametrize(
    ("device", "model", "ids"),
    [
        ({}, "Mellanox ConnectX-3", "15b3:1003"),
        ({"vendorId": -32634, "deviceId": -1}, "Mellanox ConnectX-3", "8086:ffff"),
        ({"vendorName": None}, "ConnectX-3", "15b3:1003"),
        ({"deviceId": None}, "Mellanox ConnectX-3", None),
        ({"id": "0000:3b:00.1"}, None, None),
    ],
)
def test_ports_are_the_devices_at_their_address(tmp_path, device, model, ids):
    facts = {"config": {"network": {"pnic": [PORT]}}, "hardware": {"pciDevice": [PCI | device]}}
    (nic,) = only_host(tmp_path, **facts).nics
    assert (nic.name, nic.driver, nic.model, nic.pci) == ("vmnic0", "nmlx4_en", model, ids)


def test_adapters_are_sorted_as_people_count(tmp_path):
    adapters = {
        "storageDevice": {"hostBusAdapter": [STICK, PERC | {"model": None}, PERC | {"device": "vmhba1"}]}
    }
    found = only_host(tmp_path, config=adapters, hardware={"pciDevice": [PCI]}).adapters
    assert found == (
        HostAdapter(name="vmhba0", driver="lsi_mr3", model="Mellanox ConnectX-3", pci="15b3:1003"),
        HostAdapter(name="vmhba1", driver="lsi_mr3", model="PERC H730", pci="15b3:1003"),
        HostAdapter(name="vmhba32", driver="vmkusb", model="USB Storage Controller"),
    )


@pytest.mark.parametrize(
    ("disk", "adapters", "expected"),
    [
        ("mpx.vmhba32:C0:T0:L0", [PERC, STICK], "dump partition on mpx.vmhba32:C0:T0:L0"),
        ("mpx.vmhba0:C0:T0:L0", [PERC, STICK], None),
        ("mpx.vmhba3:C0:T0:L0", [PERC, STICK], None),
        ("naa.600508b1001c4d5e6f7a8b9c0d1e2f30", [PERC, STICK], None),
        ("mpx.vmhba32:C0:T0:L0", [PERC], None),
        (None, [PERC, STICK], None),
    ],
)
def test_a_host_with_its_dump_partition_behind_usb_boots_from_there(tmp_path, disk, adapters, expected):
    dump = {"id": {"diskName": disk, "partition": 9}} if disk else None
    config = {"activeDiagnosticPartition": dump, "storageDevice": {"hostBusAdapter": adapters}}
    told = (Setting(kind=SettingKind.USB_BOOT, value=expected),) if expected else ()
    assert only_host(tmp_path, config=config).settings == told
