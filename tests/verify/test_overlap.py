"""However steps overlap, the replay sees every overfull state: compared with a reckoning by intervals, second by second.

The reckoning looks at every host and side after every event, ends included. Where the replay looks less often it must not
matter.
"""

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from planner.model.constraint import ConstraintId
from planner.model.plan import StepKind
from planner.model.policy import CapacityPolicy, ClusterPolicy
from planner.units import GIB
from planner.verify import verify
from planner.verify.state import MOVES
from tests.plan_estate import LAB, PRODUCTION
from tests.plans import changed_cluster, changed_policy, hand_made_plan, with_steps

K, C = StepKind, ConstraintId
OVERFULL = {C.MEMORY, C.VCPU, C.RESERVE, C.APART, C.STORAGE}
FULL_WHEN_BUILT = {C.EMPTY_BEFORE_REBUILD}
"""A host that is worked on while VMs are on it takes them to another side: that is what is wrong with it."""
OUT = {K.RETIRE, K.INSTALL, K.CONFIGURE, K.UPGRADE}


class Reckoning:
    """Where everything is at a second, told from the intervals of the steps alone."""

    def __init__(self, plan):
        self.plan, self.estate, self.steps = plan, plan.estate, plan.schedule.steps
        self.moves = {
            vm.id: sorted((s for s in self.steps if s.vm == vm.id), key=lambda s: s.start)
            for vm in self.estate.vms
        }
        self.works = {
            host.id: sorted((s for s in self.steps if s.host == host.id), key=lambda s: s.start)
            for host in self.estate.hosts
        }
        self.tolerated = {pool: max(0, self.excess(pool, -1) or 0) for pool in self.pools()}

    def at(self, vm, time):
        """The host that a VM sits on: it leaves at the end of a move."""
        over = [move.destination for move in self.moves[vm.id] if move.end <= time]
        return over[-1] if over else vm.host

    def room_of(self, vm, time):
        """The hosts that have room taken by a VM: also the one that it is on its way to."""
        coming = {move.destination for move in self.moves[vm.id] if move.start <= time < move.end}
        return {self.at(vm, time), *coming} - {None}

    def side(self, host, time):
        side = "out" if host.hypervisor == "none" else "source"
        for step in self.works[host.id]:
            if step.start <= time:
                built = step.kind in {K.CONFIGURE, K.UPGRADE} and step.end <= time
                side = "target" if built else "out"
        return side

    def on(self, host, time):
        return [vm for vm in self.estate.vms if host.id in self.room_of(vm, time)]

    def limit(self, host, time):
        kept = {"source": 0, "target": self.plan.policy.capacity.host_memory_bytes}
        return host.memory_bytes - kept[self.side(host, time)]

    def pools(self):
        yield from ((PRODUCTION, ("source",)), (PRODUCTION, ("target",)), (LAB, ("source", "target")))

    def excess(self, pool, time):
        cluster, sides = pool
        hosts = [h for h in self.estate.hosts if h.cluster == cluster and self.side(h, time) in sides]
        ids = {host.id for host in hosts}
        load = sum(vm.memory_bytes for vm in self.estate.vms if self.room_of(vm, time) & ids)
        kept = self.plan.policy.clusters[0].reserve_hosts if cluster == PRODUCTION else 1
        smallest = sorted(self.limit(host, time) for host in hosts)[: max(0, len(hosts) - kept)]
        return load - sum(smallest) if load and kept else None

    def broken(self, time):
        """The constraints that the state right after a second breaks."""
        for host in self.estate.hosts:
            side = self.side(host, time)
            if side == "out":
                continue
            for constraint, taken, most in (
                (C.MEMORY, lambda vm: vm.memory_bytes, self.limit(host, time)),
                (C.VCPU, lambda vm: vm.vcpus, host.cpu.cores * self.plan.policy.capacity.vcpu_per_core),
            ):
                first = sum(map(taken, self.on(host, -1))) if side == "source" else 0
                if sum(map(taken, self.on(host, time))) > max(most, first):
                    yield constraint
        if any((self.excess(pool, time) or 0) > self.tolerated[pool] for pool in self.pools()):
            yield C.RESERVE
        for rule in self.estate.affinity_rules:
            if rule.kind == "apart":
                places = [self.at(vm, time) for vm in self.estate.vms if vm.id in rule.vms]
                if len(set(places)) < len(places):
                    yield C.APART
        size = next(iter(self.plan.policy.shared_storage)).capacity_bytes * 90 // 100
        begun = [s for s in self.steps if s.start <= time and any("nfs" in d.storage for d in s.disks)]
        if sum(step.bytes for step in begun) > size:
            yield C.STORAGE


@st.composite
def jumbled(draw):
    """The hand-made plan with steps at any time, but those of one VM or host in turn; every event has a second of its own."""
    plan = changed_cluster(hand_made_plan(), "lab", ha_enabled=True)
    plan = changed_policy(
        plan,
        capacity=CapacityPolicy(vcpu_per_core=draw(st.sampled_from([0.5, 1.0, 4.0]))),
        clusters=(ClusterPolicy(cluster="Production", reserve_hosts=draw(st.integers(0, 1))),),
    )
    room = draw(st.sampled_from([48, 96, 128, 256])) * GIB
    hosts = tuple(replace(host, memory_bytes=min(host.memory_bytes, room)) for host in plan.estate.hosts)
    export = draw(st.sampled_from([600, 1200, 4000])) * GIB
    storage = tuple(replace(store, capacity_bytes=export) for store in plan.policy.shared_storage)
    plan = changed_policy(replace(plan, estate=replace(plan.estate, hosts=hosts)), shared_storage=storage)
    chance, free, steps = draw(st.randoms(use_true_random=False)), {}, []
    tidy = draw(st.booleans())
    for number, step in enumerate(plan.schedule.steps):
        after = free.get(step.vm or step.host, 0)
        if tidy and step.host is not None:
            after = max([after, *(s.end // 100 + 1 for s in steps if step.host in {s.source, s.destination})])
        if tidy and step.destination is not None:
            after = max([after, *(s.end // 100 + 1 for s in steps if s.host == step.destination)])
        start = after + chance.choice((0, 0, 1, 3, 20))
        length = chance.choice((1, 2, 5, 30))
        free[step.vm or step.host] = start + length + 1
        steps.append(replace(step, start=100 * start + number, duration=100 * length, needs=()))
    return with_steps(plan, steps)


@given(jumbled())
@settings(max_examples=150, deadline=None)
def test_the_replay_sees_what_a_reckoning_by_intervals_sees(plan):
    told = [v for v in verify(plan).violations if v.step is not None]
    seen = {(v.constraint, v.time) for v in told if v.constraint in OVERFULL and "not built" not in v.detail}
    reckoning = Reckoning(plan)
    times = sorted({time for step in plan.schedule.steps for time in (step.start, step.end)})
    broken = {(constraint, time) for time in times for constraint in reckoning.broken(time)}
    for constraint in OVERFULL:
        event(f"{constraint}: {any(constraint is which for which, _ in broken)}")
    assert seen <= broken
    for constraint in OVERFULL:
        first = min((time for which, time in broken if which is constraint), default=None)
        excused = {*FULL_WHEN_BUILT, constraint}
        assert first is None or any(v.constraint in excused and v.time <= first for v in told)


def test_every_kind_of_step_is_a_move_or_work_on_a_host():
    assert set(StepKind) == MOVES | OUT | {K.RETURN}
