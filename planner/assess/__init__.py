"""What could go wrong."""

from planner.assess.engine import assess

__all__ = ["assess"]
