"""What somebody set in Hyper-V, each fact alone."""

import copy

import pytest

from planner.read.clouds.hyper_v import read_hyper_v
from tests.read.clouds.samples import HYPER_V, write

CARD = {"Name": "Ethernet", "MacAddress": "00155D000001", "SwitchName": "LAN", "IsLegacy": False}
CASES = [
    ({}, {}, []),
    ({"DynamicMemoryEnabled": True}, {}, [("dynamic-memory", None)]),
    ({"State": "RunningCritical"}, {}, [("uncertain-state", "RunningCritical")]),
    ({"State": "Saved"}, {}, []),
    ({}, {"SwitchName": None}, [("nic-unplugged", "Ethernet")]),
    ({}, {"PortMirroringMode": 2}, [("nic-mirroring", "Ethernet")]),
    ({}, {"PortMirroringMode": "None"}, []),
    ({}, {"BandwidthSetting": {"MaximumBandwidth": 1000000}}, [("nic-limit", "Ethernet")]),
    ({}, {"BandwidthSetting": {"MaximumBandwidth": 0}}, []),
    ({}, {"DhcpGuard": 0, "RouterGuard": "Off"}, [("nic-filter", "DhcpGuard")]),
]


def read(tmp_path, facts, card, other=None):
    files = copy.deepcopy(HYPER_V)
    vm = files["vms.json"][0]
    vm |= {"DynamicMemoryEnabled": False, "NetworkAdapters": [CARD | card]} | facts
    if other is not None:
        twin = vm | {"Name": "twin", "VMName": "twin", "Id": "twin", "VMId": "twin", "HardDrives": []} | other
        files["vms.json"].append(twin)
    estate = read_hyper_v(write(tmp_path, files))
    (found,) = (vm for vm in estate.vms if vm.name == "Büro {{ 7 }}")
    return [(str(setting.kind), setting.value) for setting in found.settings]


@pytest.mark.parametrize(("facts", "card", "expected"), CASES)
def test_what_is_set(tmp_path, facts, card, expected):
    assert read(tmp_path, facts, card) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"IsClustered": True}, [("no-cluster-role", None)]),
        ({"IsClustered": True, "ComputerName": "HV9"}, []),
        ({"IsClustered": False}, []),
    ],
)
def test_a_vm_that_is_no_role_where_others_are(tmp_path, other, expected):
    assert read(tmp_path, {"IsClustered": False}, {}, other) == expected
