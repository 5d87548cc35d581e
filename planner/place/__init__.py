"""Where each VM lands, and in which phases the hosts are emptied and rebuilt: one problem, solved together."""

from planner.place.stage import place

__all__ = ["place"]
