"""Ways to change the hand-made plan in several places at once."""

from dataclasses import replace

from planner.model.constraint import ConstraintId
from planner.model.estate import AffinityRule, HostId, VmId
from planner.model.finding import Finding, Severity, Subject, SubjectKind
from planner.model.kinds import AffinityKind, Bond, Criticality, DatastoreKind, PowerState
from planner.model.plan import (
    DiskPlacement,
    Group,
    Progress,
    Step,
    StepId,
    StepKind,
    Transport,
    WaveId,
    Whereabouts,
)
from planner.model.policy import (
    BudgetSeverity,
    CapacityPolicy,
    ClusterPolicy,
    DowntimeBudget,
    DowntimePolicy,
    SharedStorage,
    WindowPolicy,
)
from tests.plan_estate import PRODUCTION
from tests.plans import (
    NFS,
    changed_host,
    changed_placement,
    changed_policy,
    changed_step,
    changed_vm,
    local_pool,
    step_of,
    with_steps,
    without_step,
)

K, C = StepKind, ConstraintId
MINUTE = 60


def with_uplink(plan, uplink):
    return changed_policy(plan, transfers=replace(plan.policy.transfers, uplinks=(uplink,)))


def vcenter_beside_web2(plan, **transfers):
    """The plan with vCenter crossing to hv4 while web2 does."""
    plan = changed_policy(plan, transfers=replace(plan.policy.transfers, **transfers))
    return changed_step(plan, K.MOVE, "vcenter", start=620 * MINUTE, needs=())


def budgeted(plan, severity, **most):
    """The plan with budgets by criticality, in seconds."""
    budgets = tuple(DowntimeBudget(criticality=Criticality(name), most=s) for name, s in most.items())
    return changed_policy(plan, downtime=DowntimePolicy(budgets=budgets, severity=BudgetSeverity(severity)))


def told_of_db1(plan):
    """The plan with a warning that db1 may be off for too long."""
    told = Finding(
        rule="vm-downtime-budget",
        severity=Severity.WARNING,
        subject=Subject(kind=SubjectKind.VM, id="vm-db1", name="db1"),
        message="It may be off for longer than its budget.",
        why="Its owner allows less.",
        remedy="Make it quicker.",
    )
    return replace(plan, findings=(*plan.findings, told))


def cutovers(plan, most):
    return changed_policy(plan, waves=replace(plan.policy.waves, cutovers_at_once=most))


def one_at_a_time(plan):
    """The plan where of every two VMs that cross at once one is off."""
    for name in ("win1", "dns1", "web1"):
        plan = changed_vm(plan, name, power=PowerState.OFF)
    return plan


def copied_as_it_is(plan, name):
    """The plan with a VM that nothing converts on its way."""
    return _by(plan, name, Transport.DISK_IMPORT)


def parked(plan, name, **facts):
    """The plan with a VM parked during wave 3 and unparked on esx1 at the very end."""
    vm = VmId(f"vm-{name}")
    moved = step_of(plan, K.MOVE, name)
    park = replace(moved, kind=K.PARK, destination=None, **facts)
    unpark = replace(
        moved,
        id=StepId("production-99"),
        kind=K.UNPARK,
        wave=WaveId("wave-04"),
        start=815 * MINUTE,
        duration=10 * MINUTE,
        source=None,
        destination=HostId("host-esx1"),
        disks=(),
        needs=(park.id,),
    )
    steps = [
        park if step.id == moved.id else step
        for step in plan.schedule.steps
        if step.vm != vm or step == moved
    ]
    return with_steps(any_time(plan), [*steps, unpark])


def borrowed(plan):
    """The plan with hv4 as a swing host: it carries no cluster and is not given back."""
    plan = changed_host(plan, "hv4", cluster=None)
    return changed_placement(plan, PRODUCTION, swing=(HostId("host-hv4"),))


def in_different_waves(plan, *names, mandatory=True):
    """The plan with a rule that these VMs do not move in one wave."""
    rule = AffinityRule(
        id="rule-waves",
        name="one at a time",
        kind=AffinityKind.WAVES_APART,
        vms=tuple(VmId(f"vm-{name}") for name in names),
        mandatory=mandatory,
    )
    estate = replace(plan.estate, affinity_rules=(*plan.estate.affinity_rules, rule))
    return replace(plan, estate=estate)


def grouped(plan, *names, bond=Bond.FIRM):
    """The plan with a group of these VMs."""
    group = Group(vms=tuple(VmId(f"vm-{name}") for name in names), reason="they share a disk", bond=bond)
    return replace(plan, groups=(*plan.groups, group))


def seen(plan, *flows):
    """The plan with traffic."""
    return replace(plan, estate=replace(plan.estate, flows=flows))


def given_back(plan, start, kind=K.RETURN):
    """The last thing that happens to a swing host."""
    back = Step(
        id=StepId("production-98"),
        kind=kind,
        cluster=PRODUCTION,
        wave=WaveId("wave-04"),
        host=HostId("host-hv4"),
        start=start * MINUTE,
        duration=0,
        p90=0,
        needs=(),
        reason="it was borrowed",
        way_back="ask for it again",
    )
    return with_steps(any_time(plan), [*plan.schedule.steps, back])


def claim(plan, host, **facts):
    """The plan with one target host promised differently."""
    place = next(place for place in plan.placements if place.cluster == PRODUCTION)
    hosts = (replace(h, **facts) if h.host == f"host-{host}" else h for h in place.hosts)
    return changed_placement(plan, PRODUCTION, hosts=tuple(hosts))


def claim_storage(plan, storage, **facts):
    place = next(place for place in plan.placements if place.cluster == PRODUCTION)
    stores = (replace(s, **facts) if s.id == storage else s for s in place.storages)
    return changed_placement(plan, PRODUCTION, storages=tuple(stores))


def on_storage(name, storage):
    return (DiskPlacement(disk=f"vm-{name}-disk-1", storage=storage),)


def through_vcenter(plan, name):
    """The plan with a VM's disks read through vCenter."""
    return _by(plan, name, Transport.VCENTER_VDDK)


def _by(plan, name, transport):
    routes = (
        replace(route, transport=transport) if route.vm == f"vm-{name}" else route for route in plan.routes
    )
    return replace(plan, routes=tuple(routes))


def esx1_kept(plan):
    """The plan without any work on esx1."""
    for kind in (K.RETIRE, K.INSTALL, K.CONFIGURE):
        plan = without_step(plan, kind, "esx1")
    return without_reserve(plan)


def without_reserve(plan):
    return changed_policy(plan, clusters=(ClusterPolicy(cluster="Production", reserve_hosts=0),))


def share_kept_free(plan, percent):
    """The plan where each side of Production keeps a share of its memory free, instead of a host's."""
    return changed_policy(plan, clusters=(ClusterPolicy(cluster="Production", reserve_percent=percent),))


def vcpu_ratio(plan, ratio):
    return changed_policy(plan, capacity=CapacityPolicy(vcpu_per_core=ratio))


def shared_storage(plan, size):
    return claim_storage(
        changed_policy(
            plan, shared_storage=(SharedStorage(name="nfs-new", kind=DatastoreKind.NFS, capacity_bytes=size),)
        ),
        NFS,
        capacity_bytes=None,
    )


def borrowed_and_emptied(plan):
    """The swing host's VMs are moved on to esx1 in turn, files1 with its disk."""
    plan = borrowed(plan)
    leaving = ("files1", "db1", "app1", "vcenter")
    moves = [
        Step(
            id=StepId(f"production-{80 + number}"),
            kind=K.REBALANCE,
            cluster=PRODUCTION,
            wave=WaveId("wave-04"),
            vm=VmId(f"vm-{name}"),
            source=HostId("host-hv4"),
            destination=HostId("host-esx1"),
            disks=on_storage(name, local_pool("esx1")) if name == "files1" else (),
            start=(820 + 60 * number) * MINUTE,
            duration=60 * MINUTE,
            p90=90 * MINUTE,
            needs=(),
            reason="the host is given back",
            way_back="migrate it back",
        )
        for number, name in enumerate(leaving)
    ]
    return with_steps(plan, [*plan.schedule.steps, *moves])


def turned(plan, wave, *, after, earlier):
    """The plan with a wave moved to an earlier time, coming after another one."""
    steps = tuple(
        replace(step, start=step.start - earlier) if step.wave == wave else step
        for step in plan.schedule.steps
    )
    waves = tuple(
        replace(each, start=each.start - earlier, after=(WaveId(after),)) if each.id == wave else each
        for each in plan.schedule.waves
    )
    return replace(plan, schedule=replace(plan.schedule, steps=steps, waves=waves))


def any_time(plan):
    """The plan with room at the end of wave 4: the pool waits for the pilot only."""
    return turned(plan, "wave-05", after="wave-02", earlier=0)


def side_by_side(plan):
    """The plan with the pool upgraded while the shop and the infrastructure move."""
    return turned(plan, "wave-05", after="wave-02", earlier=390 * 60)


def without_pilot(plan):
    """The plan with no wave called the pilot."""
    waves = tuple(replace(wave, pilot=False) for wave in plan.schedule.waves)
    return replace(plan, schedule=replace(plan.schedule, waves=waves))


def dated(plan, *windows, freezes=()):
    """The plan from a Saturday evening on, with windows and frozen days."""
    policy = WindowPolicy(timezone="Europe/Vienna", open=windows, freezes=freezes)
    return replace(changed_policy(plan, windows=policy), start="2027-02-06T20:00")


def half_done(plan, **facts):
    """The plan from its third wave on: two hosts are built, two VMs have crossed, and one was moved aside."""
    progress = Progress(
        done=tuple(sorted(step.id for step in plan.schedule.steps if step.wave in {"wave-01", "wave-02"})),
        built=(HostId("host-hv4"), HostId("host-esx3")),
        vms=(
            there("files1", "hv4", local_pool("hv4")),
            Whereabouts(vm=VmId("vm-web2"), host=HostId("host-esx1"), crossed=False),
            there("win1", "esx3", NFS),
        ),
        piloted=True,
    )
    steps = tuple(
        replace(step, needs=tuple(need for need in step.needs if need not in progress.done))
        for step in plan.schedule.steps
        if step.id not in progress.done
    )
    waves = tuple(
        replace(wave, after=tuple(earlier for earlier in wave.after if earlier != "wave-02"))
        for wave in plan.schedule.waves[2:]
    )
    left = replace(plan, schedule=replace(plan.schedule, steps=steps, waves=waves))
    return replace(left, progress=replace(progress, **facts))


def moved_before(plan, entry):
    """The half-done plan with another place of one VM."""
    plan = half_done(plan)
    others = (known for known in plan.progress.vms if known.vm != entry.vm)
    return replace(plan, progress=replace(plan.progress, vms=(*others, entry)))


def there(name, host, storage):
    """A VM that has crossed, with its disk."""
    return Whereabouts(
        vm=VmId(f"vm-{name}"), host=HostId(f"host-{host}"), crossed=True, disks=on_storage(name, storage)
    )
