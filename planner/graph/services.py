"""Which VM serves which cluster: names, addresses, time, logins, licences, backups, a way in."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.graph.kinds import Confidence
from planner.knowledge import hint_limits, likely_roles
from planner.model.estate import ClusterId, Estate, NetworkId, VirtualMachine, VmId
from planner.model.kinds import ServiceRole

_MANAGERS: Final = frozenset({ServiceRole.VCENTER, ServiceRole.XEN_ORCHESTRA})
"""Their tie to a cluster is that they manage it."""

_Segment = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A VM that serves a cluster, and how that is known."""

    vm: VmId
    cluster: ClusterId
    evidence: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """A VM with a role; `words` are those that it is guessed from, None where it is declared."""

    vm: VirtualMachine
    role: ServiceRole
    words: str | None


def services(estate: Estate) -> Iterator[Service]:
    """Every VM that has a role, or looks like it, with each cluster that it serves: one line a VM and cluster.

    It serves its own cluster, and those with a network of the same name and VLAN as one of its own. Where several
    VMs of one role are in such a network, nobody knows which serves whom, and each is told of its own cluster only.
    """
    segments = {network.id: (network.name, network.vlan) for network in estate.networks}
    users = _users(estate, segments)
    servers = list(_servers(estate))
    crowd: dict[tuple[ServiceRole, _Segment], int] = defaultdict(int)
    for server in servers:
        for segment in _segments(server.vm, segments):
            crowd[server.role, segment] += 1
    told: dict[tuple[VmId, ClusterId], list[_Server]] = defaultdict(list)
    for server in servers:
        reached = {server.vm.cluster}
        for segment in _segments(server.vm, segments):
            if crowd[server.role, segment] <= hint_limits().servers_of_a_network:
                reached |= users[segment]
        for cluster in sorted(reached):
            told[server.vm.id, cluster].append(server)
    for (vm, cluster), roles in told.items():
        own = cluster == roles[0].vm.cluster
        near = () if own else ("a network there is called like one of its own",)
        yield Service(
            vm=vm,
            cluster=cluster,
            evidence="; ".join((*_said(roles), *near)),
            confidence=_confidence(roles, own=own),
        )


def _confidence(servers: list[_Server], *, own: bool) -> Confidence:
    if all(server.words is not None for server in servers):
        return Confidence.HINTED
    return Confidence.DECLARED if own else Confidence.DERIVED


def _said(servers: list[_Server]) -> Iterator[str]:
    roles = ", ".join(server.role for server in servers if server.words is None)
    origin = servers[0].vm.origin
    if roles:
        yield f"roles: {roles}" + (f" ({origin})" if origin else "")
    yield from (f"looks like {server.role}: {server.words}" for server in servers if server.words is not None)


def _servers(estate: Estate) -> Iterator[_Server]:
    for vm in estate.vms:
        if not vm.template:
            declared = sorted({*vm.roles} - _MANAGERS)
            yield from (_Server(vm=vm, role=role, words=None) for role in declared)
            likely = (told for told in likely_roles(vm) if told[0] not in _MANAGERS)
            yield from (_Server(vm=vm, role=role, words=words) for role, words in likely)


def _users(estate: Estate, segments: dict[NetworkId, _Segment]) -> dict[_Segment, set[ClusterId]]:
    """The clusters whose VMs are in each network, taken as one wherever name and VLAN are the same."""
    found: dict[_Segment, set[ClusterId]] = defaultdict(set)
    for vm in estate.vms:
        for segment in _segments(vm, segments):
            found[segment].add(vm.cluster)
    return found


def _segments(vm: VirtualMachine, segments: dict[NetworkId, _Segment]) -> set[_Segment]:
    return {segments[nic.network] for nic in vm.nics if nic.network in segments}
