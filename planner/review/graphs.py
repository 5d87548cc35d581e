"""The dependency graph for people and other programs: DOT, GraphML, JSON of networkx, Mermaid."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import graphviz
import networkx as nx
from rich.table import Table
from rich.text import Text

from planner.graph import Effect, Graph, NodeKind
from planner.review.markdown import label

_SHAPES: Final[Mapping[NodeKind, str]] = {
    NodeKind.CLUSTER: "folder",
    NodeKind.HOST: "box3d",
    NodeKind.DATASTORE: "cylinder",
    NodeKind.NETWORK: "parallelogram",
    NodeKind.VM: "box",
    NodeKind.GROUP: "ellipse",
}


def dot(graph: Graph) -> str:
    """For Graphviz, such as `dot -Tsvg`; the evidence of an edge is its tooltip, wishes and hints are dashed."""
    drawn = graphviz.Digraph("estate", graph_attr={"rankdir": "LR"})
    for node, data in graph.nodes(data=True):
        drawn.node(graphviz.escape(node), label=graphviz.escape(data["name"]), shape=_SHAPES[data["kind"]])
    for first, second, data in graph.edges(data=True):
        drawn.edge(
            graphviz.escape(first),
            graphviz.escape(second),
            label=graphviz.escape(data["kind"]),
            style="solid" if data["mandatory"] else "dashed",
            tooltip=graphviz.escape(data["evidence"]),
        )
    return str(drawn.source)


def graphml(graph: Graph) -> str:
    """For Gephi, yEd and Cytoscape, with every attribute of nodes and edges."""
    return "\n".join(nx.generate_graphml(_plain(graph))) + "\n"


def node_link(graph: Graph) -> str:
    """JSON as networkx writes and reads it (`node_link_graph(data, edges="edges")`)."""
    return json.dumps(nx.node_link_data(graph, edges="edges"), indent=2, ensure_ascii=False) + "\n"


def mermaid(graph: Graph) -> str:
    """For Markdown that GitHub or GitLab shows; wishes and hints are dotted."""
    return "\n".join(("flowchart LR", *_mermaid_lines(graph))) + "\n"


GRAPH_FORMATS: Final[Mapping[str, Callable[[Graph], str]]] = {
    "dot": dot,
    "graphml": graphml,
    "json": node_link,
    "mermaid": mermaid,
}


def effects_table(graph: Graph, node: str, effects: tuple[Effect, ...]) -> Table:
    """What is down, or lacks something, while a node of the graph is down."""
    names: dict[str, str] = nx.get_node_attributes(graph, "name")
    down = sum(effect.down for effect in effects)
    missing = f"; {len(effects) - down} may lack something" if down < len(effects) else ""
    title = Text(f"While {names[node]} is down: {down} down with it{missing}")
    table = Table("what", "kind", "because of", "how", title=title, title_justify="left")
    table.add_column("read in", overflow="fold")
    for effect in effects:
        kind = graph.nodes[effect.node]["kind"]
        how = f"{effect.kind} (a hint)" if effect.hinted else effect.kind
        row = (names[effect.node], kind, names[effect.cause], how, effect.evidence)
        table.add_row(*map(Text, row))
    return table


def _mermaid_lines(graph: Graph) -> Iterator[str]:
    numbers = {node: f"n{number}" for number, node in enumerate(graph)}
    for node, data in graph.nodes(data=True):
        yield f'  {numbers[node]}["{label(data["name"])}"]'
    for first, second, data in graph.edges(data=True):
        arrow = "-->" if data["mandatory"] else "-.->"
        yield f"  {numbers[first]} {arrow}|{data['kind']}| {numbers[second]}"


def _plain(graph: Graph) -> Graph:
    """The graph with values that XML can hold: text without control characters, and truth values."""
    plain: Graph = nx.MultiDiGraph()
    plain.add_nodes_from((node, _values(data)) for node, data in graph.nodes(data=True))
    plain.add_edges_from((*edge, _values(data)) for *edge, data in graph.edges(keys=True, data=True))
    return plain


def _values(data: Mapping[str, Any]) -> dict[str, str | bool]:
    return {key: value if isinstance(value, bool) else _printable(str(value)) for key, value in data.items()}


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
