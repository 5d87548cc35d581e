"""Settings that nothing takes over, from the columns of a workbook."""

from functools import partial

import pytest

from planner.model.setting import SettingKind
from tests.read.rvtools_workbooks import estate_of, host, problems_of, vinfo

DISK = {"VM": "web", "Disk": "Hard disk 1", "Capacity MiB": 1024, "Controller": "VMware paravirtual SCSI"}
IDE = DISK | {"Controller": "IDE 0"}
CARD = {"VM": "web", "NIC label": "Network adapter 1"}
CPU = {"VM": "web", "Level": "normal", "Shares": 2000, "Limit": -1}
LISTENING = SettingKind.LISTENING_PORTS


@pytest.fixture
def read(tmp_path):
    """Estate of a workbook with the given sheets."""
    return partial(estate_of, tmp_path)


def pairs(settings):
    return [(setting.kind, setting.value) for setting in settings]


VMS = [
    ({}, {}, []),
    ({"Latency_Sensitivity": "high"}, {}, [(SettingKind.LATENCY_SENSITIVE, "high")]),
    ({"Latency_Sensitivity": "normal"}, {}, []),
    ({"EnableUUID": "TRUE"}, {"vDisk": DISK}, [(SettingKind.DISK_SERIAL, "hard-disk-1")]),
    ({"EnableUUID": "TRUE"}, {"vDisk": IDE}, []),
    ({"EnableUUID": "False"}, {"vDisk": DISK}, []),
    ({"vApp": "Shop"}, {}, [(SettingKind.VAPP, "Shop")]),
    ({"Connection_state": "inaccessible"}, {}, [(SettingKind.UNCERTAIN_STATE, "inaccessible")]),
    ({"Connection_state": "connected"}, {}, []),
    ({}, {"vCPU": CPU}, []),
    ({}, {"vCPU": CPU | {"Level": "low"}}, [(SettingKind.CPU_SHARES, "low")]),
    ({}, {"vCPU": CPU | {"Level": "custom", "Shares": 4321}}, [(SettingKind.CPU_SHARES, "4321")]),
    ({}, {"vCPU": CPU | {"Limit": 1500}}, [(SettingKind.CPU_LIMIT, "1500 MHz")]),
    ({}, {"vCPU": CPU | {"Limit": 0}}, []),
    ({}, {"vMemory": {"VM": "web", "Limit": 2048}}, [(SettingKind.MEMORY_LIMIT, "2048 MiB")]),
    ({}, {"vMemory": {"VM": "web", "Limit": 4096}}, []),
    ({}, {"vMemory": {"VM": "web", "Limit": -1}}, []),
    (
        {},
        {"vDisk": DISK | {"Shared Bus": "physicalSharing"}},
        [(SettingKind.BUS_SHARING, "VMware paravirtual SCSI: physical")],
    ),
    ({}, {"vDisk": DISK | {"Shared Bus": "noSharing"}}, []),
    ({}, {"vTools": {"VM": "web", "Sync time": "True"}}, [(SettingKind.CLOCK_FROM_HOST, None)]),
    ({}, {"vTools": {"VM": "web", "Sync time": "False"}}, []),
    (
        {},
        {"vNetwork": CARD | {"Connected": "False", "Starts Connected": "True"}},
        [(SettingKind.NIC_UNPLUGGED, "Network adapter 1")],
    ),
    ({}, {"vNetwork": CARD | {"Connected": "True", "Starts Connected": "False"}}, []),
    (
        {"Powerstate": "poweredOff"},
        {"vNetwork": CARD | {"Connected": "False", "Starts Connected": "False"}},
        [(SettingKind.NIC_UNPLUGGED, "Network adapter 1")],
    ),
    (
        {"Powerstate": "poweredOff"},
        {"vNetwork": CARD | {"Connected": "False", "Starts Connected": "True"}},
        [],
    ),
    ({}, {"vNetwork": CARD}, []),
]


@pytest.mark.parametrize(("facts", "sheets", "expected"), VMS)
def test_vms(read, facts, sheets, expected):
    (found,) = read(vInfo=[vinfo(**facts)], **{name: [row] for name, row in sheets.items()}).vms
    assert pairs(found.settings) == expected


def test_a_controller_is_told_once(read):
    disks = [DISK | {"Disk": f"Hard disk {number}", "Shared Bus": "virtualSharing"} for number in (1, 2)]
    (found,) = read(vInfo=[vinfo()], vDisk=disks).vms
    assert pairs(found.settings) == [(SettingKind.BUS_SHARING, "VMware paravirtual SCSI: virtual")]


CLUSTERS = [
    ({"DPM enabled": "True", "DPM default behavior": "manual"}, [], [(SettingKind.POWER_SAVING, "manual")]),
    ({"DPM enabled": "False", "DPM default behavior": "manual"}, [], []),
    ({}, ["intel-icelake", "intel-icelake"], [(SettingKind.CPU_BASELINE, "intel-icelake")]),
    ({}, ["intel-icelake", "intel-haswell"], []),
    ({}, ["intel-icelake", None], []),
    ({}, [None, None], []),
]


@pytest.mark.parametrize(("settings", "baselines", "expected"), CLUSTERS)
def test_clusters(read, settings, baselines, expected):
    hosts = [host(f"esx{number}", Current_EVC=key) for number, key in enumerate(baselines, 1)]
    estate = read(vInfo=[vinfo()], vHost=hosts or [host()], vCluster=[{"Name": "CL", **settings}])
    (found,) = estate.clusters
    assert pairs(found.settings) == expected


ALL = {"Mac Changes": "True", "Forged Transmits": "True"}
GROUPS = [
    ("vPort", ALL | {"Promiscuous Mode": "False"}, []),
    ("vPort", ALL | {"Promiscuous Mode": "True"}, [(LISTENING, "promiscuous mode")]),
    ("vSwitch", {"Promiscuous Mode": "True"}, [(LISTENING, "promiscuous mode")]),
    ("dvPort", ALL | {"Allow Promiscuous": "False"}, [(LISTENING, "MAC changes, forged transmits")]),
    ("dvPort", {"Allow Promiscuous": "True", "Mac Changes": "False"}, [(LISTENING, "promiscuous mode")]),
    ("dvPort", {"Allow Promiscuous": "False", "Mac Changes": "False"}, []),
]


@pytest.mark.parametrize(("sheet", "allowed", "expected"), GROUPS)
def test_port_groups(read, sheet, allowed, expected):
    place = (
        {"Switch": "DSwitch", "Port": "lan"} if sheet == "dvPort" else {"Host": "esx1", "Port Group": "lan"}
    )
    members = [{"Switch": "DSwitch", "Host members": "esx1"}]
    row = {"Switch": "vSwitch0", "VLAN": 10, **place, **allowed}
    (found,) = read(vInfo=[vinfo()], vHost=[host()], dvSwitch=members, **{sheet: [row]}).networks
    assert pairs(found.settings) == expected


def test_a_limit_that_is_no_number_is_refused_with_its_cell(tmp_path):
    problems = problems_of(tmp_path, vInfo=[vinfo()], vCPU=[CPU | {"Limit": "some"}])
    assert problems == [
        "vCPU!D2: 'some' is no number: correct the cell, or empty it when the value is unknown"
    ]
