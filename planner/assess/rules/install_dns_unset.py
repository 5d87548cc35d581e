"""New hosts that are told no name servers."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, warning
from planner.model.finding import Severity, SubjectKind


def unset(ground: Ground) -> Iterator[Sighting]:
    """The policy gives hosts fixed addresses, so that DHCP tells none either."""
    install = ground.policy.install
    fixed = None not in {install.prefix, install.gateway}
    if ground.clusters and fixed and not install.dns:
        yield Sighting(thing=None, verdict=warning())


RULE = Rule(
    id="install-dns-unset",
    subject=SubjectKind.ESTATE,
    severities=(Severity.WARNING,),
    message="The new hosts get fixed addresses, and the policy names no name servers for them.",
    why="They find no host by its name: package mirrors, NFS servers, each other.",
    remedy="Name your DNS servers in policy.yml (`install.dns`).",
    find=unset,
)
