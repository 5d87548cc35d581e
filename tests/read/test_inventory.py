"""What an inventory's variables mean."""

from pathlib import Path

import pytest

from planner.model.codec import to_json
from planner.model.estate import Bmc, Cpu, HostNetwork, HostNic, LocalDisk, Snapshot
from planner.model.kinds import AffinityKind, DatastoreKind, HypervisorKind, PowerState
from planner.read.collect import read_estate
from planner.units import GIB, TIB

ROOT = Path(__file__).parents[2]


@pytest.fixture
def read(tmp_path):
    """The estate of one YAML inventory."""

    def read_text(text):
        (tmp_path / "hosts.yml").write_text(text)
        return read_estate(tmp_path / "hosts.yml")

    return read_text


@pytest.mark.parametrize("example", ["esxi-free", "xenserver-pool"])
def test_examples_read_as_they_are_written_down(file_regression, example):
    estate = read_estate(ROOT / "inventories" / example)
    golden = ROOT / "tests" / "golden" / "estates" / f"{example}.json"
    file_regression.check(to_json(estate), fullpath=golden)


def test_a_host_alone_is_a_cluster_of_its_own(read):
    estate = read("all: {hosts: {esx1: {ansible_host: 192.0.2.1, planner_host: {hypervisor: esxi}}}}")
    (cluster,) = estate.clusters
    (host,) = estate.hosts
    assert (cluster.id, cluster.name, cluster.hypervisor) == ("cluster-esx1", "esx1", HypervisorKind.ESXI)
    assert (cluster.live_migration, cluster.ha_enabled) == (False, False)
    assert (host.cluster, host.address) == (cluster.id, "192.0.2.1")


def test_a_spare_host_is_a_member_inside_a_cluster_and_a_swing_host_outside(read):
    estate = read("""
prod:
  vars: {planner_cluster: {name: Prod}}
  hosts:
    esx1: {planner_host: {hypervisor: esxi}}
    new1: {planner_host: {hypervisor: none}}
other:
  hosts:
    swing: {planner_host: {hypervisor: none}}
""")
    assert [cluster.id for cluster in estate.clusters] == ["cluster-prod-5f5635"]
    assert estate.clusters[0].hypervisor is HypervisorKind.ESXI
    assert {host.name: host.cluster for host in estate.hosts} == {
        "esx1": "cluster-prod-5f5635",
        "new1": "cluster-prod-5f5635",
        "swing": None,
    }


def test_a_swing_host_carries_the_networks_of_every_cluster(read):
    estate = read("""
a:
  vars: {planner_cluster: {name: A}, planner_networks: [{name: Servers}, {name: DMZ}]}
  hosts: {esx1: {planner_host: {hypervisor: esxi, networks: [Servers, {network: DMZ, uplinks: [vmnic1]}]}}}
b:
  vars: {planner_cluster: {name: B}, planner_networks: [{name: Servers}]}
  hosts: {esx2: {planner_host: {hypervisor: esxi}}}
c:
  hosts: {swing: {planner_host: {hypervisor: none, networks: [Servers]}}}
""")
    hosts = {host.name: host.networks for host in estate.hosts}
    servers = tuple(network.id for network in estate.networks if network.name == "Servers")
    (dmz,) = (network.id for network in estate.networks if network.name == "DMZ")
    assert {network.network for network in hosts["swing"]} == set(servers)
    assert len(servers) == 2
    assert hosts["esx1"][1] == HostNetwork(network=dmz, uplinks=("vmnic1",))
    assert hosts["esx2"] is None


def test_facts_of_a_host(read):
    estate = read("""
all:
  hosts:
    esx1:
      planner_datastores: [{name: nfs, kind: nfs, capacity: 2 TiB, free: 0, server: 192.0.2.9, export: /e}]
      planner_host:
        name: esx1.example.org
        hypervisor: esxi
        version: "8.0.3"
        edition: free
        firmware: uefi
        cpu: {vendor: GenuineIntel, sockets: 2, cores: 24, flags: []}
        memory: 128 GiB
        nics: [{name: vmnic0, mac: 00-00-5E-00-53-10, speed: 10 Gbit/s}]
        disks: [{id: nvme-a, capacity: 1 TiB, boot: true}]
        datastores: [nfs, {name: local, kind: vmfs, capacity: 1 TiB}]
        bmc: {address: 192.0.2.101}
        coordinator: false
""")
    (host,) = estate.hosts
    assert (host.id, host.name, host.version, host.edition) == (
        "host-esx1",
        "esx1.example.org",
        "8.0.3",
        "free",
    )
    assert host.cpu == Cpu(vendor="GenuineIntel", sockets=2, cores=24, flags=())
    assert host.memory_bytes == 128 * GIB
    assert host.nics == (HostNic(name="vmnic0", mac="00:00:5e:00:53:10", speed_bytes=1_250_000_000),)
    assert host.disks == (LocalDisk(id="nvme-a", capacity_bytes=TIB, boot=True),)
    assert host.bmc == Bmc(address="192.0.2.101", protocol="redfish")
    assert (host.coordinator, host.maintenance, host.model) == (False, None, None)
    shared, local = (
        next(store for store in estate.datastores if store.name == name) for name in ("nfs", "local")
    )
    assert host.datastores == (shared.id, local.id)
    assert (shared.kind, shared.shared, shared.free_bytes) == (DatastoreKind.NFS, True, 0)
    assert (local.shared, local.capacity_bytes, local.free_bytes) == (False, TIB, None)


def test_local_datastores_of_one_name_are_two_and_shared_ones_are_one(read):
    estate = read("""
prod:
  vars: {planner_cluster: {name: Prod}, planner_datastores: [{name: nfs}]}
  hosts:
    esx1: {planner_host: {hypervisor: esxi, datastores: [nfs, {name: datastore1}]},
           planner_vms: [{name: a, disks: [{datastore: datastore1}]}]}
    esx2: {planner_host: {hypervisor: esxi, datastores: [nfs, {name: datastore1}]},
           planner_vms: [{name: b, disks: [{datastore: datastore1}, {datastore: nfs}]}]}
""")
    one, two = (host.datastores for host in estate.hosts)
    assert one[0] == two[0] == "ds-nfs"
    assert one[1] != two[1]
    disks = {vm.name: [disk.datastore for disk in vm.disks] for vm in estate.vms}
    assert disks == {"a": [one[1]], "b": [two[1], "ds-nfs"]}
    assert [disk.id for vm in estate.vms if vm.name == "b" for disk in vm.disks] == ["disk-1", "disk-2"]


def test_unknown_is_not_none_at_all(read):
    estate = read("""
all:
  hosts:
    esx1:
      planner_host: {hypervisor: esxi, networks: []}
      planner_vms:
        - {name: a, power: on, snapshots: [], memory: null, uuid: ""}
        - {name: b, power: off, snapshots: null}
        - {name: c, snapshots: [{name: before, created: 2026-11-01, size: 1 GiB}]}
""")
    a, b, c = sorted(estate.vms, key=lambda vm: vm.name)
    assert estate.hosts[0].networks == ()
    assert (a.power, b.power, c.power) == (PowerState.ON, PowerState.OFF, None)
    assert (a.snapshots, b.snapshots) == ((), None)
    assert c.snapshots == (Snapshot(name="before", created="2026-11-01", size_bytes=GIB),)
    assert (a.memory_bytes, a.uuid, a.vcpus, a.firmware, a.tools) == (None, None, None, None, None)


def test_a_vm_keeps_its_id_when_it_moves_and_has_a_uuid(read):
    inventory = """
prod:
  vars: {planner_cluster: {name: Prod}}
  hosts:
    esx1: {planner_host: {hypervisor: esxi}, planner_vms: [%s]}
    esx2: {planner_host: {hypervisor: esxi}, planner_vms: [%s]}
"""
    here = read(inventory % ("{name: web, uuid: 564d-1}", "")).vms[0]
    there = read(inventory % ("", "{name: web, uuid: 564d-1}")).vms[0]
    assert here.id == there.id
    assert here.host != there.host


def test_vms_of_a_cluster_whose_host_is_not_known(read):
    estate = read("""
prod:
  vars:
    planner_cluster:
      name: Prod
      hypervisor: esxi
      vms: [{name: web, reported_host: esx9, disks: [{datastore: local}]}]
  hosts:
    esx1: {planner_host: {hypervisor: esxi, datastores: [{name: local}]}}
""")
    (vm,) = estate.vms
    assert (vm.cluster, vm.host, vm.reported_host) == (estate.clusters[0].id, None, "esx9")
    assert vm.disks[0].datastore == estate.datastores[0].id


def test_a_cluster_without_hosts(read):
    estate = read("""
lost:
  vars:
    planner_cluster: {name: Lost, hypervisor: esxi, vms: [{name: web, nics: [{network: VM Network}]}]}
    planner_networks: [{name: VM Network}]
""")
    assert (len(estate.clusters), estate.hosts, len(estate.networks)) == (1, (), 1)
    assert estate.vms[0].nics[0].network == estate.networks[0].id


def test_dependencies_are_found_nearby_first_and_by_uuid(read):
    estate = read("""
a:
  vars: {planner_cluster: {name: A, hypervisor: esxi}}
  hosts: {esx1: {planner_host: {hypervisor: esxi}, planner_vms: [
    {name: db}, {name: web, depends_on: [db, dns, 564d-9]}]}}
b:
  vars: {planner_cluster: {name: B, hypervisor: esxi}}
  hosts: {esx2: {planner_host: {hypervisor: esxi}, planner_vms: [
    {name: db}, {name: dns}, {name: other, uuid: 564d-9}]}}
""")
    ids = {(vm.name, vm.cluster): vm.id for vm in estate.vms}
    a, b = (cluster.id for cluster in estate.clusters)
    (web,) = (vm for vm in estate.vms if vm.name == "web")
    assert web.depends_on == (ids["db", a], ids["dns", b], ids["other", b])


def test_an_affinity_rule_of_all_hosts_is_one_rule(read):
    estate = read("""
all:
  vars: {planner_affinity: [{name: pair, kind: apart, vms: [a, b], mandatory: false}]}
prod:
  vars: {planner_cluster: {name: Prod, hypervisor: esxi}}
  hosts:
    esx1: {planner_host: {hypervisor: esxi}, planner_vms: [{name: a}]}
    esx2: {planner_host: {hypervisor: esxi}, planner_vms: [{name: b}]}
""")
    (rule,) = estate.affinity_rules
    assert (rule.kind, rule.mandatory, len(rule.vms)) == (AffinityKind.APART, False, 2)


def test_hosts_of_rules_may_be_named_either_way(read):
    estate = read("""
all:
  hosts:
    esx1:
      planner_host: {hypervisor: esxi, name: esx1.example.org}
      planner_vms: [{name: a}]
      planner_affinity:
        - {name: one, kind: pinned, vms: [a], hosts: [esx1]}
        - {name: two, kind: pinned, vms: [a], hosts: [esx1.example.org]}
""")
    assert [rule.hosts for rule in estate.affinity_rules] == [("host-esx1",), ("host-esx1",)]


def test_everything_knows_its_file_and_line(read):
    estate = read("""prod:
  vars:
    planner_cluster:
      name: Prod
    planner_networks:
      - name: A
    planner_datastores:
      - name: nfs
  hosts:
    esx1:
      planner_host:
        hypervisor: esxi
        datastores:
          - nfs
          - name: local
      planner_vms:
        - name: web
""")
    things = (*estate.clusters, *estate.hosts, *estate.networks, *estate.datastores, *estate.vms)
    assert {thing.name: thing.origin for thing in things} == {
        "Prod": "hosts.yml:4",
        "esx1": "hosts.yml:12",
        "A": "hosts.yml:6",
        "nfs": "hosts.yml:8",
        "local": "hosts.yml:15",
        "web": "hosts.yml:17",
    }


def test_ids_that_a_collection_gave_are_kept(read):
    estate = read("""
prod:
  vars: {planner_cluster: {id: cluster-old, name: Renamed}, planner_networks: [{id: net-old, name: New}]}
  hosts:
    host-esx1-9f47ef:
      planner_host: {name: esx1.example.org, hypervisor: esxi, datastores: [{id: ds-old, name: x}]}
      planner_vms: [{id: vm-old, name: web, nics: [{network: net-old}]}]
""")
    assert estate.clusters[0].id == "cluster-old"
    assert estate.hosts[0].id == "host-esx1-9f47ef"
    assert estate.hosts[0].datastores == ("ds-old",)
    assert (estate.vms[0].id, estate.vms[0].nics[0].network) == ("vm-old", "net-old")


def test_references_among_many_vms_are_found(read):
    vms = "".join(f"        - {{name: vm{n}, depends_on: [vm{n // 2}]}}\n" for n in range(1, 1001))
    head = "all:\n  hosts:\n    esx1:\n      planner_host: {hypervisor: esxi}\n      planner_vms:\n"
    estate = read(head + "        - {name: vm0}\n" + vms)
    assert len(estate.vms) == 1001
    assert sum(len(vm.depends_on) for vm in estate.vms) == 1000
