"""Every error that an operator can meet.

PlannerError                 exit 3 unless a subclass says otherwise
├── InputError               exit 2: one or more `Problem`s in what was read
└── InfeasibleError          exit 1: no safe plan exists; carries `Shortage`s and remedies
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an input, as an operator must see it.

    `file` is the path as the operator would type it, `line` is 1-based, `path` is the place inside the
    document (`planner_vms[3].disks[0].capacity`). All three are None only where there is no such thing.
    """

    message: str
    file: str | None = None
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (place, self.path, self.message) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """What is short, where and by how much, and the remedies, cheapest first."""

    cluster: str
    what: str
    remedies: tuple[str, ...]


class PlannerError(Exception):
    """Root of everything that the planner raises on purpose."""

    exit_code = 3


class InputError(PlannerError):
    """What was given cannot be used; every problem of the input is listed, not only the first."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """How it comes back from another process: with its problems, not with its words."""
        return type(self), (self.problems,)


class InfeasibleError(PlannerError):
    """No order of steps keeps every intermediate state safe."""

    exit_code = 1

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        super().__init__("\n".join(f"{shortage.cluster}: {shortage.what}" for shortage in shortages))
        self.shortages = shortages

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """How it comes back from another process: with its shortages, not with its words."""
        return type(self), (self.shortages,)
