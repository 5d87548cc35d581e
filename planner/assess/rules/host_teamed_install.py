"""A host whose installer has to work on one card of a team."""

from planner.assess.looks import each_host_and_platform
from planner.assess.rule import Rule, Verdict, information, warning
from planner.knowledge import upgrades
from planner.model.estate import Host, HostNetwork
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind
from planner.model.platform import Platform

_BY_THE_SWITCH = frozenset({"802.3ad", "lacp", "balance-xor", "ip-hash"})
_JOINS_FIRST = "A host with a teamed management card cannot join a pool: it joins on one card, the team is made afterwards."


def teamed(host: Host, platform: Platform) -> Verdict | None:
    """The first card that carries a network, which the installer gets, is in a team; upgrades keep their network."""
    if upgrades(platform.id, host.hypervisor, host.version):
        return None
    team = _team(host)
    if team is None:
        return None
    facts = {"cards": ", ".join(team.uplinks), "mode": team.bond}
    if (team.bond or "").lower() in _BY_THE_SWITCH:
        return warning(**facts)
    return information(_JOINS_FIRST, **facts) if platform.hypervisor is HypervisorKind.XCPNG else None


def _team(host: Host) -> HostNetwork | None:
    carrying = {name: network for network in reversed(host.networks or ()) for name in network.uplinks}
    first = next((carrying[nic.name] for nic in host.nics if nic.name in carrying), None)
    return first if first is not None and len(first.uplinks) > 1 else None


RULE = Rule(
    id="host-teamed-install",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="The card over which the host is installed belongs to a team.",
    why="The installer uses that one card without the team: a switch that expects the team may drop what it sends.",
    remedy=(
        "Before the host's turn take its ports out of the aggregate on the switch, or let them fall back to single ports "
        "(LACP fallback); put them back once the host has its team."
    ),
    find=each_host_and_platform(teamed),
    source="XCP-ng documentation, networking (bonds) and hosts and pools; xcp-ng/host-installer: no bonds",
)
