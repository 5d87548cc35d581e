"""Small estates for the graph, told by their relations."""

from dataclasses import replace

from planner.graph import build_graph
from planner.model.estate import (
    AffinityRule,
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    HostNetwork,
    Network,
    NetworkId,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import AffinityKind, HypervisorKind
from planner.model.policy import Policy

ESXI = HypervisorKind.ESXI


def cluster(letter="a", **facts):
    return Cluster(id=ClusterId(f"cluster-{letter}"), name=letter.upper(), hypervisor=ESXI, **facts)


def vm(name, *needs, **facts):
    plain = VirtualMachine(
        id=VmId(f"vm-{name}"),
        name=name,
        cluster=ClusterId("cluster-a"),
        host=HostId("host-1"),
        depends_on=tuple(VmId(f"vm-{need}") for need in needs),
        origin=f"hosts.yml:{name}",
    )
    return replace(plain, **facts)


def rule(name, kind, *vms, hosts=(), mandatory=True):
    return AffinityRule(
        id=f"rule-{name}",
        name=name,
        kind=AffinityKind(kind),
        vms=tuple(VmId(f"vm-{one}") for one in vms),
        hosts=tuple(HostId(f"host-{one}") for one in hosts),
        mandatory=mandatory,
        origin=f"rules.yml:{name}",
    )


def disk(path, datastore="ds-1", **facts):
    return Disk(id="0", path=path, datastore=datastore, **facts)


def estate(*vms, rules=(), clusters=None):
    """Two hosts, one datastore, one network, and these VMs."""
    return Estate(
        clusters=clusters or (cluster("a"), cluster("b")),
        hosts=tuple(
            Host(
                id=HostId(f"host-{number}"),
                name=f"h{number}",
                hypervisor=ESXI,
                cluster=ClusterId("cluster-a"),
                datastores=(DatastoreId("ds-1"),),
                networks=(HostNetwork(network=NetworkId("net-1")),),
            )
            for number in (1, 2)
        ),
        datastores=(Datastore(id=DatastoreId("ds-1"), name="ds 1"),),
        networks=(Network(id=NetworkId("net-1"), name="lan"),),
        vms=vms,
        affinity_rules=tuple(rules),
    )


def graph(*vms, rules=(), clusters=None):
    return build_graph(estate(*vms, rules=rules, clusters=clusters), Policy())


def names(vms):
    return " ".join(one.removeprefix("vm-") for one in vms)


NIC = Nic(id="0", network=NetworkId("net-1"))
