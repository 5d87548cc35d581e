"""What a VM's guest is, as far as its tools and its template tell."""

from typing import Final

from planner.model.kinds import Firmware, PowerState, ToolsState
from planner.read.outside import line
from planner.read.xapi.records import Record, Records
from planner.read.xapi.words import PARAVIRTUAL

_NO_SYSTEM: Final = "Other install media"
_FIRMWARE: Final = {"": Firmware.BIOS, "bios": Firmware.BIOS, "uefi": Firmware.UEFI}


def system_of(vm: Record, guest: Record | None) -> str | None:
    """The guest's own word, or the name of the template that the VM was made from."""
    reported = line(guest.mapping("os_version").get("name")) if guest else None
    config = vm.mapping("other_config")
    template = line(config.get("base_template_name")) or line(config.get("install-distro"))
    return reported or (template if template != _NO_SYSTEM else None)


def hostname_of(guest: Record | None) -> str | None:
    """The name that the guest gives itself; not all tools tell."""
    said = guest.mapping("os_version") if guest else {}
    return line(said.get("hostname")) or line(said.get("host_name"))


def is_paravirtual(vm: Record) -> bool | None:
    """Whether the guest boots only under Xen: by its domain type, before 7.5 by its boot policy."""
    word = vm.text("domain_type").lower()
    if word in PARAVIRTUAL:
        return PARAVIRTUAL[word]
    return vm.text("HVM_boot_policy") == "" if vm.has("HVM_boot_policy") else None


def firmware_of(vm: Record) -> Firmware | None:
    """Firmware of a fully virtual guest: BIOS unless its boot parameters say UEFI. PV and PVH have none."""
    if is_paravirtual(vm) is not False or vm.text("domain_type").lower() == "pvh":
        return None
    word = vm.mapping("HVM_boot_params").get("firmware", "").lower()
    if word not in _FIRMWARE:
        vm.refuse("HVM_boot_params", f"the firmware {word!r} is neither bios nor uefi")
    return _FIRMWARE.get(word) if vm.has("HVM_boot_params") else None


def secure_boot_of(vm: Record) -> bool | None:
    """Whether Secure Boot is on; `auto` leaves it to the pool, which does not tell what came of it."""
    if firmware_of(vm) is Firmware.BIOS:
        return False
    return {"true": True, "false": False}.get(vm.mapping("platform").get("secureboot", "").lower())


def is_nested(vm: Record, metrics: Record | None) -> bool | None:
    """Whether the guest may run a hypervisor: as set for its next start, or as it runs."""
    if metrics is not None and metrics.truth("nested_virt"):
        return True
    platform = vm.mapping("platform")
    if "true" in (platform.get("nested-virt"), platform.get("exp-nested-hvm")):
        return True
    return False if vm.has("platform") else None


def tools_of(records: Records, guest: Record | None, power: PowerState | None) -> ToolsState | None:
    """The state of the guest tools; of a VM that is off nothing is known, since XAPI forgets it."""
    if power is not PowerState.ON or not records.read("VM_guest_metrics"):
        return None
    if guest is None:
        return ToolsState.NOT_INSTALLED
    detected = guest.truth("PV_drivers_detected")
    if detected is False or not (detected or guest.mapping("PV_drivers_version")):
        return ToolsState.NOT_INSTALLED
    # Before 7.0 this told of old tools; since then it only repeats whether drivers were seen.
    if detected is None and guest.truth("PV_drivers_up_to_date") is False:
        return ToolsState.OUTDATED
    return ToolsState.NOT_RUNNING if guest.truth("live") is False else ToolsState.RUNNING


def nic_model_of(vm: Record, tools: ToolsState | None) -> str | None:
    """The card that the guest drives: Xen's own with drivers for it, else the emulated one where it is set."""
    if is_paravirtual(vm) or tools in {ToolsState.RUNNING, ToolsState.OUTDATED}:
        return "netfront"
    return line(vm.mapping("platform").get("nic_type"))
