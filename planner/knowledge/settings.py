"""What is lost with settings of the source, from settings.yml."""

from dataclasses import dataclass
from functools import cache

from planner.knowledge.document import document
from planner.model.finding import Severity, SubjectKind
from planner.model.setting import SettingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFact:
    """The concern about a setting.

    `copied_only`: it is lost only where a new VM is made from copies of the disks. `forklift` is the concern of
    kubev2v/forklift that asks the same.
    """

    kind: SettingKind
    subject: SubjectKind
    severity: Severity
    copied_only: bool
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
            copied_only=row["lost"] == "copied",
            message=row["message"],
            why=row["why"],
            remedy=row["remedy"],
            source=row["source"],
            forklift=row.get("forklift"),
        )
        for row in document("settings.yml")["settings"]
    )
