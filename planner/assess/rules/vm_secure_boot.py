"""Secure boot, whose keys are the firmware's."""

from planner.assess.ground import Ground
from planner.assess.looks import COPYING, all_of, by_transport
from planner.assess.rule import Facts, Rule, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def boots_securely(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """Known to be on."""
    del ground
    return () if vm.secure_boot else None


RULE = Rule(
    id="vm-secure-boot",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM boots with secure boot.",
    why="The target's firmware starts with its own keys; drivers signed with a key that was enrolled by hand do not load.",
    remedy="Check that the target host has secure boot firmware; enrol own keys again, or turn secure boot off first.",
    find=by_transport(boots_securely, all_of(COPYING, warning())),
    source="virt-v2v manual, secure boot; XCP-ng documentation, guest UEFI secure boot",
    forklift="ovirt secure_boot, openstack secure_boot, hyperv secure_boot",
)
