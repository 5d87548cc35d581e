"""Why a VM or a host has its turn when it has: its steps, what they wait for, and what ties it to others."""

from collections.abc import Iterable, Iterator

from rich.text import Text
from rich.tree import Tree

from planner.graph import Graph, NodeKind
from planner.model.estate import HostId, VmId
from planner.model.plan import Plan, Step
from planner.review.companies import company_lines
from planner.review.names import Book, book
from planner.review.steps import subject, way
from planner.review.ties import hints, ties
from planner.review.words import STEPS, TRANSPORTS, plain
from planner.units import format_duration

_HINTS = "Hints, which bind nothing"


def explained(plan: Plan, graph: Graph, node: str) -> Tree:
    """The explanation of a VM or a host, by its id; `graph` is that of the plan's estate.

    Raises KeyError for a node of any other kind.
    """
    return {NodeKind.VM: _vm, NodeKind.HOST: _host}[graph.nodes[node]["kind"]](book(plan), graph, node)


def _vm(told: Book, graph: Graph, node: str) -> Tree:
    vm = told.vms[VmId(node)]
    steps = told.journeys.get(vm.id, ())
    tree = Tree(
        Text(f"{plain(vm.name)}, of {told.clusters[vm.cluster]}, on {told.place(vm.id)}", style="bold")
    )
    if not steps:
        earlier = "has crossed by an earlier plan, and " if vm.id in told.there else ""
        tree.add(f"{earlier}stays where it is: nothing in the plan touches it")
    _add_steps(tree, told, steps)
    _add(tree, "Ties to others", ties(graph, node))
    _add(tree, _HINTS, hints(graph, node))
    _add(
        tree,
        "Why it moves with others",
        company_lines(told, vm.id),
    )
    if (route := told.routes.get(vm.id)) is not None:
        taken = "no way" if route.transport is None else TRANSPORTS[route.transport]
        others = (f"not {TRANSPORTS[one.transport]}: {plain(one.rejected)}" for one in route.considered)
        _add(tree, "Way", (f"{taken}: {plain(route.reason)}", *others))
    _add(tree, "Findings", _findings(told, node))
    return tree


def _host(told: Book, graph: Graph, node: str) -> Tree:
    host = told.hosts[HostId(node)]
    cluster = told.clusters[host.cluster] if host.cluster else "no cluster"
    tree = Tree(Text(f"{plain(host.name)}, of {cluster}", style="bold"))
    steps = told.work.get(host.id, ())
    if not steps:
        earlier = "was rebuilt by an earlier plan, and " if host.id in told.plan.progress.built else ""
        tree.add(f"{earlier}stays as it is: nothing in the plan is done to it")
    _add_steps(tree, told, steps)
    _add(tree, "VMs before", (told.vm(vm) for vm in told.before.get(host.id, ())))
    _add(tree, "VMs after", (told.vm(vm) for vm in told.after.get(host.id, ())))
    _add(tree, "Tied to it", ties(graph, node))
    _add(tree, "Findings", _findings(told, node))
    return tree


def _add_steps(tree: Tree, told: Book, steps: Iterable[Step]) -> None:
    waves = {wave.id: wave for wave in told.plan.schedule.waves}
    for step in steps:
        wave = waves[step.wave]
        takes = f"takes {format_duration(step.duration)} (p90 {format_duration(step.p90)})"
        down = f", {format_duration(step.downtime)} of it down" if step.downtime else ""
        branch = tree.add(Text(f"{_named(told, step)}: {told.when(step.start).offset}, {takes}{down}"))
        branch.add(Text(f"in the wave {plain(wave.title)}: {plain(wave.reason)}"))
        if step.reason not in wave.reason:
            branch.add(Text(f"because {plain(step.reason)}"))
        for line in _waits(told, step):
            branch.add(Text(line))
        if step.bottleneck:
            branch.add(Text(f"its length is bound by {plain(step.bottleneck)}"))


def _waits(told: Book, step: Step) -> Iterator[str]:
    """What it waits for, the last to end first; what is left after that is waiting for its turn."""
    needs = sorted((told.steps[need] for need in step.needs), key=lambda need: (-need.end, need.id))
    ready = needs[0].end if needs else 0
    for need in needs:
        last = ", the last to end" if need.end == ready and len(needs) > 1 else ""
        yield f"waits for {_named(told, need)}, done at {told.when(need.end).offset}{last}"
    if step.start > ready:
        yield f"then waits {format_duration(step.start - ready)} for its turn: what it needs is in use, or its wave begins later"


def _named(told: Book, step: Step) -> str:
    return " ".join(filter(None, (STEPS[step.kind].verb, subject(told, step), way(told, step))))


def _findings(told: Book, node: str) -> Iterator[str]:
    found = (finding for finding in told.plan.findings if finding.subject.id == node)
    return (f"{finding.severity}: {plain(finding.message)} ({finding.rule})" for finding in found)


def _add(tree: Tree, heading: str, lines: Iterable[str]) -> None:
    texts = tuple(lines)
    if texts:
        branch = tree.add(Text(heading))
        for text in texts:
            branch.add(Text(text))
