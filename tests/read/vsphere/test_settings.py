"""Settings of VMs, hosts, clusters and networks that nothing takes over."""

import pytest

from planner.model.setting import Setting, SettingKind
from tests.read.vsphere.objects import cluster, host, obj, read, ref, typed, vm
from tests.read.vsphere.test_devices import CONTROLLERS, SCSI, disk

CPUS, NODES, SHARES = SettingKind.CPU_AFFINITY, SettingKind.NUMA_AFFINITY, SettingKind.CPU_SHARES
SPEED, MEMORY = SettingKind.CPU_LIMIT, SettingKind.MEMORY_LIMIT
LATENCY, SERIALS, BUS = SettingKind.LATENCY_SENSITIVE, SettingKind.DISK_SERIAL, SettingKind.BUS_SHARING
PORT, CLOCK, UNPLUGGED = SettingKind.SERIAL_PORT, SettingKind.CLOCK_FROM_HOST, SettingKind.NIC_UNPLUGGED
WATCHDOG, CLONE, VAPP = SettingKind.WATCHDOG, SettingKind.LINKED_CLONE, SettingKind.VAPP
QUESTION, STATE = SettingKind.PENDING_QUESTION, SettingKind.UNCERTAIN_STATE
POWER, BASELINE, LOCKDOWN = SettingKind.POWER_SAVING, SettingKind.CPU_BASELINE, SettingKind.LOCKDOWN
NSX, LISTENING = SettingKind.NSX, SettingKind.LISTENING_PORTS


def pairs(settings):
    return [(setting.kind, setting.value) for setting in settings]


def settings_of(estate):
    (found,) = estate.vms
    return pairs(found.settings)


def option(key, value):
    return {"extraConfig": [{"key": "guestinfo.userdata", "value": "secret"}, {"key": key, "value": value}]}


CONFIGURATIONS = [
    ({}, []),
    ({"cpuAffinity": {"affinitySet": [0, 1, 5]}}, [(CPUS, "0, 1, 5")]),
    ({"cpuAffinity": {"affinitySet": []}}, []),
    ({"memoryAffinity": {"affinitySet": [1]}}, [(NODES, "1")]),
    (option("numa.nodeAffinity", "0,1"), [(NODES, "0,1")]),
    (option("numa.nodeAffinity", ""), []),
    (option("numa.autosize", "TRUE"), []),
    ({"cpuAllocation": {"shares": {"level": "high", "shares": 2000}}}, [(SHARES, "high")]),
    ({"cpuAllocation": {"shares": {"level": "custom", "shares": 4321}}}, [(SHARES, "4321")]),
    ({"cpuAllocation": {"shares": {"level": "normal", "shares": 1000}}}, []),
    ({"cpuAllocation": {"limit": 500}}, [(SPEED, "500 MHz")]),
    ({"cpuAllocation": {"limit": -1}}, []),
    ({"memoryAllocation": {"limit": 512}}, [(MEMORY, "512 MiB")]),
    ({"memoryAllocation": {"limit": 1024}}, []),
    ({"memoryAllocation": {"limit": -1}}, []),
    ({"latencySensitivity": {"level": "high"}}, [(LATENCY, "high")]),
    ({"latencySensitivity": {"level": "normal"}}, []),
    ({"tools": {"syncTimeWithHost": True}}, [(CLOCK, None)]),
    ({"tools": {"syncTimeWithHost": False}}, []),
    ({"flags": {"diskUuidEnabled": True}}, []),
]


@pytest.mark.parametrize(("config", "expected"), CONFIGURATIONS)
def test_configuration(tmp_path, config, expected):
    assert settings_of(read(tmp_path, vm(config=config))) == expected


def port(kind="Serial", **backing):
    return typed(f"Virtual{kind}Port", key=9000, deviceInfo={"label": f"{kind} port 1"}, backing=backing)


def card(**connectable):
    label = {"label": "Network adapter 1"}
    return typed("VirtualVmxnet3", macAddress="00:50:56:00:00:01", deviceInfo=label, connectable=connectable)


SHARED = SCSI | {"sharedBus": "virtualSharing", "deviceInfo": {"label": "SCSI controller 0"}}
DEVICES = [
    ((SHARED,), [(BUS, "SCSI controller 0: virtual")]),
    ((SCSI,), []),
    ((port(serviceURI="telnet://u:secret@192.0.2.1"),), [(PORT, "Serial port 1: network")]),
    ((port(pipeName="vp"),), [(PORT, "Serial port 1: pipe vp")]),
    ((port(fileName="[ds] web/log"),), [(PORT, "Serial port 1: file [ds] web/log")]),
    ((port("Parallel", deviceName="/dev/parport0"),), [(PORT, "Parallel port 1: device /dev/parport0")]),
    ((port(yieldOnPoll=True),), []),
    (
        ({"key": 9001, "backing": {"deviceName": "/dev/ttyS1"}},),
        [(PORT, "VirtualSerialPort: device /dev/ttyS1")],
    ),
    ((typed("VirtualWDT", key=18000, runOnBoot=True),), [(WATCHDOG, None)]),
    ((card(connected=True, startConnected=True),), []),
    ((card(connected=False, startConnected=True),), [(UNPLUGGED, "Network adapter 1")]),
    ((card(connected=True, startConnected=False),), []),
    ((card(startConnected=False),), [(UNPLUGGED, "Network adapter 1")]),
    ((card(),), []),
]


@pytest.mark.parametrize(("devices", "expected"), DEVICES)
def test_devices(tmp_path, devices, expected):
    assert settings_of(read(tmp_path, vm(*devices))) == expected


@pytest.mark.parametrize(
    ("connectable", "unplugged"),
    [
        ({"connected": False, "startConnected": True}, False),
        ({"connected": False, "startConnected": False}, True),
    ],
)
def test_a_card_of_a_vm_that_is_off_counts_as_it_will_start(tmp_path, connectable, unplugged):
    off = vm(card(**connectable))
    off["runtime"]["powerState"] = "poweredOff"
    assert bool(settings_of(read(tmp_path, off))) is unplugged


@pytest.mark.parametrize(("controller", "shown"), [(1000, [(SERIALS, "scsi0:0")]), (200, []), (31000, [])])
def test_serial_numbers_are_those_of_scsi_disks(tmp_path, controller, shown):
    ide, _, _, _, nvme, _ = CONTROLLERS
    found = vm(ide, SCSI, nvme, disk(controller, 0), config={"flags": {"diskUuidEnabled": True}})
    assert settings_of(read(tmp_path, found)) == shown


@pytest.mark.parametrize("size", [{"capacityInBytes": 0, "capacityInKB": 0}, {"capacityInKB": 0}])
def test_a_disk_of_no_size_is_of_unknown_size(tmp_path, size):
    (found,) = read(tmp_path, vm(SCSI, typed("VirtualDisk", controllerKey=1000, unitNumber=0, **size))).vms
    assert [one.capacity_bytes for one in found.disks] == [None]


def chain(*files):
    backing = None
    for file in reversed(files):
        backing = {"fileName": f"[ds] {file}"} | ({"parent": backing} if backing else {})
    return backing


CHAINS = [
    (("web/web.vmdk",), False),
    (("web/web-000002.vmdk", "web/web-000001.vmdk", "web/web.vmdk"), False),
    (("web/web.vmdk", "golden/golden-000001.vmdk", "golden/golden.vmdk"), True),
    (("web/web-000001.vmdk", "web/web.vmdk", "golden/golden.vmdk"), True),
    (("web/web-000001.vmdk", "golden/golden.vmdk"), False),
]


@pytest.mark.parametrize(("files", "linked"), CHAINS)
def test_a_linked_clone_is_told_from_a_snapshot(tmp_path, files, linked):
    found = typed("VirtualDisk", deviceInfo={"label": "Hard disk 1"}, backing=chain(*files))
    estate = read(tmp_path, vm(found))
    assert settings_of(estate) == ([(CLONE, "Hard disk 1")] if linked else [])
    bottom = f"[ds] {files[-1]}" if len(files) > 1 else None
    assert [disk.base for one in estate.vms for disk in one.disks] == [bottom]


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        ({"question": {"id": "1", "text": "moved or\ncopied?"}}, [(QUESTION, "moved or copied?")]),
        ({"question": None}, []),
        ({"connectionState": "orphaned"}, [(STATE, "orphaned")]),
        ({"connectionState": "inaccessible"}, [(STATE, "inaccessible")]),
        ({"connectionState": "connected"}, []),
    ],
)
def test_state(tmp_path, runtime, expected):
    found = vm()
    found["runtime"] |= runtime
    assert settings_of(read(tmp_path, found)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"parentVApp": ref("VirtualApp", "resgroup-v1")},
        {"resourcePool": ref("VirtualApp", "resgroup-v1")},
        {"parentVApp": ref("VirtualApp", "resgroup-v1"), "resourcePool": ref("VirtualApp", "resgroup-v1")},
    ],
)
def test_a_vapp(tmp_path, fields):
    vapp = obj("VirtualApp", "resgroup-v1") | {"name": "Shop"}
    assert settings_of(read(tmp_path, vm(**fields), vapp)) == [(VAPP, "Shop")]


def test_a_resource_pool_is_no_vapp(tmp_path):
    pool = obj("ResourcePool", "resgroup-8")
    assert settings_of(read(tmp_path, vm(resourcePool=ref("ResourcePool", "resgroup-8")), pool)) == []


CLUSTERS = [
    ({"dpmConfigInfo": {"enabled": True, "defaultDpmBehavior": "automated"}}, {}, [(POWER, "automated")]),
    ({"dpmConfigInfo": {"enabled": False, "defaultDpmBehavior": "automated"}}, {}, []),
    ({}, {"currentEVCModeKey": "intel-cascadelake"}, [(BASELINE, "intel-cascadelake")]),
    ({}, {"numHosts": 1}, []),
]


@pytest.mark.parametrize(("configuration", "summary", "expected"), CLUSTERS)
def test_clusters(tmp_path, configuration, summary, expected):
    (found,) = read(tmp_path, cluster(**configuration) | {"summary": summary}).clusters
    assert pairs(found.settings) == expected


HOSTS = [
    ({"lockdownMode": "lockdownNormal"}, [(LOCKDOWN, "normal")]),
    ({"lockdownMode": "lockdownStrict", "adminDisabled": True}, [(LOCKDOWN, "strict")]),
    ({"lockdownMode": "lockdownDisabled", "adminDisabled": False}, []),
    ({"adminDisabled": True}, [(LOCKDOWN, None)]),
    ({}, []),
]


@pytest.mark.parametrize(("config", "expected"), HOSTS)
def test_hosts(tmp_path, config, expected):
    (found,) = read(tmp_path, host(config=config)).hosts
    assert pairs(found.settings) == expected


AS_MADE = {"allowPromiscuous": False, "macChanges": True, "forgedTransmits": True}
STANDARD = [
    ({}, AS_MADE, []),
    ({}, AS_MADE | {"allowPromiscuous": True}, [(LISTENING, "promiscuous mode")]),
    ({"allowPromiscuous": True}, AS_MADE | {"allowPromiscuous": True}, [(LISTENING, "promiscuous mode")]),
    ({"forgedTransmits": True}, AS_MADE, [(LISTENING, "forged transmits")]),
    ({"forgedTransmits": False}, AS_MADE | {"forgedTransmits": False}, []),
]


@pytest.mark.parametrize(("own", "computed", "expected"), STANDARD)
def test_port_groups_of_standard_switches(tmp_path, own, computed, expected):
    group = {
        "spec": {"name": "lan", "vlanId": 0, "policy": {"security": own}},
        "computedPolicy": {"security": computed},
    }
    (found,) = read(tmp_path, host(config={"network": {"portgroup": [group]}})).networks
    assert pairs(found.settings) == expected


def inherited(**truths):
    return {name: {"inherited": False, "value": value} for name, value in truths.items()}


DISTRIBUTED = [
    ({"defaultPortConfig": {"securityPolicy": inherited(allowPromiscuous=False, macChanges=False)}}, []),
    (
        {"defaultPortConfig": {"securityPolicy": inherited(forgedTransmits=True, macChanges=True)}},
        [(LISTENING, "MAC changes, forged transmits")],
    ),
    (
        {"defaultPortConfig": {"macManagementPolicy": {"allowPromiscuous": True, "inherited": False}}},
        [(LISTENING, "promiscuous mode")],
    ),
    ({"backingType": "nsx", "segmentId": "/infra/segments/web"}, [(NSX, "/infra/segments/web")]),
    ({"logicalSwitchUuid": "0-1"}, [(NSX, None)]),
    ({"backingType": "standard"}, []),
]


@pytest.mark.parametrize(("config", "expected"), DISTRIBUTED)
def test_distributed_port_groups(tmp_path, config, expected):
    group = obj("DistributedVirtualPortgroup", "pg-1", config=config, host=[ref("HostSystem", "host-1")])
    (found,) = read(tmp_path, group, host(config={"network": {"portgroup": []}})).networks
    assert pairs(found.settings) == expected


@pytest.mark.parametrize(("kind", "expected"), [("nsx.LogicalSwitch", True), ("other", False)])
def test_opaque_networks(tmp_path, kind, expected):
    network = obj("OpaqueNetwork", "net-1", summary={"opaqueNetworkType": kind, "opaqueNetworkId": "1"})
    here = host(network=[ref("OpaqueNetwork", "net-1")], config={"network": {"portgroup": []}})
    (found,) = read(tmp_path, network, here).networks
    assert found.settings == ((Setting(kind=NSX, value=kind),) if expected else ())


def test_what_one_host_allows_is_allowed(tmp_path):
    policies = (AS_MADE, AS_MADE | {"allowPromiscuous": True})
    hosts = [
        host(
            f"host-{number}",
            config={
                "network": {"portgroup": [{"spec": {"name": "lan"}, "computedPolicy": {"security": policy}}]}
            },
        )
        for number, policy in enumerate(policies)
    ]
    (found,) = read(tmp_path, *hosts).networks
    assert pairs(found.settings) == [(LISTENING, "promiscuous mode")]
