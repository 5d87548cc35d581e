"""Planning on from a half-done estate, as an operator meets it."""

import json
import shutil

import pytest
import yaml

from tests.test_cli import change, estate, planner

__all__ = ["estate", "planner"]


@pytest.fixture
def old(planner, estate, tmp_path):
    """The plan of an example, written to `old`; its steps in the order in which they end."""
    assert planner("plan", estate, "-o", "old")[0] == 0
    steps = json.loads((tmp_path / "old/plan.json").read_text())["schedule"]["steps"]
    return sorted(steps, key=lambda step: step["start"] + step["duration"])


def ids(steps):
    return [step["id"] for step in steps]


def test_the_rest_of_a_plan_is_planned_again(planner, estate, old, tmp_path):
    done, left = old[:10], old[10:]
    (tmp_path / "state.yml").write_text(
        yaml.safe_dump({"plan": "old", "done": ids(done), "failed": [left[0]["id"]]})
    )
    code, out, _ = planner("plan", estate, "-o", "new", "--from-state", "state.yml")
    assert code == 0
    assert "10 steps of earlier plans are done" in out
    assert f"Failed: {left[0]['id']}" in out
    assert "there already" in out
    assert "Nothing more has been touched." in out
    made = json.loads((tmp_path / "new/plan.json").read_text())
    ways = {step["id"]: (step["source"], step["destination"], step["disks"]) for step in left}
    assert {s["id"]: (s["source"], s["destination"], s["disks"]) for s in made["schedule"]["steps"]} == ways
    for page in ("REVIEW.md", "index.html"):
        assert "10 steps of earlier plans are done" in (tmp_path / "new/review" / page).read_text()
    shutil.rmtree(tmp_path / "old")
    assert planner("verify", "new", "--against", estate)[0] == 0
    crossed = next(step["vm"] for step in done if step["kind"] == "move")
    rebuilt = next(step["host"] for step in done if step["kind"] == "configure")
    assert "has crossed by an earlier plan" in planner("explain", "new", crossed)[1]
    assert "was rebuilt by an earlier plan" in planner("explain", "new", rebuilt)[1]


def test_a_journal_goes_on_from_the_plan_that_it_lies_below(planner, estate, old, tmp_path):
    journal = tmp_path / "old/run/journal.jsonl"
    journal.parent.mkdir()
    events = [(step["id"], event) for step in old[:5] for event in ("begun", "done")]
    events.append((old[5]["id"], "begun"))
    at = "2027-02-06T20:00:00+01:00"
    journal.write_text("".join(json.dumps({"step": s, "event": e, "at": at}) + "\n" for s, e in events))
    code, out, _ = planner("plan", estate, "-o", "new", "--from-state", journal)
    assert code == 0
    assert f"Begun and not done: {old[5]['id']}" in out
    made = json.loads((tmp_path / "new/plan.json").read_text())
    assert {step["id"] for step in made["schedule"]["steps"]} == {*ids(old[5:])}
    (tmp_path / "second.json").write_text(json.dumps({"done": ids(old[5:])}))
    code, out, _ = planner("plan", estate, "-o", "last", "--from-state", "second.json", "--after", "new")
    assert code == 0
    assert f"{len(old)} steps of earlier plans are done" in out
    assert json.loads((tmp_path / "last/plan.json").read_text())["schedule"]["steps"] == []


def test_where_nothing_is_done_the_plan_is_the_same_to_the_byte(planner, estate, old, tmp_path):
    assert old
    (tmp_path / "state.yml").write_text("plan: old\ndone: []\n")
    assert planner("plan", estate, "-o", "new", "--from-state", "state.yml")[0] == 0
    assert (tmp_path / "new/MANIFEST.sha256").read_text() == (tmp_path / "old/MANIFEST.sha256").read_text()


def test_an_inventory_without_what_has_crossed_is_planned_and_verified(planner, estate, old, tmp_path):
    # A rule names the domain controllers, so they may not be missing.
    cut = next(number for number, step in enumerate(old) if (step["vm"] or "").startswith("vm-dc"))
    (tmp_path / "state.yml").write_text(yaml.safe_dump({"plan": "old", "done": ids(old[:cut])}))
    crossed = {step["vm"] for step in old[:cut] if step["kind"] == "move"}
    plan = json.loads((tmp_path / "old/plan.json").read_text())
    names = {vm["name"] for vm in plan["estate"]["vms"] if vm["id"] in crossed}
    assert names

    def without(data):
        data["planner_vms"] = [vm for vm in data["planner_vms"] if vm["name"] not in names]

    for path in (estate / "host_vars").glob("*/vms.yml"):
        path.write_text(path.read_text().replace("!unsafe ", ""))
        change(path, without)
    code, out, _ = planner("plan", estate, "-o", "new", "--from-state", "state.yml")
    assert code == 0
    assert "not in the inventory any more" in out
    assert planner("verify", "new", "--against", estate)[0] == 0
    made = json.loads((tmp_path / "new/plan.json").read_text())
    assert {step["id"] for step in made["schedule"]["steps"]} == {*ids(old[cut:])}


def test_what_cannot_be_is_said_and_nothing_is_written(planner, estate, old, tmp_path):
    rebuilt = next(number for number, step in enumerate(old) if step["kind"] == "retire")
    host = old[rebuilt]["host"].removeprefix("host-")
    (tmp_path / "state.yml").write_text(yaml.safe_dump({"plan": "old", "done": ids(old[: rebuilt + 1])}))
    code, _, err = planner("plan", estate, "-o", "old", "--from-state", "state.yml")
    assert (code, "choose another directory" in err) == (2, True)
    code, _, err = planner("plan", estate, "-o", "new", "--after", "old")
    assert (code, "--from-state" in err) == (2, True)
    (tmp_path / "early.yml").write_text(yaml.safe_dump({"plan": "old", "done": [old[rebuilt]["id"]]}))
    code, _, err = planner("plan", estate, "-o", "new", "--from-state", "early.yml")
    assert (code, f"{old[rebuilt]['id']} cannot be done before" in err) == (2, True)
    new = {"name": "surprise", "power": "on", "memory": "1 GiB", "vcpus": 1}
    path = next((estate / "host_vars" / host).glob("vms.*"))
    path.write_text(path.read_text().replace("!unsafe ", ""))
    change(path, lambda data: data["planner_vms"].append(new))
    code, _, err = planner("plan", estate, "-o", "new", "--from-state", "state.yml")
    assert (code, f"surprise: is on host {host} in the inventory" in err) == (2, True)
    assert not (tmp_path / "new").exists()


def test_a_target_that_the_policy_no_longer_wants_stays_where_it_is_half_done(planner, estate, old, tmp_path):
    (tmp_path / "state.yml").write_text(yaml.safe_dump({"plan": "old", "done": ids(old[:8])}))
    policy = estate / "policy.yml"
    change(policy, lambda data: data.setdefault("decision", {}).update(targets=["xcp-ng-8.3"]))
    code, out, err = planner("plan", estate, "-o", "new", "--from-state", "state.yml")
    assert code == 0, err
    assert "half converted" in (tmp_path / "new/review/REVIEW.md").read_text() + out
