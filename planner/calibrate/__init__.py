"""Journals of runs to what the policy's constants should be."""

from planner.calibrate.calibrate import calibrate

__all__ = ["calibrate"]
