"""What `collect` prints: totals, what is missing with its command, and what was left open."""

import io

from rich.console import Console

from planner.model.estate import Conflict, Gap
from planner.review.estate import estate_summary
from tests.knowledge.missing_estates import WHOLE_VM, estate


def printed(shown):
    text = io.StringIO()
    Console(width=100, file=text).print(estate_summary(shown))
    return text.getvalue()


def test_the_summary_sums_and_never_takes_unknown_for_nothing():
    text = printed(estate(vms=(WHOLE_VM, WHOLE_VM | {"memory_bytes": None, "vcpus": None})))
    row = next(line for line in text.splitlines() if line.startswith("C [1]"))
    assert row.split() == ["C", "[1]", "ESXi", "1", "2", "2", "+", "4", "GiB", "+", "20", "GiB", "inventory"]
    assert "?" in printed(estate(vms=(WHOLE_VM | {"vcpus": None},)))


def test_what_was_left_open_is_shown_with_names():
    text = printed(
        estate(
            notes=("1 row left out",),
            gaps=(Gap(source="vc", what="tags", why="no privilege", remedy="ask"),),
            conflicts=(Conflict(subject="vm-1", fact="vcpus", kept="2", others=("4",)),),
        )
    )
    assert "not read: tags of vc: no privilege → ask" in text
    assert "sources disagree: v 1: vcpus is 2, elsewhere 4" in text
    assert "1 row left out" in text


def test_a_long_list_of_open_things_is_counted():
    assert "and 12 more" in printed(estate(notes=tuple(f"note {number}" for number in range(20))))
