"""Ports that have to be open while a cluster is converted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.assess.ground import Ground
from planner.assess.rule import Facts, Rule, Sighting, Verdict
from planner.knowledge.ports import PortFact, port_facts
from planner.model.estate import Cluster, ClusterId
from planner.model.finding import Fact, Severity, SubjectKind
from planner.model.plan import Transport
from planner.model.platform import Platform


def to_open(ground: Ground) -> Iterator[Sighting]:
    """Once for each cluster and target, whichever way its VMs would travel."""
    transports = _transports(ground)
    for cluster in ground.clusters:
        for platform in ground.platforms.values():
            holding = _holding(cluster, platform, transports[cluster.id, platform.id], ground)
            facts = _facts(fact for fact in port_facts() if fact.needed(holding))
            verdict = Verdict(severity=Severity.INFORMATION, facts=facts)
            yield Sighting(thing=cluster, platform=platform.id, verdict=verdict)


def _transports(ground: Ground) -> Mapping[tuple[ClusterId, str], frozenset[str]]:
    found: dict[tuple[ClusterId, str], set[str]] = defaultdict(set)
    for vm in ground.vms:
        for route in ground.routes.get(vm.id, ()):
            if route.transport is not None:
                found[vm.cluster, route.platform].add(route.transport)
    return defaultdict(frozenset, {place: frozenset(transports) for place, transports in found.items()})


def _holding(
    cluster: Cluster, platform: Platform, transports: frozenset[str], ground: Ground
) -> Mapping[str, frozenset[str]]:
    hosts = ground.members[cluster.id]
    about = {
        "several-hosts": len(hosts) > 1,
        "ha": bool(cluster.ha_enabled),
        "rebuilt": transports != {Transport.IN_PLACE},
    }
    return {
        "transport": transports,
        "target": frozenset({str(platform.hypervisor)}),
        "manager": frozenset({str(cluster.manager)}),
        "storage": frozenset(str(storage.kind) for storage in ground.policy.shared_storage),
        "bmc": frozenset(host.bmc.protocol for host in hosts if host.bmc),
        "cluster": frozenset(name for name, holds in about.items() if holds),
    }


def _facts(needed: Iterator[PortFact]) -> Facts:
    """One for each pair of parties: `controller to new hosts: 22/tcp (Ansible)`."""
    said: dict[str, list[str]] = defaultdict(list)
    for fact in needed:
        said[f"{fact.from_party} to {fact.to_party}"].append(f"{', '.join(fact.ports)} ({fact.purpose})")
    return tuple(Fact(name=parties, value=", ".join(ports)) for parties, ports in said.items())


RULE = Rule(
    id="cluster-ports",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="Ports have to be open while the cluster is converted.",
    why="A port that a firewall closes stops a step in the middle of a wave.",
    remedy="Have them opened before the first wave, and try each from where it is used; `planner knowledge ports/` has the sources.",
    find=to_open,
)
