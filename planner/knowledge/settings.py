"""What is lost with settings of the source, from settings.yml."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from planner.knowledge.document import document
from planner.model.finding import Severity, SubjectKind
from planner.model.setting import SettingKind


class Loss(StrEnum):
    """On which ways a setting is lost.

    `copied`: those that make a new VM from copies of the disks; `redefined`: of these, those that do not take the
    VM's definition along.
    """

    ALWAYS = "always"
    COPIED = "copied"
    REDEFINED = "redefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFact:
    """The concern about a setting. `forklift` is the concern of kubev2v/forklift that asks the same."""

    kind: SettingKind
    subject: SubjectKind
    severity: Severity
    lost: Loss
    message: str
    why: str
    remedy: str
    source: str
    forklift: str | None = None


@cache
def setting_facts() -> tuple[SettingFact, ...]:
    """One for each kind of setting, in the order of the file."""
    return tuple(
        SettingFact(
            kind=SettingKind(row["id"]),
            subject=SubjectKind(row["subject"]),
            severity=Severity(row["severity"]),
            lost=Loss(row["lost"]),
            message=row["message"],
            why=row["why"],
            remedy=row["remedy"],
            source=row["source"],
            forklift=row.get("forklift"),
        )
        for row in document("settings.yml")["settings"]
    )
