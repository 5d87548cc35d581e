"""What sources tell together: which machines are one, what is kept, and what they disagree upon."""

from dataclasses import replace

import pytest

from planner.model.estate import (
    AffinityRule,
    Attribute,
    Cluster,
    Conflict,
    Cpu,
    Datastore,
    Disk,
    Estate,
    Gap,
    Host,
    HostAdapter,
    HostNetwork,
    HostNic,
    Network,
    Nic,
    Snapshot,
    VirtualMachine,
)
from planner.model.kinds import (
    AffinityKind,
    DatastoreKind,
    DiskKind,
    HypervisorKind,
    ManagerKind,
    PowerState,
    ServiceRole,
)
from planner.read.gather import gather, unplaced_cluster
from planner.read.ids import cluster_id, datastore_id, host_id, network_id, vm_id
from planner.read.merge import merge
from planner.units import GIB

UNPLACED = unplaced_cluster(HypervisorKind.ESXI)
U1, U2 = "564d0000-0000-0000-0000-000000000001", "564d0000-0000-0000-0000-000000000002"
MAC1, MAC2 = "00:50:56:00:00:01", "00:50:56:00:00:02"


def cluster(name="prod", **facts):
    return Cluster(id=cluster_id(name), name=name, **({"hypervisor": HypervisorKind.ESXI} | facts))


def host(name="esx1", home="prod", **facts):
    return Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.ESXI,
        cluster=cluster_id(home) if home else None,
        **facts,
    )


def vm(name="web", *, place=UNPLACED.id, at=None, **facts):
    return VirtualMachine(
        id=facts.pop("id", vm_id(name, facts.get("uuid"), at or place)),
        name=name,
        cluster=place,
        host=host_id(at) if at else None,
        **facts,
    )


def nic(mac=MAC1, number=1, **facts):
    return Nic(id=f"nic-{number}", mac=mac, **facts)


def estate(*things, **more):
    kinds = {
        Cluster: "clusters",
        Host: "hosts",
        Datastore: "datastores",
        Network: "networks",
        VirtualMachine: "vms",
        AffinityRule: "affinity_rules",
    }
    found = {kind: tuple(one for one in things if type(one) is of) for of, kind in kinds.items()}
    return gather(Estate(**{**found, **more}))


def loose(*vms, **more):
    """As a source gives VMs that knows no host."""
    return estate(UNPLACED, *vms, **more)


SAME = {
    "the same instance UUID": ({"instance_uuid": U1}, {"instance_uuid": U1.upper(), "name": "renamed"}),
    "the same number of one vCenter": ({"moref": "vc/vm-1"}, {"moref": "vc/vm-1", "name": "renamed"}),
    "the same BIOS UUID and name": ({"uuid": U1}, {"uuid": U1.upper(), "name": "WEB"}),
    "the same BIOS UUID and a card": (
        {"uuid": U1, "nics": (nic(), nic(MAC2, 2))},
        {"uuid": U1, "nics": (nic(),), "name": "renamed"},
    ),
    "the same BIOS UUID, nothing else known": ({"uuid": U1}, {"uuid": U1, "name": "renamed"}),
    "the BIOS UUID as the guest reads it": (
        {"uuid": "564d4f6e-0102-0304-0506-0708090a0b0c", "nics": (nic(),)},
        {"uuid": "6e4f4d56-0201-0403-0506-0708090a0b0c", "nics": (nic(),), "name": "web.example.org"},
    ),
    "the same configuration file": (
        {"config_path": "[ds] web/web.vmx"},
        {"config_path": "[ds] web/web.vmx", "name": "renamed"},
    ),
    "the same cards": ({"nics": (nic(),)}, {"nics": (nic(),), "name": "renamed"}),
    "the same id": ({"id": "vm-web"}, {"id": "vm-web"}),
}
OTHERS = {
    "other instance UUIDs, one BIOS UUID": (
        {"instance_uuid": U1, "uuid": U1},
        {"instance_uuid": U2, "uuid": U1},
    ),
    "other instance UUIDs, one id": (
        {"instance_uuid": U1, "id": "vm-web"},
        {"instance_uuid": U2, "id": "vm-web"},
    ),
    "other numbers of one vCenter": (
        {"moref": "vc/vm-1", "nics": (nic(),)},
        {"moref": "vc/vm-2", "nics": (nic(),)},
    ),
    "other BIOS UUIDs": ({"uuid": U1, "nics": (nic(),)}, {"uuid": U2, "nics": (nic(),)}),
    "a copy with the BIOS UUID": (
        {"uuid": U1, "nics": (nic(),)},
        {"uuid": U1, "nics": (nic(MAC2),), "name": "copy"},
    ),
    "a base name of a configuration file": (
        {"config_path": "web.vmx", "id": "vm-1"},
        {"config_path": "web.vmx", "id": "vm-2"},
    ),
    "one name": ({"id": "vm-1"}, {"id": "vm-2"}),
    "a UUID of nobody": (
        {"uuid": "00000000-0000-0000-0000-000000000000", "id": "vm-1"},
        {"uuid": "00000000-0000-0000-0000-000000000000", "id": "vm-2"},
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_one_vm(case):
    one, other = SAME[case]
    merged = merge(
        [loose(vm(**one, source="vmx", vcpus=2)), loose(vm(**other, source="rvtools", owner="ops"))]
    )
    assert [(seen.vcpus, seen.owner, seen.source) for seen in merged.vms] == [(2, "ops", "rvtools+vmx")]


@pytest.mark.parametrize("case", OTHERS)
def test_two_vms(case):
    one, other = OTHERS[case]
    merged = merge([loose(vm(**one)), loose(vm(**other))])
    assert len(merged.vms) == 2
    assert merged.conflicts == ()


def test_what_two_vms_of_one_source_share_tells_nothing():
    copies = loose(vm("web", uuid=U1, id="vm-1"), vm("web", uuid=U1, id="vm-2"))
    assert len(merge([copies, loose(vm("web", uuid=U1, id="vm-3"))]).vms) == 3


def test_a_weaker_mark_decides_where_a_stronger_one_is_shared():
    copies = loose(vm("web", uuid=U1, nics=(nic(),)), vm("copy", uuid=U1, nics=(nic(MAC2),)))
    merged = merge([copies, loose(vm("web", uuid=U1, nics=(nic(MAC2),), vcpus=4, id="vm-other"))])
    assert {(seen.nics[0].mac, seen.vcpus) for seen in merged.vms} == {(MAC1, None), (MAC2, 4)}


HOSTS = {
    "UUID": ({"uuid": U1}, {"uuid": U1.upper(), "name": "10.0.0.1"}, 1),
    "a card": (
        {"nics": (HostNic(name="vmnic0", mac=MAC1),)},
        {"nics": (HostNic(name="eth0", mac=MAC1),), "name": "x"},
        1,
    ),
    "the address for a name": ({"address": "10.0.0.1"}, {"name": "10.0.0.1"}, 1),
    "case": ({}, {"name": "ESX1"}, 1),
    "the name with its domain": ({}, {"name": "esx1.example.org"}, 1),
    "another domain": ({"name": "esx1.example.com"}, {"name": "esx1.example.org"}, 2),
    "another UUID": ({"uuid": U1}, {"uuid": U2}, 2),
    "nobody's name": (
        {"name": "localhost.localdomain", "version": "7.0.3"},
        {"name": "localhost.localdomain"},
        2,
    ),
}


@pytest.mark.parametrize("case", HOSTS)
def test_hosts(case):
    one, other, expected = HOSTS[case]
    merged = merge([estate(cluster(), host(**{"name": "esx1", **facts})) for facts in (one, other)])
    assert len(merged.hosts) == expected
    assert len({seen.id for seen in merged.hosts}) == expected


def test_a_short_name_that_two_hosts_have_is_neither():
    full = estate(cluster(), host("esx1.example.com"), host("esx1.example.org"))
    assert len(merge([full, estate(cluster(), host("esx1"))]).hosts) == 3


def test_clusters_of_one_name_and_two_managers_are_two_with_names_of_their_own():
    sources = [
        estate(cluster(manager=ManagerKind.VCENTER, manager_address=f"vc{n}.example.org"), host(f"esx{n}"))
        for n in (1, 2)
    ]
    merged = merge(sources)
    assert [(one.id, one.name) for one in merged.clusters] == [
        ("cluster-prod", "prod"),
        ("cluster-prod-2", "prod (vc2.example.org)"),
    ]
    assert {one.name: one.cluster for one in merged.hosts} == {
        "esx1": "cluster-prod",
        "esx2": "cluster-prod-2",
    }


def test_a_host_read_alone_finds_its_cluster():
    alone = estate(
        cluster("esx1.example.org", live_migration=False),
        host(
            "esx1.example.org",
            "esx1.example.org",
            memory_bytes=64 * GIB,
            networks=(HostNetwork(network=network_id("lan", "esx1.example.org")),),
        ),
        Network(id=network_id("lan", "esx1.example.org"), name="lan", vlan=7),
        vm(
            place=cluster_id("esx1.example.org"),
            at="esx1.example.org",
            nics=(nic(network=network_id("lan", "esx1.example.org")),),
        ),
    )
    centre = estate(
        cluster(manager=ManagerKind.VCENTER, live_migration=True),
        host("esx1"),
        host("esx2"),
        Network(id=network_id("lan", "prod"), name="lan", mtu=9000),
    )
    merged = merge([alone, centre])
    assert [(one.name, one.live_migration) for one in merged.clusters] == [("prod", True)]
    assert [(one.cluster, one.memory_bytes) for one in merged.hosts] == [
        ("cluster-prod", 64 * GIB),
        ("cluster-prod", None),
    ]
    assert [(one.vlan, one.mtu) for one in merged.networks] == [(7, 9000)]
    (only,) = merged.vms
    assert (only.cluster, only.nics[0].network) == ("cluster-prod", merged.networks[0].id)
    assert merged.conflicts == ()


def test_a_vm_without_a_place_finds_it_with_its_datastore_and_network():
    bare = loose(
        vm(
            uuid=U1,
            disks=(Disk(id="scsi0:0", datastore=datastore_id("datastore1"), path="web.vmdk", bus="scsi"),),
            nics=(nic(network=network_id("lan", UNPLACED.name), model="e1000e"),),
        ),
        Datastore(id=datastore_id("datastore1"), name="datastore1"),
        Network(id=network_id("lan", UNPLACED.name), name="lan"),
    )
    local = [
        Datastore(id=datastore_id("datastore1", name), name="datastore1", shared=False)
        for name in ("esx1", "esx2")
    ]
    full = estate(
        cluster(),
        host("esx1", datastores=(local[0].id,)),
        host("esx2", datastores=(local[1].id,)),
        *local,
        Network(id=network_id("lan", "prod"), name="lan", vlan=7),
        vm(
            uuid=U1,
            place=cluster_id("prod"),
            at="esx2",
            source="rvtools",
            disks=(
                Disk(
                    id="disk-1", datastore=local[1].id, capacity_bytes=GIB, path="[datastore1] web/web.vmdk"
                ),
            ),
            nics=(nic(number=2, network=network_id("lan", "prod")),),
        ),
    )
    merged = merge([bare, full])
    assert [one.id for one in merged.clusters] == ["cluster-prod"]
    assert {one.id for one in merged.datastores} == {one.id for one in local}
    assert [one.id for one in merged.networks] == [network_id("lan", "prod")]
    (only,) = merged.vms
    assert (only.host, only.cluster) == ("host-esx2", "cluster-prod")
    assert [(one.datastore, one.capacity_bytes, one.bus) for one in only.disks] == [
        (local[1].id, GIB, "scsi")
    ]
    assert [(one.network, one.model) for one in only.nics] == [(network_id("lan", "prod"), "e1000e")]


def test_a_host_that_one_source_only_names_is_found_in_another():
    merged = merge([loose(vm(uuid=U1, reported_host="esx1.example.org")), estate(cluster(), host("esx1"))])
    assert [(one.host, one.cluster, one.reported_host) for one in merged.vms] == [
        ("host-esx1", "cluster-prod", None)
    ]


def test_a_host_that_nobody_has_stays_a_name():
    merged = merge([loose(vm(uuid=U1, reported_host="esx9")), estate(cluster(), host("esx1"))])
    assert [(one.host, one.reported_host) for one in merged.vms] == [(None, "esx9")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"uuid": "5f1a"}, {"uuid": "5F1A", "name": "renamed"}, 1),
        (
            {"server": "nas.example.org", "export": "/vm"},
            {"server": "NAS.example.org", "export": "/vm/", "name": "nfs"},
            1,
        ),
        ({}, {}, 1),
        ({"uuid": "5f1a"}, {"uuid": "6e2b"}, 2),
        ({}, {"name": "other"}, 2),
    ],
)
def test_datastores(one, other, expected):
    def store(facts):
        name = facts.get("name", "san")
        return Datastore(id=datastore_id(name), **{"name": name, "kind": DatastoreKind.NFS, **facts})

    assert (
        len(merge([estate(cluster(), store(one)), estate(cluster("other"), store(other))]).datastores)
        == expected
    )


RANKED = [
    None,
    ("vsphere", "vsphere://vc.example.org"),
    ("govc", "dump.json:1"),
    ("rvtools", "x.xlsx"),
    ("vmx", "w.vmx"),
]


@pytest.mark.parametrize("better", range(len(RANKED) - 1))
def test_the_more_trusted_source_wins_and_the_other_is_noted(better):
    def told(rank, memory, **more):
        kind, origin = RANKED[rank] or (None, "hosts.yml:3")
        return loose(vm(uuid=U1, memory_bytes=memory, source=kind, origin=origin, **more))

    # The other source knows more: that does not make it right.
    merged = merge([told(better + 1, 4 * GIB, owner="ops", vcpus=2), told(better, 2 * GIB)])
    assert merged.vms[0].memory_bytes == 2 * GIB
    assert merged.conflicts == (
        Conflict(subject=merged.vms[0].id, fact="memory_bytes", kept=str(2 * GIB), others=(str(4 * GIB),)),
    )


def together(first, second):
    return merge([loose(vm(uuid=U1, source="vsphere", **first)), loose(vm(uuid=U1, source="vmx", **second))])


QUIET = {
    "power": ({"power": PowerState.ON}, {"power": PowerState.OFF}),
    "words for the guest": ({"guest_os": "Debian GNU/Linux 12 (64-bit)"}, {"guest_os": "debian12-64"}),
    "host names": ({"hostname": "web.example.org"}, {"hostname": "WEB"}),
    "rounded sizes": ({"memory_bytes": GIB}, {"memory_bytes": GIB + 1000}),
    "what a disk takes now": (
        {"disks": (Disk(id="1", path="a.vmdk", allocated_bytes=1),)},
        {"disks": (Disk(id="2", path="[ds] a/a.vmdk", allocated_bytes=2),)},
    ),
    "a template": ({"template": True}, {}),
    "a raw device": (
        {"disks": (Disk(id="1", path="a.vmdk"),)},
        {"disks": (Disk(id="1", path="a.vmdk", kind=DiskKind.RDM),)},
    ),
}


@pytest.mark.parametrize("case", QUIET)
def test_no_conflict(case):
    assert together(*QUIET[case]).conflicts == ()


LOUD = {
    "vcpus": ({"vcpus": 2}, {"vcpus": 4}, ("vcpus", "2", ("4",))),
    "a disk's size": (
        {"disks": (Disk(id="disk-1", path="a.vmdk", capacity_bytes=GIB),)},
        {"disks": (Disk(id="0:0", path="a.vmdk", capacity_bytes=2 * GIB),)},
        ("disks.disk-1.capacity_bytes", str(GIB), (str(2 * GIB),)),
    ),
    "a disk more": (
        {"disks": (Disk(id="disk-1", path="a.vmdk"),)},
        {"disks": (Disk(id="0:0", path="b.vmdk", capacity_bytes=1), Disk(id="0:1", path="a.vmdk"))},
        ("disks", "a.vmdk, b.vmdk", ("a.vmdk",)),
    ),
    "disks that are not the same": (
        {"disks": (Disk(id="disk-1", path="a.vmdk", capacity_bytes=GIB),)},
        {"disks": (Disk(id="disk-1", path="b.vmdk", capacity_bytes=9 * GIB),)},
        ("disks", "a.vmdk", ("b.vmdk",)),
    ),
    "cards": ({"nics": (nic(MAC1),)}, {"nics": (nic(MAC2, 7),)}, ("nics", MAC1, (MAC2,))),
    "an attribute": (
        {"attributes": (Attribute(name="cost", value="1"),)},
        {"attributes": (Attribute(name="cost", value="2"),)},
        ("attributes.cost.value", "1", ("2",)),
    ),
    "a name": ({"name": "web", "moref": "v/1"}, {"name": "www", "moref": "v/1"}, ("name", "web", ("www",))),
}


@pytest.mark.parametrize("case", LOUD)
def test_conflict(case):
    first, second, (fact, kept, others) = LOUD[case]
    (conflict,) = together(first, second).conflicts
    assert (conflict.fact, conflict.kept, conflict.others) == (fact, kept, others)


def test_the_longer_list_is_whole_and_drives_are_added():
    first = (Disk(id="disk-1", path="a.vmdk", capacity_bytes=GIB),)
    second = (
        Disk(id="0:0", path="a.vmdk"),
        Disk(id="0:1", path="b.vmdk"),
        Disk(id="disk-1", kind=DiskKind.CDROM),
    )
    (only,) = together({"disks": first}, {"disks": second}).vms
    assert [(one.id, one.capacity_bytes, one.kind) for one in only.disks] == [
        ("0:0", GIB, DiskKind.DISK),
        ("0:1", None, DiskKind.DISK),
        ("disk-1", None, DiskKind.CDROM),
    ]


def test_lists_without_order_are_united_and_snapshots_stay_unknown_or_known():
    first = {"tags": ("b",), "roles": (ServiceRole.DNS,), "snapshots": None}
    second = {"tags": ("a", "b"), "roles": (ServiceRole.NTP,), "snapshots": (Snapshot(name="s"),)}
    (only,) = together(first, second).vms
    assert (only.tags, only.roles) == (("a", "b"), (ServiceRole.DNS, ServiceRole.NTP))
    assert only.snapshots == (Snapshot(name="s"),)


def test_cards_are_told_by_what_each_source_knows_of_them():
    named, driven = (
        HostAdapter(name="vmhba0", **facts) for facts in ({"pci": "1000:0072"}, {"driver": "mpt2sas"})
    )
    sources = [
        estate(cluster(), host(adapters=(named,), origin="a")),
        estate(cluster(), host(adapters=(driven, HostAdapter(name="vmhba1")), origin="b")),
    ]
    (only,) = (merged := merge(sources)).hosts
    assert only.adapters == (
        HostAdapter(name="vmhba0", driver="mpt2sas", pci="1000:0072"),
        HostAdapter(name="vmhba1"),
    )
    assert merged.conflicts == ()


def test_nested_facts_of_hosts():
    sources = [
        estate(
            cluster(),
            host(cpu=Cpu(cores=16, model="Xeon"), nics=(HostNic(name="vmnic0", mac=MAC1),), origin="a"),
        ),
        estate(
            cluster(),
            host(cpu=Cpu(cores=8, threads=32), nics=(HostNic(name="vmnic0", speed_bytes=1),), origin="b"),
        ),
    ]
    (only,) = (merged := merge(sources)).hosts
    assert (only.cpu.threads, only.cpu.model) == (32, "Xeon")
    assert only.nics == (HostNic(name="vmnic0", mac=MAC1, speed_bytes=1),)
    assert [conflict.fact for conflict in merged.conflicts] == ["cpu.cores"]


@pytest.mark.parametrize(("live", "expected"), [(True, []), (False, ["host"]), (None, ["host"])])
def test_a_vm_on_two_hosts_is_a_conflict_where_running_vms_do_not_move(live, expected):
    def at(name, **facts):
        return estate(
            cluster(live_migration=live),
            host("esx1"),
            host("esx2"),
            vm(place=cluster_id("prod"), at=name, uuid=U1, **facts),
        )

    merged = merge([at("esx1", source="vsphere"), at("esx2", source="rvtools")])
    assert merged.vms[0].host == "host-esx1"
    assert [conflict.fact for conflict in merged.conflicts] == expected


def test_references_follow_to_the_new_ids():
    one = loose(
        vm("db", uuid=U2, id="vm-db-1", source="vsphere"),
        vm("web", uuid=U1, id="vm-web-1", source="vsphere", depends_on=("vm-db-1",), backed_up_by="vm-db-1"),
        AffinityRule(id="rule-1", name="apart", kind=AffinityKind.APART, vms=("vm-db-1", "vm-web-1")),
        conflicts=(Conflict(subject="vm-db-1", fact="vcpus", kept="1", others=("2",)),),
    )
    other = loose(
        vm("db", uuid=U2, id="vm-db-2"),
        vm("web", uuid=U1, id="vm-web-2", depends_on=("vm-db-2",)),
        AffinityRule(
            id="rule-2", name="Apart", kind=AffinityKind.APART, vms=("vm-db-2", "vm-web-2"), mandatory=False
        ),
    )
    merged = merge([one, other])
    assert [one.id for one in merged.vms] == ["vm-db-2", "vm-web-2"]
    assert merged.vms[1].depends_on == ("vm-db-2",)
    assert merged.vms[1].backed_up_by == "vm-db-2"
    assert [(rule.vms, rule.mandatory) for rule in merged.affinity_rules] == [(("vm-db-2", "vm-web-2"), True)]
    assert [conflict.subject for conflict in merged.conflicts] == ["vm-db-2"]


def test_a_vm_that_turns_out_to_be_its_own_backup_server_has_none():
    copies = loose(
        vm("web", uuid=U1, id="vm-1", source="vsphere", backed_up_by="vm-2"),
        vm("web", uuid=U2, id="vm-2", source="vsphere"),
    )
    other = loose(vm("web", uuid=U1, id="vm-3", backed_up_by="vm-4"), vm("db", uuid=U2, id="vm-4"))
    assert [one.backed_up_by for one in merge([copies, other]).vms if one.backed_up_by] == ["vm-4"]


def test_a_rule_keeps_its_vms_in_order_when_one_gets_another_id():
    one = loose(
        vm("a", uuid=U1, id="vm-a", source="vsphere"),
        vm("m", uuid=U2, id="vm-m", source="vsphere"),
        AffinityRule(id="rule-1", name="apart", kind=AffinityKind.APART, vms=("vm-a", "vm-m")),
    )
    other = loose(vm("a", uuid=U1, id="vm-z"))
    (rule,) = merge([one, other]).affinity_rules
    assert rule.vms == ("vm-m", "vm-z")


def test_what_sources_left_open_is_kept():
    gaps = [Gap(source=name, what="tags", why="no privilege") for name in "ba"]
    merged = merge([loose(vm(uuid=U1), gaps=(gap,), notes=(gap.source, "both")) for gap in gaps])
    assert merged.gaps == (gaps[1], gaps[0])
    assert sorted(merged.notes) == ["a", "b", "both"]


def test_nothing_and_one_estate():
    alone = replace(loose(vm(uuid=U1)), notes=("b", "a", "b"))
    assert merge([]) == Estate(clusters=(), hosts=())
    assert merge([alone]) is alone
    assert merge([alone, replace(alone)]) == alone


def test_hostile_names_are_only_data():
    nasty = "{{ lookup('pipe', 'id') }} [ds] ../../x; O'Brien"
    merged = merge([loose(vm(nasty, uuid=U1, owner=nasty)), loose(vm(nasty, uuid=U1, owner="ops", vcpus=1))])
    assert [one.name for one in merged.vms] == [nasty]
    assert {merged.conflicts[0].kept, *merged.conflicts[0].others} == {nasty, "ops"}
