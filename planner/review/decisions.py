"""Decisions for a terminal: a heading, the scores, and what decided or would change it."""

from collections.abc import Iterable, Iterator, Mapping

from rich import box
from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from planner.model.decision import Decision
from planner.model.estate import Cluster, ClusterId
from planner.model.platform import Platform

Winners = Mapping[ClusterId, str | None]


def decision_lines(
    clusters: Iterable[Cluster],
    platforms: Iterable[Platform],
    decisions: Iterable[Decision],
    before: Winners | None = None,
) -> Iterator[RenderableType]:
    """What is printed of each decision; `before` are the winners that another one replaces, where it does."""
    titles = {platform.id: platform.title for platform in platforms}
    names = {cluster.id: cluster.name for cluster in clusters}
    for decision in decisions:
        instead = (before or {}).get(decision.cluster, decision.winner)
        yield _heading(decision, names, titles, instead)
        if any(not candidate.vetoes for candidate in decision.candidates):
            yield Padding(_scores(decision, titles), (0, 0, 0, 2), expand=False)
        yield _sentences(decision, titles)


def _heading(
    decision: Decision, names: Mapping[ClusterId, str], titles: Mapping[str, str], instead: str | None
) -> str:
    target = titles.get(decision.winner or "", "stays as it is")
    otherwise = "" if instead == decision.winner else f", instead of {titles.get(instead or '', 'staying')}"
    name = escape(names[decision.cluster])
    return f"[bold]{name}[/] → {target} ({decision.strategy}){otherwise}, confidence {decision.confidence} %"


def _scores(decision: Decision, titles: Mapping[str, str]) -> Table:
    """A row for each criterion, a column for each target that is possible, the winner first."""
    possible = [candidate for candidate in decision.candidates if not candidate.vetoes]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("criterion, 0 to 10", footer="of 100")
    table.add_column("weight", justify="right")
    for candidate in possible:
        title = titles[candidate.platform].removeprefix("KVM on ")
        table.add_column(title, justify="right", footer=str(candidate.total))
    for row in zip(*(candidate.criteria for candidate in possible), strict=True):
        table.add_row(row[0].criterion, str(row[0].weight), *(str(score.score) for score in row))
    return table


def _sentences(decision: Decision, titles: Mapping[str, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    totals = {candidate.platform: candidate.total for candidate in decision.candidates}
    if decision.runner_up is not None and decision.winner is not None:
        points = f"{totals[decision.runner_up]} of 100 against {totals[decision.winner]}"
        table.add_row("  runner-up", f"{escape(titles[decision.runner_up])}: {points}")
    for kind, sentences in (("  why", decision.reasons), ("  would flip", decision.flips)):
        for sentence in sentences:
            table.add_row(kind, escape(sentence))
    return table
