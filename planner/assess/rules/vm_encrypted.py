"""A VM whose files its hypervisor encrypts."""

from planner.assess.ground import Ground
from planner.assess.looks import FROM_ESXI, by_transport
from planner.assess.rule import Facts, Rule, critical, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport

_CIPHER = critical("What is copied would be cipher text: the key stays in the hypervisor.")


def is_encrypted(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """By the hypervisor, not by the guest."""
    del ground
    return () if vm.encrypted else None


RULE = Rule(
    id="vm-encrypted",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL, Severity.WARNING),
    message="The VM is encrypted by its hypervisor.",
    why="Only the hypervisor that holds the key reads it.",
    remedy="Decrypt the VM (change its storage policy while it is off), or read it through VDDK with that privilege.",
    find=by_transport(
        is_encrypted,
        {
            Transport.ESXI_SSH: _CIPHER,
            FROM_ESXI: _CIPHER,
            Transport.VCENTER_HTTPS: _CIPHER,
            Transport.VCENTER_VDDK: warning(
                "The account needs the privileges to decrypt and to access such disks."
            ),
        },
    ),
    source="virt-v2v manual, input from VMware: privileges",
)
