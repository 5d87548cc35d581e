"""Verbs about what hangs on what."""

from pathlib import Path

import click

from planner import pipeline
from planner.console import OUT
from planner.errors import InputError, Problem
from planner.graph import Graph, build_graph
from planner.graph import impact as effects_of
from planner.review.graphs import GRAPH_FORMATS, effects_table
from planner.verbs.arguments import INVENTORY


@click.command()
@INVENTORY
@click.option(
    "--format",
    "shape",
    type=click.Choice([*GRAPH_FORMATS]),
    default="dot",
    show_default=True,
    help="For Graphviz; for yEd or Gephi; for networkx; for Markdown.",
)
def graph(inventory: Path, shape: str) -> None:
    """What depends on what in INVENTORY, every edge with the place where it was read."""
    click.echo(GRAPH_FORMATS[shape](build_graph(*pipeline.read(inventory))), nl=False)


@click.command()
@INVENTORY
@click.argument("subject")
def impact(inventory: Path, subject: str) -> None:
    """What is down in INVENTORY while SUBJECT is: a host, datastore, network, cluster or VM, by name or id."""
    found = build_graph(*pipeline.read(inventory))
    node = node_called(found, subject)
    OUT.print(effects_table(found, node, effects_of(found, node)))


def node_called(graph: Graph, subject: str) -> str:
    """The node of that id, else the only one of that name. Raises InputError when there is none, or are several."""
    found = (
        [subject]
        if subject in graph
        else [node for node, data in graph.nodes(data=True) if data["name"] == subject]
    )
    if len(found) == 1:
        return found[0]
    message = f"is the name of several things: say which by its id, one of {', '.join(found)}"
    missing = "is neither the name nor the id of anything in the estate"
    raise InputError((Problem(path=subject, message=message if found else missing),))
