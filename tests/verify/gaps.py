"""Plans with a hole in them: nothing is overfull, but something is left out, undone, or in the wrong place."""

from dataclasses import replace

from planner.model.constraint import ConstraintId
from planner.model.estate import HostId
from planner.model.kinds import PowerState
from planner.model.plan import StepId, StepKind, StorageId, TargetStorage, Wave, WaveId
from planner.model.policy import Strategy
from tests.plan_answers import XCP
from tests.plan_estate import LAB, PRODUCTION
from tests.plans import (
    NFS,
    changed_host,
    changed_placement,
    changed_step,
    changed_vm,
    step_of,
    with_steps,
    without_step,
)
from tests.verify.changes import (
    any_time,
    borrowed_and_emptied,
    claim,
    esx1_kept,
    given_back,
    parked,
    turned,
    without_reserve,
)

K, C = StepKind, ConstraintId
MINUTE = 60


def with_waves(plan, change):
    """The plan with each wave changed, some perhaps twice, others not at all."""
    waves = (new for wave in plan.schedule.waves for new in change(wave))
    return replace(plan, schedule=replace(plan.schedule, waves=tuple(waves)))


def added(plan, step, **facts):
    """The plan with a step more, much like another one."""
    return with_steps(plan, [*plan.schedule.steps, replace(step, id=StepId("production-97"), **facts)])


def unlisted(plan):
    """The plan of which no wave lists the last step."""
    return with_waves(
        plan, lambda wave: [replace(wave, steps=wave.steps[: -1 if wave.id == "wave-05" else None])]
    )


def listed_twice(plan):
    """The plan in which the first wave lists a step of the second, too."""
    other = plan.schedule.waves[1].steps[0]
    return with_waves(plan, lambda w: [replace(w, steps=(*w.steps, other)) if w.id == "wave-01" else w])


def with_strategy(plan, cluster, strategy):
    decisions = (replace(d, strategy=strategy) if d.cluster == cluster else d for d in plan.decisions)
    return replace(plan, decisions=tuple(decisions))


def no_way(plan, name):
    """The plan that says there is no way over for a VM."""
    routes = (replace(r, transport=None) if r.vm == f"vm-{name}" else r for r in plan.routes)
    return replace(plan, routes=tuple(routes))


def uncounted(plan, name):
    """The plan whose target hosts are without one, and its pool."""
    place = next(place for place in plan.placements if place.cluster == PRODUCTION)
    return changed_placement(
        plan,
        PRODUCTION,
        hosts=tuple(host for host in place.hosts if host.host != f"host-{name}"),
        storages=tuple(storage for storage in place.storages if storage.host != f"host-{name}"),
    )


def another_new_host(plan, *, counted_on):
    """The plan with a new host hv5 that nobody builds."""
    hv4 = next(host for host in plan.estate.hosts if host.name == "hv4")
    hv5 = replace(hv4, id=HostId("host-hv5"), name="hv5")
    plan = replace(plan, estate=replace(plan.estate, hosts=(*plan.estate.hosts, hv5)))
    place = next(place for place in plan.placements if place.cluster == PRODUCTION)
    target = replace(place.hosts[0], host=hv5.id, storages=())
    return changed_placement(plan, PRODUCTION, hosts=(*place.hosts, target)) if counted_on else plan


def storage_of_two(plan):
    """The plan in which the name of one cluster's export stands for a pool in the other."""
    place = next(place for place in plan.placements if place.cluster == LAB)
    pool = TargetStorage(id=NFS, name="local", kind=place.storages[0].kind, host=HostId("host-xs1"))
    return changed_placement(plan, LAB, storages=(*place.storages, pool))


def at_once(plan):
    """The plan whose last two moves take no time, in the same second."""
    plan = any_time(plan)
    for name in ("web2", "ldap1"):
        plan = changed_step(plan, K.REBALANCE, name, start=945 * MINUTE, duration=0)
    return plan


def in_need_of_each_other(plan):
    plan = at_once(plan)
    steps = {name: step_of(plan, K.REBALANCE, name) for name in ("web2", "ldap1")}
    plan = changed_step(plan, K.REBALANCE, "web2", needs=(steps["ldap1"].id,))
    return changed_step(plan, K.REBALANCE, "ldap1", needs=(steps["web2"].id,))


def in_waves_after_each_other(plan):
    """The plan whose last two moves are waves of their own, each of which comes after the other."""
    plan = at_once(plan)
    for name, wave in (("web2", "wave-06"), ("ldap1", "wave-07")):
        plan = changed_step(plan, K.REBALANCE, name, wave=WaveId(wave))

    def split(wave: Wave) -> list[Wave]:
        ends = {"wave-04": ("wave-06", "wave-07"), "wave-05": ("wave-07", "wave-06")}.get(wave.id)
        return [wave] if ends is None else [wave, replace(wave, id=WaveId(ends[0]), after=(WaveId(ends[1]),))]

    return with_steps(with_waves(plan, split), plan.schedule.steps)


def elsewhere(plan):
    """The plan in which a move of the pool is one of the other cluster's."""
    return changed_step(any_time(plan), K.REBALANCE, "ldap1", cluster=PRODUCTION, wave=WaveId("wave-04"))


def stays(plan, name):
    """The plan that leaves a VM of esx1 without a way over where it is, and its host, too."""
    return no_way(esx1_kept(without_step(plan, K.MOVE, name)), name)


def pilot_without_after(plan):
    """The plan whose pilot comes after no wave: only what its steps need says what may be before it."""
    return with_waves(plan, lambda wave: [replace(wave, after=())] if wave.pilot else [wave])


GAPS = {
    "a move without a VM": (
        C.STEPS_COMPLETE,
        lambda plan: changed_step(plan, K.REBALANCE, "web2", vm=None, source=None, destination=None),
    ),
    "work on no host": (
        C.STEPS_COMPLETE,
        lambda plan: added(plan, step_of(plan, K.RETIRE, "esx1"), host=None),
    ),
    "a step before the plan begins": (
        C.STEPS_COMPLETE,
        lambda plan: changed_step(plan, K.INSTALL, "hv4", start=-MINUTE),
    ),
    "a step that takes less than no time": (
        C.STEPS_COMPLETE,
        lambda plan: changed_step(plan, K.REBALANCE, "ldap1", duration=-1),
    ),
    "a step is in no wave": (C.IN_ONE_WAVE, unlisted),
    "a step is in two waves": (C.IN_ONE_WAVE, listed_twice),
    "a wave of another cluster": (
        C.IN_ONE_WAVE,
        lambda plan: with_waves(plan, lambda w: [replace(w, cluster=PRODUCTION) if w.id == "wave-05" else w]),
    ),
    "an empty wave": (
        C.IN_ONE_WAVE,
        lambda plan: with_waves(
            plan, lambda w: [w, replace(w, id=WaveId("wave-06"), steps=())] if w.id == "wave-05" else [w]
        ),
    ),
    "a pool is upgraded that is kept": (
        C.OWN_CLUSTER,
        lambda plan: with_strategy(plan, LAB, Strategy.KEEP),
    ),
    "a VM is moved in the name of another cluster": (C.OWN_CLUSTER, elsewhere),
    "the new host of another cluster is built": (
        C.OWN_CLUSTER,
        lambda plan: changed_host(plan, "hv4", cluster=LAB),
    ),
    "a host is borrowed without a word": (
        C.OWN_CLUSTER,
        lambda plan: changed_placement(given_back(borrowed_and_emptied(plan), 1200), PRODUCTION, swing=()),
    ),
    "a host is built that is no target host": (C.OWN_CLUSTER, lambda plan: uncounted(plan, "esx2")),
    "a VM crosses for which there is no way": (C.ROUTED, lambda plan: no_way(plan, "web1")),
    "a host becomes what nobody decided": (C.ROUTED, lambda plan: claim(plan, "esx1", platform=XCP.id)),
    "a source host is never rebuilt": (C.HOSTS_END, esx1_kept),
    "a source host is retired and never built": (
        C.HOSTS_END,
        lambda plan: without_step(without_step(plan, K.INSTALL, "esx1"), K.CONFIGURE, "esx1"),
    ),
    "a new host is never built": (C.HOSTS_END, lambda plan: another_new_host(plan, counted_on=True)),
    "old hosts are rebuilt though all moves to new ones": (
        C.HOSTS_END,
        lambda plan: with_strategy(plan, PRODUCTION, Strategy.MOVE_TO_NEW_HOSTS),
    ),
    "a VM runs nobody knows where, and is never moved": (
        C.EVERYTHING_ARRIVES,
        lambda plan: changed_vm(without_reserve(without_step(plan, K.MOVE, "dns1")), "dns1", host=None),
    ),
    "a VM is parked and never started again": (
        C.EVERYTHING_ARRIVES,
        lambda plan: without_step(parked(plan, "web1"), K.UNPARK, "web1"),
    ),
    "a VM is started again that was not parked": (
        C.NEEDS,
        lambda plan: changed_step(
            changed_vm(plan, "web1", host=None), K.MOVE, "web1", kind=K.UNPARK, source=None
        ),
    ),
    "two steps need each other": (C.NEEDS, in_need_of_each_other),
    "two waves come after each other": (C.WAVES_IN_TURN, in_waves_after_each_other),
    "a borrowed host is retired instead of given back": (
        C.SWING_RETURNED,
        lambda plan: given_back(borrowed_and_emptied(plan), 1200, kind=K.RETIRE),
    ),
    "a host is upgraded while a VM that is off still leaves it": (
        C.EMPTY_BEFORE_REBUILD,
        lambda plan: changed_step(
            changed_step(
                changed_vm(plan, "wiki1", power=PowerState.OFF), K.RELOCATE, "wiki1", duration=10 * MINUTE
            ),
            K.UPGRADE,
            "xs1",
            needs=(),
        ),
    ),
    "nobody crosses in the pilot": (
        C.PILOT_FIRST,
        lambda plan: with_waves(plan, lambda wave: [replace(wave, pilot=wave.id == "wave-01")]),
    ),
    "a wave comes after one that does not exist": (
        C.REFERENCES,
        lambda plan: turned(plan, "wave-05", after="wave-99", earlier=0),
    ),
    "a host is to get a platform that does not exist": (
        C.REFERENCES,
        lambda plan: claim(plan, "esx1", platform="kvm-nowhere"),
    ),
    "a host reaches a storage that does not exist": (
        C.REFERENCES,
        lambda plan: claim(plan, "esx1", storages=(StorageId("storage-nowhere"),)),
    ),
    "two waves have one name": (
        C.REFERENCES,
        lambda plan: with_waves(plan, lambda wave: [wave, wave] if wave.id == "wave-05" else [wave]),
    ),
    "one name stands for two storages": (C.REFERENCES, storage_of_two),
}

WHOLE = {
    "a VM without a way stays, and so does its host": lambda plan: stays(plan, "dns1"),
    "a new host that nobody counts on": lambda plan: another_new_host(plan, counted_on=False),
    "two moves that take no time": at_once,
    "what the pilot needs may come before it": pilot_without_after,
}
