"""Which cluster is converted after which."""

from collections.abc import Sequence

import networkx as nx

from planner.model.estate import ClusterId
from planner.model.kinds import ManagerKind, ServiceRole
from planner.place.cases import RANK
from planner.place.conversion import Conversion

_Risk = tuple[bool, bool, int, int, ClusterId]
_ROLE_OF = {ManagerKind.VCENTER: ServiceRole.VCENTER, ManagerKind.XAPI: ServiceRole.XEN_ORCHESTRA}


def in_order(conversions: tuple[Conversion, ...], before: Sequence[ClusterId] = ()) -> tuple[Conversion, ...]:
    """Those of an earlier plan in its order; the others with low risk first: no infrastructure, low criticality, small.

    A cluster whose VM manages others follows all of those; where two manage each other, risk alone decides.
    """
    turns = {cluster: turn for turn, cluster in enumerate(before)}
    by_id = {conversion.cluster.id: conversion for conversion in conversions}
    waits: nx.DiGraph[ClusterId] = nx.DiGraph()
    waits.add_nodes_from(by_id)
    waits.add_edges_from(
        (managed, conversion.cluster.id)
        for conversion in conversions
        for managed in sorted(_managed(conversion, conversions))
    )
    condensed = nx.condensation(waits)
    members = nx.get_node_attributes(condensed, "members")

    def turn(cluster: ClusterId) -> tuple[int, _Risk]:
        return turns.get(cluster, len(turns)), _risk(by_id[cluster])

    def risk(component: int) -> tuple[object, ...]:
        return max(turn(cluster) for cluster in members[component])

    return tuple(
        by_id[cluster]
        for component in nx.lexicographical_topological_sort(condensed, key=risk)
        for cluster in sorted(members[component], key=turn)
    )


def _risk(conversion: Conversion) -> _Risk:
    roles = {role for vm in conversion.vms for role in vm.roles}
    known = [RANK[vm.criticality] for vm in conversion.vms if vm.criticality is not None]
    manages = bool(roles & {ServiceRole.VCENTER, ServiceRole.XEN_ORCHESTRA})
    return manages, bool(roles), max(known, default=-1), len(conversion.vms), conversion.cluster.id


def _managed(conversion: Conversion, conversions: tuple[Conversion, ...]) -> set[ClusterId]:
    """Other clusters whose manager's address is that of a managing VM of this one."""
    addresses = {
        (role, text)
        for vm in conversion.vms
        for role in vm.roles
        for text in (vm.name, vm.hostname, *(address for nic in vm.nics for address in nic.addresses))
    }
    return {
        other.cluster.id
        for other in conversions
        if other is not conversion
        and (_ROLE_OF.get(other.cluster.manager), other.cluster.manager_address) in addresses
    } - {conversion.cluster.id}
