"""What a VM is made of: disks on every bus, images, cards, and devices of its host."""

import pytest

from planner.model.estate import Disk, Passthrough
from planner.model.kinds import DiskKind, DiskMode, PassthroughKind
from tests.read.vsphere.objects import host, obj, read, ref, typed, vm

GIB = 2**30
SCSI = typed("ParaVirtualSCSIController", key=1000, busNumber=0, sharedBus="noSharing", scsiCtlrUnitNumber=7)
CONTROLLERS = (
    typed("VirtualIDEController", key=200, busNumber=0),
    SCSI,
    typed("VirtualLsiLogicSASController", key=1001, busNumber=1, sharedBus="physicalSharing"),
    typed("VirtualAHCIController", key=15000, busNumber=0),
    typed("VirtualNVMEController", key=31000, busNumber=0),
    typed("VirtualSIOController", key=400, busNumber=0),
)
FLAT = "VirtualDiskFlatVer2BackingInfo"
RDM = "VirtualDiskRawDiskMappingVer1BackingInfo"


def disk(controller, unit, kind=FLAT, *, key=2000, **backing):
    return typed(
        "VirtualDisk",
        key=key,
        controllerKey=controller,
        unitNumber=unit,
        capacityInBytes=10 * GIB,
        backing=typed(kind, **backing),
    )


def only(estate):
    (found,) = estate.vms
    return found


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (disk(1000, 0), Disk(id="scsi0:0", bus="scsi", capacity_bytes=10 * GIB, shared=False)),
        (disk(200, 1), Disk(id="ide0:1", bus="ide", capacity_bytes=10 * GIB)),
        (disk(15000, 3), Disk(id="sata0:3", bus="sata", capacity_bytes=10 * GIB)),
        (disk(31000, 2), Disk(id="nvme0:2", bus="nvme", capacity_bytes=10 * GIB)),
        (disk(1001, 4), Disk(id="scsi1:4", bus="scsi", capacity_bytes=10 * GIB, shared=True)),
        (disk(9999, 0), Disk(id="disk-1", capacity_bytes=10 * GIB)),
        (
            disk(1000, 0, diskMode="independent_persistent", sharing="sharingMultiWriter"),
            Disk(
                id="scsi0:0",
                bus="scsi",
                capacity_bytes=10 * GIB,
                mode=DiskMode.INDEPENDENT_PERSISTENT,
                shared=True,
            ),
        ),
        (
            disk(1000, 1, RDM, compatibilityMode="physicalMode", fileName="[gone] web/rdm.vmdk"),
            Disk(
                id="scsi0:1",
                bus="scsi",
                capacity_bytes=10 * GIB,
                kind=DiskKind.RDM,
                rdm_mode="physical",
                path="[gone] web/rdm.vmdk",
                shared=False,
            ),
        ),
        (
            disk(1000, 0, thinProvisioned=False),
            Disk(id="scsi0:0", bus="scsi", capacity_bytes=10 * GIB, allocated_bytes=10 * GIB, shared=False),
        ),
    ],
)
def test_disks(tmp_path, device, expected):
    assert only(read(tmp_path, vm(*CONTROLLERS, device))).disks == (expected,)


@pytest.mark.parametrize(("size", "allocated"), [(3 * GIB, 4 * GIB), (30 * GIB, 10 * GIB), (0, GIB)])
def test_a_thin_disk_occupies_what_its_files_do(tmp_path, size, allocated):
    layout = {
        "file": [{"key": 4, "size": GIB}, {"key": 5, "size": size}, {"key": 6, "size": 99 * GIB}],
        "disk": [{"key": 2000, "chain": [{"fileKey": [4]}, {"fileKey": [5]}]}],
    }
    found = only(read(tmp_path, vm(SCSI, disk(1000, 0, thinProvisioned=True), layoutEx=layout)))
    assert [one.allocated_bytes for one in found.disks] == [allocated]


def test_the_datastore_of_a_disk_is_referred_to_or_named_in_its_path(tmp_path):
    stores = [obj("Datastore", ident, host=[]) for ident in ("datastore-1", "datastore-2")]
    stores[1]["name"] = "ds two"
    found = read(
        tmp_path,
        vm(
            SCSI,
            disk(1000, 0, datastore=ref("Datastore", "datastore-1"), fileName="[x] a.vmdk"),
            disk(1000, 1, fileName="[ds two] web/b.vmdk"),
            disk(1000, 2, fileName="[nowhere] c.vmdk"),
        ),
        *stores,
    )
    ids = {store.name: store.id for store in found.datastores}
    assert [one.datastore for one in only(found).disks] == [ids["datastore-1"], ids["ds two"], None]


def test_two_disks_at_one_address_are_numbered(tmp_path):
    found = only(read(tmp_path, vm(SCSI, disk(1000, 0), disk(1000, 0, key=2001))))
    assert [one.id for one in found.disks] == ["disk-1", "disk-2"]


def test_images_in_drives(tmp_path):
    def drive(kind, backing, *, connected, controller=200):
        connectable = {"connected": connected, "startConnected": connected}
        return typed(kind, key=3000, controllerKey=controller, backing=backing, connectable=connectable)

    iso = typed("VirtualCdromIsoBackingInfo", fileName="[iso] debian.iso")
    found = only(
        read(
            tmp_path,
            vm(
                *CONTROLLERS,
                drive("VirtualCdrom", iso, connected=True),
                drive("VirtualCdrom", iso, connected=False),
                drive("VirtualCdrom", typed("VirtualCdromAtapiBackingInfo", deviceName="cd"), connected=True),
                drive("VirtualFloppy", {"fileName": "[iso] a.flp"}, connected=True, controller=400),
            ),
        )
    )
    assert [(one.id, one.kind, one.bus, one.path) for one in found.disks] == [
        ("cdrom-1", DiskKind.CDROM, "ide", "[iso] debian.iso"),
        ("floppy-1", DiskKind.FLOPPY, "fdc", "[iso] a.flp"),
    ]


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("VirtualVmxnet3", "vmxnet3"),
        ("VirtualE1000e", "e1000e"),
        ("VirtualPCNet32", "pcnet32"),
        ("VirtualSriovEthernetCard", "sriov"),
    ],
)
def test_cards_with_static_addresses(tmp_path, kind, model):
    addresses = [
        {"ipAddress": "10.0.0.5", "origin": "manual"},
        {"ipAddress": "10.0.0.6", "origin": "dhcp"},
        {"ipAddress": "10.0.0.7"},
        {"ipAddress": "fe80::1", "origin": "manual"},
        {"ipAddress": "not one", "origin": "manual"},
    ]
    card = typed(kind, key=4000, macAddress="00:50:56:AA:00:01", backing={"deviceName": "VM Network"})
    net = [{"deviceConfigId": 4000, "macAddress": "x", "ipConfig": {"ipAddress": addresses}}]
    found = read(tmp_path, vm(card, guest={"net": net}))
    (nic,) = only(found).nics
    assert (nic.mac, nic.model, nic.addresses) == ("00:50:56:aa:00:01", model, ("10.0.0.5",))
    assert [network.name for network in found.networks if network.id == nic.network] == ["VM Network"]


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (
            typed("VirtualPCIPassthrough", backing={"id": "0000:3b:00.0", "deviceName": "NVIDIA A40"}),
            Passthrough(kind=PassthroughKind.GPU, description="NVIDIA A40"),
        ),
        (
            typed("VirtualPCIPassthrough", backing={"id": "0000:5e:00.0", "deviceName": "FC HBA"}),
            Passthrough(kind=PassthroughKind.PCI, description="FC HBA"),
        ),
        (
            typed(
                "VirtualPCIPassthrough",
                backing=typed("VirtualPCIPassthroughVmiopBackingInfo", vgpu="grid_a40-8q"),
            ),
            Passthrough(kind=PassthroughKind.VGPU, description="grid_a40-8q"),
        ),
        (
            typed("VirtualUSB", backing={"deviceName": "path:1/2"}, vendor=1, product=2),
            Passthrough(kind=PassthroughKind.USB, description="path:1/2"),
        ),
        (
            typed("VirtualSriovEthernetCard", macAddress=None, deviceInfo={"label": "Adapter 1"}),
            Passthrough(kind=PassthroughKind.SRIOV, description="Adapter 1"),
        ),
    ],
)
def test_devices_of_the_host(tmp_path, device, expected):
    devices = [{"id": "0000:3b:00.0", "classId": 0x302}, {"id": "0000:5e:00.0", "classId": 0xFF00 - 2**16}]
    found = read(tmp_path, vm(device), host(hardware={"pciDevice": devices}))
    assert only(found).passthrough == (expected,)
