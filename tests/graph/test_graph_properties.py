"""The graph against brute force on small instances, and its pace on a large one."""

import time
from itertools import chain, combinations, permutations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.graph import build_graph, cycles, groups, start_order
from planner.graph.feedback import EXACT_NODES, feedback_arcs
from planner.model.policy import Policy
from tests.graph.graph_estates import estate, graph, rule, vm

SIX = "abcdef"

dependencies = st.sets(st.tuples(st.sampled_from(SIX), st.sampled_from(SIX)), max_size=12)
teams = st.lists(st.sets(st.sampled_from(SIX), min_size=2, max_size=3), max_size=2)


def estate_graph(needs, together=()):
    """Each pair (before, after), and each set of VMs that a rule keeps together."""
    vms = [vm(name, *sorted(before for before, after in needs if after == name)) for name in SIX]
    rules = [
        rule(f"t{number}", "together", *sorted(members)) for number, members in enumerate(together) if members
    ]
    return graph(*vms, rules=rules)


def letters(vms):
    return tuple(vm.removeprefix("vm-") for vm in vms)


def acyclic(arcs):
    return nx.is_directed_acyclic_graph(nx.DiGraph(list(arcs)))


def smallest_cut(arcs):
    """By trying every set of arcs, small ones first."""
    subsets = chain.from_iterable(combinations(arcs, size) for size in range(len(arcs) + 1))
    return next(len(subset) for subset in subsets if acyclic(set(arcs) - set(subset)))


@settings(max_examples=200, deadline=None)
@given(dependencies)
def test_cut_is_a_smallest_one(needs):
    cut = {(c.before[3:], c.after[3:]) for cycle in cycles(estate_graph(needs)) for c in cycle.cut}
    assert acyclic(needs - cut)
    assert len(cut) == smallest_cut(sorted(needs))


def merged(needs, together):
    """Groups by definition: merge two parts while each can be reached from the other."""
    parts = [{name} for name in SIX]
    for members in together:
        inside = [part for part in parts if part & members]
        parts = [part for part in parts if not part & members] + [set().union(*inside)]
    while True:
        reach = {min(part): set(part) for part in parts}
        for _ in SIX:
            for start, seen in reach.items():
                entered = {after for before, after in needs if before in seen}
                reach[start] = seen.union(*(part for part in parts if part & entered))
        pair = next(
            (
                (one, other)
                for one, other in combinations(parts, 2)
                if other <= reach[min(one)] and one <= reach[min(other)]
            ),
            None,
        )
        if pair is None:
            return sorted(tuple(sorted(part)) for part in parts if len(part) > 1)
        parts = [part for part in parts if part not in pair] + [pair[0] | pair[1]]


@settings(max_examples=200, deadline=None)
@given(dependencies, teams)
def test_groups_are_the_smallest_closed_sets(needs, together):
    found = [letters(group.vms) for group in groups(estate_graph(needs, together)) if len(group.vms) > 1]
    assert found == merged(needs, together)


@settings(max_examples=200, deadline=None)
@given(dependencies, teams)
def test_cutting_every_cycle_leaves_no_cycle(needs, together):
    made = cycles(estate_graph(needs, together))
    cut = {(c.before[3:], c.after[3:]) for cycle in made for c in cycle.cut}
    assert cycles(estate_graph(needs - cut, together)) == ()


@settings(max_examples=200, deadline=None)
@given(dependencies, teams)
def test_start_order_is_a_partition_and_respects_dependencies(needs, together):
    made = estate_graph(needs, together)
    order = [letters(generation) for generation in start_order(made, [f"vm-{name}" for name in SIX])]
    assert sorted(chain.from_iterable(order)) == list(SIX)
    position = {name: number for number, generation in enumerate(order) for name in generation}
    circles = [set(letters(cycle.vms)) for cycle in cycles(made)]
    for before, after in needs:
        in_one_circle = any({before, after} <= circle for circle in circles)
        assert in_one_circle or position[before] < position[after]


weights = st.dictionaries(
    st.tuples(st.sampled_from("vwxyz"), st.sampled_from("vwxyz")), st.integers(1, 4), min_size=1
)


@settings(max_examples=200, deadline=None)
@given(weights)
def test_feedback_arcs_weigh_as_little_as_the_best_order(arcs):
    found, exact = feedback_arcs(arcs)
    loops = sum(weight for (one, other), weight in arcs.items() if one == other)
    nodes = sorted(set(chain.from_iterable(arcs)))
    best = min(
        sum(weight for (one, other), weight in arcs.items() if order.index(one) > order.index(other))
        for order in permutations(nodes)
    )
    assert exact
    assert sum(arcs[arc] for arc in found) == best + loops
    assert acyclic(set(arcs) - set(found))


def test_a_large_ring_is_known_to_be_exact():
    ring = {(f"n{number:03}", f"n{(number + 1) % 200:03}"): 1 for number in range(200)}
    cut, exact = feedback_arcs(ring)
    assert (len(cut), exact) == (1, True)


def test_a_large_knot_is_said_to_be_heuristic():
    nodes = [f"n{number:02}" for number in range(EXACT_NODES + 8)]
    knot = {(one, other): 1 for one in nodes for other in nodes if one != other}
    cut, exact = feedback_arcs(knot)
    assert acyclic(set(knot) - set(cut))
    assert len(cut) == len(knot) // 2
    assert not exact


@settings(max_examples=50, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=40, max_size=120))
def test_no_arc_of_a_heuristic_cut_can_be_spared(pairs):
    arcs = {(f"{one:02}", f"{other:02}"): 1 for one, other in pairs}
    component = max(
        nx.strongly_connected_components(nx.DiGraph(list(arcs))), key=lambda part: (len(part), min(part))
    )
    arcs = {arc: 1 for arc in arcs if set(arc) <= component}
    if not arcs:
        return
    cut, _ = feedback_arcs(arcs)
    assert acyclic(set(arcs) - set(cut))
    assert all(not acyclic((set(arcs) - set(cut)) | {arc}) for arc in cut)


def test_twenty_thousand_vms_take_seconds():
    many = [vm(f"{number:05}", *([f"{number - 7:05}"] if number % 10 else [])) for number in range(7, 20_007)]
    rules = [
        rule(f"{first}", "together", f"{first:05}", f"{first + 1:05}") for first in range(100, 20_000, 50)
    ]
    began = time.process_time()
    made = build_graph(estate(*many, rules=rules), Policy())
    groups(made)
    cycles(made)
    start_order(made, [one.id for one in many])
    assert time.process_time() - began < 10
