"""More network cards than a target takes."""

from planner.assess.limits import within
from planner.assess.rule import Rule
from planner.model.finding import Severity, SubjectKind

RULE = Rule(
    id="vm-nic-count",
    subject=SubjectKind.VM,
    severities=(Severity.CRITICAL,),
    message="The VM has more network cards than the target takes.",
    why="The cards beyond the limit cannot be attached.",
    remedy="Bring several networks over one card as VLANs, or choose another target.",
    find=within("max_nics", lambda vm: len(vm.nics), str),
    source="XCP-ng documentation, configuration limits",
)
