"""In which order the VMs of one phase move: what they depend on first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx

from planner.model.estate import VmId
from planner.model.kinds import Criticality
from planner.model.plan import Move
from planner.schedule.facts import Facts

_LAST: Final = frozenset({Criticality.HIGH, Criticality.CRITICAL})


def rank(criticality: Criticality | None) -> int:
    """How early VMs move: 0 before 1. What people call high or critical comes when others have shown the way.

    No finer: VMs that take alike travel together, and each class of its own would have waves that wait for one long VM.
    """
    return int(criticality in _LAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The moves of a phase as blocks in order, and what each waits for.

    A block holds the VMs that stay in one wave: a group, or groups that need each other. `firm` are the blocks of firm
    groups only, for where the others do not fit. `needs` gives for each
    VM the others of the phase that must have arrived; `batch` the firm group with which it starts at once.
    """

    blocks: tuple[tuple[Move, ...], ...]
    needs: Mapping[VmId, tuple[VmId, ...]]
    batch: Mapping[VmId, int]
    firm: tuple[tuple[Move, ...], ...] = ()


def order(moves: tuple[Move, ...], facts: Facts) -> Order:
    """Dependencies before dependents, what is highly critical last, then long copies first.

    VMs that need each other have no order.
    """
    if len(moves) == 1:
        return Order(blocks=(moves,), needs={}, batch={}, firm=(moves,))
    needs = _acyclic(_dependencies(moves, facts))
    blocks, _ = _blocks(moves, facts.together, needs, facts)
    firm, batch = _blocks(moves, facts.firm, needs, facts)
    return Order(blocks=blocks, needs=needs, batch=batch, firm=firm)


def _blocks(
    moves: tuple[Move, ...],
    together: Mapping[VmId, int],
    needs: Mapping[VmId, tuple[VmId, ...]],
    facts: Facts,
) -> tuple[tuple[tuple[Move, ...], ...], dict[VmId, int]]:
    """The blocks in order, and the group of each VM whose group is a block of its own."""
    group_of = {move.vm: together[move.vm] for move in moves if move.vm in together}
    contracted: nx.DiGraph[VmId | int] = nx.DiGraph()
    contracted.add_nodes_from(dict.fromkeys(group_of.get(move.vm, move.vm) for move in moves))
    contracted.add_edges_from(
        (group_of.get(need, need), group_of.get(vm, vm))
        for vm, wanted in needs.items()
        for need in wanted
        if vm not in group_of or group_of[vm] != group_of.get(need)
    )
    inside: dict[VmId | int, list[Move]] = {}
    for move in sorted(moves, key=lambda move: move.vm):
        inside.setdefault(group_of.get(move.vm, move.vm), []).append(move)
    condensed = nx.condensation(contracted)
    joined = nx.get_node_attributes(condensed, "members")
    content = {
        node: tuple(sorted((move for part in parts for move in inside[part]), key=lambda move: move.vm))
        for node, parts in joined.items()
    }
    weight = {
        node: (
            max(rank(facts.vms[move.vm].criticality) for move in block),
            -_bytes(block, facts),
            block[0].vm,
        )
        for node, block in content.items()
    }
    alone = {next(iter(parts)) for parts in joined.values() if len(parts) == 1}
    ordered = nx.lexicographical_topological_sort(condensed, key=lambda node: weight[node])
    own = {vm: group for vm, group in group_of.items() if group in alone}
    return tuple(content[node] for node in ordered), own


def _bytes(block: tuple[Move, ...], facts: Facts) -> int:
    return max(facts.bytes_of(move.vm, frozenset(placed.disk for placed in move.disks)) for move in block)


def _dependencies(moves: tuple[Move, ...], facts: Facts) -> dict[VmId, tuple[VmId, ...]]:
    """For each VM of a phase the others that it depends on, also through VMs that stay put."""
    here = {move.vm for move in moves}
    return {move.vm: tuple(sorted(_reached(move.vm, here, facts))) for move in moves}


def _acyclic(needs: dict[VmId, tuple[VmId, ...]]) -> dict[VmId, tuple[VmId, ...]]:
    """Without the needs inside a circle of VMs: there no order keeps everything up.

    A group that only a rule closes to a circle has an order: its VMs move one after the other.
    """
    graph: nx.DiGraph[VmId] = nx.DiGraph()
    graph.add_edges_from((vm, need) for vm, wanted in needs.items() for need in wanted)
    circles = [circle for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    circle_of = {vm: number for number, circle in enumerate(circles) for vm in circle}
    return {
        vm: tuple(need for need in wanted if vm not in circle_of or circle_of[vm] != circle_of.get(need))
        for vm, wanted in needs.items()
    }


def _reached(start: VmId, here: set[VmId], facts: Facts) -> set[VmId]:
    """VMs of the phase that a VM depends on, directly or through VMs outside the phase."""
    found: set[VmId] = set()
    seen, waiting = {start}, [start]
    while waiting:
        for need in facts.vms[waiting.pop()].depends_on:
            if need in here:
                found.add(need)
            elif need not in seen:
                seen.add(need)
                waiting.append(need)
    return found - {start}
