"""What the planner takes for true, as a table."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from planner.knowledge import Known


def knowledge_table(facts: Iterable[Known]) -> Table:
    """One row for each fact, with what it says, how sure it is, and where and when it was read."""
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    grid.add_column("fact", overflow="fold", ratio=2)
    grid.add_column("says", overflow="fold", ratio=2)
    grid.add_column("read in", overflow="fold", ratio=3)
    for fact in facts:
        says = " ".join(filter(None, (fact.value, fact.unit)))
        read = f"{fact.source}, {fact.date}{f' ({fact.confidence})' if fact.confidence else ''}"
        grid.add_row(Text(fact.id), Text(says), Text(read))
    return grid
