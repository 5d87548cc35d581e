"""An image in a VM's drive."""

from planner.assess.ground import Ground
from planner.assess.looks import COPYING, all_of, by_transport
from planner.assess.rule import Console, Facts, Rule, information, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import DiskKind
from planner.model.plan import Transport

_REMOVABLE = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})
_IN_THE_WAY = warning("With an image that only one host has, the VM cannot be moved while it runs.")


def holds_an_image(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """A drive with something in it."""
    del ground
    images = sorted(disk.path for disk in vm.disks if disk.kind in _REMOVABLE and disk.path)
    return observed(image=", ".join(images)) if images else None


RULE = Rule(
    id="vm-cdrom",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="An image is in a drive of the VM.",
    why="The image does not go along.",
    remedy="Eject it before the wave.",
    commands={
        Console.VCENTER: "govc device.cdrom.eject -vm $name",
        Console.XAPI: "xe vm-cd-eject $selector",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system change-media --eject --domain $name '<drive>'",
    },
    find=by_transport(
        holds_an_image,
        all_of(COPYING, information())
        | dict.fromkeys((Transport.IN_PLACE, Transport.XAPI_MIGRATE, Transport.LIBVIRT_MIGRATE), _IN_THE_WAY),
    ),
    source="XCP-ng documentation, upgrading: eject CDs",
)
