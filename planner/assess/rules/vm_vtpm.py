"""A virtual TPM, and the keys that are sealed in it."""

from planner.assess.ground import Ground
from planner.assess.looks import COPYING, all_of, by_transport
from planner.assess.rule import Facts, Rule, critical, observed
from planner.knowledge import guest
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind


def has_vtpm(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """The VM's TPM is known to be there."""
    del ground
    return observed(guest=guest(vm.guest_os).text) if vm.vtpm else None


RULE = Rule(
    id="vm-vtpm",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM has a virtual TPM.",
    why=(
        "Its contents do not travel: BitLocker asks for the recovery key, LUKS volumes that are sealed to the TPM "
        "stay closed, and certificates kept in it are lost."
    ),
    remedy=(
        "Have the recovery keys at hand (or suspend BitLocker, add a passphrase to LUKS, re-enrol certificates), "
        "then waive this and say who holds the keys."
    ),
    find=by_transport(has_vtpm, all_of(COPYING, critical())),
    source="virt-v2v manual, TPM",
    forklift="vmware.tpm.detected, ovirt tpm, hyperv tpm_enabled",
)
