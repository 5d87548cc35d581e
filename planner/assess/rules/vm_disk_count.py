"""More disks than a target takes."""

from planner.assess.ground import travelling
from planner.assess.limits import within
from planner.assess.rule import Rule
from planner.model.finding import Severity, SubjectKind

RULE = Rule(
    id="vm-disk-count",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM has more disks than the target takes.",
    why="The disks beyond the limit cannot be attached.",
    remedy="Join disks inside the guest before the wave, or choose another target.",
    find=within("max_disks", lambda vm: sum(1 for _ in travelling(vm)), str),
    source="XCP-ng documentation, configuration limits",
    forklift=(
        "vmware.disk.count.exceeds.limit, ova.disk.count.exceeds.limit, "
        "ovirt disk_count, openstack disk_count, hyperv disk_count"
    ),
)
