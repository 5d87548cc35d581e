"""Virtual hardware that is older than what libvirt reads of VMware's configurations."""

import re
from typing import Final

from planner.assess.ground import Trip
from planner.assess.looks import each_trip
from planner.assess.rule import Rule, Verdict, critical
from planner.knowledge.concerns import limit
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport

_VERSION: Final = re.compile(r"vmx-(\d{1,4})")
_BY_LIBVIRT: Final = frozenset({Transport.VCENTER_VDDK, Transport.VCENTER_HTTPS})


def too_old(trip: Trip) -> Verdict | None:
    """Only where virt-v2v asks libvirt for the VM; an unknown version is not judged."""
    found = _VERSION.fullmatch(trip.vm.hardware_version or "")
    if found is None or trip.route.transport not in _BY_LIBVIRT:
        return None
    least = limit("hardware_version")
    return critical(has=found[0], least=f"vmx-{least:02}") if int(found[1]) < least else None


RULE = Rule(
    id="vm-hardware-version",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM's virtual hardware is too old to be read.",
    why="On this way virt-v2v reads the VM through libvirt, which refuses its configuration.",
    remedy="Upgrade the virtual hardware on the source while the VM is off, after a copy of it.",
    find=each_trip(too_old),
    source="libvirt 9.0, VMX parser: `Expecting VMX entry 'virtualHW.version' to be 4 or higher`",
)
