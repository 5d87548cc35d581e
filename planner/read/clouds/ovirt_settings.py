"""What somebody set on oVirt's VMs and clusters that no other hypervisor takes over.

Names and defaults: https://ovirt.github.io/ovirt-engine-api-model/master/. What a link alone leads to (watchdogs, NUMA
nodes) counts only where the answer followed it.
"""

from collections.abc import Iterator
from typing import Final

from planner.model.estate import Passthrough
from planner.model.kinds import PassthroughKind
from planner.model.setting import Setting, SettingKind
from planner.read.clouds.ovirt_found import Found
from planner.read.clouds.records import ANY, Record

_SETTLED: Final = frozenset({"up", "down", "suspended", "paused"})
_USUAL_FILTERS: Final = frozenset({"vdsm-no-mac-spoofing"})
"""oVirt gives it to every profile."""


def settings_of_vm(record: Record, found: Found) -> tuple[Setting, ...]:
    """Everything of a VM, in the order in which people look at it."""
    parts = (_processor, _memory, _start, _care, _disks, _cards, _properties)
    return tuple(dict.fromkeys(setting for part in parts for setting in part(record, found)))


def settings_of_cluster(record: Record | None) -> tuple[Setting, ...]:
    """Of a cluster that was given."""
    if record is None:
        return ()
    on = {
        SettingKind.PAGE_MERGING: record.inner("ksm").flag("enabled"),
        SettingKind.RESERVED_FOR_FAILURE: record.flag("ha_reservation"),
    }
    return tuple(Setting(kind=kind) for kind, is_on in on.items() if is_on)


def functions_of(record: Record, found: Found) -> Iterator[Passthrough]:
    """Cards that are a virtual function of the host's, by their profile."""
    for card, profile in _profiles(record, found):
        if profile.inner("pass_through").text("mode") == "enabled":
            yield Passthrough(kind=PassthroughKind.SRIOV, description=card.line("name"))


def _processor(record: Record, _found: Found) -> Iterator[Setting]:
    cpu = record.inner("cpu")
    pins = cpu.inner("cpu_tune").inner("vcpu_pins").many("vcpu_pin")
    policy = record.text("cpu_pinning_policy")
    if pins or policy not in {None, "none"}:
        told = ", ".join(f"{pin.text('vcpu')}: {pin.text('cpu_set')}" for pin in pins)
        yield Setting(kind=SettingKind.CPU_AFFINITY, value=told or policy)
    model = record.line("custom_cpu_model")
    if model:
        yield Setting(kind=SettingKind.CPU_MODEL, value=model)
    shares = record.number("cpu_shares", ANY)
    if shares:
        yield Setting(kind=SettingKind.CPU_SHARES, value=str(shares))
    nodes = record.inner("numa_nodes").many("vm_numa_node")
    if any(node.inner("numa_node_pins").many("numa_node_pin") for node in nodes):
        yield Setting(kind=SettingKind.NUMA_AFFINITY, value=record.line("numa_tune_mode"))


def _memory(record: Record, _found: Found) -> Iterator[Setting]:
    """Ballooning is on by default: it says something where less is guaranteed than given."""
    policy, memory = record.inner("memory_policy"), record.number("memory", ANY)
    guaranteed = policy.number("guaranteed", ANY)
    if policy.flag("ballooning") and memory and guaranteed is not None and guaranteed < memory:
        yield Setting(kind=SettingKind.DYNAMIC_MEMORY, value=f"{guaranteed} of {memory} bytes guaranteed")


def _start(record: Record, _found: Found) -> Iterator[Setting]:
    if record.inner("bios").inner("boot_menu").flag("enabled"):
        yield Setting(kind=SettingKind.BOOT_MENU)
    if record.inner("display").text("type") == "spice":
        yield Setting(kind=SettingKind.SPICE_DISPLAY)
    for item in record.inner("watchdogs").many("watchdog"):
        yield Setting(kind=SettingKind.WATCHDOG, value=_words(item.line("model"), item.line("action")))


def _care(record: Record, _found: Found) -> Iterator[Setting]:
    """What oVirt does about the VM by itself."""
    status = record.text("status")
    if status and status not in _SETTLED:
        yield Setting(kind=SettingKind.UNCERTAIN_STATE, value=status)
    if record.inner("high_availability").flag("enabled"):
        yield Setting(kind=SettingKind.HIGH_AVAILABILITY)
    affinity = record.inner("placement_policy").text("affinity")
    if affinity not in {None, "migratable"}:
        yield Setting(kind=SettingKind.PLACEMENT, value=affinity)
    behaviour = record.text("storage_error_resume_behaviour")
    if behaviour not in {None, "auto_resume"}:
        yield Setting(kind=SettingKind.STORAGE_ERRORS, value=behaviour)
    for item in record.inner("snapshots").many("snapshot"):
        if item.text("snapshot_type") not in {"active", "preview"} and item.flag("persist_memorystate"):
            yield Setting(kind=SettingKind.MEMORY_SNAPSHOT, value=item.line("description"))


def _disks(record: Record, found: Found) -> Iterator[Setting]:
    threads = record.inner("io").number("threads", ANY)
    if threads and threads > 1:
        yield Setting(kind=SettingKind.IO_THREADS, value=str(threads))
    for attachment in record.inner("disk_attachments").many("disk_attachment"):
        disk = attachment.inner("disk")
        if not disk.has("status"):
            disk = found.get("disk", disk.text("id")) or disk
        name, status = disk.line("alias") or disk.line("name") or disk.line("id"), disk.text("status")
        if status not in {None, "ok"}:
            yield Setting(kind=SettingKind.DISK_STATUS, value=_words(name, status))
        if attachment.flag("uses_scsi_reservation"):
            yield Setting(kind=SettingKind.SCSI_RESERVATION, value=name)


def _cards(record: Record, found: Found) -> Iterator[Setting]:
    for card in record.inner("nics").many("nic"):
        if card.flag("plugged") is False or card.flag("linked") is False:
            yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=card.line("name"))
    for card, profile in _profiles(record, found):
        name = card.line("name")
        if profile.flag("port_mirroring"):
            yield Setting(kind=SettingKind.NIC_MIRRORING, value=name)
        if profile.inner("qos").text("id"):
            yield Setting(kind=SettingKind.NIC_LIMIT, value=name)
        kept = profile.inner("network_filter").line("name")
        if kept and kept not in _USUAL_FILTERS:
            yield Setting(kind=SettingKind.NIC_FILTER, value=kept)
        for item in profile.inner("custom_properties").many("custom_property"):
            yield Setting(kind=SettingKind.CUSTOM_PROPERTIES, value=item.line("name"))


def _properties(record: Record, _found: Found) -> Iterator[Setting]:
    for item in record.inner("custom_properties").many("custom_property"):
        yield Setting(kind=SettingKind.CUSTOM_PROPERTIES, value=item.line("name"))


def _profiles(record: Record, found: Found) -> Iterator[tuple[Record, Record]]:
    """Each card with its profile, where profiles were given."""
    for card in record.inner("nics").many("nic"):
        profile = found.linked("vnic_profile", card)
        if profile is not None:
            yield card, profile


def _words(*words: str | None) -> str | None:
    return " ".join(word for word in words if word) or None
