"""When everything happens: timed steps, waves and lower bounds."""

from planner.schedule.stage import schedule

__all__ = ["schedule"]
