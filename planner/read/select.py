"""The only registry of outside formats: which reader understands a source, by its content."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.model.policy import Policy
from planner.read.inventory import read_inventory
from planner.read.policy import read_policy_file
from planner.read.rvtools import is_rvtools, read_rvtools

POLICY: Final = "policy.yml"

_FORMATS: Final[tuple[tuple[Callable[[Path], bool], Callable[[Path], Estate]], ...]] = (
    (is_rvtools, read_rvtools),
)
"""Whether a source is of a format, and the reader of it. Everything else is for Ansible to understand."""


def read_estate(source: Path) -> Estate:
    """The estate that a file or directory describes: an Ansible inventory of any kind, or an RVTools export.

    Raises InputError with every problem of the source.
    """
    if not source.exists():
        raise InputError((Problem(file=str(source), message="does not exist"),))
    reader = next((read for recognises, read in _FORMATS if recognises(source)), read_inventory)
    return reader(source)


def read_policy(source: Path) -> Policy:
    """The policy beside a source (in it, when it is a directory); the defaults when there is none.

    Raises InputError with every problem of the policy.
    """
    path = (source if source.is_dir() else source.parent) / POLICY
    return read_policy_file(path) if path.exists() else Policy()
