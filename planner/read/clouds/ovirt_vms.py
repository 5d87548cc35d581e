"""oVirt's VMs, with what the answer followed: disk attachments with their disks, cards, snapshots."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from planner.model.estate import Disk, Nic, Passthrough, Snapshot, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, PassthroughKind, PowerState
from planner.read.clouds.ovirt_found import Found
from planner.read.clouds.ovirt_places import cluster, name_of, plugged, store_id
from planner.read.clouds.ovirt_settings import functions_of, settings_of_vm
from planner.read.clouds.records import CAPACITY, MEMORY, VCPUS, Record
from planner.read.ids import host_id, vm_id
from planner.read.outside import line, note

KIND: Final = "ovirt"
_POWER: Final = {
    "up": PowerState.ON,
    "powering_up": PowerState.ON,
    "powering_down": PowerState.ON,
    "reboot_in_progress": PowerState.ON,
    "migrating": PowerState.ON,
    "down": PowerState.OFF,
    "suspended": PowerState.SUSPENDED,
    "paused": PowerState.SUSPENDED,
}
_BUSES: Final = {
    "virtio_scsi": "virtio-scsi",
    "virtio": "virtio",
    "ide": "ide",
    "sata": "sata",
    "spapr_vscsi": "scsi",
}
_FIRMWARES: Final = {
    "i440fx_sea_bios": (Firmware.BIOS, False),
    "q35_sea_bios": (Firmware.BIOS, False),
    "q35_ovmf": (Firmware.UEFI, False),
    "q35_secure_boot": (Firmware.UEFI, True),
}
_KINDS: Final = {"lun": DiskKind.LUN}
_LATEST: Final = 253_402_300_799_999


def vm(record: Record, found: Found) -> VirtualMachine:
    """A VM. What it is set up with, not what waits for its next start."""
    own = cluster(record, found)
    name, uuid = name_of(record), record.uuid("id")
    place = record.inner("host").text("id")
    home = found.get("host", place)
    topology = record.inner("cpu").inner("topology")
    firmware, secure = _firmware(record, found)
    return VirtualMachine(
        id=vm_id(name, uuid, own.name),
        name=name,
        cluster=own.id,
        host=host_id(name_of(home)) if home else None,
        reported_host=None if home else line(place),
        source=KIND,
        uuid=uuid,
        power=_POWER.get(record.text("status") or ""),
        vcpus=_product(topology),
        cores_per_socket=topology.number("cores", VCPUS),
        memory_bytes=record.size("memory", 1, MEMORY),
        memory_reservation_bytes=record.inner("memory_policy").number("guaranteed", (0, MEMORY[1])),
        guest_os=_guest_os(record),
        hostname=record.line("fqdn"),
        firmware=firmware,
        secure_boot=secure,
        vtpm=record.flag("tpm_enabled"),
        hardware_version=record.line("custom_emulated_machine"),
        disks=tuple(_disks(record, found)),
        nics=tuple(
            Nic(
                id=f"nic-{number}",
                mac=card.inner("mac").mac("address"),
                network=plugged(card, found, own),
                model=card.line("interface"),
            )
            for number, card in enumerate(record.inner("nics").many("nic"), 1)
        ),
        snapshots=_snapshots(record),
        passthrough=(*_passthrough(record), *functions_of(record, found)),
        settings=settings_of_vm(record, found),
        tags=tuple(tag for item in record.inner("tags").many("tag") if (tag := item.line("name"))),
        annotation=note(record.text("description") or record.text("comment")),
        origin=record.origin,
    )


def _product(topology: Record) -> int | None:
    """Processors of all sockets, cores and threads together."""
    found = 1
    for key in ("sockets", "cores", "threads"):
        count = topology.number(key, VCPUS)
        if count is None and key != "threads":
            return None
        found *= count or 1
    if found > VCPUS[1]:
        topology.wrong("sockets", f"a number of sockets that makes at most {VCPUS[1]} processors")
    return found


def _firmware(record: Record, found: Found) -> tuple[Firmware | None, bool | None]:
    """By the kind of BIOS; `cluster_default` is what the VM's cluster has."""
    kind = record.inner("bios").text("type")
    own = found.linked("cluster", record)
    if kind == "cluster_default":
        kind = own.text("bios_type") if own else None
    return _FIRMWARES.get(kind or "", (None, None))


def _guest_os(record: Record) -> str | None:
    """What the guest agent reports, else what the VM was set up as."""
    guest = record.inner("guest_operating_system")
    words = (guest.line("distribution"), guest.inner("version").line("full_version"))
    return " ".join(word for word in words if word) or record.inner("os").line("type")


def _disks(record: Record, found: Found) -> Iterator[Disk]:
    for number, attachment in enumerate(record.inner("disk_attachments").many("disk_attachment"), 1):
        disk = attachment.inner("disk")
        if not disk.has("provisioned_size"):
            disk = found.get("disk", disk.text("id")) or disk
        domains = [item.text("id") for item in disk.inner("storage_domains").many("storage_domain")]
        domain = next((known for key in domains if (known := found.get("storage_domain", key))), None)
        yield Disk(
            id=f"disk-{number}",
            capacity_bytes=disk.size("provisioned_size", 1) or _lun_size(disk),
            allocated_bytes=disk.number("actual_size", CAPACITY),
            datastore=store_id(domain) if domain else None,
            path=disk.line("alias") or disk.line("name") or disk.line("id"),
            bus=_BUSES.get(attachment.text("interface") or ""),
            kind=_KINDS.get(disk.text("storage_type") or "", DiskKind.DISK),
            shared=disk.flag("shareable"),
        )
    for number, drive in enumerate(record.inner("cdroms").many("cdrom"), 1):
        yield Disk(id=f"cdrom-{number}", kind=DiskKind.CDROM, path=drive.inner("file").line("id"))


def _lun_size(disk: Record) -> int | None:
    units = disk.inner("lun_storage").inner("logical_units").many("logical_unit")
    return sum(unit.size("size", 1) or 0 for unit in units) or None


def _snapshots(record: Record) -> tuple[Snapshot, ...] | None:
    """None where the answer did not follow them; what is active is the present, no snapshot."""
    if not record.has("snapshots"):
        return None
    return tuple(
        Snapshot(name=item.line("description") or "unnamed", created=_date(item))
        for item in record.inner("snapshots").many("snapshot")
        if item.text("snapshot_type") not in {"active", "preview"}
    )


def _date(item: Record) -> str | None:
    milliseconds = item.number("date", (0, _LATEST))
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat() if milliseconds else None


def _passthrough(record: Record) -> Iterator[Passthrough]:
    for item in record.inner("host_devices").many("host_device"):
        name = item.line("name")
        usb = (item.text("capability") or name or "").startswith("usb")
        yield Passthrough(kind=PassthroughKind.USB if usb else PassthroughKind.PCI, description=name)
    for item in record.inner("mediated_devices").many("vm_mediated_device"):
        yield Passthrough(kind=PassthroughKind.VGPU, description=item.line("id"))
