"""Settings of a .vmx and of an OVF that nothing takes over."""

import pytest

from planner.errors import InputError
from planner.model.setting import Setting, SettingKind
from tests.read.vmware.folders import VMX, descriptor, machine, on_datastore, vmx
from tests.read.vmware.test_ovf import HARDWARE, SPACES, envelope, item, read, system

DISK = {"scsi0.present": "TRUE", "scsi0:0.present": "TRUE", "scsi0:0.fileName": "web.vmdk"}
IDE = {"ide0:0.present": "TRUE", "ide0:0.fileName": "web.vmdk", "ide0:0.deviceType": "ata-hardDisk"}
CARDS = {"ethernet0.present": "TRUE", "ethernet1.present": "TRUE"}
CPUS, NODES, SHARES = SettingKind.CPU_AFFINITY, SettingKind.NUMA_AFFINITY, SettingKind.CPU_SHARES
SPEED, MEMORY_LIMIT = SettingKind.CPU_LIMIT, SettingKind.MEMORY_LIMIT
LATENCY, SERIALS, BUS = SettingKind.LATENCY_SENSITIVE, SettingKind.DISK_SERIAL, SettingKind.BUS_SHARING
PORT, CLOCK, UNPLUGGED = SettingKind.SERIAL_PORT, SettingKind.CLOCK_FROM_HOST, SettingKind.NIC_UNPLUGGED
WATCHDOG, CLONE = SettingKind.WATCHDOG, SettingKind.LINKED_CLONE
VAPP, FOREIGN = SettingKind.VAPP, SettingKind.FOREIGN_EXPORT


def port(name: str, **facts: str) -> dict[str, str]:
    return {f"{name}.{fact}": value for fact, value in {"present": "TRUE", **facts}.items()}


OF_VMX = [
    ({}, []),
    ({"sched.cpu.affinity": "0,1-3"}, [(CPUS, "0,1-3")]),
    ({"sched.cpu.affinity": "all"}, []),
    ({"numa.nodeAffinity": "0,1"}, [(NODES, "0,1")]),
    ({"numa.nodeAffinity": ""}, []),
    ({"sched.cpu.shares": "high"}, [(SHARES, "high")]),
    ({"sched.cpu.shares": "4321"}, [(SHARES, "4321")]),
    ({"sched.cpu.shares": "normal"}, []),
    ({"sched.cpu.max": "18034", "sched.cpu.units": "mhz"}, [(SPEED, "18034 MHz")]),
    ({"sched.cpu.max": "unlimited"}, []),
    ({"sched.cpu.max": "-1"}, []),
    ({"sched.mem.max": "512", "memSize": "1024"}, [(MEMORY_LIMIT, "512 MiB")]),
    ({"sched.mem.max": "1024", "memSize": "1024"}, []),
    ({"sched.mem.max": "unlimited", "memSize": "1024"}, []),
    ({"sched.cpu.latencySensitivity": "high"}, [(LATENCY, "high")]),
    ({"sched.cpu.latencySensitivity": "normal"}, []),
    (DISK | {"disk.EnableUUID": "TRUE"}, [(SERIALS, "scsi0:0")]),
    (DISK | {"disk.EnableUUID": "FALSE"}, []),
    (IDE | {"disk.EnableUUID": "TRUE"}, []),
    (DISK | {"scsi0.sharedBus": "virtual"}, [(BUS, "scsi0: virtual")]),
    (DISK | {"scsi0.sharedBus": "none"}, []),
    ({"scsi0.sharedBus": "physical"}, []),
    (port("serial0", fileType="device", fileName="/dev/ttyS0"), [(PORT, "serial0: device /dev/ttyS0")]),
    (port("serial0", fileType="file", fileName="log.txt"), [(PORT, "serial0: file log.txt")]),
    (
        port("serial1", fileType="network", fileName="tcp://u:secret@192.0.2.1:1"),
        [(PORT, "serial1: network")],
    ),
    (port("serial0", fileType="pipe", fileName="serial0.pipe"), [(PORT, "serial0: pipe")]),
    (port("parallel0", fileName="/dev/parport0"), [(PORT, "parallel0: device /dev/parport0")]),
    (port("serial0", fileType="thinprint"), []),
    (port("serial0", fileType="network") | {"serial0.present": "FALSE"}, []),
    ({"tools.syncTime": "TRUE"}, [(CLOCK, None)]),
    ({"tools.syncTime": "FALSE"}, []),
    ({"vwdt.present": "TRUE"}, [(WATCHDOG, None)]),
    (CARDS | {"ethernet1.startConnected": "FALSE"}, [(UNPLUGGED, "ethernet1")]),
    (CARDS | {"ethernet0.startConnected": "TRUE"}, []),
    ({"ethernet0.present": "FALSE", "ethernet0.startConnected": "FALSE"}, []),
]


@pytest.mark.parametrize(("values", "expected"), OF_VMX)
def test_settings_of_a_vmx(tmp_path, values, expected):
    found = machine(tmp_path, values).settings
    assert [(setting.kind, setting.value) for setting in found] == expected


def test_a_switch_that_is_neither_on_nor_off_is_refused(tmp_path):
    with pytest.raises(InputError, match="expected TRUE or FALSE"):
        machine(tmp_path, CARDS | {"ethernet0.startConnected": "perhaps"})


CHAINS = [
    ({"web.vmdk": None}, "web.vmdk", []),
    ({"web.vmdk": None, "web-000001.vmdk": "web.vmdk"}, "web-000001.vmdk", []),
    ({"web.vmdk": "golden-000001.vmdk", "golden-000001.vmdk": None}, "web.vmdk", ["scsi0:0"]),
    (
        {"web-000001.vmdk": "web.vmdk", "web.vmdk": "golden.vmdk", "golden.vmdk": None},
        "web-000001.vmdk",
        ["scsi0:0"],
    ),
    ({"web.vmdk": "/vmfs/volumes/elsewhere/golden/golden.vmdk"}, "web.vmdk", ["scsi0:0"]),
    ({"web-000001.vmdk": "/vmfs/volumes/elsewhere/golden/golden.vmdk"}, "web-000001.vmdk", []),
]


@pytest.mark.parametrize(("files", "disk", "expected"), CHAINS)
def test_a_linked_clone_is_told_from_a_snapshot(tmp_path, files, disk, expected):
    folder = on_datastore(tmp_path)
    path = vmx(folder, DISK | {"scsi0:0.fileName": disk})
    for name, parent in files.items():
        descriptor(folder / name, parent=parent)
    (vm,) = VMX.read([path]).vms
    assert [setting.value for setting in vm.settings if setting.kind is CLONE] == expected


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({}, None),
        ({"web.vmdk": "../golden/golden-000002.vmdk"}, "[ds 1] golden/golden-000002.vmdk"),
        (
            {"web.vmdk": "../golden/golden-000001.vmdk", "../golden/golden-000001.vmdk": "golden.vmdk"},
            "[ds 1] golden/golden.vmdk",
        ),
        ({"web.vmdk": "/vmfs/volumes/ds2/golden/golden.vmdk"}, "[ds2] golden/golden.vmdk"),
        ({"web-000001.vmdk": "web.vmdk"}, "[ds 1] web/web.vmdk"),
    ],
)
def test_the_image_at_the_bottom_is_named_as_its_host_names_it(tmp_path, parents, expected):
    folder = on_datastore(tmp_path)
    on_datastore(tmp_path, folder="golden").mkdir(parents=True)
    path = vmx(folder, DISK | {"scsi0:0.fileName": next(iter(parents), "web.vmdk")})
    for name, parent in parents.items():
        descriptor(folder / name, parent=parent)
    (vm,) = VMX.read([path]).vms
    assert [disk.base for disk in vm.disks] == [expected]


def test_disks_of_no_size_are_of_unknown_size(tmp_path):
    descriptor(tmp_path / "web.vmdk", sectors=0)
    nothing = '<Disk ovf:diskId="d1" ovf:capacity="0"/>'
    vms = (machine(tmp_path, DISK), *read(tmp_path, envelope(disks=nothing)).vms)
    assert [[disk.capacity_bytes for disk in vm.disks] for vm in vms] == [[None], [None]]


def option(key: str, value: str, kind: str = "ExtraConfig") -> str:
    return f'<vmw:{kind} vmw:key="{key}" vmw:value="{value}"/>'


def hardware(*more: str) -> str:
    return HARDWARE + "".join(more)


MEGABYTES = "byte * 2^20"
NO_NAMESPACE = SPACES.replace('xmlns:vmw="http://www.vmware.com/schema/ovf"', "")
OF_OVF = [
    (hardware(), []),
    (hardware(option("sched.cpu.affinity", "0,1")), [(CPUS, "0,1")]),
    (hardware(option("sched.cpu.affinity", "all")), []),
    (hardware(option("numa.nodeAffinity", "1")), [(NODES, "1")]),
    (hardware(option("disk.EnableUUID", "TRUE")), [(SERIALS, "scsi0:1")]),
    (hardware(option("disk.EnableUUID", "FALSE")), []),
    (
        item(5, 3, Address=0) + item(17, 4, Parent=3, AddressOnParent=0) + option("disk.EnableUUID", "TRUE"),
        [],
    ),
    (hardware(option("tools.syncTimeWithHost", "true", "Config")), [(CLOCK, None)]),
    (hardware(option("tools.syncTimeWithHost", "false", "Config")), []),
    (item(3, 1, VirtualQuantity=1, inside=option("sharesLevel", "high", "Config")), [(SHARES, "high")]),
    (item(3, 1, VirtualQuantity=1, inside=option("sharesLevel", "normal", "Config")), []),
    (item(3, 1, VirtualQuantity=1, AllocationUnits="hertz * 10^6", Limit=2000), [(SPEED, "2000 MHz")]),
    (item(3, 1, VirtualQuantity=1, AllocationUnits="hertz * 10^6", Limit=-1), []),
    (item(4, 1, VirtualQuantity=1024, AllocationUnits=MEGABYTES, Limit=512), [(MEMORY_LIMIT, "512 MiB")]),
    (item(4, 1, VirtualQuantity=1536, AllocationUnits=MEGABYTES, Limit=4096), []),
    (item(21, 1, ElementName="Serial 1", Address="telnet://:22001"), [(PORT, "Serial 1")]),
    (item(21, 1, ElementName="Serial 1"), []),
    (item(1, 1, ResourceSubType="vmware.wdt"), [(WATCHDOG, None)]),
    (item(1, 1, ResourceSubType="vmware.vmci"), []),
    (item(10, 1, ElementName="Card 1", AutomaticAllocation="false"), [(UNPLUGGED, "Card 1")]),
    (item(10, 1, ElementName="Card 1", AutomaticAllocation="true"), []),
    (item(15, 1, ElementName="CD 1", AutomaticAllocation="false"), []),
]


@pytest.mark.parametrize(("told", "expected"), OF_OVF)
def test_settings_of_an_ovf(tmp_path, told, expected):
    (vm,) = read(tmp_path, envelope(system(hardware=told))).vms
    assert [(setting.kind, setting.value) for setting in vm.settings] == expected


def test_a_collection_is_a_vapp(tmp_path):
    inside = system("a") + system("b")
    text = f'<VirtualSystemCollection ovf:id="c"><Info/><Name>Shop</Name>{inside}</VirtualSystemCollection>'
    for vm in read(tmp_path, envelope(text)).vms:
        assert vm.settings == (Setting(kind=VAPP, value="Shop"),)


MAKERS = [
    ("vmx-10", SPACES, []),
    ("vmx-10", NO_NAMESPACE, []),
    ("virtualbox-2.2", SPACES, []),
    ("virtualbox-2.2", NO_NAMESPACE, ["virtualbox-2.2"]),
    ("", NO_NAMESPACE, [None]),
]


@pytest.mark.parametrize(("family", "spaces", "expected"), MAKERS)
def test_who_made_an_ovf(tmp_path, family, spaces, expected):
    plain = HARDWARE.replace("<vmw:CoresPerSocket>2</vmw:CoresPerSocket>", "")
    text = envelope(system(hardware=plain, family=family)).replace(SPACES, spaces)
    (vm,) = read(tmp_path, text).vms
    assert [setting.value for setting in vm.settings if setting.kind is FOREIGN] == expected
