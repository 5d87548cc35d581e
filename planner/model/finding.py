"""What could go wrong: the value that a rule returns."""

from dataclasses import dataclass
from enum import StrEnum

from planner.model.policy import Waiver


class Severity(StrEnum):
    """Critical blocks the plan unless it is waived."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFORMATION = "information"


class Handling(StrEnum):
    """What the emitted playbooks do about a finding: none is mended behind anybody's back.

    `people`: nothing, it is for people alone. `checked`: they look again before anything is touched, and stop.
    """

    PEOPLE = "people"
    CHECKED = "checked"


class SubjectKind(StrEnum):
    """What a finding or an explanation is about."""

    ESTATE = "estate"
    CLUSTER = "cluster"
    HOST = "host"
    DATASTORE = "datastore"
    NETWORK = "network"
    VM = "vm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A thing by id, with the name that people know it by (data from outside)."""

    kind: SubjectKind
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An observed value that a finding rests on, as text for people."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict on one subject.

    `rule` is the stable id of the rule, `message` never contains values (those are `facts`), `remedy` is
    what to do and `command` how, where a command does it; `handling` is what the emitted playbooks do about it.
    `evidence` is file:line of the input.
    `platform` is the target that it holds for; None: for every target.
    """

    rule: str
    severity: Severity
    subject: Subject
    message: str
    why: str
    remedy: str
    handling: Handling = Handling.PEOPLE
    facts: tuple[Fact, ...] = ()
    command: str | None = None
    evidence: str | None = None
    source: str | None = None
    platform: str | None = None
    waiver: Waiver | None = None

    @property
    def blocks(self) -> bool:
        """Whether the plan may not be written because of it."""
        return self.severity is Severity.CRITICAL and self.waiver is None
