"""What is emitted, judged by ansible-playbook, ansible-lint, yamllint and the roles' own argument specs."""

import json
import re
from pathlib import Path

import pytest
import yaml

from planner.model.plan import Plan
from tests.bundles import ROOT, half_done, plan_of, run, write_bundle

EXAMPLES = ("esxi-free", "xenserver-pool", "datacentre")
HALF_DONE = tuple(f"{example}-half-done" for example in EXAMPLES)


def sections(play: dict) -> list[dict]:
    """The blocks of a wave's play, a kind of step each."""
    return [task for task in play["tasks"] if "block" in task]


def roles(section: dict) -> list[str]:
    imported = (task.get("ansible.builtin.import_role") for task in section["block"])
    return [role["name"] for role in imported if role]


def steps_of(bundle: Path, play: dict, section: dict) -> dict[str, str]:
    """The steps of a section by their inventory hosts."""
    groups = yaml.load((bundle / "inventory/hosts.yml").read_text(), Loader)["all"]["children"]
    hosts = groups[section["when"].split("'")[1] if "when" in section else play["hosts"]]["hosts"]
    (kind,) = section["tags"]
    steps = json.loads((bundle / f"turns/{play['vars']['planner_wave']}.json").read_text())["steps"]
    found = {turn["on"]: step for step, turn in steps.items() if turn["kind"] == kind and turn["on"] in hosts}
    assert found.keys() == hosts.keys()
    return found


class Loader(yaml.SafeLoader):
    """Reads `!unsafe` text as text."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def made(name: str) -> Plan:
    """The plan of an example, or of one that is half done."""
    make = half_done if name in HALF_DONE else plan_of
    return make(ROOT / "inventories" / name.removesuffix("-half-done"))


@pytest.fixture(scope="session", params=(*EXAMPLES, *HALF_DONE))
def bundle(request, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp(request.param) / "plan"
    write_bundle(made(request.param), directory)
    return directory


def test_ansible_accepts_every_playbook(bundle):
    rollbacks = sorted((bundle / "rollback").glob("*.yml")) if (bundle / "rollback").exists() else []
    checked = run("ansible-playbook", "--syntax-check", "site.yml", *rollbacks, cwd=bundle)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_tasks_of_every_step_are_listed(bundle):
    listed = run("ansible-playbook", "--list-tasks", "site.yml", cwd=bundle)
    assert listed.returncode == 0
    for wave in (bundle / "waves").glob("*.yml"):
        for play in yaml.load(wave.read_text(), Loader):
            assert play["name"] in listed.stdout
            for section in sections(play):
                assert all(f"{role} : " in listed.stdout for role in roles(section))


@pytest.mark.parametrize("bundle", ["esxi-free"], indirect=True)
def test_ansible_lint_finds_nothing(bundle):
    linted = run("ansible-lint", "--offline", "--profile", "production", "--strict", cwd=bundle)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_yamllint_finds_nothing(bundle):
    config = ROOT / ".yamllint"
    linted = run(
        "yamllint", "--strict", "-c", config, "inventory", "waves", "site.yml", "preflight.yml", cwd=bundle
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def specs(bundle: Path) -> dict[str, dict[str, dict]]:
    return {
        path.parents[1].name: yaml.safe_load(path.read_text())["argument_specs"]["main"].get("options", {})
        for path in sorted((bundle / "roles").glob("*/meta/argument_specs.yml"))
    }


def test_every_emitted_variable_is_one_that_a_role_knows(bundle):
    known = {option for options in specs(bundle).values() for option in options}
    roles = tuple(f"{role}_" for role in specs(bundle))
    for path in (bundle / "inventory/host_vars").glob("*.yml"):
        given = yaml.load(path.read_text(), Loader)
        unknown = {name for name in given if name.startswith(roles)} - known
        assert not unknown, f"{path.name}: no role takes {sorted(unknown)}"


def test_every_step_has_all_that_its_roles_require(bundle):
    required = {
        role: {name for name, option in options.items() if option.get("required")}
        for role, options in specs(bundle).items()
    }
    for book in (bundle / "waves").glob("*.yml"):
        (play,) = yaml.load(book.read_text(), Loader)
        for section in sections(play):
            for host in steps_of(bundle, play, section):
                given = yaml.load((bundle / f"inventory/host_vars/{host}.yml").read_text(), Loader)
                needs = set().union(*(required[role] for role in roles(section)))
                assert needs <= given.keys(), (book.name, host)


@pytest.mark.parametrize("bundle", HALF_DONE, indirect=True)
def test_a_half_done_estate_is_known_as_it_is(bundle):
    """Hosts that are built can be reached as targets and not as sources, and nothing on them may be erased."""
    plan = json.loads((bundle / "plan.json").read_text())
    upgraded = {one["cluster"] for one in plan["decisions"] if one["strategy"] == "upgrade-in-place"}
    cluster_of = {host["id"]: host["cluster"] for host in plan["estate"]["hosts"]}
    built = {host for host in plan["progress"]["built"] if cluster_of[host] not in upgraded}
    groups = yaml.load((bundle / "inventory/hosts.yml").read_text(), Loader)["all"]["children"]
    everyone = {host for group in groups.values() for host in group["hosts"]}
    assert built <= everyone
    assert not {f"{host}-source" for host in (*built, *plan["progress"]["retired"])} & everyone
    assert not {f"{host}" for host in built} & {path.name for path in (bundle / "answers").glob("*")}
    readme = (bundle / "README.md").read_text()
    assert "goes on from an earlier one" in readme
    assert not any(f"{host}:" in readme for host in built)


def test_every_step_takes_its_turn_and_says_how_it_went(bundle):
    plan = json.loads((bundle / "plan.json").read_text())
    groups = yaml.load((bundle / "inventory/hosts.yml").read_text(), Loader)["all"]["children"]
    noted = []
    for book in (bundle / "waves").glob("*.yml"):
        (play,) = yaml.load(book.read_text(), Loader)
        assert play["vars"] == {"planner_wave": book.stem}
        hosts = set(groups[play["hosts"]]["hosts"])
        for section in sections(play):
            first, *_, last = section["block"]
            (kind,) = section["tags"]
            assert first["planner_turn"] == {"wave": book.stem, "kind": kind}
            assert last["vars"]["planner_journal"] == "done"
            assert section["rescue"][0]["vars"]["planner_journal"] == "failed"
            steps = steps_of(bundle, play, section)
            assert steps.keys() <= hosts
            noted += steps.values()
    assert sorted(noted) == sorted(step["id"] for step in plan["schedule"]["steps"])


def test_hosts_stand_in_the_order_in_which_they_are_planned_to_begin(bundle):
    groups = yaml.load((bundle / "inventory/hosts.yml").read_text(), Loader)["all"]["children"]
    for file in (bundle / "turns").glob("*.json"):
        turns = json.loads(file.read_text())["steps"].values()
        begins = {}
        for turn in turns:
            begins[turn["on"]] = min(turn["start"], begins.get(turn["on"], turn["start"]))
        hosts = list(groups[file.stem.replace("-", "_")]["hosts"])
        assert [begins[host] for host in hosts] == sorted(begins.values())


def test_what_is_waited_for_is_in_the_same_wave_or_an_earlier_one(bundle):
    """So that `site.yml`, one wave after the other, is always right."""
    plan = json.loads((bundle / "plan.json").read_text())
    places = {wave["id"]: place for place, wave in enumerate(plan["schedule"]["waves"])}
    for file in (bundle / "turns").glob("*.json"):
        data = json.loads(file.read_text())
        assert all(places[earlier] < places[file.stem] for earlier in data["after"])
        for turn in data["steps"].values():
            assert all(places[wave] <= places[file.stem] for wave in turn["needs"].values())


def test_forks_are_enough_for_the_largest_wave(bundle):
    hosts = yaml.load((bundle / "inventory/hosts.yml").read_text(), Loader)["all"]["children"]
    largest = max(len(group["hosts"]) for name, group in hosts.items() if name.startswith("wave_"))
    (forks,) = re.findall(r"^forks = (\d+)$", (bundle / "ansible.cfg").read_text(), re.MULTILINE)
    assert int(forks) >= min(largest, 100)


# This machine is not the planned host: it has other cards and disks, and no hardware virtualisation.
LOCAL = json.dumps(
    {
        "ansible_connection": "local",
        "kvm_host_require_hardware_virtualisation": False,
        "kvm_network_bridges": [{"name": "br-rehearsed"}],
        "kvm_storage_pools": [{"name": "local", "type": "dir", "path": "/srv/vmstore"}],
    }
)


@pytest.mark.parametrize("bundle", ["esxi-free"], indirect=True)
@pytest.mark.parametrize(
    "play", [("preflight.yml",), ("waves/wave-001.yml", "--tags", "configure")], ids=["preflight", "kvm-host"]
)
def test_plays_are_rehearsed_against_this_machine(bundle, play):
    rehearsed = run("ansible-playbook", *play, "--check", "-e", LOCAL, cwd=bundle)
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    assert "ok=" in rehearsed.stdout


def test_no_secret_is_written(bundle):
    secrets = yaml.load((bundle / "inventory/group_vars/all/secrets.yml").read_text(), Loader)
    assert all("ansible.builtin.env" in value for value in secrets.values())


def test_planning_twice_gives_the_same_bytes(bundle, tmp_path):
    again = tmp_path / "again"
    name = bundle.parent.name.rstrip("0123456789")
    write_bundle(made(name), again)
    assert (again / "MANIFEST.sha256").read_text() == (bundle / "MANIFEST.sha256").read_text()


@pytest.mark.parametrize("bundle", ["esxi-free"], indirect=True)
def test_bundles_read_as_they_are_written_down(bundle, file_regression):
    shown = (
        "ansible.cfg",
        "site.yml",
        "preflight.yml",
        "requirements.yml",
        "README.md",
        "inventory/hosts.yml",
    )
    written = ("waves/*.yml", "turns/*.json", "rollback/*.yml")
    paths = [*shown, *sorted(str(path.relative_to(bundle)) for some in written for path in bundle.glob(some))]
    paths += [
        "inventory/host_vars/move-vm-backup-c151cc.yml",
        "inventory/host_vars/host-esx1.yml",
        "inventory/host_vars/host-esx1-source.yml",
    ]
    file_regression.check(
        "".join(f"### {path}\n{(bundle / path).read_text()}" for path in paths), extension=".txt"
    )
