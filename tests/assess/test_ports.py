"""Which ports the finding of a cluster names, by its source, its target and its surroundings."""

import pytest

from planner.model.kinds import DatastoreKind
from planner.model.policy import DecisionPolicy, SharedStorage
from planner.units import TIB
from tests.assess.assess_estates import KVM, XCP, World

BOTH = DecisionPolicy(targets=(KVM, XCP))


def storage(kind: DatastoreKind) -> dict:
    shared = SharedStorage(name="vmstore", kind=kind, capacity_bytes=TIB, server="192.0.2.9", export="/vm")
    return {"policy": {"decision": BOTH, "shared_storage": (shared,)}}


def ports(world: World, platform: str) -> dict[str, str]:
    """What is said for that target, by the two parties."""
    (found,) = (
        one for one in world.findings() if one.rule == "cluster-ports" and one.platform in {None, platform}
    )
    return {fact.name: fact.value for fact in found.facts}


@pytest.mark.parametrize(
    ("world", "platform", "parties", "port"),
    [
        (World(source="free"), KVM, "conversion host to source hosts", "22/tcp"),
        (
            World(policy={"vddk_path": "/opt/vddk", "decision": BOTH}),
            KVM,
            "conversion host to source hosts",
            "902/tcp",
        ),
        (World(), KVM, "conversion host to vCenter", "5480/tcp"),
        (World(), KVM, "controller to vCenter", "443/tcp"),
        (World(), XCP, "conversion host to new hosts", "443/tcp"),
        (World(), KVM, "new hosts to new hosts", "49152-49215/tcp"),
        (World(cluster={"ha_enabled": True}), XCP, "new hosts to new hosts", "694/udp"),
        (World(), KVM, "controller to management controllers", "443/tcp"),
        (World(**storage(DatastoreKind.NFS)), KVM, "new hosts to storage servers", "2049/tcp"),
        (World(**storage(DatastoreKind.ISCSI)), XCP, "new hosts to storage servers", "3260/tcp"),
        (World(), KVM, "new hosts to time servers", "123/udp"),
    ],
)
def test_a_port_that_a_step_needs(world, platform, parties, port):
    assert port in ports(world, platform)[parties]


@pytest.mark.parametrize(
    ("world", "platform", "parties"),
    [
        (World(source="free"), KVM, "controller to vCenter"),
        (World(), KVM, "new hosts to storage servers"),
        (World(second_host=None), KVM, "new hosts to new hosts"),
        (World(host={"bmc": None}, second_host={"bmc": None}), KVM, "controller to management controllers"),
        (World(source="xenserver"), XCP, "controller to management controllers"),
        (World(), KVM, "administrators to new hosts"),
    ],
)
def test_nothing_is_asked_for_that_no_step_needs(world, platform, parties):
    assert parties not in ports(world, platform)
