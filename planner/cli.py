"""One function a verb: parse, call, print. Only this module prints and exits.

Verbs import what they need themselves: all stages together take longer to import than a small estate to read.

Exit codes: 0 done; 1 the estate or plan has blocking findings; 2 bad input or usage; 3 an internal fault.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.markup import escape

from planner import __version__
from planner.console import ERR, OUT, ask_password, complain, watched_endpoint, watched_files
from planner.errors import InfeasibleError, InputError, PlannerError, Problem
from planner.files import changed_files, write_directory
from planner.model.codec import to_bytes, to_data
from planner.model.estate import Estate
from planner.read.collect import Reading
from planner.read.collect import collect as collect_sources
from planner.read.secrets import password
from planner.read.select import kinds

if TYPE_CHECKING:
    from planner.graph import Graph
    from planner.model.plan import Plan
    from planner.model.policy import Policy
    from planner.pipeline import Analysis

Existing = click.Path(path_type=Path)
_OBJECTS_BEFORE_GARBAGE: Final = 1_000_000


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Plan the way out of a hypervisor. Nothing is touched: every verb here only reads and writes files."""


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", type=Existing, help="Write an Ansible inventory into this new directory.")
@click.option("--json", "as_json", is_flag=True, help="Print the estate as JSON.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(kinds()),
    metavar="KIND",
    help=f"Read every file as: {', '.join(kinds())}.",
)
@click.option(
    "--password-file", type=Existing, help="Holds the password of live sources; mode 0600, vault allowed."
)
@click.option("--ca-file", type=Existing, help="Certificates to trust instead of the system's.")
@click.option("--thumbprint", help="SHA-256 of the only certificate to trust: for self-signed ones.")
@click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=60, show_default=True, help="Seconds for an answer."
)
def collect(
    sources: tuple[str, ...],
    output: Path | None,
    as_json: bool,  # noqa: FBT001
    password_file: Path | None,
    **reading: Any,
) -> None:
    """Turn SOURCES into one inventory that people can edit; without -o or --json, say what was found and missed.

    A source is a file, a folder (with all below it), a pattern, - (standard input), or an endpoint:
    vsphere://user@host, xapi://root@host, qemu+ssh://root@host/system, qemu:///system. Several tell of one
    estate: what they both know is merged.
    """
    ask = ask_password if sys.stdin.isatty() else None
    estate = collect_sources(
        sources,
        Reading(
            password=lambda endpoint: password(endpoint, password_file, ask),
            watched_files=watched_files,
            watched_endpoint=watched_endpoint,
            **reading,
        ),
    )
    if output is not None:
        _write_inventory(estate, output)
    elif as_json:
        click.echo(to_bytes(estate), nl=False)
    else:
        from planner.review.estate import estate_summary

        OUT.print(estate_summary(estate))


@cli.command()
@click.argument("inventory", type=Existing)
def validate(inventory: Path) -> None:
    """Read INVENTORY and its policy.yml, and say everything that is wrong with them."""
    estate, _ = _read(inventory)
    OUT.print(f"{_counts(estate)}; no problem found")


@cli.command()
@click.argument("inventory", type=Existing)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "sarif", "csv"]),
    default="table",
    show_default=True,
    help="For people; for programs; for code scanning; for spreadsheets.",
)
@click.option(
    "--by",
    type=click.Choice(["severity", "subject"]),
    default="severity",
    show_default=True,
    help="What the table is sorted by.",
)
def assess(inventory: Path, shape: str, by: str) -> None:
    """What could go wrong in INVENTORY, for the target that each cluster would get."""
    from planner.review.findings import findings_table
    from planner.review.findings_files import FINDINGS_FORMATS

    analysis = _analysis(inventory)
    if shape == "table":
        OUT.print(findings_table(analysis.findings, by))
    else:
        click.echo(FINDINGS_FORMATS[shape](analysis.findings), nl=False)
    sys.exit(1 if analysis.blocking else 0)


@cli.command()
def concerns() -> None:
    """The catalogue: everything that `assess` looks for, with the severities that it may have."""
    from planner.assess import every_rule
    from planner.review.findings import rules_table

    OUT.print(rules_table((rule.id, rule.severities, rule.message, rule.remedy) for rule in every_rule()))


@cli.command()
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def knowledge(words: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """What the planner takes for true, with sources and dates: every fact, or those that name all WORDs."""
    from planner.knowledge import known
    from planner.review.knowledge import knowledge_table

    wanted = {word.lower() for word in words}
    told = tuple(
        fact
        for fact in known()
        if all(word in f"{fact.id} {fact.value} {fact.source}".lower() for word in wanted)
    )
    if as_json:
        click.echo(to_bytes(told), nl=False)
    else:
        OUT.print(knowledge_table(told))


@cli.command()
@click.argument("inventory", type=Existing)
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="As if this stood in policy.yml: decision.weights.downtime=10, clusters[Alpha].target=xcp-ng-8.3.",
)
def decide(inventory: Path, changes: tuple[str, ...]) -> None:
    """Which hypervisor each cluster of INVENTORY would get, and why."""
    analysis = _analysis(inventory, changes)
    before = _winners(inventory) if changes else {}
    titles = {platform.id: platform.title for platform in analysis.platforms}
    names = {cluster.id: cluster.name for cluster in analysis.estate.clusters}
    for decision in analysis.decisions:
        target = titles.get(decision.winner or "", "stays as it is")
        heading = f"[bold]{escape(names[decision.cluster])}[/] → {target} ({decision.strategy})"
        instead = before.get(decision.cluster, decision.winner)
        otherwise = (
            "" if instead == decision.winner else f", instead of {titles.get(instead or '', 'staying')}"
        )
        OUT.print(f"{heading}{otherwise}, confidence {decision.confidence} %")
        for kind, sentences in (("why", decision.reasons), ("would flip", decision.flips)):
            for sentence in sentences:
                OUT.print(f"  {kind:<10}  {escape(sentence)}")


@cli.command()
@click.argument("inventory", type=Existing)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["dot", "graphml", "json", "mermaid"]),
    default="dot",
    show_default=True,
    help="For Graphviz; for yEd or Gephi; for networkx; for Markdown.",
)
def graph(inventory: Path, shape: str) -> None:
    """What depends on what in INVENTORY, every edge with the place where it was read."""
    from planner.review.graphs import GRAPH_FORMATS

    click.echo(GRAPH_FORMATS[shape](_graph(inventory)), nl=False)


@cli.command()
@click.argument("inventory", type=Existing)
@click.argument("subject")
def impact(inventory: Path, subject: str) -> None:
    """What is down in INVENTORY while SUBJECT is: a host, datastore, network, cluster or VM, by name or id."""
    from planner.graph import impact as suffers
    from planner.review.graphs import effects_table

    found = _graph(inventory)
    node = _node(found, subject)
    OUT.print(effects_table(found, node, suffers(found, node)))


@cli.command()
@click.argument("inventory", type=Existing)
def init(inventory: Path) -> None:
    """Write a first policy.yml beside INVENTORY, where there is none."""
    from planner.emit.inventory import starter_policy

    path = (inventory if inventory.is_dir() else inventory.parent) / "policy.yml"
    text = starter_policy(_read(inventory)[0])
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError((Problem(file=str(path), message="is there already and was left alone"),)) from error
    OUT.print(f"-> {escape(str(path))}: edit it, then `planner plan`")


STAGES: Final[dict[str, Callable[[Path], Any]]] = {
    "estate": lambda inventory: to_data(_read(inventory)[0]),
    "findings": lambda inventory: to_data(_analysis(inventory).findings),
    "decisions": lambda inventory: to_data(_analysis(inventory).decisions),
    "routes": lambda inventory: to_data(_analysis(inventory).routes),
    "placements": lambda inventory: to_data(_plan(inventory, None).placements),
    "schedule": lambda inventory: to_data(_plan(inventory, None).schedule),
}


@cli.command()
@click.argument("stage", type=click.Choice(sorted(STAGES)))
@click.argument("inventory", type=Existing)
def show(stage: str, inventory: Path) -> None:
    """Stop after STAGE and print its value as JSON (for bug reports and the curious)."""
    click.echo(json.dumps(STAGES[stage](inventory), indent=2, ensure_ascii=False, default=str))


@cli.command()
@click.argument("inventory", type=Existing)
@click.option("-o", "--output", type=Existing, required=True, help="Directory for the plan and its review.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When the plan starts.")
def plan(inventory: Path, output: Path, start: Any) -> None:
    """Compute, verify and write a plan for INVENTORY: bundle and review. Touches nothing else."""
    from planner import pipeline
    from planner.review import terminal

    made = _plan(inventory, start.isoformat(timespec="minutes") if start else None)
    verification = pipeline.verify(made)
    if not verification.accepted:
        for violation in verification.violations:
            ERR.print(
                f"[red]refused[/] {violation.constraint} at {violation.step}: {escape(violation.detail)}"
            )
        raise PlannerError(
            "the replay refuses this plan: nothing was written. This is a fault of the planner."
        )
    write_directory(output, pipeline.bundle(made, verification))
    OUT.print(terminal(made, verification))
    OUT.print(
        f"\nReview   {escape(str(output / 'review' / 'index.html'))}\n"
        f"Project  {escape(str(output))} (README.md says how to run it)"
    )


@cli.command()
@click.argument("directory", type=Existing)
def review(directory: Path) -> None:
    """Print the review of the plan in DIRECTORY."""
    from planner import pipeline
    from planner.read.plan import read_plan
    from planner.review import terminal

    made = read_plan(directory)
    OUT.print(terminal(made, pipeline.verify(made)))


@cli.command()
@click.argument("directory", type=Existing)
@click.argument("subject")
def explain(directory: Path, subject: str) -> None:
    """Why SUBJECT, a VM or a host of the plan in DIRECTORY, has its turn when it has; by name or id."""
    from planner.graph import NodeKind, build_graph
    from planner.read.plan import read_plan
    from planner.review.explain import explained

    made = read_plan(directory)
    found = build_graph(made.estate, made.policy)
    node = _node(found, subject)
    if found.nodes[node]["kind"] not in {NodeKind.VM, NodeKind.HOST}:
        raise InputError(
            (Problem(path=subject, message="is neither a VM nor a host: only those have steps"),)
        )
    OUT.print(explained(made, found, node))


@cli.command()
@click.argument("directory", type=Existing)
@click.option("--against", type=Existing, help="An inventory that must still be the one planned for.")
def verify(directory: Path, against: Path | None) -> None:
    """Replay the plan in DIRECTORY, check its files, and compare it with an inventory."""
    from planner import pipeline
    from planner.read.plan import read_plan

    made = read_plan(directory)
    verification = pipeline.verify(made)
    problems = [f"{v.constraint} at {v.step}: {v.detail}" for v in verification.violations]
    problems += [f"{path} was changed after the plan was written" for path in changed_files(directory)]
    if against is not None and pipeline.estate_digest(_read(against)[0]) != made.estate_digest:
        problems.append(f"{against} is no longer the estate that was planned: plan again")
    for problem in problems:
        complain(problem)
    if problems:
        sys.exit(1)
    OUT.print(f"accepted: {verification.events} events replayed, no constraint broken, no file changed")


def _write_inventory(estate: Estate, output: Path) -> None:
    from planner.emit.inventory import inventory_files, starter_policy

    write_directory(output, inventory_files(estate), edited={"policy.yml": starter_policy(estate)})
    OUT.print(f"{_summary(estate)}\n-> {escape(str(output))}: edit policy.yml there, then `planner plan`")


def _read(inventory: Path, what_if: Iterable[str] = ()) -> "tuple[Estate, Policy]":
    from planner import pipeline

    return pipeline.read(inventory, what_if)


def _analysis(inventory: Path, what_if: Iterable[str] = ()) -> "Analysis":
    from planner import pipeline

    return pipeline.settle(pipeline.analyse(*_read(inventory, what_if)))


def _winners(inventory: Path) -> dict[str, str | None]:
    """The target of each cluster as things are; of none where a cluster has no possible target."""
    try:
        return {made.cluster: made.winner for made in _analysis(inventory).decisions}
    except InfeasibleError:
        return {}


def _graph(inventory: Path) -> "Graph":
    from planner.graph import build_graph

    return build_graph(*_read(inventory))


def _node(graph: "Graph", subject: str) -> str:
    """The node of that id, else the only one of that name."""
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


def _plan(inventory: Path, start: str | None) -> "Plan":
    from planner import pipeline
    from planner.review.findings import findings_table

    analysis = _analysis(inventory)
    if analysis.blocking:
        OUT.print(findings_table(analysis.blocking, "severity"))
        complain(f"{len(analysis.blocking)} findings block: solve or waive them. Nothing was written.")
        sys.exit(1)
    return pipeline.make_plan(analysis, start)


def _counts(estate: Estate) -> str:
    counted = ("clusters", "hosts", "vms", "datastores", "networks")
    return ", ".join(f"{len(getattr(estate, kind))} {kind}" for kind in counted)


def _summary(estate: Estate) -> str:
    """What was read, and what the source held that no machine could be given for certain."""
    return "\n".join((_counts(estate), *(f"  note: {escape(note)}" for note in estate.notes)))


def _explain_infeasible(error: InfeasibleError) -> None:
    for shortage in error.shortages:
        ERR.print(f"[red]✗ {escape(shortage.cluster)}[/]: {escape(shortage.what)}")
        for remedy in shortage.remedies:
            ERR.print(f"    remedy: {escape(remedy)}")
    ERR.print("No plan was written: no order of steps is safe.")


def main() -> None:
    """Run the command line; turn errors into one line each and an exit code."""
    # What is read lives until the end: looking for garbage among it every few objects takes a third of the time.
    gc.set_threshold(_OBJECTS_BEFORE_GARBAGE)
    try:
        cli(standalone_mode=True)
    except InfeasibleError as error:
        _explain_infeasible(error)
        sys.exit(error.exit_code)
    except InputError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(error.exit_code)
    except PlannerError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("PLANNER_DEBUG"):
            raise
        ERR.print(
            f"[red]internal fault[/] {escape(repr(error))}: set PLANNER_DEBUG=1 for the traceback and report it"
        )
        sys.exit(3)
