"""The command line as an operator meets it: exit codes, one clear line an error, nothing half-written."""

import csv
import io
import json
import shutil
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from planner import cli, pipeline
from planner.read.plan import read_plan
from planner.read.policy import read_policy
from planner.verbs.inventory import STAGES
from tests.bundles import ROOT
from tests.calibrate.journals import WORK, Truth, journal_of, text_of
from tests.today import dated

EXAMPLES = ROOT / "inventories"
VMX_FILES = ROOT.parent / "shared/corpora/libvirt/vmx2xmldata"
WORKBOOK = ROOT.parent / "shared/corpora/rvtools/kubev2v-example1.xlsx"


@pytest.fixture
def planner(monkeypatch, capsys, tmp_path):
    """Run the command line in `tmp_path`: exit code, what it printed, what it complained about."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["planner", *map(str, dated(words))])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def estate(tmp_path) -> Path:
    """A copy of the first example, to be changed."""
    return shutil.copytree(EXAMPLES / "esxi-free", tmp_path / "estate")


def change(path: Path, edit) -> None:
    data = yaml.safe_load(path.read_text())
    edit(data)
    path.write_text(yaml.safe_dump(data, sort_keys=False))


@pytest.mark.parametrize("example", ["esxi-free", "xenserver-pool", "datacentre"])
def test_every_example_is_planned_and_verified(planner, tmp_path, example):
    code, out, _ = planner("plan", EXAMPLES / example, "-o", "plan")
    assert code == 0
    assert "Nothing has been touched." in out
    code, out, _ = planner("verify", "plan", "--against", EXAMPLES / example)
    assert (code, "no constraint broken" in out) == (0, True)
    assert json.loads((tmp_path / "plan/plan.json").read_text())["format_version"] == 1


def test_a_plan_is_reviewed_where_the_inventory_has_never_been(planner, estate):
    planned = planner("plan", estate, "-o", "plan")[1]
    shutil.rmtree(estate)
    code, out, _ = planner("review", "plan")
    assert (code, out.strip() in planned) == (0, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("all: [\n", "hosts.yml:2"),
        (
            "all:\n  hosts:\n    esx1:\n      planner_host: {hypervisor: esix}\n",
            "hosts.yml:4: planner_host.hypervisor",
        ),
        (
            "all:\n  hosts:\n    esx1:\n      planner_host: {hypervisor: esxi, memory: -1 GiB}\n",
            "hosts.yml:4: planner_host.memory",
        ),
        (
            'all:\n  hosts:\n    esx1:\n      planner_host: {hypervisor: esxi}\n      planner_vms:\n        - {name: "a\\nb"}\n',
            "hosts.yml:6: planner_vms[0].name",
        ),
    ],
    ids=["broken-yaml", "unknown-hypervisor", "negative-size", "newline-in-a-name"],
)
def test_bad_input_is_said_in_a_line_with_file_and_line(planner, tmp_path, text, words):
    (tmp_path / "estate").mkdir()
    (tmp_path / "estate/hosts.yml").write_text(text)
    code, out, err = planner("plan", "estate", "-o", "plan")
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert not (tmp_path / "plan").exists()


def test_a_missing_inventory_is_said(planner):
    code, _, err = planner("plan", "nowhere", "-o", "plan")
    assert (code, "nowhere" in err) == (2, True)


def test_an_unknown_name_in_the_policy_is_said(planner, estate):
    change(
        estate / "policy.yml", lambda policy: policy.setdefault("decision", {}).update(targets=["hyper-x"])
    )
    code, _, err = planner("plan", estate, "-o", "plan")
    assert (code, "decision.targets: 'hyper-x' is unknown; known:" in err) == (2, True)


def test_an_estate_that_cannot_be_converted_says_what_is_short_and_what_would_help(planner, estate, tmp_path):
    change(estate / "host_vars/spare1/host.yml", lambda host: host["planner_host"].update(memory="6 GiB"))
    code, _, err = planner("plan", estate, "-o", "plan")
    assert code == 1, err
    assert "GiB" in err
    assert "remedy:" in err
    assert "no order of steps is safe" in err
    assert not (tmp_path / "plan").exists()


def test_a_critical_finding_blocks_until_it_is_waived(planner, estate, tmp_path):
    change(estate / "policy.yml", lambda policy: policy.update(waivers=[]))
    code, out, err = planner("plan", estate, "-o", "plan")
    assert (code, "vm-vtpm" in out, "findings block" in err) == (1, True, True)
    assert not (tmp_path / "plan").exists()


def test_a_downtime_budget_that_the_steps_break_blocks_only_where_the_policy_says_so(
    planner, estate, tmp_path
):
    budgets = dict.fromkeys(("low", "normal", "high", "critical"), "1 min")
    change(estate / "policy.yml", lambda policy: policy.update(downtime={"budgets": budgets}))
    code, out, _ = planner("plan", estate, "-o", "plan")
    assert (code, "vm-downtime-budget" in (tmp_path / "plan/review/REVIEW.md").read_text()) == (0, True)
    change(estate / "policy.yml", lambda policy: policy["downtime"].update(severity="critical"))
    code, out, err = planner("plan", estate, "-o", "other")
    assert (code, "vm-downtime-budget" in out, "findings block" in err) == (1, True, True)
    assert not (tmp_path / "other").exists()
    waiver = {"finding": "vm-downtime-budget", "who": "A", "why": "agreed", "until": "2999-01-01"}
    change(estate / "policy.yml", lambda policy: policy["waivers"].append(waiver))
    code, out, _ = planner("plan", estate, "-o", "other")
    assert (code, "waiver-unused" in out) == (0, False)


def test_a_plan_that_somebody_changed_is_noticed_and_not_overwritten(planner, estate, tmp_path):
    planner("plan", estate, "-o", "plan")
    (tmp_path / "plan/site.yml").write_text("---\n")
    code, _, err = planner("verify", "plan")
    assert (code, "site.yml was changed after the plan was written" in err) == (1, True)
    code, _, err = planner("plan", estate, "-o", "plan")
    assert (code, "was changed since it was written" in err) == (2, True)
    assert (tmp_path / "plan/site.yml").read_text() == "---\n"


def test_drift_of_the_estate_is_noticed(planner, estate):
    planner("plan", estate, "-o", "plan")
    hosts = next(path for path in estate.rglob("*.yml") if "planner_vms" in path.read_text())
    change(hosts, lambda host: host["planner_vms"][0].update(vcpus=3))
    code, _, err = planner("verify", "plan", "--against", estate)
    assert (code, "no longer the estate that was planned" in err) == (1, True)
    assert ": vcpus: 2, now 3" in err
    assert "no constraint would break" in err
    change(hosts, lambda host: host["planner_vms"][0].update(memory="9 TiB"))
    code, _, err = planner("verify", "plan", "--against", estate)
    assert (
        code,
        ", now 9216 GiB" in err,
        "the plan would break" in err,
    ) == (1, True, True)


def test_a_step_moved_by_hand_is_refused_by_the_replay(planner, estate, tmp_path):
    planner("plan", estate, "-o", "plan")
    path = tmp_path / "plan/plan.json"
    plan = json.loads(path.read_text())
    install = next(step for step in plan["schedule"]["steps"] if step["id"] == "install-host-esx1")
    install["start"] = 0
    path.write_text(json.dumps(plan))
    code, _, err = planner("verify", "plan")
    assert (code, "install-host-esx1" in err) == (1, True)


@pytest.mark.parametrize("content", ["{", "[]", '{"format_version": 99}', '{"format_version": 1}'])
def test_a_plan_that_is_none_is_refused(planner, tmp_path, content):
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan/plan.json").write_text(content)
    code, _, err = planner("review", "plan")
    assert (code, "plan.json" in err, "Traceback" in err) == (2, True, False)


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_every_stage_can_be_stopped_at_and_printed(planner, stage):
    code, out, _ = planner("show", stage, EXAMPLES / "esxi-free")
    assert code == 0
    assert json.loads(out)


@pytest.mark.parametrize(
    ("shape", "beginning"),
    [("dot", "digraph"), ("graphml", "<graphml"), ("json", "{"), ("mermaid", "flowchart LR")],
)
def test_the_graph_is_printed_for_other_programs(planner, shape, beginning):
    code, out, _ = planner("graph", EXAMPLES / "esxi-free", "--format", shape)
    assert (code, out.startswith(beginning)) == (0, True)


@pytest.mark.parametrize(("shape", "beginning"), [("json", "["), ("sarif", "{"), ("csv", "rule,")])
def test_findings_are_printed_for_other_programs(planner, shape, beginning):
    code, out, _ = planner("assess", EXAMPLES / "esxi-free", "--format", shape)
    assert (code, out.startswith(beginning)) == (0, True)


@pytest.mark.skipif(not VMX_FILES.is_dir(), reason="the real files of ../shared/corpora are not here")
def test_vms_without_any_host_are_judged_for_every_target_and_are_in_no_plan(planner):
    files = [VMX_FILES / f"esx-in-the-wild-{number}.vmx" for number in (11, 13, 3)]
    assert planner("collect", *files, "-o", "estate")[0] == 0
    code, out, _ = planner("assess", "estate", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    found = {(row["rule"], row["target"]) for row in rows}
    assert {("vm-out-of-plan", ""), ("vm-facts-missing", ""), ("vm-drivers-by-hand", "xcp-ng-8.3")} <= found
    assert code == int(any(row["blocks"] == "yes" for row in rows))
    assert "on the way to:" in " ".join(planner("assess", "estate")[1].split())
    code, out, _ = planner("plan", "estate", "-o", "plan")
    assert code == 0
    assert "0 VMs to move" in out
    assert "vm-out-of-plan" in out
    assert "vm-facts-missing" not in out


def test_what_is_taken_for_true_is_listed_and_searched(planner):
    code, out, _ = planner("knowledge", "XCP-ng-8.3", "max_vcpus", "--json")
    assert code == 0
    assert [(fact["id"], fact["value"]) for fact in json.loads(out)] == [
        ("platforms/xcp-ng-8.3/max_vcpus", "128")
    ]
    code, out, _ = planner("knowledge", "esxi-8")
    assert (code, "2027-10-11" in out) == (0, True)


def test_another_policy_is_tried_without_writing_it(planner, estate):
    before = (estate / "policy.yml").read_text()
    code, out, _ = planner("decide", estate, "--what-if", "clusters[Head office].target=xcp-ng-8.3")
    assert (code, "→ XCP-ng 8.3" in out, "instead of KVM on Debian 13" in out) == (0, True, True)
    assert (estate / "policy.yml").read_text() == before
    code, out, _ = planner("decide", estate, "--what-if", "decision.weights.downtime=5")
    assert (code, "instead of" in out) == (0, False)
    code, _, err = planner("decide", estate, "--what-if", "decision.wights.downtime=5")
    assert (code, "wights" in err) == (2, True)


def test_the_catalogue_is_printed(planner):
    code, out, _ = planner("concerns")
    assert (code, out.count("→") > 80, "vm-snapshots" in out) == (0, True, True)


def test_what_suffers_is_asked_by_name_or_id(planner, estate):
    first, second = (planner("impact", estate, subject) for subject in ("esx1", "host-esx1"))
    assert first == second
    assert (first[0], "runs-on" in first[1]) == (0, True)


def test_a_name_that_nothing_or_too_much_has_is_refused(planner, estate):
    code, _, err = planner("impact", estate, "esx99")
    assert (code, "esx99: is neither the name nor the id" in err) == (2, True)
    change(estate / "host_vars/esx1/vms.yml", lambda data: data["planner_vms"][-1].update(name="esx1"))
    code, _, err = planner("impact", estate, "esx1")
    assert (code, "several things" in err, "host-esx1" in err) == (2, True, True)


def test_a_plan_explains_when_a_vm_moves_and_what_it_waits_for(planner, estate):
    assert planner("plan", estate, "-o", "plan")[0] == 0
    code, out, _ = planner("explain", "plan", "erp-app")
    assert (code, "waits for move erp-db" in out, "virt-v2v over SSH" in out) == (0, True, True)
    code, _, err = planner("explain", "plan", "Head office")
    assert (code, "neither a VM nor a host" in err) == (2, True)


FLOWS = "source,destination,port,bytes\nwiki,198.51.100.21,5432,13207024435\n203.0.113.9,wiki,443,1\n"


def test_traffic_is_told_as_a_hint_and_makes_no_other_plan(planner, estate):
    assert planner("plan", estate, "-o", "before")[0] == 0
    (estate / "flows.csv").write_text(FLOWS)
    assert planner("verify", "before", "--against", estate)[0] == 0
    assert planner("plan", estate, "-o", "after")[0] == 0
    first, second = (json.loads(Path(plan, "plan.json").read_text()) for plan in ("before", "after"))
    assert (first["schedule"], first["placements"]) == (second["schedule"], second["placements"])
    _, out, _ = planner("explain", "after", "wiki")
    assert "Hints, which bind nothing" in out
    assert "it asks erp-db: 12.3 GiB on port 5432 (flows.csv)" in out
    _, out, _ = planner("impact", estate, "erp-db")
    assert "talks-to (a hint)" in out
    assert "may lack something" in out
    assert "estate-flows-outside" in planner("assess", estate)[1]
    (estate / "flows.csv").write_text(FLOWS + "wiki,erp-db,x,1\n")
    code, _, err = planner("graph", estate)
    assert (code, "flows.csv:4: 'x' is no port" in err) == (2, True)


def test_a_new_collection_leaves_flows_where_they_are(planner, estate, tmp_path):
    assert planner("collect", estate, "-o", "made")[0] == 0
    (tmp_path / "made/flows.csv").write_text(FLOWS)
    code, out, _ = planner("collect", estate, "-o", "made")
    assert (code, "flows.csv" in out) == (0, False)
    assert (tmp_path / "made/flows.csv").read_text() == FLOWS
    assert planner("graph", "made", "--format", "mermaid")[1].count("talks-to") == 1


def test_a_fault_of_ours_is_no_traceback(planner, monkeypatch):
    monkeypatch.delenv("PLANNER_DEBUG", raising=False)
    monkeypatch.setattr(pipeline, "read", lambda _: 1 / 0)
    code, _, err = planner("validate", EXAMPLES / "esxi-free")
    assert (code, "internal fault" in err, "Traceback" in err) == (3, True, False)


@pytest.mark.skipif(not WORKBOOK.is_file(), reason="the shared corpora are not here")
def test_a_real_rvtools_workbook_is_collected_and_planned(planner, tmp_path):
    code, out, _ = planner("collect", WORKBOOK, "-o", "estate")
    assert (code, "2 clusters, 7 hosts, 9 vms" in out) == (0, True)
    (tmp_path / "estate/policy.yml").write_text("waves: {pilot_vms: 1}\n")
    assert planner("collect", WORKBOOK, "-o", "estate")[0] == 0
    assert (tmp_path / "estate/policy.yml").read_text() == "waves: {pilot_vms: 1}\n"
    code, out, _ = planner("plan", "estate", "-o", "plan")
    assert (code, "7 hosts to install, 8 VMs to move" in out) == (0, True)


def test_a_waiver_that_has_expired_by_the_day_blocks_the_plan(planner, estate, tmp_path):
    assert planner("plan", estate, "-o", "plan", "--on", "2027-06-30")[0] == 0
    code, out, err = planner("plan", estate, "-o", "later", "--on", "2027-07-01")
    assert (code, "block" in err, (tmp_path / "later").exists()) == (1, True, False)
    code, out, _ = planner("assess", estate, "--on", "2027-07-01", "--format", "csv")
    assert (code, "waiver-expired" in out) == (1, True)


def test_the_day_is_a_date(planner, estate):
    code, _, err = planner("assess", estate, "--on", "tomorrow")
    assert (code, "--on" in err) == (2, True)


@pytest.mark.parametrize(("today", "expired"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_the_day_is_today_when_it_is_not_given(planner, monkeypatch, estate, today, expired):
    monkeypatch.setattr("tests.test_cli.dated", list)
    monkeypatch.setattr("planner.verbs.arguments.date", SimpleNamespace(today=lambda: today))
    _, out, _ = planner("assess", estate, "--format", "csv")
    assert ("waiver-expired" in out) is expired


@pytest.fixture
def run_plan(planner, tmp_path) -> Path:
    """The directory of a plan that was run."""
    assert planner("plan", EXAMPLES / "esxi-free", "-o", "plan")[0] == 0
    truth = Truth(work=WORK | {"shutdown": 90}, rate=50_000_000)
    (tmp_path / "plan/journal.jsonl").write_text(text_of(journal_of(read_plan(tmp_path / "plan"), truth)))
    return tmp_path / "plan"


def test_what_calibrate_proposes_is_a_policy(planner, run_plan, tmp_path):
    code, fragment, said = planner("calibrate", "plan/journal.jsonl", "--format", "yaml")
    assert (code, said) == (0, "")
    (tmp_path / "policy.yml").write_text(fragment)
    taken = read_policy(tmp_path)
    assert (taken.timing.shutdown, taken.timing.install_host) == (90, 3600)
    assert taken.transfers.measured_bytes == pytest.approx(50_000_000, rel=0.01)
    assert "install_host" not in fragment  # four of them are too few


def test_calibrate_tells_assumed_measured_and_left_out(planner, run_plan):
    journal = run_plan / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    strange = '{"step": "move-vm-nobody", "event": "done", "at": "2027-02-06T20:00:00Z"}\n'
    journal.write_text("".join(lines[1:]) + strange + lines[0][:30])
    code, out, _ = planner("calibrate", "plan/journal.jsonl")
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.startswith("timing.")}
    assert (code, rows["timing.shutdown"][1:]) == (
        0,
        ["0:03:00", "0:04:30", "0:01:30", "0:01:30", "13", "0", "✓"],
    )
    assert rows["timing.upgrade_host"][3:] == ["-", "-", "0", "0"]
    assert "by esxi-ssh" in out
    assert "left out  plan/journal.jsonl:1: install-host-spare1 is done and has no beginning" in out
    assert f"note  plan/journal.jsonl:{len(lines) + 1}: is cut off" in out
    assert f"note  plan/journal.jsonl:{len(lines)}: the plan has no step move-vm-nobody" in out


def test_calibrate_finds_a_plan_elsewhere_and_prints_everything_as_json(planner, run_plan, tmp_path):
    journal = (run_plan / "journal.jsonl").rename(tmp_path / "mine.jsonl")
    code, out, _ = planner("calibrate", journal, journal, "--plan", "plan", "--json")
    told = json.loads(out)
    installs = next(one for one in told["constants"] if one["key"] == "timing.install_host")
    assert (code, installs["measured"], len(installs["steps"])) == (0, 3600, 8)
    code, _, err = planner("calibrate", journal)
    assert (code, "plan.json: cannot be read" in err) == (2, True)


def test_calibrate_refuses_a_bad_journal_line_by_line(planner, run_plan):
    (run_plan / "journal.jsonl").write_text('{"step": "a"}\nnonsense\n')
    code, _, err = planner("calibrate", "plan/journal.jsonl")
    assert (code, [line.split(": ")[0] for line in err.splitlines()]) == (
        2,
        ["✗ plan/journal.jsonl:1", "✗ plan/journal.jsonl:2"],
    )


def test_a_directory_with_a_journal_is_not_replaced_and_verifies(planner, run_plan):
    assert planner("verify", "plan")[0] == 0
    code, _, err = planner("plan", EXAMPLES / "esxi-free", "-o", "plan")
    assert (code, "was run already (it has journal.jsonl)" in err) == (2, True)
