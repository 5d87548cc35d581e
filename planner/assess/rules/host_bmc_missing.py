"""A host that nobody can reinstall from afar."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, information
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def unreachable(host: Host, ground: Ground) -> Verdict | None:
    """No management controller is named."""
    del ground
    return information() if host.bmc is None else None


RULE = Rule(
    id="host-bmc-missing",
    subject=SubjectKind.HOST,
    severities=(Severity.INFORMATION,),
    message="The host has no management controller in the inventory.",
    why="Somebody has to boot the installer at the machine; the play waits for it.",
    remedy="Add `bmc` (address, protocol) if there is one; its password belongs into the vault.",
    find=each_host(unreachable),
)
