"""Where everything is when some steps of an earlier plan are done, and what is left of that plan."""

from planner.resume.completion import completed
from planner.resume.stage import resume, still_concern

__all__ = ["completed", "resume", "still_concern"]
