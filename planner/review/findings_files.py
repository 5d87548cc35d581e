"""Findings for other programs: JSON, SARIF for code scanning, CSV for spreadsheets."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from planner import __version__
from planner.model.codec import to_json
from planner.model.finding import Finding, Severity

_SARIF: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.CRITICAL: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
_LINE: Final = re.compile(r"(?P<file>.+):(?P<line>[1-9][0-9]*)")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS: Final = (
    "rule",
    "severity",
    "blocks",
    "kind",
    "subject",
    "target",
    "message",
    "facts",
    "why",
    "remedy",
    "command",
    "handling",
    "evidence",
    "waiver",
)


def sarif(findings: Iterable[Finding]) -> str:
    """SARIF 2.1.0: what was waived is suppressed, and a finding stands in the file that it was read in."""
    told = tuple(findings)
    rules = {finding.rule: finding for finding in reversed(told)}
    driver = {
        "name": "hypervisor-exit-planner",
        "version": __version__,
        "rules": [_sarif_rule(rules[name]) for name in sorted(rules)],
    }
    run = {"tool": {"driver": driver}, "results": [_sarif_result(finding) for finding in told]}
    return to_json({"$schema": _SARIF, "version": "2.1.0", "runs": [run]})


def table(findings: Iterable[Finding]) -> str:
    """CSV, a finding a line. A cell that a spreadsheet would compute is quoted with an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_harmless(cell) for cell in _cells(finding)] for finding in findings)
    return written.getvalue()


FINDINGS_FORMATS: Final[Mapping[str, Callable[[Iterable[Finding]], str]]] = {
    "json": to_json,
    "sarif": sarif,
    "csv": table,
}


def _sarif_rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.message},
        "help": {"text": finding.remedy},
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    kind, name = finding.subject.kind, finding.subject.name
    facts = "".join(f" {fact.name}: {fact.value}." for fact in finding.facts)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{name}: {finding.message}{facts} {finding.why} {finding.remedy}"},
        "locations": [{"logicalLocations": [{"name": name, "kind": str(kind)}], **_place(finding.evidence)}],
    }
    if finding.waiver is not None:
        result["suppressions"] = [{"kind": "external", "justification": _waived(finding)}]
    return result


def _place(evidence: str | None) -> dict[str, Any]:
    if evidence is None:
        return {}
    found = _LINE.fullmatch(evidence)
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(found["file"] if found else evidence)}}
    if found:
        place["region"] = {"startLine": int(found["line"])}
    return {"physicalLocation": place}


def _waived(finding: Finding) -> str:
    waiver = finding.waiver
    return f"{waiver.who}, until {waiver.until}: {waiver.why}" if waiver else ""


def _cells(finding: Finding) -> Iterator[str]:
    yield from (finding.rule, finding.severity, "yes" if finding.blocks else "no")
    yield from (finding.subject.kind, finding.subject.name, finding.platform or "", finding.message)
    yield "; ".join(f"{fact.name}: {fact.value}" for fact in finding.facts)
    yield from (finding.why, finding.remedy, finding.command or "", finding.handling)
    yield from (finding.evidence or "", _waived(finding))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
