"""A stream: what sets out when, and what each of its phases comes after."""

import pytest

from planner.model.estate import Disk, HostId, VmId
from planner.model.kinds import Criticality, HypervisorKind, ManagerKind
from planner.model.plan import PhaseKind
from planner.model.policy import CapacityPolicy, Policy, Strategy, TransferPolicy, WavePolicy
from planner.place.cases import build_case
from planner.place.conversion import conversions
from planner.place.flow import flow
from planner.place.ledger import Ledger
from planner.place.pulse import Haste, Pulse
from planner.place.search import initial
from planner.place.sides import Side
from planner.units import GIB
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

SPARE = HypervisorKind.NONE
LIVE = {"live_migration": True, "manager": ManagerKind.VCENTER}
HASTY = Pulse(Haste.LONGEST, Haste.LONGEST)
LARGE = Pulse(Haste.LARGEST, Haste.LARGEST)


def ledger(hosts, vms, *, per_host=2, reserve=0, **cluster) -> Ledger:
    home = make_cluster(ha_enabled=bool(reserve), **cluster)
    policy = Policy(
        capacity=CapacityPolicy(reserve_hosts=reserve),
        waves=WavePolicy(pilot_vms=0),
        transfers=TransferPolicy(per_host=per_host),
    )
    given = problem(make_estate((home,), hosts, vms), policy, {home.id: Strategy.CONVERT_IN_PLACE})
    (conversion,) = conversions(
        given.estate, given.policy, given.platforms, given.decisions, given.routes, given.groups
    )
    return initial(build_case(conversion, ()))


def phases(made: Ledger, pulse=HASTY):
    reached = flow(made, 0, pulse)
    assert reached is not None
    assert reached.on(Side.SOURCE) == ()
    return reached.phases


def of(found, kind, subject) -> int:
    """The place of the phase with a VM or host."""
    return next(
        place
        for place, phase in enumerate(found)
        if phase.kind is kind and subject in {*phase.hosts, *(move.vm for move in phase.moves)}
    )


def before(found, place) -> set[int]:
    """Everything that a phase waits for in the end."""
    direct = set(found[place].after)
    return direct.union(*(before(found, earlier) for earlier in direct))


def test_a_host_is_rebuilt_when_all_that_was_on_it_has_left_and_others_go_on():
    hosts = [make_host("a", 32), make_host("b", 32), make_host("new", 64, hypervisor=SPARE)]
    found = phases(ledger(hosts, [make_vm("1", 4, "a"), make_vm("2", 8, "b"), make_vm("3", 8, "b")]))
    left = of(found, PhaseKind.RETIRE, HostId("host-a"))
    moves = {place for place, phase in enumerate(found) if phase.moves}
    assert before(found, left) & moves == {of(found, PhaseKind.CROSS, VmId("vm-1"))}
    assert all(phase.rolling for phase in found[1:])


def test_what_moves_aside_waits_for_what_made_its_room():
    hosts = [make_host("a", 16), make_host("b", 16), make_host("new", 16, hypervisor=SPARE)]
    found = phases(ledger(hosts, [make_vm("1", 10, "a"), make_vm("2", 8, "b")], **LIVE))
    for place, phase in enumerate(found):
        for move in phase.moves:
            came = {
                earlier
                for earlier in range(place)
                for other in found[earlier].moves
                if other.source == move.destination
            }
            assert came <= before(found, place)


@pytest.mark.parametrize(
    ("memory", "built"), [pytest.param(8, 2, id="one for it, one in reserve"), pytest.param(40, 3, id="two")]
)
def test_a_crossing_waits_for_as_many_hosts_as_the_reserve_needs(memory, built):
    hosts = [make_host(f"e{n}", 64) for n in range(3)]
    hosts += [make_host(f"n{n}", 64, hypervisor=SPARE) for n in range(3)]
    vms = [make_vm("0", memory, "e0"), make_vm("1", memory, "e1")]
    made = ledger(hosts, vms, reserve=1, **LIVE)
    found = phases(made)
    last = max(place for place, phase in enumerate(found) if phase.kind is PhaseKind.CROSS)
    ready = {host for place in before(found, last) for host in found[place].hosts}
    assert len(ready & {f"host-n{n}" for n in range(3)}) >= min(built, 3)


def test_the_critical_cross_last_and_a_vm_after_those_that_it_needs():
    hosts = [make_host("a", 64), make_host("new", 64, hypervisor=SPARE)]
    vms = [
        make_vm("app", 4, "a", depends_on=(VmId("vm-db"),)),
        make_vm("db", 2, "a"),
        make_vm("bank", 8, "a", criticality=Criticality.CRITICAL),
        make_vm("wiki", 1, "a", criticality=Criticality.LOW),
    ]
    found = phases(ledger(hosts, vms, per_host=1), LARGE)
    crossed = [move.vm for phase in found for move in phase.moves]
    assert crossed == ["vm-db", "vm-app", "vm-wiki", "vm-bank"]
    app, database = (of(found, PhaseKind.CROSS, VmId(f"vm-{name}")) for name in ("app", "db"))
    assert database in before(found, app)


def test_vms_that_need_each_other_do_not_hold_each_other_up():
    hosts = [make_host("a", 64), make_host("new", 64, hypervisor=SPARE)]
    vms = [
        make_vm(name, 4, "a", depends_on=(VmId(f"vm-{other}"),)) for name, other in (("x", "y"), ("y", "x"))
    ]
    found = phases(ledger(hosts, vms))
    assert len([move for phase in found for move in phase.moves]) == 2


def test_bent_wishes_make_another_stream():
    hosts = [make_host("a", 64), make_host("new", 64, hypervisor=SPARE)]
    vms = [make_vm(name, 4, "a") for name in ("1", "2", "3")]
    bent = LARGE._replace(bends={"vm-3": 2.0, "vm-1": 0.5})
    found = phases(ledger(hosts, vms, per_host=1), bent)
    assert [move.vm for phase in found for move in phase.moves] == ["vm-3", "vm-2", "vm-1"]


def test_haste_is_for_what_must_leave_before_the_next_host_can_be_emptied():
    """52 GiB too many are there to do without one of three hosts: five quick VMs go, and then the slow ones."""
    hosts = [make_host(name, 64) for name in ("a", "b", "c")] + [make_host("new", 128, hypervisor=SPARE)]
    slow = Disk(id="disk-1", capacity_bytes=400 * GIB, path="slow.vmdk")
    vms = [
        *(make_vm(f"quick{n}{name}", 12, name) for name in ("a", "b", "c") for n in range(4)),
        *(make_vm(f"slow{name}", 12, name, disks=(slow,)) for name in ("a", "b", "c")),
    ]
    found = phases(ledger(hosts, vms, per_host=8, **LIVE), Pulse(Haste.DENSEST, Haste.THINNEST))
    crossed = [move.vm for phase in found if phase.kind is PhaseKind.CROSS for move in phase.moves]
    assert [vm.startswith("vm-quick") for vm in crossed[:7]] == [True] * 5 + [False] * 2


def test_a_stream_that_can_do_nothing_says_so():
    assert (
        flow(
            ledger([make_host("a", 64), make_host("b", 16)], [make_vm("1", 32, "a"), make_vm("2", 8, "b")]),
            0,
            HASTY,
        )
        is None
    )


@pytest.mark.parametrize(("facts", "evened"), [({}, False), (LIVE, True)], ids=["cold", "live"])
def test_room_is_evened_out_only_where_vms_keep_running(facts, evened):
    """A second host comes when the first one is full; without live migration each VM is off only once."""
    hosts = [make_host(f"e{n}", 64) for n in range(4)] + [make_host("new", 64, hypervisor=SPARE)]
    vms = [make_vm(f"{n:02d}", 5, f"e{n % 4}", disks=()) for n in range(40)]
    pulse = Pulse(Haste.LARGEST, Haste.LARGEST, evens_first=True)
    found = phases(ledger(hosts, vms, per_host=2, **facts), pulse)
    assert (PhaseKind.REBALANCE in {phase.kind for phase in found}) is evened
