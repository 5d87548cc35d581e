"""What could go wrong."""

from planner.assess.catalogue import LAST, PLANNED, RULES
from planner.assess.engine import Assessment, assess, assess_steps
from planner.assess.rule import Rule

__all__ = ["Assessment", "assess", "assess_steps", "every_rule"]


def every_rule() -> tuple[Rule, ...]:
    """Every rule, in the order in which the manual lists them."""
    return (*RULES, *PLANNED, *LAST)
