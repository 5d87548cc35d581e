"""Whatever stands in a document: an estate or an error for an operator, never anything else."""

import copy
import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.read.source import Sample
from planner.read.vsphere import FORMATS
from tests.read.vsphere.objects import cluster, host, obj, ref, typed, vm
from tests.read.vsphere.test_ansible import CLUSTERS, GUEST, HOST, STORES

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(
        [[], {}, [[]], [{}], [None], {"a": 1}, ref("HostSystem", "host-1"), "vim.HostSystem:host-1"]
    ),
)
DISK = typed("VirtualDisk", key=2000, controllerKey=1000, unitNumber=0, backing={"fileName": "[a] b"})
DOCUMENTS = [
    [
        host(
            config={
                "network": {
                    "pnic": [{"key": "k", "device": "vmnic0", "linkSpeed": {"speedMb": 1000}}],
                    "portgroup": [{"spec": {"name": "a", "vlanId": 1, "vswitchName": "v"}}],
                    "vswitch": [{"name": "v", "mtu": 1500, "pnic": ["k"]}],
                }
            }
        ),
        cluster(rule=[typed("ClusterAffinityRuleSpec", name="a", vm=[ref("VirtualMachine", "vm-1")])]),
        vm(
            typed("ParaVirtualSCSIController", key=1000, busNumber=0),
            DISK,
            typed("VirtualVmxnet3", key=4000, macAddress="00:50:56:00:00:01"),
            guest={"net": [{"deviceConfigId": 4000, "ipConfig": {"ipAddress": [{"ipAddress": "a"}]}}]},
            layoutEx={"file": [{"key": 1, "size": 1}], "disk": [{"key": 2000, "chain": [{"fileKey": [1]}]}]},
            snapshot={"rootSnapshotList": [{"name": "a", "childSnapshotList": [{"name": "b"}]}]},
            customValue=[{"key": 1, "value": "a"}],
        ),
        obj("Datastore", "datastore-1", summary={"type": "VMFS", "url": "ds:///a"}, host=[]),
        obj("DistributedVirtualPortgroup", "pg-1", config={"defaultPortConfig": {"vlan": {"vlanId": 1}}}),
    ],
    {
        "kind": "enter",
        "obj": ref("Folder", "group-1"),
        "changeSet": [{"name": "name", "op": "assign", "val": "a"}, {"name": "a.b", "val": {"_value": 1}}],
    },
    GUEST,
    HOST,
    STORES,
    CLUSTERS,
    {"_meta": {"hostvars": {"a": {"moid": "vm-1", "path": "/DC/vm", "name": "a", "cluster": {"name": "c"}}}}},
    {
        "virtual_machines": [
            {"guest_name": "a", "moid": "vm-1", "mac_address": ["00:50:56:00:00:01"], "tags": []}
        ]
    },
]


def places(document, here=()):
    """Every place in a document, as the keys that lead there."""
    yield here
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from places(value, (*here, key))
        else:
            yield (*here, key)


@st.composite
def mutated(draw):
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from([place for place in places(document) if place]))
        inside = document
        for key in parents:
            inside = inside[key]
        inside[last] = copy.deepcopy(draw(LEAVES))
    return document


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=mutated())
def test_only_errors_for_operators(tmp_path, document):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    for known in FORMATS:
        known.recognises(Sample.of(path))
        with suppress(InputError):
            known.read([path])
