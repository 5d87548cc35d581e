"""The words of a review: symbols and verbs of steps, titles of kinds, and names made harmless."""

import unicodedata
from typing import Final, NamedTuple

from planner.model.kinds import HypervisorKind, ManagerKind
from planner.model.plan import StepKind, Transport
from planner.model.policy import Strategy


class Word(NamedTuple):
    """How a step is shown: a symbol that needs no colour, the verb of one, the plural for counts."""

    symbol: str
    verb: str
    many: str


STEPS: Final[dict[StepKind, Word]] = {
    StepKind.RELOCATE: Word("⇢", "relocate", "relocated"),
    StepKind.RETIRE: Word("-", "retire", "retired"),
    StepKind.INSTALL: Word("+", "install", "installed"),
    StepKind.CONFIGURE: Word("*", "configure", "configured"),
    StepKind.UPGRADE: Word("~", "upgrade", "upgraded"),
    StepKind.MOVE: Word("→", "move", "moved"),
    StepKind.PARK: Word("↓", "park", "parked"),
    StepKind.UNPARK: Word("↑", "unpark", "unparked"),
    StepKind.REBALANCE: Word("⇄", "rebalance", "rebalanced"),
    StepKind.RETURN: Word("↩", "return", "given back"),
}

HYPERVISORS: Final = {
    HypervisorKind.ESXI: "ESXi",
    HypervisorKind.XENSERVER: "XenServer",
    HypervisorKind.XCPNG: "XCP-ng",
    HypervisorKind.XEN: "Xen",
    HypervisorKind.ORACLE_VM: "Oracle VM",
    HypervisorKind.KVM: "KVM",
    HypervisorKind.PROXMOX: "Proxmox VE",
    HypervisorKind.OVIRT: "oVirt",
    HypervisorKind.AHV: "Nutanix AHV",
    HypervisorKind.HYPER_V: "Hyper-V",
    HypervisorKind.OPENSTACK: "OpenStack",
    HypervisorKind.NONE: "no hypervisor",
}

MANAGERS: Final = {
    ManagerKind.VCENTER: "vCenter",
    ManagerKind.XAPI: "pool",
    ManagerKind.LIBVIRT: "libvirt",
    ManagerKind.PROXMOX: "Proxmox cluster",
    ManagerKind.OVIRT: "oVirt engine",
    ManagerKind.PRISM: "Prism",
    ManagerKind.OVM_MANAGER: "Oracle VM Manager",
    ManagerKind.HYPER_V: "failover cluster",
    ManagerKind.OPENSTACK: "OpenStack",
    ManagerKind.NONE: "standalone",
}

STRATEGIES: Final = {
    Strategy.CONVERT_IN_PLACE: "Hosts are emptied, rebuilt and filled again, one after the other.",
    Strategy.MOVE_TO_NEW_HOSTS: "New hosts take all VMs; the old ones are retired, not rebuilt.",
    Strategy.UPGRADE_IN_PLACE: "Hosts are upgraded one after the other; no VM is converted.",
    Strategy.KEEP: "Nothing happens to this cluster.",
}

TRANSPORTS: Final = {
    Transport.ESXI_SSH: "virt-v2v over SSH",
    Transport.VCENTER_VDDK: "virt-v2v over VDDK",
    Transport.VCENTER_HTTPS: "virt-v2v over vCenter",
    Transport.XAPI_EXPORT: "XAPI export",
    Transport.XEN_SSH: "Xen disks over SSH",
    Transport.LIBVIRT_MIGRATE: "libvirt migration",
    Transport.LIBVIRT_COPY: "libvirt disk copy",
    Transport.DISK_IMPORT: "disk copy and import",
    Transport.XAPI_MIGRATE: "XAPI migration",
    Transport.IN_PLACE: "stays, host upgraded",
}

_HIDDEN: Final = {"C", "Z"}


def plain(text: str) -> str:
    r"""Text with every control, invisible or direction-changing character written out.

    >>> plain("web" + chr(0x202E) + "1" + chr(10))
    'web\\u202e1\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character == " " or unicodedata.category(character)[0] not in _HIDDEN
        else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "host"), counted(2, "host")
    ('1 host', '2 hosts')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def shortened(text: str, longest: int) -> str:
    """Text cut to a length, with an ellipsis where something is missing."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
