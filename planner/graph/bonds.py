"""How firmly VMs belong together of which no rule speaks: what the policy asks for, and what can be had of it."""

from collections import defaultdict
from typing import Final

from planner.graph.company import Company
from planner.graph.groups import groups
from planner.graph.kinds import Basis, Confidence, EdgeKind, Graph, edges
from planner.graph.parts import Parts
from planner.model.estate import VmId
from planner.model.kinds import Bond
from planner.model.plan import Group
from planner.model.policy import TogetherPolicy

_ORDER: Final = (Basis.GUEST_CLUSTER, Basis.VAPP, Basis.BASE_IMAGE)
"""Of what the policy asks for alike, the stronger reason first: what comes later may no longer fit into a wave."""
_WORDS: Final = {
    Basis.GUEST_CLUSTER: "they are nodes of one guest cluster",
    Basis.VAPP: "they are in one vApp",
    Basis.BASE_IMAGE: "their disks stand on one image",
}


def bond_of(company: Company, policy: TogetherPolicy) -> Bond:
    """How firmly the VMs of a company belong together; those that share a disk always do."""
    guest_cluster = (
        policy.likely_guest_clusters if company.confidence is Confidence.HINTED else policy.guest_clusters
    )
    return {
        Basis.GUEST_CLUSTER: guest_cluster,
        Basis.VAPP: policy.vapps,
        Basis.BASE_IMAGE: policy.linked_clones,
    }.get(company.basis, Bond.FIRM)


def bonds(graph: Graph, most: int) -> tuple[Group, ...]:
    """Sets of VMs that the policy wants in one wave of at most `most` VMs: those that bind, then the wishes, then the rest.

    No two that bind have a VM in common, nor have two wishes; each holds the firm groups that it touches, and a wish those
    that bind. What cannot be had without breaking something firmer is `show`, and says why: more VMs than a wave has, more
    than one cluster, VMs that do not belong into one wave, a circle of dependencies that would close, or the VM that manages
    a cluster, which goes last and alone. A wish also gives way to a hint that its VMs stand in for each other.
    """
    parts = Parts(graph, groups(graph), most)
    kept: list[Group] = []
    refused: list[Group] = []
    for bond in (Bond.BIND, Bond.WISH):
        reasons: dict[str, dict[str, None]] = defaultdict(dict)
        for basis, vms in _asked(graph, bond):
            refusal = parts.refusal(vms, bond)
            if refusal is not None:
                refused.append(Group(vms=vms, reason=_WORDS[basis], bond=Bond.SHOW, relaxed=refusal))
            elif len({parts.leader(vm) for vm in vms}) > 1:
                before = [parts.leader(vm) for vm in vms]
                leader = parts.merge(vms)
                told = {words: None for one in before for words in reasons.pop(one, {})}
                reasons[leader] = {**told, _WORDS[basis]: None}
        kept += (
            Group(vms=parts.members(leader), reason="; ".join(words), bond=bond)
            for leader, words in sorted(reasons.items())
        )
    return (*kept, *sorted(refused, key=lambda group: (group.vms, group.reason)))


def _asked(graph: Graph, bond: Bond) -> list[tuple[Basis, tuple[VmId, ...]]]:
    """The companies of a bond, each with its VMs: of each basis the smallest first, as most of them fit into waves."""
    found: dict[str, list[VmId]] = defaultdict(list)
    for vm, company, data in edges(graph, EdgeKind.MOVE_TOGETHER):
        if data.get("bond") is bond:
            found[company].append(VmId(vm))
    asked = [(graph.nodes[company]["basis"], tuple(sorted(vms))) for company, vms in found.items()]
    return sorted(asked, key=lambda one: (_ORDER.index(one[0]), len(one[1]), one[1]))
