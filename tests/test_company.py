"""VMs of a vApp, or on one image, from the inventory to the plan: in one wave, or with the reason why not."""

from io import StringIO

import pytest
import yaml
from rich.console import Console

from planner import pipeline
from planner.graph import build_graph
from planner.review.explain import explained
from tests.today import TODAY

ROOM = {"old": "96 GiB", "new": "96 GiB"}


def machine(number, **more):
    disk = {"id": "0", "capacity": "10 GiB", "datastore": "ds", "path": f"[ds] vm{number}/vm{number}.vmdk"}
    return {
        "name": f"vm{number}",
        "power": "on",
        "vcpus": 1,
        "memory": "8 GiB",
        "guest_os": "Debian GNU/Linux 12 (64-bit)",
        "firmware": "bios",
        "snapshots": [],
        "config_path": f"/vmfs/volumes/ds/vm{number}/vm{number}.vmx",
        "disks": [disk | more.pop("disk", {})],
    } | more


def host(memory, hypervisor="esxi", **more):
    spare = {} if hypervisor == "none" else {"version": "7.0.3", "edition": "free"}
    return (
        {
            "hypervisor": hypervisor,
            "memory": memory,
            "firmware": "uefi",
            "cpu": {"cores": 16, "sockets": 2},
            "disks": [{"id": "wwn-0x1", "capacity": "2 TiB", "boot": True}],
        }
        | spare
        | more
    )


def planned(tmp_path, machines, policy=None, room=ROOM):
    """The plan of a cluster with two old hosts, of which the second has the second half of two VMs, and a new one."""
    half = len(machines) if len(machines) != 2 else 1
    old = host(room["old"], datastores=["ds"])
    hosts = {
        "old": {"ansible_host": "192.0.2.1", "planner_host": old, "planner_vms": machines[:half]},
        "older": {"ansible_host": "192.0.2.3", "planner_host": old, "planner_vms": machines[half:]},
        "new": {"ansible_host": "192.0.2.2", "planner_host": host(room["new"], "none")},
    }
    cluster = {
        "planner_cluster": {
            "name": "Prod",
            "hypervisor": "esxi",
            "ha_enabled": False,
            "live_migration": False,
        },
        "planner_datastores": [{"name": "ds", "kind": "vmfs", "shared": True, "capacity": "2 TiB"}],
    }
    inventory = {"all": {"children": {"prod": {"hosts": hosts, "vars": cluster}}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory))
    asked = {"decision": {"targets": ["kvm-debian-12"]}, "waves": {"pilot_vms": 0, "max_vms": 3}}
    (tmp_path / "policy.yml").write_text(yaml.safe_dump(asked | (policy or {})))
    analysis = pipeline.settle(pipeline.analyse(*pipeline.read(tmp_path), TODAY))
    plan = pipeline.make_plan(analysis, "2027-02-06T20:00")
    verification = pipeline.verify(plan)
    assert verification.accepted, verification.violations
    return plan, pipeline.review(plan, verification)


def waves(plan):
    """The VMs of each wave that moves some, by their numbers."""
    names = {vm.id: vm.name.removeprefix("vm") for vm in plan.estate.vms}
    steps = {step.id: step for step in plan.schedule.steps}
    moved = (
        "".join(sorted(names[steps[one].vm] for one in wave.steps if steps[one].vm))
        for wave in plan.schedule.waves
    )
    return sorted(filter(None, moved))


def told(plan, name):
    graph = build_graph(plan.estate, plan.policy)
    subject = next(vm.id for vm in plan.estate.vms if vm.name == name)
    console = Console(file=StringIO(), width=1000, color_system=None)
    console.print(explained(plan, graph, subject))
    return console.file.getvalue()


def vapp(*numbers, of=6):
    inside = {"settings": [{"kind": "vapp", "value": "shop"}]}
    return [machine(number, **(inside if number in numbers else {})) for number in range(of)]


def clones(*numbers, of=6):
    base = {"disk": {"base": "[ds] gold/gold.vmdk"}}
    return [machine(number, **(base if number in numbers else {})) for number in range(of)]


@pytest.mark.parametrize(
    ("machines", "firmness"),
    [(vapp(0, 5), "bound by the policy"), (clones(0, 5), "a wish")],
    ids=["vapp", "clones"],
)
def test_they_travel_in_one_wave_and_the_review_says_why(tmp_path, machines, firmness):
    plan, review = planned(tmp_path, machines)
    assert any({"0", "5"} <= set(wave) for wave in waves(plan))
    text = str(review.files["review/REVIEW.md"])
    assert "VMs that move together" in text
    assert f"| vm0, vm5 | {firmness} |" in text
    assert f"with vm5: {plan.groups[0].reason} ({firmness})" in told(plan, "vm0")
    assert "Why it moves with others" not in told(plan, "vm1")


@pytest.mark.parametrize("machines", [vapp(0, 5), clones(0, 5)], ids=["vapp", "clones"])
def test_a_policy_that_only_shows_binds_nothing(tmp_path, machines):
    plan, _ = planned(tmp_path, machines, {"together": {"vapps": "show", "linked_clones": "show"}})
    assert plan.groups == ()


def test_more_than_a_wave_has_is_only_shown_with_the_reason(tmp_path):
    plan, review = planned(tmp_path, vapp(0, 1, 2, 3))
    (group,) = plan.groups
    assert (group.bond, "a wave has 3" in group.relaxed) == ("show", True)
    assert "no more than only shown, because" in told(plan, "vm0")
    assert "only shown" in str(review.files["review/REVIEW.md"])


def test_what_has_no_room_at_one_time_is_a_wish_and_no_refusal(tmp_path):
    """The new host takes one of two large VMs; the second has room when the first one's host is rebuilt."""
    large = [machine(number, memory="32 GiB", settings=vapp(0)[0]["settings"]) for number in range(2)]
    plan, review = planned(tmp_path, large, room={"old": "40 GiB", "new": "40 GiB"})
    assert waves(plan) == ["0", "1"]
    (group,) = plan.groups
    assert (group.bond, "without more help" in group.relaxed) == ("wish", True)
    assert "a wish" in str(review.files["review/REVIEW.md"])


def test_a_window_that_is_too_short_for_all_of_them_takes_them_apart(tmp_path):
    night = {"open": [{"from": "20:00", "to": "21:00"}]}
    timing = {"convert_linux": "20 min", "shutdown": 0, "verify": 0, "install_host": "20 min"}
    timing |= {"configure_host": "5 min", "retire_host": "5 min"}
    more = {"windows": night, "timing": timing, "transfers": {"per_host": 1, "measured": "1 GB/s"}}
    plan, _ = planned(tmp_path, [*vapp(0, of=1), machine(5, settings=vapp(0)[0]["settings"])], more)
    (group,) = plan.groups
    assert (group.bond, "they take 2 waves" in group.relaxed) == ("wish", True)
    assert "a wish, because there was no way to move them in one wave" in told(plan, "vm0")
