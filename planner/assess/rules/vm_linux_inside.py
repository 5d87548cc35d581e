"""What only a look inside a Linux guest can tell."""

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, information
from planner.knowledge import GuestFamily, guest
from planner.model.finding import Severity, SubjectKind


def unseen(trip: Trip) -> Verdict | None:
    """A Linux guest whose disks get other names on the way."""
    if guest(trip.vm.guest_os).family is not GuestFamily.LINUX or trip.route.transport is None:
        return None
    return None if trip.keeps_drivers else information(guest=trip.vm.guest_os)


RULE = Rule(
    id="vm-linux-inside",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="Device names and keys in a TPM are seen only inside Linux.",
    why="What is mounted as /dev/sda1 or by path is not found under another controller; a key in a TPM stays behind.",
    remedy=(
        "Look inside: `grep -E '^/dev/(sd|hd|xvd|vd|disk/by-path)' /etc/fstab /etc/crypttab` (write UUID= instead), "
        "`cryptsetup luksDump` (add a passphrase where a tpm2 token opens the disk)."
    ),
    find=each_trip(unseen),
    source="virt-v2v manual, support and notes; systemd-cryptenroll manual",
)
