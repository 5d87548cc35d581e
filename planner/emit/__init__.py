"""Plan to Ansible project: relative path to text, written by the command line."""

from planner.emit.emit import emit

__all__ = ["emit"]
