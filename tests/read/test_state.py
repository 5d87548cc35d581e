"""How far a plan was carried out, as a file of people or as a journal: every problem is told with its place."""

import json

import pytest

from planner.errors import InputError
from planner.files import write_directory
from planner.model.codec import to_json
from planner.model.progress import Report
from planner.read.state import read_state
from tests.plans import hand_made_plan

PLAN = hand_made_plan()
INSTALLED, CONFIGURED = "production-01", "production-02"


@pytest.fixture
def home(tmp_path):
    """The directory of the plan by hand."""
    write_directory(tmp_path / "old", {"plan.json": to_json(PLAN)})
    return tmp_path / "old"


@pytest.fixture
def state(tmp_path, home, monkeypatch):
    """Read a text as the state beside the plan's directory."""
    assert home.exists()
    monkeypatch.chdir(tmp_path)

    def read(text, name="state.yml", after=None):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return read_state(path.relative_to(tmp_path), after)

    return read


def refused(read, *words, **how):
    with pytest.raises(InputError) as caught:
        read(*words, **how)
    return [str(problem) for problem in caught.value.problems]


def journal(*events, **more):
    lines = [
        {"step": step, "event": event, "at": "2027-02-06T20:00:00+01:00", **more} for step, event in events
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_a_state_names_its_plan_and_the_steps_that_are_done(state):
    home, plan, report = state(
        f"plan: old\ndone: [{INSTALLED}]\nbegun: [{CONFIGURED}]\nfailed: [production-03]\n"
    )
    assert (home.name, plan) == ("old", PLAN)
    assert report == Report(
        done=frozenset({INSTALLED}), begun=frozenset({CONFIGURED}), failed=frozenset({"production-03"})
    )


def test_a_state_in_json_is_read_likewise(state):
    text = json.dumps({"plan": "old", "done": [INSTALLED, CONFIGURED]})
    assert state(text, "state.json")[2].done == {INSTALLED, CONFIGURED}


def test_the_plan_that_is_said_on_the_command_line_comes_first(state, home):
    assert state("plan: elsewhere\ndone: []\n", after=home)[1] == PLAN


def test_a_journal_is_the_last_word_on_each_step(state, home):
    text = journal(
        (INSTALLED, "begun"),
        (INSTALLED, "failed"),
        (INSTALLED, "begun"),
        (INSTALLED, "done"),
        (CONFIGURED, "begun"),
        ("production-03", "begun"),
        ("production-03", "failed"),
        bytes=5,
    )
    assert state(text, "journal", after=home)[2] == Report(
        done=frozenset({INSTALLED}), begun=frozenset({CONFIGURED}), failed=frozenset({"production-03"})
    )


def test_what_is_done_stays_done_when_it_fails_at_a_second_run(state, home):
    text = journal((INSTALLED, "begun"), (INSTALLED, "done"), (INSTALLED, "begun"), (INSTALLED, "failed"))
    report = state(text, "run.jsonl", after=home)[2]
    assert (report.done, report.failed, report.again) == ({INSTALLED}, frozenset(), {INSTALLED})


def test_what_is_rolled_back_is_not_done_any_more(state, home):
    undone = json.dumps(
        {"step": INSTALLED, "event": "failed", "phase": "rollback", "at": "2027-01-01T00:00:00+00:00"}
    )
    report = state(
        f"{journal((INSTALLED, 'begun'), (INSTALLED, 'done'))}{undone}\n", "run.jsonl", after=home
    )[2]
    assert (report.done, report.failed, report.again) == (frozenset(), frozenset(), frozenset())


def test_a_journal_below_the_plan_belongs_to_it(state):
    assert state(journal((INSTALLED, "done")), "old/run/journal.jsonl")[1] == PLAN


def test_an_empty_journal_says_that_nothing_was_done(state, home):
    assert state("", "journal.jsonl", after=home)[2] == Report()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("done: []\n", ["state.yml: does not say to which plan it belongs: name its directory with --after DIR, or in a key `plan`"]),
        ("plan: old\n", ["state.yml:1: lacks done"]),
        (
            "plan: old\ndone: [3]\nfinished: []\n",
            [
                "state.yml:2: done[0]: must be text, but is read as the number 3: write it in quotes",
                "state.yml:3: finished: unknown key 'finished'; known: 'begun', 'done', 'failed', 'plan'",
            ],
        ),
        (
            "plan: old\ndone:\n- production-1\n- production-02\n- production-02\nfailed:\n- production-02\n",
            [
                "state.yml:3: done[0]: the plan has no step 'production-1'; did you mean 'production-21'?",
                "state.yml:4: done[1]: production-02 cannot be done before production-01, which is not done",
                "state.yml:5: done[2]: production-02 stands under 'done' already: keep one of them",
                "state.yml:7: failed[0]: production-02 stands under 'done' already: keep one of them",
            ],
        ),
        ("plan: nowhere\ndone: []\n", ["nowhere/plan.json: cannot be read: No such file or directory"]),
        ("plan: [\n", ["state.yml:2: is broken YAML: while parsing a flow node did not find expected node content"]),
    ],
    ids=["no-plan", "nothing", "keys", "steps", "plan-gone", "yaml"],
)  # fmt: skip
def test_every_problem_of_a_state_is_told(state, text, problems):
    assert refused(state, text) == problems


def test_every_problem_of_a_journal_is_told(state, home):
    text = '{"step": "production-01", "event": "done"}\n{"step": 1, "event": "over", "at": "2027-01-01T00:00:00+00:00"}\n\n{"step": "produ'
    assert refused(state, text, "journal.jsonl", after=home) == [
        "journal.jsonl:1: lacks at",
        "journal.jsonl:2: step: must be text, but is read as the number 1: write it in quotes",
        "journal.jsonl:2: event: 'over' is unknown; known: begun, done, failed",
    ]


def test_a_journal_that_lies_anywhere_wants_its_plan_named(state):
    told = "journal.jsonl: does not say to which plan it belongs: name its directory with --after DIR"
    assert refused(state, journal((INSTALLED, "done")), "journal.jsonl") == [told]


def test_a_missing_state_is_told(tmp_path):
    assert "cannot be read" in refused(read_state, tmp_path / "nowhere.yml")[0]
