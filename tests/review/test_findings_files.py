"""Findings in the formats of other programs, read by programs that nobody here wrote."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console
from sarif_pydantic import Sarif

from planner.model.finding import Fact, Finding, Severity, Subject, SubjectKind
from planner.model.policy import Waiver
from planner.review.findings import findings_table, rules_table
from planner.review.findings_files import FINDINGS_FORMATS
from tests.review.hostile import TRICKS

SNAPSHOTS = Finding(
    rule="vm-snapshots",
    severity=Severity.CRITICAL,
    subject=Subject(kind=SubjectKind.VM, id="vm-web", name="web"),
    message="The VM has snapshots.",
    why="They do not survive.",
    remedy="Delete them.",
    facts=(Fact(name="count", value="2"),),
    command="govc snapshot.remove",
    evidence="host_vars/esx 1.yml:7",
)
WAIVED = replace(
    SNAPSHOTS,
    subject=Subject(kind=SubjectKind.VM, id="vm-db", name="db"),
    waiver=Waiver(finding="vm-snapshots", subject=None, who="A. Person", why="tested", until="2027-01-31"),
)
NOTE = replace(
    SNAPSHOTS,
    rule="host-bmc-missing",
    severity=Severity.INFORMATION,
    subject=Subject(kind=SubjectKind.HOST, id="host-a", name="a"),
    evidence="export.xlsx:vHost!3",
)
FOUND = (SNAPSHOTS, WAIVED, replace(NOTE, severity=Severity.WARNING), NOTE)


def read_sarif(findings):
    return Sarif.model_validate_json(FINDINGS_FORMATS["sarif"](findings)).runs[0]


def read_csv(findings):
    return list(csv.DictReader(io.StringIO(FINDINGS_FORMATS["csv"](findings))))


def test_sarif_has_each_rule_once_and_each_finding_with_its_level():
    run = read_sarif(FOUND)
    assert [rule.id for rule in run.tool.driver.rules] == ["host-bmc-missing", "vm-snapshots"]
    assert [str(result.level.value) for result in run.results] == ["error", "error", "warning", "note"]
    assert "count: 2" in run.results[0].message.text


def test_what_was_waived_is_suppressed_in_sarif():
    results = json.loads(FINDINGS_FORMATS["sarif"](FOUND))["runs"][0]["results"]
    suppressed = [result.get("suppressions") for result in results]
    justification = "A. Person, until 2027-01-31: tested"
    assert suppressed == [None, [{"kind": "external", "justification": justification}], None, None]


def test_sarif_points_to_the_file_and_line_where_there_is_one():
    places = [result.locations[0].physical_location for result in read_sarif((SNAPSHOTS, NOTE)).results]
    assert [place.artifact_location.uri for place in places] == [
        "host_vars/esx%201.yml",
        "export.xlsx%3AvHost%213",
    ]
    assert [place.region and place.region.start_line for place in places] == [7, None]


def test_sarif_of_a_finding_without_a_file_names_its_subject_only():
    (result,) = read_sarif((replace(SNAPSHOTS, evidence=None),)).results
    assert result.locations[0].physical_location is None
    assert result.locations[0].logical_locations[0].name == "web"


def test_csv_has_a_line_a_finding():
    rows = read_csv(FOUND)
    assert [row["subject"] for row in rows] == ["web", "db", "a", "a"]
    assert [row["blocks"] for row in rows] == ["yes", "no", "no", "no"]
    assert rows[1]["waiver"] == "A. Person, until 2027-01-31: tested"


@pytest.mark.parametrize("trick", [*TRICKS, "=1+1", "@SUM(A1)", "-2", "+3", "\t=4"])
def test_no_name_is_a_formula_or_breaks_a_line(trick):
    hostile = replace(SNAPSHOTS, subject=replace(SNAPSHOTS.subject, name=trick))
    (row,) = read_csv((hostile,))
    assert row["subject"] in {trick, f"'{trick}"}
    assert not row["subject"].startswith(("=", "+", "-", "@", "\t"))
    assert read_sarif((hostile,)).results[0].locations[0].logical_locations[0].name == trick


@pytest.mark.parametrize(("by", "order"), [("severity", ["web", "db", "a"]), ("subject", ["a", "db", "web"])])
def test_the_table_is_sorted_as_asked(by, order):
    console = Console(width=200)
    with console.capture() as captured:
        console.print(findings_table((NOTE, WAIVED, SNAPSHOTS), by))
    rows = [re.split(r"  +", line) for line in captured.get().splitlines()]
    assert [row[2] for row in rows if row[1:2] in (["vm-snapshots"], ["host-bmc-missing"])] == order


def test_the_catalogue_shows_every_severity_of_a_rule():
    console = Console(width=120)
    with console.capture() as captured:
        console.print(rules_table([("vm-x", (Severity.CRITICAL, Severity.WARNING), "[b]What.", "Do.")]))
    assert all(part in captured.get() for part in ("vm-x", "critical", "warning", "[b]What.", "→ Do."))
