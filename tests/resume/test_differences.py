"""A fresh inventory of a half-done estate: what it no longer tells is known, what it tells otherwise is said."""

from dataclasses import replace

import pytest

from planner.errors import InputError
from planner.model.estate import AffinityRule, Datastore, DatastoreId, Disk, HostId, VmId
from planner.model.finding import Finding, Severity, Subject, SubjectKind
from planner.model.kinds import AffinityKind, DatastoreKind, HypervisorKind, PowerState
from planner.model.plan import StepKind
from planner.model.policy import Strategy
from planner.model.progress import Report
from planner.resume import resume, still_concern
from planner.units import GIB
from planner.verify import verify
from tests.plans import changed_vm, hand_made_plan
from tests.resume.cuts import gone_on, plan_of
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

EXPORT = Datastore(
    id=DatastoreId("ds-export"),
    name="export",
    kind=DatastoreKind.NFS,
    shared=True,
    capacity_bytes=200 * GIB,
    free_bytes=100 * GIB,
    server="nfs",
    export="/vms",
)
APART = AffinityRule(
    id="rule-1", name="not together", kind=AffinityKind.APART, vms=(VmId("vm-db"), VmId("vm-web"))
)


def disk(name):
    return (Disk(id="disk-1", capacity_bytes=10 * GIB, path=f"{name}.vmdk", datastore=EXPORT.id),)


ESTATE = make_estate(
    (make_cluster(live_migration=False),),
    [make_host(name, 64, datastores=(EXPORT.id,)) for name in ("a", "b")],
    [
        make_vm("web", 8, "a", disks=disk("web"), depends_on=(VmId("vm-db"),)),
        make_vm("app", 16, "a", disks=disk("app")),
        make_vm("db", 8, "b", disks=disk("db"), depends_on=(VmId("vm-app"),)),
        make_vm("tool", 32, "b", disks=disk("tool"), power=PowerState.OFF),
    ],
    rules=(APART,),
    datastores=(EXPORT,),
)
SPARE = make_host("new", 128, hypervisor=HypervisorKind.NONE)
PROBLEM = problem(replace(ESTATE, hosts=(*ESTATE.hosts, SPARE)))
PLAN = plan_of(PROBLEM)


def until(kind, subject):
    """What is done when a step of a kind is: everything that ends by then."""
    last = next(s for s in PLAN.schedule.steps if s.kind == kind and subject in {s.host, s.vm})
    return Report(done=frozenset(step.id for step in PLAN.schedule.steps if step.end <= last.end))


HALF = until(StepKind.CONFIGURE, "host-b")
"""By then at least db and tool have crossed to the new host, and their host is rebuilt."""


def fresh(*, without=(), **vms):
    """What is collected after that: some machines are gone, others are seen otherwise."""
    estate = PROBLEM.estate
    return replace(
        estate,
        hosts=tuple(host for host in estate.hosts if host.name not in without),
        vms=tuple(replace(vm, **vms.get(vm.name, {})) for vm in estate.vms if vm.name not in without),
        affinity_rules=tuple(
            rule for rule in estate.affinity_rules if not {f"vm-{name}" for name in without} & {*rule.vms}
        ),
    )


def going_on(now, report=HALF):
    estate, resumption = resume(PLAN, report, now)
    return estate, resumption.progress, gone_on(replace(PROBLEM, estate=now), PLAN, report)


def test_an_unchanged_inventory_is_planned_as_it_is():
    estate, progress, plan = going_on(PROBLEM.estate)
    assert (estate, progress.notes) == (PROBLEM.estate, ())
    assert verify(plan).violations == ()
    assert {step.id for step in plan.schedule.steps} == {s.id for s in PLAN.schedule.steps} - HALF.done


def test_what_is_gone_from_a_fresh_inventory_keeps_the_facts_of_the_earlier_plan():
    estate, progress, plan = going_on(fresh(without=("b", "db")))
    assert estate == PROBLEM.estate
    assert progress.notes == (
        "Crossed or parked, and not in the inventory any more: facts are those of the earlier plan: db",
        "Hosts that are not in the inventory any more: facts are those of the earlier plan: b",
    )
    assert verify(plan).violations == ()
    assert {step.id for step in plan.schedule.steps} == {s.id for s in PLAN.schedule.steps} - HALF.done


def test_the_switched_off_copy_at_the_source_is_not_taken_for_the_vm():
    now = fresh(db={"power": PowerState.OFF, "name": "db (moved)"})
    estate, progress, plan = going_on(now)
    assert (estate, progress.notes) == (PROBLEM.estate, ())
    assert verify(plan).violations == ()


def test_a_source_copy_that_runs_is_told():
    _, progress, _ = going_on(fresh(db={"name": "db-again"}))
    assert progress.notes == (
        "Crossed or parked, but the inventory sees it running elsewhere: see to it that nothing runs twice: db",
    )


def test_copies_on_an_export_are_counted_once():
    copied = sum(step.startswith("move-") for step in HALF.done) * 10 * GIB
    stores = (replace(EXPORT, free_bytes=100 * GIB - copied - 3 * GIB),)
    estate, _, _ = going_on(replace(fresh(), datastores=stores))
    assert estate.datastores[0].free_bytes == 97 * GIB
    estate, _, _ = going_on(replace(fresh(), datastores=(replace(EXPORT, free_bytes=95 * GIB),)))
    assert estate.datastores[0].free_bytes == 100 * GIB


@pytest.mark.parametrize("name", ["web", "guest"])
def test_a_vm_on_a_host_that_was_rebuilt_is_a_contradiction(name):
    now = fresh(web={"host": HostId("host-b"), "name": name})
    with pytest.raises(InputError) as caught:
        resume(PLAN, HALF, now)
    assert str(caught.value) == (
        f"{name}: is on host b in the inventory, which was rebuilt by steps that are done, and no step that is done has "
        "moved it: correct the state, or collect the inventory again"
    )


def test_a_vm_that_is_new_is_planned_too():
    now = fresh()
    now = replace(now, vms=tuple(sorted((*now.vms, make_vm("more", 8, "a")), key=lambda vm: vm.id)))
    again = gone_on(problem(now), PLAN, HALF)
    assert verify(again).violations == ()
    assert "move-vm-more" in {step.id for step in again.schedule.steps}


def test_a_vm_that_is_gone_before_it_crossed_is_not_planned():
    now = fresh(without=("web",))
    again = gone_on(problem(now), PLAN, HALF)
    assert verify(again).violations == ()
    assert "move-vm-web" not in {step.id for step in again.schedule.steps}


def test_a_host_that_failed_half_way_is_installed_and_configured_as_far_as_it_was_not():
    report = replace(until(StepKind.INSTALL, "host-b"), failed=frozenset({"configure-host-b"}))
    _, progress, plan = going_on(fresh(), report)
    assert (progress.installed, progress.failed) == (("host-b",), ("configure-host-b",))
    assert [s.id for s in plan.schedule.steps if s.host == "host-b"] == ["configure-host-b"]
    assert verify(plan).violations == ()


def test_a_half_converted_cluster_keeps_its_target():
    _, resumption = resume(PLAN, HALF, PROBLEM.estate)
    (old,) = PLAN.decisions
    other = replace(old, winner="xcp-ng-8.3")
    (kept,) = resumption.bound((other,))
    assert kept.winner == old.winner
    assert kept.reasons[0] == (
        "it is half converted, so this stays as it was decided, though xcp-ng-8.3 would be chosen now"
    )
    assert list(resumption.platforms()) == [old.winner]
    _, untouched = resume(PLAN, Report(), PROBLEM.estate)
    assert untouched.bound((other,)) == (other,)
    assert untouched.rest_of(other) is None
    assert untouched.rest_of(replace(old, strategy=Strategy.MOVE_TO_NEW_HOSTS)) is None


def test_findings_about_what_is_over_do_not_count():
    _, progress, _ = going_on(PROBLEM.estate)

    def finding(kind, identity):
        subject = Subject(kind=kind, id=identity, name=identity)
        return Finding(rule="r", severity=Severity.CRITICAL, subject=subject, message="", why="", remedy="")

    still = (finding(SubjectKind.VM, "vm-web"), finding(SubjectKind.HOST, "host-a"))
    over = (finding(SubjectKind.VM, "vm-db"), finding(SubjectKind.HOST, "host-b"))
    assert still_concern((*over, *still), progress) == still


RELOCATED = hand_made_plan()
FIRST_WAVE = Report(
    done=frozenset(step.id for step in RELOCATED.schedule.steps if step.wave == "wave-01"),
)


@pytest.mark.parametrize(
    ("seen", "placed", "notes"),
    [
        (
            "esx3",
            "esx1",
            ("On the host in the inventory that it was moved away from: the steps are believed: web2",),
        ),
        ("esx1", "esx1", ()),
        ("esx2", "esx2", ("On another host than the one moved to: the inventory is believed: web2",)),
    ],
)
def test_a_vm_that_was_moved_aside_is_where_a_fresh_inventory_sees_it(seen, placed, notes):
    now = changed_vm(RELOCATED, "web2", host=HostId(f"host-{seen}")).estate
    now = replace(
        now, vms=tuple(vm if vm.name != "files1" else replace(vm, host=HostId("host-esx2")) for vm in now.vms)
    )
    _, resumption = resume(RELOCATED, FIRST_WAVE, now)
    web2 = next(entry for entry in resumption.progress.vms if entry.vm == "vm-web2")
    assert (web2.host, web2.crossed) == (f"host-{placed}", False)
    assert tuple(note for note in resumption.progress.notes if "web2" in note) == notes
