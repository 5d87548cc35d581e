"""Rules about clusters, hosts and what the whole site must have: a hit, a miss, every severity."""

from planner.model.estate import Cluster, ClusterId, Cpu, DatastoreId, HostNetwork, HostNic, NetworkId
from planner.model.kinds import DatastoreKind, Firmware, HypervisorKind
from planner.model.policy import ClusterPolicy, DecisionPolicy, InstallPolicy, Parking, Strategy
from planner.units import GIB
from tests.assess.assess_estates import DS, KVM, NET, XCP, World, spare
from tests.assess.whole_world import whole

BETA = Cluster(id=ClusterId("cluster-b"), name="Beta", hypervisor=HypervisorKind.ESXI)
BETA_STAYS = {
    "policy": {
        "clusters": (ClusterPolicy(cluster="Beta", strategy=Strategy.KEEP),),
        "decision": DecisionPolicy(targets=(KVM, XCP)),
    }
}
CARDS = tuple(HostNic(name=name, mac=f"00:00:5e:00:53:{name[-1]:0>2}") for name in ("vmnic0", "vmnic1"))
FULL = {"vm": {"memory_bytes": 61 * GIB}}  # each of the two hosts has 64 GiB, 4 of them for itself
XEON = "Intel(R) Xeon(R) Gold 6338"


def team(mode: str | None, *cards: str) -> dict:
    return {"nics": CARDS, "networks": (HostNetwork(network=NET, uplinks=cards, bond=mode),)}


def both(**facts) -> dict:
    return {"host": facts, "second_host": facts}


def told(**install) -> dict:
    return {"policy": {"install": InstallPolicy(**install), "decision": DecisionPolicy(targets=(KVM, XCP))}}


SITE_CASES = [
    ("cluster-ports", "to convert", World(), "information"),
    (
        "cluster-ports",
        "it stays",
        World(policy={"clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)}),
        "-",
    ),
    ("cluster-facts-missing", "fault tolerance and more", World(), "information"),
    ("cluster-facts-missing", "everything known", whole("vcenter"), "-"),
    ("cluster-no-slack", "61 GiB, 60 elsewhere", World(**FULL), "warning"),
    ("cluster-no-slack", "60 GiB, 60 elsewhere", World(vm={"memory_bytes": 60 * GIB}), "-"),
    (
        "cluster-no-slack",
        "parking allowed",
        World(
            **FULL, policy={"parking": Parking(storage="nfs"), "decision": DecisionPolicy(targets=(KVM, XCP))}
        ),
        "information",
    ),
    ("cluster-no-slack", "a swing host", World(**FULL, hosts={"s": spare()}), "-"),
    (
        "cluster-no-slack",
        "the larger of two hosts stays",
        World(vm={"memory_bytes": 100 * GIB}, second_host={"memory_bytes": 128 * GIB}),
        "-",
    ),
    ("cluster-no-slack", "one host, which another rule tells", World(**FULL, second_host=None), "-"),
    ("cluster-no-slack", "memory unknown", World(**FULL, second_host={"memory_bytes": None}), "-"),
    (
        "cluster-cpu-models",
        "two generations",
        World(host={"cpu": Cpu(model=XEON)}, second_host={"cpu": Cpu(model="Intel(R) Xeon(R) E5-2680 v3")}),
        "information",
    ),
    ("cluster-cpu-models", "one", World(**both(cpu=Cpu(model=XEON))), "-"),
    (
        "cluster-cpu-models",
        "two makers, which another rule tells",
        World(host={"cpu": Cpu(model=XEON)}, second_host={"cpu": Cpu(model="AMD EPYC 7543")}),
        "-",
    ),
    ("cluster-cpu-models", "one unknown", World(host={"cpu": Cpu(model=XEON)}), "-"),
    (
        "cluster-firmware-mixed",
        "BIOS and UEFI",
        World(host={"firmware": Firmware.BIOS}, second_host={"firmware": Firmware.UEFI}),
        "information",
    ),
    ("cluster-firmware-mixed", "UEFI", World(**both(firmware=Firmware.UEFI)), "-"),
    ("cluster-firmware-mixed", "one unknown", World(host={"firmware": Firmware.UEFI}), "-"),
    ("host-teamed-install", "LACP", World(host=team("LACP", "vmnic0", "vmnic1")), "warning"),
    (
        "host-teamed-install",
        "the switch knows nothing",
        World(host=team(None, "vmnic0", "vmnic1")),
        "-/information",
    ),
    ("host-teamed-install", "one card", World(host=team("802.3ad", "vmnic0")), "-"),
    (
        "host-teamed-install",
        "another card carries the first network",
        World(
            host={
                "nics": CARDS,
                "networks": (
                    HostNetwork(network=NetworkId("net-2"), uplinks=("vmnic1", "vmnic2"), bond="lacp"),
                    HostNetwork(network=NET, uplinks=("vmnic0",)),
                ),
            }
        ),
        "-",
    ),
    (
        "host-teamed-install",
        "upgraded in place",
        World(source="xenserver", **both(**team("lacp", "vmnic0", "vmnic1"))),
        "warning/-",
    ),
    ("host-teamed-install", "networks unknown", World(host={"networks": None}), "-"),
    (
        "datastore-shared-outside",
        "a cluster that stays",
        World(clusters=(BETA,), hosts={"b": {"cluster": BETA.id}}, **BETA_STAYS),
        "warning",
    ),
    (
        "datastore-shared-outside",
        "a cluster that leaves too",
        World(clusters=(BETA,), hosts={"b": {"cluster": BETA.id}}),
        "-",
    ),
    (
        "datastore-shared-outside",
        "only hosts that stay",
        World(
            **both(datastores=(DatastoreId("ds-2"),)),
            clusters=(BETA,),
            hosts={"b": {"cluster": BETA.id, "datastores": (DS,)}},
            **BETA_STAYS,
        ),
        "-",
    ),
    (
        "datastore-shared-outside",
        "shared with nobody that is known",
        World(second_host={"datastores": ()}, datastore={"shared": True}),
        "information",
    ),
    ("datastore-shared-outside", "not shared", World(second_host={"datastores": ()}), "-"),
    ("install-ntp-unset", "none", World(), "warning"),
    ("install-ntp-unset", "one", World(**told(ntp=("ntp.example.org",))), "-"),
    (
        "install-ntp-unset",
        "nothing to convert",
        World(policy={"clusters": (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)}),
        "-",
    ),
    ("install-dns-unset", "fixed addresses", World(**told(gateway="192.0.2.1", prefix=24)), "warning"),
    ("install-dns-unset", "DHCP", World(**told()), "-"),
    (
        "install-dns-unset",
        "named",
        World(**told(gateway="192.0.2.1", prefix=24, dns=("192.0.2.53",))),
        "-",
    ),
    ("datastore-smb", "a share", World(datastore={"kind": DatastoreKind.SMB}), "warning"),
    ("datastore-smb", "NFS", World(datastore={"kind": DatastoreKind.NFS}), "-"),
]
