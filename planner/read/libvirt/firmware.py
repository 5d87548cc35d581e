"""What a guest boots with: firmware, Secure Boot, a TPM, and whether it may run VMs itself."""

from collections.abc import Mapping
from typing import Final

from planner.model.kinds import Firmware
from planner.read.xml import Element

_X86: Final = frozenset({"x86_64", "i686"})
_VIRTUALIZATION: Final = frozenset({"vmx", "svm"})
_WORDS: Final = {"efi": Firmware.UEFI, "bios": Firmware.BIOS}


def firmware_of(system: Mapping[str, Element], word: str | None) -> Firmware | None:
    """The firmware: what `<os firmware=…>` or the loader says; on x86, BIOS where nothing is said.

    `system` holds the children of `<os>`. A guest that is not fully virtual has none.
    Source: libvirt documentation, domain XML, BIOS bootloader.
    """
    kind = system.get("type")
    if kind is None or (kind.text or "").strip() != "hvm":
        return None
    if word in _WORDS:
        return _WORDS[word]
    loader = system.get("loader")
    if "nvram" in system or (loader is not None and loader.get("type") == "pflash"):
        return Firmware.UEFI
    if loader is not None and "ovmf" in (loader.text or "").lower():
        return Firmware.UEFI
    return Firmware.BIOS if kind.get("arch", "x86_64") in _X86 else None


def secure_boot_of(system: Mapping[str, Element], firmware: Firmware | None) -> bool | None:
    """Whether Secure Boot guards the guest; None where libvirt chooses the firmware and does not say which."""
    if firmware is not Firmware.UEFI:
        return False if firmware is Firmware.BIOS else None
    features = {
        feature.get("name"): feature.get("enabled") == "yes"
        for feature in system.get("firmware", ())
        if feature.tag == "feature"
    }
    if features.get("secure-boot") is False or features.get("enrolled-keys") is False:
        return False
    loader = system.get("loader")
    secure = loader.get("secure") if loader is not None else None
    if secure == "yes" or features.get("secure-boot"):
        return True
    # A loader that is named and not called secure is not: that is libvirt's default.
    return False if secure == "no" or (loader is not None and loader.text) else None


def nested_of(cpu: Element | None) -> bool | None:
    """Whether the guest sees the processor's virtualization; None where that hangs on the host or the model."""
    for feature in () if cpu is None else cpu.iterchildren("feature"):
        if feature.get("name") in _VIRTUALIZATION:
            return feature.get("policy", "require") in {"require", "force"}
    return None
