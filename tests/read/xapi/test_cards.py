"""Which driver and device the ports of XAPI's hosts are."""

import json

import pytest

from planner.read.xapi import FORMATS
from tests.read.xapi.pools import ref
from tests.read.xapi.server import dump

DUMP = next(one for one in FORMATS if one.kind == "xapi-dump")
INTEL = {"vendor_id": "8086", "vendor_name": "Intel", "device_id": "1521", "device_name": "I350"}


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (INTEL, ("igb", "Intel I350", "8086:1521")),
        (INTEL | {"vendor_id": "0x8086", "device_id": "0x10FB"}, ("igb", "Intel I350", "8086:10fb")),
        (INTEL | {"vendor_name": "", "device_id": ""}, ("igb", "I350", None)),
        (INTEL | {"device_id": "unknown"}, ("igb", "Intel I350", None)),
        ({}, ("igb", None, None)),
    ],
)
def test_a_port_is_its_device(tmp_path, metrics, expected):
    records = dump("pool-8.3.json")
    records["PIF_metrics"][ref("PIF_metrics", "eth0-1")] |= metrics
    records["PCI"][ref("PCI", "card")] |= {"driver_name": "igb"}
    records["PIF"][ref("PIF", "eth0-1")] |= {"PCI": ref("PCI", "card")}
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    nics = [nic for found in DUMP.read([path]).hosts for nic in found.nics if nic.driver]
    assert [(nic.driver, nic.model, nic.pci) for nic in nics] == [expected]


def test_a_port_without_a_device_is_told_as_it_was(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(dump("pool-8.3.json")), encoding="utf-8")
    nics = [nic for found in DUMP.read([path]).hosts for nic in found.nics]
    assert nics
    assert {(nic.driver, nic.model, nic.pci) for nic in nics} == {(None, None, None)}
