"""New hosts that are told no time servers."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def unset(ground: Ground) -> Iterator[Sighting]:
    """The policy names none, and there is something to convert."""
    if ground.clusters and not ground.policy.install.ntp:
        yield Sighting(thing=None, verdict=warning())


RULE = Rule(
    id="install-ntp-unset",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="The policy names no time servers for the new hosts.",
    why=(
        "They ask the installer's own servers on the internet; where those are out of reach clocks drift apart, and pools, "
        "Kerberos and certificates refuse hosts whose clock is wrong."
    ),
    remedy="Name your time servers in policy.yml (`install.ntp`).",
    find=unset,
    source="XCP-ng documentation, hosts and pools: clocks in sync; xcp-ng/host-installer, answer file: ntp",
)
