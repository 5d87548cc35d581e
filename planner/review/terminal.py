"""The review in a terminal: it fits any width and never leaves a meaning to colour alone."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.model.plan import Plan
from planner.model.verification import Verification
from planner.review.build import view
from planner.review.findings import rules_grid
from planner.review.view import ClusterView, HostView, NoReturn, View, WaveView
from planner.review.words import counted
from planner.units import format_duration, format_size

MOST_NO_RETURNS: Final = 12
MOST_REASONS: Final = 3
MOST_UNKNOWNS: Final = 8


def terminal(plan: Plan, verification: Verification) -> RenderableType:
    """The review of a plan for `rich.console.Console.print`."""
    return render(view(plan, verification))


def render(shown: View) -> RenderableType:
    """The terminal's rendering of a view: nothing is computed here."""
    sections: list[RenderableType] = [_summary(shown)]
    sections += [Group(_heading(cluster), _indented(_cluster(cluster))) for cluster in shown.clusters]
    if shown.rules:
        sections.append(Group(_title("Findings"), _indented(rules_grid(shown.rules))))
    if shown.waves:
        sections.append(Group(_title("Waves"), _indented(_waves(shown.waves))))
    if shown.no_returns:
        sections.append(Group(_title("Cannot be undone"), _indented(_no_returns(shown.no_returns))))
    if shown.unknowns:
        sections.append(
            Group(_title("Not checked, because nobody said it"), _indented(_unknowns(shown.unknowns)))
        )
    sections.append(Text(shown.closing, style="bold"))
    return Group(*_spaced(sections))


def _spaced(sections: list[RenderableType]) -> Iterator[RenderableType]:
    for number, section in enumerate(sections):
        if number:
            yield Text("")
        yield section


def _title(text: str) -> Text:
    return Text(text, style="bold underline")


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2))


def _pairs() -> Table:
    """Rows of a label and a text that wraps beneath itself."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    grid.expand = True
    return grid


def _summary(shown: View) -> Table:
    grid = _pairs()
    grid.add_row("Estate", Text(shown.estate))
    grid.add_row("Replay", _verdict(shown))
    for violation in shown.violations:
        where = f" ({violation.step})" if violation.step else ""
        grid.add_row("", Text(f"✗ {violation.constraint}: {violation.subject}{where}: {violation.detail}"))
    for number, told in enumerate(shown.before):
        grid.add_row("" if number else "Before", Text(told))
    grid.add_row("Time", Text(_time(shown)))
    if shown.bounds.lower is not None:
        grid.add_row("At best", Text(_at_best(shown)))
    return grid


def _verdict(shown: View) -> Text:
    symbol, style = ("✓", "green") if shown.accepted else ("✗", "bold red")
    return Text(f"{symbol} {shown.verdict}", style=style)


def _time(shown: View) -> str:
    bounds = shown.bounds
    lasts = f"{format_duration(bounds.makespan)} at p50, {format_duration(bounds.makespan_p90)} at p90"
    if shown.start is None:
        return f"{lasts}; no date is set"
    return f"{lasts}; from {shown.start} to {shown.end.date}, at p90 {shown.end_p90.date}"


def _at_best(shown: View) -> str:
    bounds = shown.bounds
    assert bounds.lower is not None, "called only where there is a bound"
    gap = "" if bounds.gap_percent is None else f", the plan takes {bounds.gap_percent} % more"
    return f"{format_duration(bounds.lower)}{gap}; bound by {bounds.binding}"


def _heading(cluster: ClusterView) -> Text:
    return Text.assemble((cluster.name, "bold"), f"  {cluster.source}", overflow="fold")


def _cluster(cluster: ClusterView) -> Table:
    grid = _pairs()
    target = Text.assemble(
        ("= " if cluster.kept else "→ ", "bold"), (cluster.target, "bold green"), f"  {cluster.strategy}"
    )
    grid.add_row("to", target)
    if not cluster.kept:
        grid.add_row("", Text(cluster.strategy_meaning))
    for number, reason in enumerate(cluster.reasons[:MOST_REASONS]):
        grid.add_row("" if number else "why", Text(f"· {reason}"))
    if cluster.runner_up:
        grid.add_row("runner-up", Text(cluster.runner_up))
    for candidate in cluster.candidates:
        for veto in candidate.vetoes[:1]:
            more = f" (and {counted(len(candidate.vetoes) - 1, 'more veto', 'more vetoes')})"
            grid.add_row(
                "vetoed", Text(f"{candidate.title}: {veto}{more if len(candidate.vetoes) > 1 else ''}")
            )
    for number, flip in enumerate(cluster.flips):
        grid.add_row("" if number else "would flip", Text(f"· {flip}"))
    if not cluster.kept:
        grid.add_row("confidence", Text(f"{cluster.confidence} %"))
    for title, told in _conversion(cluster):
        grid.add_row(title, Text(told))
    return grid


def _conversion(cluster: ClusterView) -> Iterator[tuple[str, str]]:
    """What the conversion of a cluster does to its hosts, by row."""
    if cluster.order:
        yield "host order", _order(cluster.hosts)
    if cluster.borrowing:
        yield "borrows", cluster.borrowing
    for number, low in enumerate(cluster.low_water):
        text = (
            f"{low.side}: {format_size(low.free_bytes)} of {format_size(low.limit_bytes)} "
            f"at {low.when.offset} ({low.step})"
        )
        yield "" if number else "least memory", text


def _order(hosts: tuple[HostView, ...]) -> str:
    converted = [host for host in hosts if host.order is not None]
    return "  ".join(
        f"{host.order}. {host.name}{' (borrowed)' if host.borrowed else ''}" for host in converted
    )


def _waves(waves: tuple[WaveView, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    dated = any(wave.when.date for wave in waves)
    for title in ("wave", "starts", "takes (p90)", "longest down (p90)"):
        table.add_column(title, no_wrap=True)
    table.add_column("what", ratio=1, overflow="fold")
    for wave in waves:
        pilot = " (pilot)" if wave.pilot and "pilot" not in wave.title.lower() else ""
        what = Text.assemble((f"{wave.title}{pilot}", "bold"), f" · {wave.cluster}: {wave.counts}")
        table.add_row(
            wave.id,
            f"{wave.when.offset}\n{wave.when.date}" if dated else wave.when.offset,
            f"{format_duration(wave.duration)} ({format_duration(wave.p90)})",
            _down(wave),
            what,
        )
    return table


def _down(wave: WaveView) -> str:
    if not wave.longest_downtime:
        return "none"
    return f"{format_duration(wave.longest_downtime)} ({format_duration(wave.longest_downtime_p90)})"


def _no_returns(points: tuple[NoReturn, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    table.add_column("from", no_wrap=True)
    table.add_column("step", no_wrap=True)
    table.add_column("host or VM", overflow="fold")
    table.add_column("then", ratio=1, overflow="fold")
    for point in points[:MOST_NO_RETURNS]:
        table.add_row(point.when.offset, point.step, Text(point.subject), Text(point.what))
    if len(points) > MOST_NO_RETURNS:
        table.add_row("", "", "", f"and {len(points) - MOST_NO_RETURNS} more in the review")
    return table


def _unknowns(unknowns: tuple[str, ...]) -> Text:
    lines = [f"? {unknown}" for unknown in unknowns[:MOST_UNKNOWNS]]
    if len(unknowns) > MOST_UNKNOWNS:
        lines.append(f"  and {len(unknowns) - MOST_UNKNOWNS} more in the review")
    return Text("\n".join(lines))
