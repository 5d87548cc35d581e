"""A VM whose memory lies on disk."""

from planner.assess.ground import Ground
from planner.assess.looks import COPYING, all_of, by_transport
from planner.assess.rule import Console, Facts, Rule, critical, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Handling, Severity, SubjectKind
from planner.model.kinds import PowerState
from planner.model.plan import Transport


def is_suspended(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Neither on nor off."""
    del ground
    return () if vm.power is PowerState.SUSPENDED else None


RULE = Rule(
    id="vm-suspended",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM is suspended.",
    why="Its memory does not travel, and its file systems were never closed: what is copied may be damaged.",
    remedy="Resume the VM and shut it down cleanly before its wave.",
    commands={
        Console.VCENTER: "govc vm.power -on $name",
        Console.ESXI: "ssh root@$host vim-cmd vmsvc/power.on '<vmid of vim-cmd vmsvc/getallvms>'",
        Console.XAPI: "xe vm-resume $selector",
        Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system start --domain $name",
    },
    find=by_transport(
        is_suspended,
        all_of(COPYING, critical())
        | {
            Transport.XAPI_MIGRATE: warning(
                "A suspended VM resumes only on the same processors and version."
            ),
            Transport.LIBVIRT_MIGRATE: critical("libvirt migrates no VM whose memory is saved on disk."),
            Transport.IN_PLACE: warning(
                "A VM that was suspended before the upgrade may not resume after it."
            ),
        },
    ),
    handling=Handling.CHECKED,
    source="virt-v2v manual: the guest must be shut down cleanly",
)
