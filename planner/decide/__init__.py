"""Which platform each cluster gets, argued."""

from planner.decide.decisions import decide

__all__ = ["decide"]
