"""The graph in the formats of other programs, read back by programs that nobody here wrote."""

import json
import subprocess
from dataclasses import replace

import networkx as nx
import pytest
from rich.console import Console

from planner.graph import build_graph, impact
from planner.model.estate import Flow
from planner.model.policy import Policy
from planner.review.graphs import GRAPH_FORMATS, effects_table
from tests.graph.graph_estates import estate, rule, vm
from tests.review.hostile import TRICKS


@pytest.fixture(params=["plain", "hostile"])
def graph(request):
    """Two VMs, of which one needs the other, a wish to keep them apart, and traffic; once with tricks for names."""
    names = ("db", "web") if request.param == "plain" else TRICKS[:2]
    first, second = vm("db"), vm("web", "db", origin="rules\x00\n.yml")
    machines = (replace(first, name=names[0]), replace(second, name=names[1]))
    wished = estate(*machines, rules=(rule("far", "apart", "db", "web", mandatory=False),))
    seen = Flow(source=second.id, destination=first.id, port=5432, size_bytes=2**30)
    return build_graph(replace(wished, flows=(seen,)), Policy())


@pytest.mark.parametrize("trick", TRICKS)
def test_graphviz_shows_every_name_as_it_is(trick):
    one = build_graph(estate(replace(vm("db"), name=trick)), Policy())
    drawn = subprocess.run(
        ["dot", "-Tjson"], input=GRAPH_FORMATS["dot"](one), capture_output=True, text=True, check=True
    )
    labels = {node["name"]: node["label"] for node in json.loads(drawn.stdout)["objects"]}
    assert {node: name.replace("\\\\", "\\") for node, name in labels.items()}["vm-db"] == trick


def test_graphviz_draws_wishes_and_hints_dashed(graph):
    drawn = subprocess.run(
        ["dot", "-Tjson"], input=GRAPH_FORMATS["dot"](graph), capture_output=True, text=True, check=True
    )
    edges = json.loads(drawn.stdout)["edges"]
    assert len(edges) == graph.number_of_edges()
    assert {edge["label"] for edge in edges if edge["style"] == "dashed"} == {"apart", "talks-to"}


def test_graphml_is_read_back(graph):
    back = nx.parse_graphml(GRAPH_FORMATS["graphml"](graph), force_multigraph=True)
    kinds = sorted((first, second, str(data["kind"])) for first, second, data in graph.edges(data=True))
    assert sorted((first, second, data["kind"]) for first, second, data in back.edges(data=True)) == kinds
    assert all(data["evidence"].isprintable() for *_, data in back.edges(data=True))
    assert nx.get_node_attributes(back, "name") == nx.get_node_attributes(graph, "name")


def test_json_is_read_back(graph):
    back = nx.node_link_graph(json.loads(GRAPH_FORMATS["json"](graph)), edges="edges")
    assert nx.utils.graphs_equal(back, graph)


def test_mermaid_names_every_node_and_edge_and_lets_no_name_out_of_its_quotes(graph):
    first, *lines = GRAPH_FORMATS["mermaid"](graph).splitlines()
    assert first == "flowchart LR"
    assert len(lines) == graph.number_of_nodes() + graph.number_of_edges()
    assert all(line.count('"') in {0, 2} for line in lines)


def test_what_suffers_is_told_with_the_place_where_it_was_read(graph):
    console = Console(width=300)
    with console.capture() as captured:
        console.print(effects_table(graph, "vm-db", impact(graph, "vm-db")))
    shown = captured.get()
    assert "is down: 1" in shown
    assert all(part in shown for part in ("start-before", "depends_on", graph.nodes["vm-web"]["name"]))


def test_hints_are_told_as_such():
    console = Console(width=300)
    seen = Flow(source="vm-far", destination="vm-db", port=5432, size_bytes=2**30)
    hinted = build_graph(replace(estate(vm("db"), vm("far")), flows=(seen,)), Policy())
    with console.capture() as captured:
        console.print(effects_table(hinted, "vm-db", impact(hinted, "vm-db")))
    shown = captured.get()
    assert "While db is down: 0 down with it; 1 may lack something" in shown
    assert all(part in shown for part in ("talks-to (a hint)", "1 GiB on port 5432 (flows.csv)"))
