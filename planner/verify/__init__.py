"""The independent replay of a plan: it shares no logic with the rooms that make plans."""

from planner.verify.drift import Difference, drift
from planner.verify.replay import verify

__all__ = ["Difference", "drift", "verify"]
