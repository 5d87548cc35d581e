"""What a rule is: a predicate over the estate, and the words that go with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from planner.assess.ground import Ground, Thing
from planner.model.finding import Fact, Handling, Severity, SubjectKind

Facts: TypeAlias = tuple[Fact, ...]


class Console(StrEnum):
    """Where an operator would type the command that a finding names."""

    VCENTER = "vcenter"
    ESXI = "esxi"
    XAPI = "xapi"
    XEN = "xen"
    LIBVIRT = "libvirt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How bad it is, what was observed, and why, where the rule's own reason does not say enough."""

    severity: Severity
    facts: Facts = ()
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A verdict on one thing (None: the estate as a whole), on the way to one platform (None: any)."""

    thing: Thing | None
    verdict: Verdict
    platform: str | None = None


Find: TypeAlias = Callable[[Ground], Iterable[Sighting]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One concern.

    `severities` are all that it may give, the worst first. `message`, `why` and `remedy` carry no values, so
    that equal findings can be shown together. In `commands`, `$name`, `$host` and `$selector` stand for the
    VM's name, the host's address and what `xe` selects the VM by; '<…>' is for the operator to fill in.
    `forklift` is the id of the concern of kubev2v/forklift that asks the same, `source` where the reason was read.
    """

    id: str
    subject: SubjectKind
    severities: tuple[Severity, ...]
    message: str
    why: str
    remedy: str
    find: Find
    handling: Handling = Handling.PEOPLE
    commands: Mapping[Console, str] = field(default_factory=dict)
    source: str | None = None
    forklift: str | None = None


def observed(**values: object) -> Facts:
    """Facts by name, underscores as spaces; values that are None or empty are left out.

    >>> [fact.name for fact in observed(guest_system="Debian", host=None)]
    ['guest system']
    """
    return tuple(
        Fact(name=name.replace("_", " "), value=str(value))
        for name, value in values.items()
        if value is not None and value != ""
    )


def critical(why: str | None = None, **values: object) -> Verdict:
    """A verdict that blocks."""
    return Verdict(severity=Severity.CRITICAL, facts=observed(**values), why=why)


def warning(why: str | None = None, **values: object) -> Verdict:
    """A verdict that people have to look at."""
    return Verdict(severity=Severity.WARNING, facts=observed(**values), why=why)


def information(why: str | None = None, **values: object) -> Verdict:
    """A verdict that is good to know."""
    return Verdict(severity=Severity.INFORMATION, facts=observed(**values), why=why)
