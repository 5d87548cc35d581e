"""The files that follow from the types and the catalogue: the findings' schema and the page of concerns."""

import json
from pathlib import Path

import pydantic
from jsonschema import Draft202012Validator

from planner.assess import every_rule
from planner.model.codec import to_data
from planner.model.finding import Finding, Severity, SubjectKind
from tests.assess.assess_estates import World

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schemas" / "findings.schema.json"

INTRODUCTION = """# Concerns

What `planner assess` looks for. This page is written from the rules themselves: the tests fail when it is out of
date, and `make golden` writes it anew.

    planner assess inventories/esxi-free
    planner assess inventories/esxi-free --by subject
    planner assess inventories/esxi-free --format sarif
    planner assess inventories/esxi-free --on 2027-06-30
    planner concerns

- **Critical** blocks the plan, **warning** wants a look, **information** is good to know. Where several are given,
  the VM's way to its target decides: the finding says why.
- A finding names its subject, what was observed, why it matters on that way, what to do, where it was read (file and
  line), and, for the hypervisor at hand, the command.
- `--by subject` sorts by machine; `--format sarif` is for code scanning, `csv` for spreadsheets, `json` for programs.
- A finding that holds only for one target says which. In a plan only those of the chosen target are left.
- What is unknown is never taken for good: a missing fact is a finding of its own.
- Clusters that stay as they are have no findings.
- No playbook mends a concern behind anybody's back. `checked` (column "who") says that the emitted playbooks look again
  before anything is touched, and stop; all others are for people alone.
- Ends of support, ages and waivers are counted to today, or to the day of `--on`: same input and day, same findings.

A finding that somebody accepts is waived in `policy.yml`, with a name, a reason and a date. `subject` is the name or
id of the VM, host, cluster, datastore or network; without it the waiver holds everywhere. A waived finding is still
shown, and no longer blocks:

```yaml
waivers:
  - finding: vm-vtpm
    subject: files
    who: A. Person, operations
    why: BitLocker is suspended, and the recovery key is in the safe
    until: 2027-01-31
```
"""
HEADINGS = {
    SubjectKind.VM: "Virtual machines",
    SubjectKind.HOST: "Hosts",
    SubjectKind.CLUSTER: "Clusters",
    SubjectKind.DATASTORE: "Datastores",
    SubjectKind.NETWORK: "Networks",
    SubjectKind.ESTATE: "The estate as a whole",
}


def cell(text):
    return text.replace("|", "\\|")


def rows(rules):
    yield "| rule | severity | concern | why | what to do | who |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        texts = (", ".join(rule.severities), rule.message, rule.why, rule.remedy, rule.handling)
        yield "| `" + rule.id + "` | " + " | ".join(cell(text) for text in texts) + " |"


def page():
    """Every rule by subject, then where rules come from."""
    parts = [INTRODUCTION]
    for kind, heading in HEADINGS.items():
        parts.append(
            f"## {heading}\n\n"
            + "\n".join(rows(rule for rule in every_rule() if rule.subject is kind))
            + "\n"
        )
    sources = [
        f"| `{rule.id}` | {cell(rule.source or '')} | {cell(rule.forklift or '')} |"
        for rule in every_rule()
        if rule.source or rule.forklift
    ]
    parts.append(
        "## Where the reasons were read\n\nThe third column names the concern of kubev2v/forklift that asks the same.\n\n"
        "| rule | source | forklift |\n|---|---|---|\n" + "\n".join(sources) + "\n"
    )
    return "\n".join(parts)


def test_the_page_of_concerns_is_what_the_catalogue_says(file_regression):
    file_regression.check(page(), fullpath=ROOT / "docs" / "concerns.md", encoding="utf-8")


def test_every_kind_of_subject_has_a_heading():
    assert set(HEADINGS) == set(SubjectKind)


def schema():
    drawn = pydantic.TypeAdapter(list[Finding]).json_schema(mode="serialization")
    for definition in drawn["$defs"].values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    drawn["$defs"]["Finding"]["properties"]["rule"]["enum"] = sorted(rule.id for rule in every_rule())
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **drawn}
    document["title"] = "hypervisor-exit-planner findings"
    return json.dumps(document, indent=2) + "\n"


def test_the_schema_is_what_the_types_say(file_regression):
    text = schema()
    Draft202012Validator.check_schema(json.loads(text))
    file_regression.check(text, fullpath=SCHEMA, encoding="utf-8")


def test_findings_fit_the_schema_and_other_things_do_not():
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    found = to_data(World(vm={"vtpm": True, "memory_bytes": None}, second_host=None).findings())
    assert {finding["severity"] for finding in found} == {str(severity) for severity in Severity}
    assert not list(validator.iter_errors(found))
    for wrong in ({"rule": "vm-rumour"}, {"severity": "grave"}, {"surprise": 1}, {"subject": "web"}):
        assert list(validator.iter_errors([{**found[0], **wrong}]))
