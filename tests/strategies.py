"""Hypothesis strategies for small but varied estates with everything that planning them takes.

`problems()` draws whole problems: estate, policy, decisions, routes and groups that fit together, whether they can
be planned or not. `problem(...)` completes an estate made by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from planner.graph import bonds, build_graph, groups
from planner.knowledge import load_platforms
from planner.model.decision import Decision
from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Cpu,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    HostNetwork,
    HostNic,
    LocalDisk,
    Network,
    NetworkId,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import (
    AffinityKind,
    Criticality,
    DatastoreKind,
    HypervisorKind,
    ManagerKind,
    PowerState,
    ServiceRole,
)
from planner.model.plan import Group, Route, Transport
from planner.model.platform import Platform
from planner.model.policy import (
    CapacityPolicy,
    DowntimeBudget,
    DowntimePolicy,
    InstallPolicy,
    Parking,
    Policy,
    SharedStorage,
    Strategy,
    TransferPolicy,
    Uplink,
    WavePolicy,
)
from planner.model.setting import Setting, SettingKind
from planner.units import GIB

CONVERT, UPGRADE, MOVE = Strategy.CONVERT_IN_PLACE, Strategy.UPGRADE_IN_PLACE, Strategy.MOVE_TO_NEW_HOSTS
DEFAULTS = Policy()
_UPLINKS = (
    Uplink(name="rack", hosts=("c0", "d0", "swing0"), at_once=1, rate_bytes=60_000_000),
    Uplink(name="site", clusters=("c",), at_once=1),
)
KVM, XCPNG = "kvm-debian-12", "xcp-ng-8.3"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What `place` and `schedule` are given."""

    estate: Estate
    policy: Policy
    platforms: tuple[Platform, ...]
    decisions: tuple[Decision, ...]
    routes: tuple[Route, ...]
    groups: tuple[Group, ...]


def problem(
    estate: Estate,
    policy: Policy = DEFAULTS,
    strategies: Mapping[ClusterId, Strategy] | None = None,
    transport: Transport = Transport.ESXI_SSH,
) -> Problem:
    """A problem around an estate: KVM for what is converted, XCP-ng for what is upgraded, one transport for all."""
    chosen = {cluster.id: (strategies or {}).get(cluster.id, CONVERT) for cluster in estate.clusters}
    winner = {cluster: XCPNG if how is UPGRADE else KVM for cluster, how in chosen.items()}
    used = {*winner.values()}
    graph = build_graph(estate, policy)
    return Problem(
        estate=estate,
        policy=policy,
        platforms=tuple(platform for platform in load_platforms() if platform.id in used),
        decisions=tuple(
            Decision(
                cluster=cluster.id,
                strategy=chosen[cluster.id],
                winner=None if chosen[cluster.id] is Strategy.KEEP else winner[cluster.id],
                runner_up=None,
                candidates=(),
                reasons=(),
                flips=(),
                confidence=100,
            )
            for cluster in estate.clusters
        ),
        routes=tuple(
            Route(
                vm=vm.id,
                platform=winner[vm.cluster],
                source=HypervisorKind.ESXI,
                transport=Transport.IN_PLACE if chosen[vm.cluster] is UPGRADE else transport,
                reason="drawn",
                live=chosen[vm.cluster] is UPGRADE,
                rate_bytes=0 if chosen[vm.cluster] is UPGRADE else 80_000_000,
            )
            for vm in estate.vms
        ),
        groups=(*groups(graph), *bonds(graph, policy.waves.max_vms)),
    )


def make_host(name: str, memory: int | None, cluster: str | None = "c", **more: object) -> Host:
    """A host `host-<name>` with memory in GiB; ESXi, 16 cores and a 10 Gbit/s port unless said otherwise."""
    facts: dict[str, object] = {
        "hypervisor": HypervisorKind.ESXI,
        "memory_bytes": None if memory is None else memory * GIB,
        "cpu": Cpu(cores=16),
        "nics": (HostNic(name="eth0", speed_bytes=1_250_000_000),),
    }
    return Host(
        id=HostId(f"host-{name}"),
        name=name,
        cluster=None if cluster is None else ClusterId(f"cluster-{cluster}"),
        **(facts | more),
    )


def make_vm(
    name: str, memory: int | None, host: str | None, cluster: str = "c", **more: object
) -> VirtualMachine:
    """A running VM `vm-<name>` with memory in GiB on `host-<host>`, one vCPU and a disk of 10 GiB."""
    facts: dict[str, object] = {
        "power": PowerState.ON,
        "vcpus": 1,
        "memory_bytes": None if memory is None else memory * GIB,
        "disks": (Disk(id="disk-1", capacity_bytes=10 * GIB, path=f"{name}.vmdk"),),
    }
    return VirtualMachine(
        id=VmId(f"vm-{name}"),
        name=name,
        cluster=ClusterId(f"cluster-{cluster}"),
        host=None if host is None else HostId(f"host-{host}"),
        **(facts | more),
    )


def make_cluster(name: str = "c", **more: object) -> Cluster:
    """A cluster `cluster-<name>` of ESXi hosts that stand alone."""
    return Cluster(id=ClusterId(f"cluster-{name}"), name=name, **({"hypervisor": HypervisorKind.ESXI} | more))


def make_estate(  # noqa: PLR0917
    clusters: tuple[Cluster, ...], hosts, vms, rules=(), datastores=(), networks=()
) -> Estate:
    """An estate with every kind sorted by id, as readers give it."""

    def by_id(things):
        return tuple(sorted(things, key=lambda thing: thing.id))

    return Estate(
        clusters=by_id(clusters),
        hosts=by_id(hosts),
        vms=by_id(vms),
        affinity_rules=by_id(rules),
        datastores=by_id(datastores),
        networks=by_id(networks),
    )


@st.composite
def problems(draw, *, most_hosts: int = 4, most_vms: int = 8, plain: bool = False) -> Problem:
    """One or two clusters of any strategy, with swing hosts, rules, dependencies, storages and networks.

    `plain`: one cluster converted in place whose only limits are memory, vCPUs, reserve and apart, so that a
    search over single moves can tell whether it is feasible.
    """
    names = ["c"] if plain else ["c", "d"][: draw(st.integers(1, 2))]
    policy = draw(_policies(plain=plain))
    networks = () if plain else (_network("lan"), _network("dmz"))
    shared = Datastore(id=DatastoreId("ds-san"), name="san", kind=DatastoreKind.VMFS, shared=True)
    clusters, hosts, vms, rules, strategies = [], [], [], [], {}
    datastores = [] if plain else [shared]
    for name in names:
        strategy = CONVERT if plain else draw(st.sampled_from([CONVERT, CONVERT, UPGRADE, MOVE]))
        cluster = make_cluster(
            name,
            manager=ManagerKind.VCENTER,
            live_migration=True if strategy is UPGRADE else draw(st.booleans()),
            ha_enabled=draw(st.booleans()),
        )
        strategies[cluster.id] = strategy
        clusters.append(cluster)
        sizes = st.integers(4, 6) if plain else st.integers(2, 6)
        members = draw(st.lists(sizes, min_size=2 if plain else 1, max_size=most_hosts - 1))
        own = [
            make_host(
                f"{name}{number}",
                8 * size,
                name,
                coordinator=strategy is UPGRADE and number == 0,
                **({} if plain else draw(_host_extras(shared))),
            )
            for number, size in enumerate(members)
        ]
        spares = draw(st.integers(1 if strategy is MOVE else 0, 0 if strategy is UPGRADE else 1))
        hosts += own
        hosts += [_spare(f"{name}-new{number}", draw(st.integers(3, 8)), name) for number in range(spares)]
        drawn = draw(_vms(name, own, most_vms // len(names), shared, plain=plain))
        vms += drawn
        rules += draw(_rules(name, drawn, own, plain=plain))
    hosts += [
        _spare(f"swing{number}", draw(st.integers(2, 8)), None) for number in range(draw(st.integers(0, 1)))
    ]
    if not plain:
        rules += draw(_across(vms))
        vms = [_with_dependencies(vm, draw(st.sets(st.sampled_from(vms), max_size=2))) for vm in vms]
    return problem(make_estate(tuple(clusters), hosts, vms, rules, datastores, networks), policy, strategies)


@st.composite
def _policies(draw, *, plain: bool) -> Policy:
    capacity = CapacityPolicy(
        host_memory_bytes=4 * GIB,
        vcpu_per_core=draw(st.sampled_from([1.0, 4.0])),
        reserve_hosts=draw(st.integers(0, 1)),
        reserve_percent=draw(st.sampled_from([None, None, 20, 45])),
        source_memory_percent=draw(st.sampled_from([100, 120])),
    )
    if plain:
        return Policy(capacity=capacity)
    size = draw(st.integers(0, 12)) * 10 * GIB
    storage = SharedStorage(name="new-san", kind=DatastoreKind.NFS, capacity_bytes=size)
    parking = Parking(storage="new-san", max_criticality=Criticality.HIGH)
    return Policy(
        capacity=capacity,
        transfers=TransferPolicy(
            per_host=draw(st.integers(1, 3)),
            per_datastore=draw(st.sampled_from([None, None, 1, 2])),
            at_once=draw(st.sampled_from([None, None, 1, 3])),
            uplinks=draw(st.sampled_from([(), (), _UPLINKS])),
            conversions_per_host=draw(st.sampled_from([None, None, 1])),
        ),
        install=InstallPolicy(at_once=draw(st.sampled_from([None, 1]))),
        waves=WavePolicy(
            pilot_vms=draw(st.integers(0, 2)),
            max_vms=draw(st.integers(1, 4)),
            cutovers_at_once=draw(st.sampled_from([None, None, 1, 2])),
        ),
        downtime=DowntimePolicy(budgets=(DowntimeBudget(criticality=Criticality.HIGH, most=1800),)),
        shared_storage=(storage,) if size else (),
        parking=parking if size and draw(st.booleans()) else None,
    )


@st.composite
def _host_extras(draw, shared: Datastore):
    disks = (LocalDisk(id="wwn-1", capacity_bytes=draw(st.integers(4, 20)) * 10 * GIB, boot=True),)
    networks = tuple(HostNetwork(network=NetworkId(f"net-{name}")) for name in ("lan", "dmz"))
    return {
        "disks": draw(st.sampled_from([disks, ()])),
        "networks": draw(st.sampled_from([networks, networks, networks[:1], None])),
        "datastores": draw(st.sampled_from([(shared.id,), ()])),
        "maintenance": draw(st.sampled_from([None, None, None, True])),
    }


@st.composite
def _vms(draw, cluster: str, hosts: list[Host], most: int, shared: Datastore, *, plain: bool):
    vms = []
    for number in range(draw(st.integers(1, most))):
        host = draw(st.sampled_from(hosts))
        vms.append(
            make_vm(
                f"{cluster}-{number}",
                2 * draw(st.integers(1, 8)),
                host.name,
                cluster,
                power=draw(st.sampled_from([PowerState.ON, PowerState.ON, PowerState.ON, PowerState.OFF])),
                vcpus=draw(st.sampled_from([1, 2, 8])),
                **({} if plain else draw(_vm_extras(shared, host))),
            )
        )
    return vms


@st.composite
def _vm_extras(draw, shared: Datastore, host: Host):
    size = draw(st.integers(1, 6)) * 10 * GIB
    store = shared.id if shared.id in host.datastores else None
    carried = [entry.network for entry in host.networks or ()]
    return {
        "disks": (
            Disk(
                id="disk-1",
                capacity_bytes=size,
                datastore=store,
                base=draw(st.sampled_from([None, None, "gold.vmdk"])),
            ),
        ),
        "settings": draw(
            st.sampled_from([(), (), *((Setting(kind=SettingKind.VAPP, value=name),) for name in "ab")])
        ),
        "nics": tuple(
            Nic(id="nic-1", network=network) for network in draw(st.sampled_from([carried[:1], []]))
        ),
        "criticality": draw(st.sampled_from([None, *Criticality])),
        "max_downtime": draw(st.sampled_from([None, None, None, 0, 1500, 2400])),
        "memory_bytes": draw(st.sampled_from([None, 4 * GIB, 8 * GIB, 16 * GIB])),
        "guest_os": draw(
            st.sampled_from([None, "Debian GNU/Linux 12 (64-bit)", "Microsoft Windows Server 2022"])
        ),
        "roles": draw(st.sampled_from([(), (), (), (), (ServiceRole.DNS,), (ServiceRole.VCENTER,)])),
    }


@st.composite
def _rules(draw, cluster: str, vms: list[VirtualMachine], hosts: list[Host], *, plain: bool):
    """At most one rule; mandatory pins and company only where a test looks at more than feasibility."""
    if len(vms) < 2 or draw(st.booleans()):
        return []
    chosen = draw(st.lists(st.sampled_from(vms), min_size=2, max_size=2, unique_by=lambda vm: vm.id))
    kind = AffinityKind.APART if plain else draw(st.sampled_from(AffinityKind))
    return [
        AffinityRule(
            id=f"rule-{cluster}",
            name=f"rule of {cluster}",
            kind=kind,
            vms=tuple(vm.id for vm in chosen),
            hosts=(hosts[0].id,) if kind is AffinityKind.PINNED else (),
            mandatory=plain or draw(st.booleans()),
        )
    ]


@st.composite
def _across(draw, vms: list[VirtualMachine]):
    """Perhaps a rule that keeps VMs of any cluster out of one wave."""
    chosen = draw(st.lists(st.sampled_from(vms), max_size=3, unique_by=lambda vm: vm.id))
    if len(chosen) < 2:
        return []
    return [
        AffinityRule(
            id="rule-across",
            name="one at a time",
            kind=AffinityKind.WAVES_APART,
            vms=tuple(vm.id for vm in chosen),
            mandatory=True,
        )
    ]


def _spare(name: str, size: int, cluster: str | None) -> Host:
    return make_host(name, 8 * size, cluster, hypervisor=HypervisorKind.NONE)


def _network(name: str) -> Network:
    return Network(id=NetworkId(f"net-{name}"), name=name, vlan=10)


def _with_dependencies(vm: VirtualMachine, needs: set[VirtualMachine]) -> VirtualMachine:
    from dataclasses import replace

    return replace(vm, depends_on=tuple(sorted(need.id for need in needs if need.id != vm.id)))
