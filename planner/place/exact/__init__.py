"""Small conversions made shorter by an exact solver: the plan of the streams is its first, and the ledger its judge."""

from planner.place.exact.polish import budget, polished

__all__ = ["budget", "polished"]
