"""Whatever is unknown, dangling or odd about an estate, rules answer and never fail."""

import json
from dataclasses import fields
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner.assess.catalogue import LAST, RULES
from planner.model.codec import to_data
from planner.model.estate import AffinityRule, Cluster, Disk, Host, HostId, Nic, VirtualMachine, VmId
from planner.model.kinds import AffinityKind, DiskKind, PowerState
from tests.assess.assess_estates import SOURCES, World, spare

SEVERITIES = {rule.id: rule.severities for rule in (*RULES, *LAST)}
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "findings.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def optional(kind):
    """Names of the fields that may be unknown."""
    return [field.name for field in fields(kind) if field.default is None and field.name != "cluster"]


def unknowns(kind):
    return st.lists(st.sampled_from(optional(kind)), unique=True).map(dict.fromkeys)


ids = st.sampled_from(["vm-web", "vm-db", "vm-app", "vm-ghost"]).map(VmId)
disks = st.lists(
    st.builds(
        Disk,
        id=st.sampled_from(["0", "1"]),
        capacity_bytes=st.none() | st.integers(1, 2**45),
        datastore=st.sampled_from([None, "ds-1", "ds-9"]),
        path=st.sampled_from([None, "[ds 1] a.vmdk", "[ds 1] b.vmdk"]),
        kind=st.sampled_from(DiskKind),
        shared=st.sampled_from([None, True, False]),
    ),
    max_size=3,
).map(tuple)
nics = st.lists(
    st.builds(Nic, id=st.just("0"), network=st.sampled_from([None, "net-1", "net-9"])), max_size=2
).map(tuple)
vms = st.builds(
    lambda unknown, disks, nics, needs, host, power: {
        **unknown,
        "disks": disks,
        "nics": nics,
        "depends_on": tuple(needs),
        "host": host,
        "power": power,
    },
    unknowns(VirtualMachine),
    disks,
    nics,
    st.lists(ids, max_size=2),
    st.sampled_from([None, HostId("host-1"), HostId("host-2"), HostId("host-9")]),
    st.none() | st.sampled_from(PowerState),
)
rules = st.lists(
    st.builds(
        AffinityRule,
        id=st.sampled_from(["rule-1", "rule-2"]),
        name=st.just("rule"),
        kind=st.sampled_from(AffinityKind),
        vms=st.lists(ids, min_size=1, max_size=3).map(tuple),
        hosts=st.lists(st.sampled_from([HostId("host-1"), HostId("host-9")]), max_size=2).map(tuple),
        mandatory=st.booleans(),
    ),
    max_size=2,
    unique_by=lambda rule: rule.id,
).map(tuple)
worlds = st.builds(
    World,
    source=st.sampled_from(sorted(SOURCES)),
    vm=vms,
    vms=st.fixed_dictionaries({"db": vms, "app": vms}),
    host=unknowns(Host),
    second_host=st.none() | unknowns(Host),
    hosts=st.sampled_from([{}, {"s": spare()}]),
    cluster=unknowns(Cluster),
    rules=rules,
)


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_rules_never_fail(world):
    found = world.findings()
    VALIDATOR.validate(to_data(found))
    assert all(finding.severity in SEVERITIES[finding.rule] for finding in found)
    assert len(set(found)) == len(found)
