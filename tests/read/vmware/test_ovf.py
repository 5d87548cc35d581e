"""What an OVF says, fact by fact, in every generation."""

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from planner.errors import InputError
from planner.model.estate import Estate, Passthrough, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PassthroughKind
from planner.read.gather import unplaced_cluster
from planner.read.source import Sample
from tests.read.vmware.folders import OVF

GIB, MIB = 1024**3, 1024**2
CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_"
SPACES = (
    f'xmlns:rasd="{CIM}ResourceAllocationSettingData" xmlns:vssd="{CIM}VirtualSystemSettingData" '
    'xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
ONE = "http://schemas.dmtf.org/ovf/envelope/1"
SECTIONS = "DiskSection|NetworkSection|OperatingSystemSection|VirtualHardwareSection|AnnotationSection|StartupSection"


def item(kind: int, ident: int, configuration: str = "", inside: str = "", **facts: str | int) -> str:
    bound = f' ovf:configuration="{configuration}"' if configuration else ""
    told = "".join(f"<rasd:{name}>{escape(str(value))}</rasd:{name}>" for name, value in facts.items())
    return (
        f"<Item{bound}>{told}<rasd:InstanceID>{ident}</rasd:InstanceID>"
        f"<rasd:ResourceType>{kind}</rasd:ResourceType>{inside}</Item>\n"
    )


CPU = item(
    3,
    1,
    VirtualQuantity=4,
    AllocationUnits="hertz * 10^6",
    inside="<vmw:CoresPerSocket>2</vmw:CoresPerSocket>",
)
MEMORY = item(4, 2, AllocationUnits="byte * 2^20", VirtualQuantity=8192, Reservation=1024)
SCSI = item(6, 3, Address=0, ResourceSubType="VirtualSCSI")
DISK = item(17, 4, Parent=3, AddressOnParent=1, HostResource="ovf:/disk/d1")
CARD = item(10, 5, Connection="VM Network", ResourceSubType="VmxNet3")
HARDWARE = CPU + MEMORY + SCSI + DISK + CARD
FILES = '<File ovf:id="f1" ovf:href="web-disk1.vmdk" ovf:size="1000000"/>'
DISKS = '<Disk ovf:diskId="d1" ovf:fileRef="f1" ovf:capacity="40" ovf:capacityAllocationUnits="byte * 2^30"/>'


def system(ident: str = "web", hardware: str = HARDWARE, family: str = "vmx-10", inside: str = "") -> str:
    return (
        f'<VirtualSystem ovf:id="{ident}"><Info/><Name>{ident}</Name>{inside}<VirtualHardwareSection><Info/>'
        f"<System><vssd:VirtualSystemType>{family}</vssd:VirtualSystemType></System>"
        f"{hardware}</VirtualHardwareSection></VirtualSystem>\n"
    )


def envelope(
    content: str = "", files: str = FILES, disks: str = DISKS, namespace: str = ONE, extra: str = ""
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Envelope xmlns="{namespace}" xmlns:ovf="{namespace}" {SPACES}>\n'
        f"<References>{files}</References>\n<DiskSection><Info/>{disks}</DiskSection>\n{extra}{content or system()}</Envelope>"
    )


def old(text: str) -> str:
    """The same in OVF 0.9: types instead of names, and another namespace."""
    text = text.replace(ONE, "http://www.vmware.com/schema/ovf/1/envelope")
    for name in ("VirtualSystemCollection", "VirtualSystem"):
        text = re.sub(rf"<{name}( |>)", rf'<Content xsi:type="ovf:{name}_Type"\1', text)
        text = text.replace(f"</{name}>", "</Content>")
    text = re.sub(rf"<({SECTIONS})( |>)", r'<Section xsi:type="ovf:\1_Type"\2', text)
    return re.sub(rf"</({SECTIONS})>", "</Section>", text).replace("InstanceID", "InstanceId")


def read(folder: Path, text: str) -> Estate:
    path = folder / "web.ovf"
    path.write_text(text, encoding="utf-8")
    assert OVF.recognises(Sample.of(path))
    return OVF.read([path])


def machine(folder: Path, text: str) -> VirtualMachine:
    (vm,) = read(folder, text).vms
    return vm


GENERATIONS = {
    "0.9": old(envelope()),
    "1.x": envelope(),
    "2.x": envelope(namespace="http://schemas.dmtf.org/ovf/envelope/2")
    .replace(f"{DISK}", DISK.replace("Item>", "StorageItem>"))
    .replace(f"{CARD}", CARD.replace("Item>", "EthernetPortItem>")),
}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_reads_alike(tmp_path, generation):
    estate = read(tmp_path, GENERATIONS[generation])
    (vm,) = estate.vms
    assert (vm.name, vm.vcpus, vm.cores_per_socket, vm.memory_bytes) == ("web", 4, 2, 8 * GIB)
    assert (vm.memory_reservation_bytes, vm.hardware_version, vm.source) == (GIB, "vmx-10", "ovf")
    (disk,), (nic,) = vm.disks, vm.nics
    assert (disk.id, disk.bus, disk.kind, disk.path) == ("scsi0:1", "scsi", DiskKind.DISK, "web-disk1.vmdk")
    assert (disk.capacity_bytes, disk.allocated_bytes) == (40 * GIB, 1_000_000)
    assert (nic.model, nic.mac) == ("vmxnet3", None)
    assert [(network.id, network.name) for network in estate.networks] == [(nic.network, "VM Network")]
    assert (
        [cluster.id for cluster in estate.clusters]
        == [vm.cluster]
        == [unplaced_cluster(HypervisorKind.ESXI).id]
    )
    assert estate.gaps == ()


UNITS = [
    ("byte", 1),
    ("bytes", 1),
    ("byte * 2^10", 1024),
    ("byte * 2^20", MIB),
    ("byte*2^30", GIB),
    ("byte * 2 ^ 40", 1024**4),
    ("byte * 10^9", 10**9),
    ("MegaBytes", MIB),
    ("GigaBytes", GIB),
    ("KB", 1024),
]


@pytest.mark.parametrize(("unit", "factor"), UNITS)
def test_units(tmp_path, unit, factor):
    memory = item(4, 2, AllocationUnits=unit, VirtualQuantity=4)
    disks = f'<Disk ovf:diskId="d1" ovf:capacity="3" ovf:capacityAllocationUnits="{unit}"/>'
    vm = machine(tmp_path, envelope(system(hardware=memory + SCSI + DISK), disks=disks))
    assert (vm.memory_bytes, vm.disks[0].capacity_bytes) == (4 * factor, 3 * factor)


def test_a_capacity_without_unit_is_in_bytes_and_memory_without_is_unknown(tmp_path):
    disks = '<Disk ovf:diskId="d1" ovf:capacity="1073741824" ovf:populatedSize="7"/>'
    vm = machine(
        tmp_path, envelope(system(hardware=item(4, 2, VirtualQuantity=4) + SCSI + DISK), disks=disks)
    )
    assert (vm.memory_bytes, vm.disks[0].capacity_bytes, vm.disks[0].allocated_bytes) == (None, GIB, 7)


@pytest.mark.parametrize(
    ("extra", "expected"), [("", None), ('<Property ovf:key="size" ovf:value="9"/>', 9 * GIB)]
)
def test_a_capacity_may_be_a_property(tmp_path, extra, expected):
    section = f"<ProductSection><Info/>{extra}</ProductSection>"
    text = envelope(system(inside=section), disks=DISKS.replace('"40"', '"${size}"'))
    assert machine(tmp_path, text).disks[0].capacity_bytes == expected


DRIVES = [
    (item(5, 9, Address=1) + item(17, 4, Parent=9, AddressOnParent=0, HostResource="/disk/d1"), ("ide1:0", "ide", "web-disk1.vmdk")),
    (item(20, 9, Address=0) + item(15, 4, Parent=9, AddressOnParent=3), ("sata0:3", "sata", None)),
    (item(20, 9, ResourceSubType="vmware.nvme.controller") + item(17, 4, Parent=9, AddressOnParent=0), ("nvme0:0", "nvme", None)),
    (item(14, 4, AddressOnParent=0), ("floppy0", "fdc", None)),
    (item(16, 4, HostResource="ovf:/file/f1"), ("disk-1", None, "web-disk1.vmdk")),
    (item(6, 8) + item(6, 9) + item(17, 4, Parent=9, AddressOnParent=2), ("scsi1:2", "scsi", None)),
]  # fmt: skip


@pytest.mark.parametrize(("hardware", "expected"), DRIVES)
def test_drives(tmp_path, hardware, expected):
    (disk,) = machine(tmp_path, envelope(system(hardware=hardware))).disks
    assert (disk.id, disk.bus, disk.path) == expected


def test_two_drives_that_claim_one_place_keep_apart(tmp_path):
    hardware = SCSI + DISK + DISK.replace("InstanceID>4", "InstanceID>7")
    assert [disk.id for disk in machine(tmp_path, envelope(system(hardware=hardware))).disks] == [
        "disk-1",
        "disk-2",
    ]


def test_addresses_and_host_devices(tmp_path):
    backing = '<vmw:Config vmw:key="backing.id" vmw:value="0000:04:00.0"/>'
    hardware = (
        item(10, 5, Address="00-16-3E-00-00-01", Connection="a", ResourceSubType="vmware.network.sriov")
        + item(1, 6, ResourceSubType="vmware.pci.passthrough", inside=backing)
        + item(1, 7, ResourceSubType="vmware.vmci")
    )
    vm = machine(tmp_path, envelope(system(hardware=hardware)))
    assert [nic.mac for nic in vm.nics] == ["00:16:3e:00:00:01"]
    assert vm.passthrough == (
        Passthrough(kind=PassthroughKind.SRIOV, description="a"),
        Passthrough(kind=PassthroughKind.PCI, description="0000:04:00.0"),
    )


SETTINGS = [
    ("firmware", "efi", {"firmware": Firmware.UEFI}),
    ("bootOptions.efiSecureBootEnabled", "true", {"secure_boot": True, "firmware": Firmware.BIOS}),
    ("cpuHotAddEnabled", "true", {"cpu_hotplug": True, "memory_hotplug": None}),
    ("memoryHotAddEnabled", "false", {"memory_hotplug": False}),
    ("nestedHVEnabled", "true", {"nested": True}),
]


@pytest.mark.parametrize(("key", "value", "expected"), SETTINGS)
def test_settings_of_vmware(tmp_path, key, value, expected):
    setting = f'<vmw:Config ovf:required="false" vmw:key="{key}" vmw:value="{value}"/>'
    vm = machine(tmp_path, envelope(system(hardware=HARDWARE + setting)))
    assert {fact: getattr(vm, fact) for fact in expected} == expected


def test_extra_settings_and_a_vtpm(tmp_path):
    hardware = (
        item(1, 8, ResourceSubType="vmware.vtpm") + '<vmw:ExtraConfig vmw:key="vhv.enable" vmw:value="TRUE"/>'
    )
    vm = machine(tmp_path, envelope(system(hardware=hardware)))
    assert (vm.vtpm, vm.nested) == (True, True)


GUESTS = [
    ('ovf:id="80" vmw:osType="rhel7_64Guest"', "Red Hat 7", "rhel7_64Guest"),
    ('ovf:id="1" vmw:osType="otherGuest"', "Cisco IOS", "Cisco IOS"),
    ('ovf:id="94"', "Ubuntu_64", "Ubuntu_64"),
    ('ovf:id="94"', "", None),
]


@pytest.mark.parametrize(("about", "described", "expected"), GUESTS)
def test_guest_systems(tmp_path, about, described, expected):
    section = f"<OperatingSystemSection {about}><Info/><Description>{described}</Description></OperatingSystemSection>"
    assert machine(tmp_path, envelope(system(inside=section))).guest_os == expected


FAMILIES = [
    ("vmx-19", HypervisorKind.ESXI, "vmx-19", 0),
    ("vmx-10 vmx-11", HypervisorKind.ESXI, None, 0),
    ("hvm-3.0-unknown", HypervisorKind.XENSERVER, None, 0),
    ("xen-3.0-x86_64", HypervisorKind.XENSERVER, None, 0),
    ("virtualbox-2.2", HypervisorKind.ESXI, None, 1),
]


@pytest.mark.parametrize(("family", "hypervisor", "version", "gaps"), FAMILIES)
def test_what_a_vm_ran_on(tmp_path, family, hypervisor, version, gaps):
    estate = read(tmp_path, envelope(system(family=family)))
    assert [cluster.hypervisor for cluster in estate.clusters] == [hypervisor]
    assert (estate.vms[0].hardware_version, len(estate.gaps)) == (version, gaps)


def test_an_annotation(tmp_path):
    section = "<AnnotationSection><Info>a</Info><Annotation>first\nsecond</Annotation></AnnotationSection>"
    assert machine(tmp_path, envelope(system(inside=section))).annotation == "first\nsecond"


@pytest.mark.parametrize(
    ("default", "vcpus", "memory"), [("", 1, 4 * MIB), ('ovf:default="true"', 8, 4 * MIB)]
)
def test_the_default_deployment_option_is_taken(tmp_path, default, vcpus, memory):
    hardware = (
        item(3, 1, VirtualQuantity=2)
        + item(3, 1, configuration="small", VirtualQuantity=1)
        + item(3, 1, configuration="huge large", VirtualQuantity=8)
        + item(4, 2, AllocationUnits="byte * 2^20", VirtualQuantity=4)
        + item(17, 3, configuration="none-of-these")
    )
    options = f'<Configuration ovf:id="small"/><Configuration ovf:id="large" {default}/>'
    text = envelope(
        system(hardware=hardware), extra=f"<DeploymentOptionSection>{options}</DeploymentOptionSection>"
    )
    vm = machine(tmp_path, text)
    assert (vm.vcpus, vm.memory_bytes, vm.disks) == (vcpus, memory, ())


def collection(ident: str, orders: dict[str, int], *inside: str) -> str:
    items = "".join(f'<Item ovf:id="{name}" ovf:order="{order}"/>' for name, order in orders.items())
    start = f"<StartupSection><Info/>{items}</StartupSection>" if orders else ""
    return f'<VirtualSystemCollection ovf:id="{ident}">{start}{"".join(inside)}</VirtualSystemCollection>'


BARE = {name: system(name, hardware=CPU) for name in ("db", "db2", "app", "web", "log")}
STARTS = [
    (collection("all", {"db": 1, "app": 2, "web": 3}, *BARE.values()), {"app": {"db"}, "web": {"app"}}),
    (
        collection("all", {"db": 5, "db2": 5, "app": 7, "log": 0}, *BARE.values()),
        {"app": {"db", "db2"}},
    ),
    (collection("all", {}, *BARE.values()), {}),
    (
        collection(
            "all",
            {"inner": 1, "web": 2},
            collection("inner", {"db": 1, "app": 2}, BARE["db"], BARE["app"]),
            BARE["web"],
        ),
        {"app": {"db"}, "web": {"db", "app"}},
    ),
]


@pytest.mark.parametrize("generation", ["1.x", "0.9"])
@pytest.mark.parametrize(("content", "expected"), STARTS)
def test_the_start_order_of_a_vapp(tmp_path, content, expected, generation):
    text = envelope(content)
    estate = read(tmp_path, text if generation == "1.x" else old(text))
    names = {vm.id: vm.name for vm in estate.vms}
    found = {vm.name: {names[needed] for needed in vm.depends_on} for vm in estate.vms if vm.depends_on}
    assert found == expected


def test_vms_of_one_name_in_a_package_keep_apart(tmp_path):
    twins = system("a") + system("b").replace("<Name>b", "<Name>a")
    vms = read(tmp_path, envelope(twins)).vms
    assert [vm.name for vm in vms] == ["a", "a"]
    assert len({vm.id for vm in vms}) == 2


WRONG = [
    (envelope(system(hardware=item(3, 1, VirtualQuantity=0))), 5, "VirtualQuantity: is '0'"),
    (envelope(system(hardware=item(3, 1, VirtualQuantity="-2"))), 5, "expected a whole number from 1 to 10000"),
    (envelope(system(hardware=item(4, 1, VirtualQuantity=2**60, AllocationUnits="byte"))), 5, "VirtualQuantity"),
    (envelope(system(hardware=item(4, 1, VirtualQuantity=1, AllocationUnits="furlong"))), 5, "is no unit of size"),
    (envelope(system(hardware=item(4, 1, VirtualQuantity=1, AllocationUnits="byte * 2^99"))), 5, "is no unit of size"),
    (envelope(system(hardware=CPU + CPU)), 6, "InstanceID: '1' is there twice"),
    (envelope(system(hardware=CPU.replace("Type>3", "Type>cpu"))), 5, "ResourceType: is 'cpu'"),
    (envelope(system(hardware=item(17, 4, Parent=77))), 5, "Parent: '77' is no controller"),
    (envelope(disks=""), 8, "HostResource: 'ovf:/disk/d1' is not in the DiskSection"),
    (envelope(files=""), 4, "fileRef: 'f1' is no file of the References"),
    (envelope(files=FILES + FILES), 3, "'f1' is there twice"),
    (envelope(files=FILES + FILES.replace("f1", "f2")), 3, "'web-disk1.vmdk' is there twice"),
    (envelope(files=FILES.replace('"1000000"', '"-1"')), 3, "size: is '-1'"),
    (envelope(disks=DISKS + DISKS), 4, "diskId: 'd1' is there twice"),
    (envelope(disks=DISKS.replace('"40"', '"99999999999999999999"')), 4, "capacity: is '99999999999999999999'"),
    (envelope(disks=DISKS.replace("byte * 2^30", "blocks")), 4, "'blocks' is no unit of size"),
    (envelope(" "), 2, "describes no VM"),
    (envelope(collection("all", {"gone": 1}, BARE["db"])), 5, "'gone' is none of the VMs of this collection"),
    (envelope(collection("all", {"db": -1}, BARE["db"])), 5, "order: is '-1'"),
    (envelope(system(hardware='<vmw:Config vmw:key="firmware" vmw:value="ofw"/>')), 5, "firmware: is 'ofw'"),
    (envelope(namespace="http://schemas.dmtf.org/ovf/envelope/7"), 2, "'http://schemas.dmtf.org/ovf/envelope/7'"),
    (envelope()[:-20], 10, "is no sound XML"),
    (envelope().replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1), None, "document type"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_wrong_packages_are_refused_with_the_line(tmp_path, text, line, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert (caught.value.problems[0].file, caught.value.problems[0].line) == (str(tmp_path / "web.ovf"), line)


FOREIGN = [
    "<html><body>not found</body></html>",
    '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>',
    "<!-- <Envelope xmlns='http://schemas.dmtf.org/ovf/envelope/1'> --><domain type='kvm'/>",
    "",
    "PK\x03\x04",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_documents_are_not_taken_and_refused_by_force(tmp_path, text):
    path = tmp_path / "web.ovf"
    path.write_text(text, encoding="utf-8")
    assert not OVF.recognises(Sample.of(path))
    with pytest.raises(InputError):
        OVF.read([path])


def test_every_bad_file_is_named(tmp_path):
    files = [tmp_path / name for name in ("a.ovf", "b.ovf")]
    for file in files:
        file.write_text(envelope(" "))
    with pytest.raises(InputError) as caught:
        OVF.read([*files, tmp_path / "gone.ovf"])
    assert [Path(problem.file).name for problem in caught.value.problems] == ["a.ovf", "b.ovf", "gone.ovf"]
