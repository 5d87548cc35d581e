"""A plan made by hand, as an experienced operator would write it, for the estate of tests/plan_estate.py.

Every intermediate state of it is safe. Tests break it in one place with `changed_step`, `without_step`,
`changed_vm`, `changed_host`, `changed_policy` and `changed_storage`.
"""

from dataclasses import replace

from planner.model.codec import digest
from planner.model.estate import HostId, VmId
from planner.model.kinds import DatastoreKind
from planner.model.plan import (
    FORMAT_VERSION,
    Bound,
    ClusterPlacement,
    DiskPlacement,
    Plan,
    Schedule,
    Step,
    StepId,
    StepKind,
    StorageId,
    TargetHost,
    TargetNetwork,
    TargetStorage,
    Wave,
    WaveId,
)
from planner.units import GIB, TIB
from tests.plan_answers import DECISIONS, FINDINGS, KVM, XCP, routes
from tests.plan_estate import DMZ, ESTATE, LAB, LAB_LAN, LAB_SR, LAN, POLICY, PRODUCTION

NFS = StorageId("storage-nfs-new")
MINUTE, HOUR = 60, 3600


def local_pool(host):
    return StorageId(f"storage-{host}-local")


class Script:
    """Steps in the order in which they are written down."""

    def __init__(self, cluster, reasons):
        self.cluster, self.reasons, self.steps = cluster, reasons, []

    def host(self, wave, kind, host, start, minutes, *, needs=(), **facts):
        return self._add(wave, kind, start, minutes, needs, host=HostId(f"host-{host}"), **facts)

    def move(self, wave, kind, vm, way, time, *, storage=None, needs=(), **facts):
        (source, destination), (start, minutes) = way, time
        placed = (DiskPlacement(disk=f"vm-{vm}-disk-1", storage=storage),) if storage else ()
        data = next(v.disks[0].allocated_bytes for v in ESTATE.vms if v.name == vm)
        down = minutes * MINUTE if kind in {StepKind.MOVE, StepKind.PARK, StepKind.UNPARK} else 0
        return self._add(
            wave,
            kind,
            start,
            minutes,
            needs,
            vm=VmId(f"vm-{vm}"),
            source=HostId(f"host-{source}") if source else None,
            destination=HostId(f"host-{destination}") if destination else None,
            disks=placed,
            bytes=data if placed else 0,
            bottleneck="esx-ssh reads 90 MB/s" if placed else None,
            downtime=down,
            downtime_p90=down * 3 // 2,
            **facts,
        )

    def _add(self, wave, kind, start, minutes, needs, **facts):
        reason, way_back = self.reasons[kind]
        step = Step(
            id=StepId(f"{self.cluster.removeprefix('cluster-')}-{len(self.steps) + 1:02d}"),
            kind=kind,
            cluster=self.cluster,
            wave=WaveId(wave),
            start=start * MINUTE,
            duration=minutes * MINUTE,
            p90=minutes * MINUTE * 3 // 2,
            needs=tuple(need.id for need in needs),
            reason=reason,
            way_back=way_back,
            **facts,
        )
        self.steps.append(step)
        return step


REASONS = {
    StepKind.RELOCATE: ("frees the host while it keeps running", "migrate it back"),
    StepKind.RETIRE: ("the host is empty", "start it again: nothing was erased"),
    StepKind.INSTALL: (
        "the first target hosts must carry the first VMs",
        "install ESXi again from its image",
    ),
    StepKind.CONFIGURE: ("networks and storage of the source", "run the role again"),
    StepKind.MOVE: ("its dependencies are up", "power off the copy, start the source VM"),
    StepKind.REBALANCE: ("balances the load", "migrate it back"),
    StepKind.UPGRADE: ("the coordinator goes first", "restore the pool's backup"),
}
ERASES = {"point_of_no_return": "the disks of the host are erased"}


def _production():
    script = Script(PRODUCTION, REASONS)
    host, move, kind = script.host, script.move, StepKind
    hv4 = host("wave-01", kind.INSTALL, "hv4", 0, 60, **ERASES)
    hv4_ready = host("wave-01", kind.CONFIGURE, "hv4", 60, 20, needs=[hv4])
    away = [
        move("wave-01", kind.RELOCATE, "web2", ("esx3", "esx1"), (80, 2), needs=[hv4_ready]),
        move("wave-01", kind.RELOCATE, "files1", ("esx3", "esx2"), (80, 4), needs=[hv4_ready]),
    ]
    retired = host("wave-01", kind.RETIRE, "esx3", 84, 15, needs=away)
    esx3 = host("wave-01", kind.INSTALL, "esx3", 99, 60, needs=[retired], **ERASES)
    esx3_ready = host("wave-01", kind.CONFIGURE, "esx3", 159, 20, needs=[esx3])
    pilot = [
        move(
            "wave-02",
            kind.MOVE,
            "files1",
            ("esx2", "hv4"),
            (179, 240),
            storage=local_pool("hv4"),
            needs=[esx3_ready],
        ),
        move("wave-02", kind.MOVE, "win1", ("esx2", "esx3"), (179, 55), storage=NFS, needs=[esx3_ready]),
    ]
    db1 = move("wave-03", kind.MOVE, "db1", ("esx1", "hv4"), (419, 165), storage=NFS, needs=pilot)
    dns1 = move("wave-03", kind.MOVE, "dns1", ("esx1", "esx3"), (419, 15), storage=NFS, needs=pilot)
    app1 = move("wave-03", kind.MOVE, "app1", ("esx2", "hv4"), (584, 32), storage=NFS, needs=[db1])
    webs = [
        move("wave-03", kind.MOVE, "web1", ("esx2", "esx3"), (616, 32), storage=NFS, needs=[app1, dns1]),
        move("wave-03", kind.MOVE, "web2", ("esx1", "hv4"), (616, 32), storage=NFS, needs=[app1, dns1]),
    ]
    vcenter = move("wave-03", kind.MOVE, "vcenter", ("esx1", "hv4"), (648, 70), storage=NFS, needs=webs)
    for name in ("esx1", "esx2"):
        gone = host("wave-04", kind.RETIRE, name, 718, 15, needs=[vcenter])
        rebuilt = host("wave-04", kind.INSTALL, name, 733, 60, needs=[gone], **ERASES)
        ready = host("wave-04", kind.CONFIGURE, name, 793, 20, needs=[rebuilt])
    move("wave-04", kind.REBALANCE, "web2", ("hv4", "esx2"), (813, 2), needs=[ready])
    return script.steps


def _lab():
    script = Script(LAB, REASONS)
    host, move, kind = script.host, script.move, StepKind
    off_xs1 = [
        move("wave-05", kind.RELOCATE, "build1", ("xs1", "xs2"), (815, 3)),
        move("wave-05", kind.RELOCATE, "wiki1", ("xs1", "xs2"), (815, 2)),
    ]
    xs1 = host("wave-05", kind.UPGRADE, "xs1", 818, 60, needs=off_xs1, **UPGRADES)
    off_xs2 = [
        move("wave-05", kind.RELOCATE, "build1", ("xs2", "xs1"), (878, 3), needs=[xs1]),
        move("wave-05", kind.RELOCATE, "ldap1", ("xs2", "xs1"), (878, 2), needs=[xs1]),
    ]
    wiki = move("wave-05", kind.RELOCATE, "wiki1", ("xs2", "xs1"), (881, 2), needs=off_xs2)
    xs2 = host("wave-05", kind.UPGRADE, "xs2", 883, 60, needs=[wiki], **UPGRADES)
    move("wave-05", kind.REBALANCE, "ldap1", ("xs1", "xs2"), (943, 2), needs=[xs2])
    return script.steps


UPGRADES = {"point_of_no_return": "the pool's database is of the new version"}


def _wave(number, title, cluster, steps, reason, *, pilot=False):
    of_wave = [step for step in steps if step.wave == f"wave-{number:02d}"]
    start, end = min(step.start for step in of_wave), max(step.end for step in of_wave)
    return Wave(
        id=WaveId(f"wave-{number:02d}"),
        title=title,
        cluster=cluster,
        pilot=pilot,
        start=start,
        duration=end - start,
        p90=(end - start) * 3 // 2,
        steps=tuple(step.id for step in of_wave),
        failure_budget=0,
        reason=reason,
        after=(WaveId(f"wave-{number - 1:02d}"),) if number > 1 else (),
    )


def _schedule():
    steps = tuple(_production() + _lab())
    return Schedule(
        waves=(
            _wave(1, "Two hosts for a start", PRODUCTION, steps, "the reserve needs two target hosts"),
            _wave(2, "Pilot", PRODUCTION, steps, "low criticality, one Linux and one Windows", pilot=True),
            _wave(3, "Shop and infrastructure", PRODUCTION, steps, "dependencies first, vCenter last"),
            _wave(4, "Last hosts", PRODUCTION, steps, "nothing runs on ESXi any more"),
            _wave(5, "Upgrade of the pool", LAB, steps, "host by host, VMs keep running"),
        ),
        steps=steps,
        makespan=945 * MINUTE,
        makespan_p90=1420 * MINUTE,
        bounds=(
            Bound(
                seconds=790 * MINUTE, binding="host work and the copies of the longest chain", cluster=None
            ),
            Bound(seconds=690 * MINUTE, binding="dependency chain db1, app1, web1", cluster=PRODUCTION),
            Bound(seconds=130 * MINUTE, binding="two upgrades, one after the other", cluster=LAB),
        ),
    )


def _target_host(name, chosen, cluster, storages, networks):
    found = next(host for host in ESTATE.hosts if host.name == name)
    return TargetHost(
        host=found.id,
        cluster=cluster,
        platform=chosen.id,
        memory_bytes=found.memory_bytes - POLICY.capacity.host_memory_bytes,
        cores=found.cpu.cores,
        storages=storages,
        networks=networks,
        install_disk=next((disk.id for disk in found.disks if disk.boot), None),
    )


def _placements():
    servers = ("esx1", "esx2", "esx3", "hv4")
    return (
        ClusterPlacement(
            cluster=LAB,
            hosts=tuple(
                _target_host(name, XCP, LAB, (StorageId("storage-lab-sr"),), (LAB_LAN,))
                for name in ("xs1", "xs2")
            ),
            storages=(
                TargetStorage(
                    id=StorageId("storage-lab-sr"), name="lab-sr", kind=DatastoreKind.ISCSI, datastore=LAB_SR
                ),
            ),
            networks=(TargetNetwork(network=LAB_LAN, bridge="lab", vlan=0, mtu=None, reason="kept"),),
            phases=(),
        ),
        ClusterPlacement(
            cluster=PRODUCTION,
            hosts=tuple(
                _target_host(name, KVM, PRODUCTION, (NFS, local_pool(name)), (DMZ, LAN)) for name in servers
            ),
            storages=(
                TargetStorage(
                    id=NFS,
                    name="nfs-new",
                    kind=DatastoreKind.NFS,
                    capacity_bytes=7 * TIB,
                    server="nfs.example.net",
                    export="/vms",
                ),
                *(
                    TargetStorage(
                        id=local_pool(name),
                        name="local",
                        kind=DatastoreKind.DIR,
                        host=HostId(f"host-{name}"),
                        capacity_bytes=3600 * GIB,
                        disk_ids=(f"wwn-{name}-data",),
                    )
                    for name in servers
                ),
            ),
            networks=(
                TargetNetwork(network=DMZ, bridge="br20", vlan=20, mtu=1500, reason="mapped by the policy"),
                TargetNetwork(network=LAN, bridge="br10", vlan=10, mtu=9000, reason="mapped by the policy"),
            ),
            phases=(),
        ),
    )


def hand_made_plan(start="2027-02-06T20:00"):
    """The whole plan: accepted by the replay, with every kind of answer in it."""
    return Plan(
        format_version=FORMAT_VERSION,
        estate_digest=digest(ESTATE),
        start=start,
        estate=ESTATE,
        policy=POLICY,
        platforms=(KVM, XCP),
        groups=(),
        decisions=DECISIONS,
        routes=routes(),
        findings=FINDINGS,
        placements=_placements(),
        schedule=_schedule(),
    )


def step_of(plan, kind, subject, /):
    """The first step of a kind that is about a host or VM by name."""
    ids = {f"host-{subject}", f"vm-{subject}"}
    return next(step for step in plan.schedule.steps if step.kind == kind and {step.host, step.vm} & ids)


def with_steps(plan, steps):
    """The plan with these steps, each listed by the wave that it names."""
    steps = tuple(steps)
    waves = tuple(
        replace(wave, steps=tuple(step.id for step in steps if step.wave == wave.id))
        for wave in plan.schedule.waves
    )
    return replace(plan, schedule=replace(plan.schedule, steps=steps, waves=waves))


def changed_step(plan, kind, subject, /, **facts):
    old = step_of(plan, kind, subject)
    return with_steps(plan, (replace(s, **facts) if s.id == old.id else s for s in plan.schedule.steps))


def without_step(plan, kind, subject, /):
    gone = step_of(plan, kind, subject).id
    kept = (
        replace(step, needs=tuple(need for need in step.needs if need != gone))
        for step in plan.schedule.steps
        if step.id != gone
    )
    waves = tuple(
        replace(wave, steps=tuple(step for step in wave.steps if step != gone))
        for wave in plan.schedule.waves
    )
    return replace(plan, schedule=replace(plan.schedule, steps=tuple(kept), waves=waves))


def _changed(things, name, facts):
    return tuple(replace(thing, **facts) if thing.name == name else thing for thing in things)


def changed_vm(plan, name, **facts):
    return replace(plan, estate=replace(plan.estate, vms=_changed(plan.estate.vms, name, facts)))


def changed_host(plan, name, **facts):
    return replace(plan, estate=replace(plan.estate, hosts=_changed(plan.estate.hosts, name, facts)))


def changed_cluster(plan, name, **facts):
    return replace(plan, estate=replace(plan.estate, clusters=_changed(plan.estate.clusters, name, facts)))


def changed_datastore(plan, name, **facts):
    return replace(
        plan, estate=replace(plan.estate, datastores=_changed(plan.estate.datastores, name, facts))
    )


def changed_policy(plan, **facts):
    return replace(plan, policy=replace(plan.policy, **facts))


def changed_placement(plan, cluster, **facts):
    return replace(
        plan,
        placements=tuple(
            replace(place, **facts) if place.cluster == cluster else place for place in plan.placements
        ),
    )
