"""Reading a live vCenter and an ESXi host: govmomi's simulator answers, the API itself says what is true."""

import sys
from dataclasses import replace

import pytest
from pyVmomi import vim

from planner.errors import InputError
from planner.model.estate import Attribute
from planner.model.kinds import AffinityKind, ManagerKind, PowerState
from planner.model.setting import SettingKind
from planner.read.vsphere import read_vsphere
from planner.units import MIB
from tests.read.vsphere.proxy import Behaviour, before
from tests.read.vsphere.simulators import PASSWORD, administrator

HOSTILE = "Büro 数据 {{ lookup('pipe', 'id') }} / 100%"
READING = {
    "RetrieveServiceContent",
    "Login",
    "CreateContainerView",
    "RetrievePropertiesEx",
    "ContinueRetrievePropertiesEx",
    "DestroyView",
    "QueryAssignedLicenses",
    "Logout",
}


@pytest.fixture(scope="module")
def estate(vcenter):
    """The simulated vCenter with what people do to one, as the planner reads it."""
    with administrator(vcenter) as admin:
        admin.reconfigure("DC0_C0_RP0_VM2", annotation="first\nsecond", numCPUs=4, memoryMB=2048)
        admin.reconfigure("DC0_C0_RP0_VM2", cpuHotAddEnabled=True, firmware="efi")
        admin.reconfigure(
            "DC0_C0_RP0_VM2",
            cpuAllocation=vim.ResourceAllocationInfo(limit=1500),
            flags=vim.vm.FlagInfo(diskUuidEnabled=True),
            latencySensitivity=vim.LatencySensitivity(level="high"),
            extraConfig=[
                vim.option.OptionValue(key="guestinfo.userdata", value=PASSWORD),
                vim.option.OptionValue(key="numa.nodeAffinity", value="1"),
            ],
        )
        admin.snapshot("DC0_C0_RP0_VM3", "before {{ patch }}", "after")
        admin.attribute("DC0_C0_RP0_VM3", "owner", HOSTILE)
        admin.tag("DC0_C0_RP0_VM3", "backed up")
        admin.power_off("DC0_C1_RP0_VM0")
        admin.maintain("DC0_C1_H0")
        admin.cluster("DC0_C0", _rules(admin))
        admin.rename("DC0_C0_RP0_VM0", HOSTILE)
        admin.rename("DC0_C0_RP0_VM1", "web-01")
    return read_vsphere(vcenter.endpoint)


def _rules(admin):
    vms = [admin.find(vim.VirtualMachine, f"DC0_C0_RP0_VM{number}") for number in range(4, 8)]
    hosts = [admin.find(vim.HostSystem, f"DC0_C0_H{number}") for number in (0, 1)]
    rules = [
        vim.cluster.AntiAffinityRuleSpec(name="apart", enabled=True, vm=vms[:2]),
        vim.cluster.AffinityRuleSpec(name="together", enabled=True, vm=vms[2:]),
        vim.cluster.AffinityRuleSpec(name="off", enabled=False, vm=vms[:2]),
        vim.cluster.VmHostRuleInfo(
            name="licence", enabled=True, mandatory=True, vmGroupName="vms", affineHostGroupName="licensed"
        ),
        vim.cluster.VmHostRuleInfo(
            name="elsewhere",
            enabled=True,
            mandatory=False,
            vmGroupName="vms",
            antiAffineHostGroupName="licensed",
        ),
    ]
    groups = [
        vim.cluster.VmGroup(name="vms", vm=vms[:1]),
        vim.cluster.HostGroup(name="licensed", host=hosts),
    ]
    return vim.cluster.ConfigSpecEx(
        rulesSpec=[vim.cluster.RuleSpec(operation="add", info=rule) for rule in rules],
        groupSpec=[vim.cluster.GroupSpec(operation="add", info=group) for group in groups],
    )


def named(things, name):
    return next(thing for thing in things if thing.name == name)


def refused(endpoint):
    with pytest.raises(InputError) as caught:
        read_vsphere(endpoint)
    assert {problem.file for problem in caught.value.problems} == {endpoint.url}
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_every_host_and_vm_is_read(estate):
    assert (len(estate.hosts), len(estate.vms)) == (14, 40)
    assert estate.gaps == ()


def test_clusters_and_hosts_alone(estate):
    assert [cluster.name for cluster in estate.clusters] == ["DC0_C0", "DC0_C1", "DC0_H0", "DC0_H1"]
    assert {cluster.manager for cluster in estate.clusters} == {ManagerKind.VCENTER}
    assert {cluster.manager_address for cluster in estate.clusters} == {"127.0.0.1"}
    assert {cluster.datacentre for cluster in estate.clusters} == {"DC0"}
    assert [cluster.drs_enabled for cluster in estate.clusters] == [True, True, False, False]
    assert [cluster.ha_enabled for cluster in estate.clusters] == [None, None, False, False]
    homes = [host.cluster for host in estate.hosts]
    assert [homes.count(cluster.id) for cluster in estate.clusters] == [6, 6, 1, 1]


def test_what_the_api_says_is_what_is_read(estate, vcenter):
    """The same properties, asked one by one and compared."""
    with administrator(vcenter) as admin:
        view = admin.content.viewManager.CreateContainerView(
            admin.content.rootFolder, [vim.VirtualMachine], True
        )
        hosts = {host.id: host for host in estate.hosts}
        vms = {vm.moref: vm for vm in estate.vms}
        for found in view.view:
            vm = vms[f"127.0.0.1/{found._moId}"]
            config = found.config
            assert vm.instance_uuid == config.instanceUuid
            assert vm.uuid == config.uuid
            assert vm.vcpus == config.hardware.numCPU
            assert vm.memory_bytes == config.hardware.memoryMB * MIB
            assert vm.hardware_version == config.version
            assert vm.config_path == config.files.vmPathName
            assert hosts[vm.host].moref == f"127.0.0.1/{found.runtime.host._moId}"
            devices = config.hardware.device
            sizes = [one.capacityInKB * 1024 for one in devices if isinstance(one, vim.vm.device.VirtualDisk)]
            assert [disk.capacity_bytes for disk in vm.disks] == sizes
            cards = [one for one in devices if isinstance(one, vim.vm.device.VirtualEthernetCard)]
            assert [nic.mac for nic in vm.nics] == [card.macAddress for card in cards]
            groups = [admin.find(vim.dvs.DistributedVirtualPortgroup, "DC0_DVPG0").key] * len(cards)
            assert [card.backing.port.portgroupKey for card in cards] == groups
            networks = {network.id: network.name for network in estate.networks}
            assert [networks[nic.network] for nic in vm.nics] == ["DC0_DVPG0"] * len(cards)


def test_names_come_back_as_they_were_typed(estate):
    assert named(estate.vms, HOSTILE).power is PowerState.ON
    assert named(estate.vms, "web-01").id.startswith("vm-web-01-")


def test_what_was_set_is_read(estate):
    vm = named(estate.vms, "DC0_C0_RP0_VM2")
    assert (vm.vcpus, vm.memory_bytes, vm.cpu_hotplug) == (4, 2048 * MIB, True)
    assert vm.annotation == "first\nsecond"
    assert {(setting.kind, setting.value) for setting in vm.settings} >= {
        (SettingKind.CPU_LIMIT, "1500 MHz"),
        (SettingKind.DISK_SERIAL, "scsi0:0"),
        (SettingKind.LATENCY_SENSITIVE, "high"),
        (SettingKind.NUMA_AFFINITY, "1"),
    }
    assert named(estate.vms, "DC0_C1_RP0_VM0").power is PowerState.OFF
    assert named(estate.hosts, "DC0_C1_H0").maintenance is True
    assert named(estate.hosts, "DC0_C1_H1").maintenance is False
    assert {host.connected for host in estate.hosts} == {True}


def test_snapshots_attributes_and_tags(estate):
    vm = named(estate.vms, "DC0_C0_RP0_VM3")
    assert [snapshot.name for snapshot in vm.snapshots] == ["before {{ patch }}", "after"]
    assert all(snapshot.created for snapshot in vm.snapshots)
    assert vm.attributes == (Attribute(name="owner", value=HOSTILE),)
    assert vm.tags == ("backed up",)
    assert {vm.snapshots for vm in estate.vms if vm.name != "DC0_C0_RP0_VM3"} == {()}


def test_rules(estate):
    names = {vm.id: vm.name for vm in estate.vms} | {host.id: host.name for host in estate.hosts}
    rules = {
        rule.name: (
            rule.kind,
            {names[vm] for vm in rule.vms},
            {names[host] for host in rule.hosts},
            rule.mandatory,
        )
        for rule in estate.affinity_rules
    }
    first = {"DC0_C0_RP0_VM4"}
    assert rules == {
        "apart": (AffinityKind.APART, first | {"DC0_C0_RP0_VM5"}, set(), True),
        "together": (AffinityKind.TOGETHER, {"DC0_C0_RP0_VM6", "DC0_C0_RP0_VM7"}, set(), True),
        "licence": (AffinityKind.PINNED, first, {"DC0_C0_H0", "DC0_C0_H1"}, True),
        "elsewhere": (AffinityKind.PINNED, first, {f"DC0_C0_H{number}" for number in range(2, 6)}, False),
    }


def test_networks_and_datastores(estate):
    host = named(estate.hosts, "DC0_C0_H0")
    names = {network.id: network for network in estate.networks}
    carried = {names[one.network].name: (names[one.network].vlan, one.uplinks) for one in host.networks}
    assert carried["VM Network"] == (0, ("vmnic0",))
    assert "DC0_DVPG0" in carried
    assert [(store.name, store.shared) for store in estate.datastores] == [
        ("LocalDS_0", True),
        ("LocalDS_1", True),
    ]
    assert len(host.datastores) == 2


def test_only_calls_that_read_arrive(vcenter, certificate):
    behaviour = Behaviour(page=3)
    with before(vcenter, certificate, behaviour) as server:
        read = read_vsphere(server.endpoint)
    assert len(read.vms) == 40
    soap = [call for call in behaviour.calls if " " not in call]
    rest = [call for call in behaviour.calls if " " in call]
    assert set(soap) == READING
    assert soap.count("ContinueRetrievePropertiesEx") > 40 // 3
    assert soap.count("CreateContainerView") == soap.count("DestroyView")
    assert soap[-1] == "Logout"
    tagging = "/rest/com/vmware/cis/tagging/tag"
    assert {call for call in rest if not call.startswith(f"GET {tagging}")} == {
        "GET /sdk/vimServiceVersions.xml",
        "POST /api/session",
        "POST /rest/com/vmware/cis/session",
        f"POST {tagging}-association?~action=list-attached-objects-on-tags",
        "DELETE /rest/com/vmware/cis/session",
    }


def test_pages_change_nothing(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(page=7)) as server:
        paged = read_vsphere(server.endpoint)
    whole = read_vsphere(vcenter.endpoint)
    assert [vm.id for vm in paged.vms] == [vm.id for vm in whole.vms]
    assert [replace(vm, origin=None) for vm in paged.vms] == [replace(vm, origin=None) for vm in whole.vms]


def test_a_connection_that_drops_midway_says_what_was_missed(vcenter, certificate):
    """Pages of five: 40 VMs are eight, of which the last three do not come."""
    behaviour = Behaviour(page=5)
    with before(vcenter, certificate, behaviour) as server:
        read_vsphere(server.endpoint)
    pages = behaviour.calls.count("ContinueRetrievePropertiesEx")
    dropping = Behaviour(page=5, drops_at=("ContinueRetrievePropertiesEx", pages - 2))
    with before(vcenter, certificate, dropping) as server:
        estate = read_vsphere(server.endpoint)
    assert (len(estate.hosts), len(estate.vms)) == (14, 25)
    assert [gap.what for gap in estate.gaps] == ["VMs"]
    assert "the connection broke at VMs" in estate.gaps[0].why
    assert estate.gaps[0].remedy == "read again"


def test_a_connection_that_drops_early_loses_the_rest(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(drops_at=("CreateContainerView", 2))) as server:
        estate = read_vsphere(server.endpoint)
    assert len(estate.hosts) == 14
    assert estate.vms == ()
    assert {"VMs", "datastores", "clusters with HA, DRS and rules"} <= {gap.what for gap in estate.gaps}


def test_a_connection_that_drops_before_anything_is_an_error(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(drops_at=("CreateContainerView", 1))) as server:
        assert "tells of neither hosts nor VMs: the connection broke at hosts" in refused(server.endpoint)


def test_an_answer_that_does_not_come(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(sleeps_at="QueryAssignedLicenses")) as server:
        estate = read_vsphere(replace(server.endpoint, timeout=0.7))
    assert any("no answer in time" in gap.why for gap in estate.gaps)
    assert len(estate.hosts) == 14


def test_properties_that_the_user_may_not_read(vcenter, certificate):
    denied = Behaviour(denied=frozenset({"config.hardware", "snapshot", "licenseAssignmentManager"}))
    with before(vcenter, certificate, denied) as server:
        estate = read_vsphere(server.endpoint)
    gaps = {gap.what: gap.remedy for gap in estate.gaps}
    assert gaps["VMs: config.hardware, snapshot of 40"].startswith("give the user the role Read-only")
    assert "Global.Licenses" in gaps["the licences of hosts, which tell ESXi Free"]
    assert {(vm.snapshots, vm.vcpus, vm.disks, vm.vtpm, vm.encrypted) for vm in estate.vms} == {
        (None, None, (), None, None)
    }


@pytest.mark.parametrize(("kind", "what"), [("VirtualMachine", "VMs"), ("HostSystem", "hosts")])
def test_objects_whose_names_the_user_may_not_read_are_a_gap(vcenter, certificate, kind, what):
    with before(vcenter, certificate, Behaviour(denied=frozenset({f"{kind} name"}))) as server:
        estate = read_vsphere(server.endpoint)
    read = {"VMs": len(estate.vms), "hosts": len(estate.hosts)}
    assert read == {"VMs": 40, "hosts": 14} | {what: 0}
    assert [gap.what for gap in estate.gaps] == [f"{what}: name of {40 if what == 'VMs' else 14}"]


def test_a_call_that_the_user_may_not_make(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(refuses=frozenset({"QueryAssignedLicenses"}))) as server:
        estate = read_vsphere(server.endpoint)
    (gap,) = estate.gaps
    assert gap.what == "the licences of hosts, which tell ESXi Free"
    assert "NoPermission" in gap.why


def test_an_older_server_is_asked_without_newer_properties(vcenter, certificate):
    lacks = frozenset({"config.keyId", "guest.toolsVersionStatus2"})
    with before(vcenter, certificate, Behaviour(lacks=lacks)) as server:
        estate = read_vsphere(server.endpoint)
    assert estate.gaps == ()
    assert len(estate.vms) == 40


def test_tags_that_cannot_be_read_are_a_gap(vcenter, certificate):
    with before(vcenter, certificate, Behaviour(rest=False)) as server:
        estate = read_vsphere(server.endpoint)
    assert [gap.what for gap in estate.gaps] == ["tags of VMs"]
    assert "HTTP 503" in estate.gaps[0].why
    assert {vm.tags for vm in estate.vms} == {()}


def test_tags_of_the_newer_rest_api(estate, vcenter, certificate):
    behaviour = Behaviour(modern=True)
    with before(vcenter, certificate, behaviour) as server:
        found = read_vsphere(server.endpoint)
    assert named(found.vms, "DC0_C0_RP0_VM3").tags == ("backed up",)
    assert [call for call in behaviour.calls if "/rest/" in call] == []
    assert {"POST /api/session", "DELETE /api/session"} <= set(behaviour.calls)


def test_a_host_alone_is_a_cluster_of_its_own(esxi):
    estate = read_vsphere(esxi.endpoint)
    (cluster,), (host,) = estate.clusters, estate.hosts
    assert cluster.name == host.name == host.address == "127.0.0.1"
    assert (cluster.manager, cluster.manager_address) == (ManagerKind.NONE, None)
    assert (cluster.live_migration, cluster.ha_enabled, cluster.drs_enabled) == (False, False, False)
    assert host.edition == "free"
    assert host.moref == "127.0.0.1/ha-host"
    assert [(vm.name, vm.host) for vm in estate.vms] == [("ha-host_VM0", host.id), ("ha-host_VM1", host.id)]
    assert [(store.name, store.shared) for store in estate.datastores] == [("LocalDS_0", False)]
    assert estate.gaps == ()


def test_a_host_alone_is_asked_for_no_tags(esxi, certificate):
    behaviour = Behaviour()
    with before(esxi, certificate, behaviour) as server:
        read_vsphere(server.endpoint)
    assert [call for call in behaviour.calls if " " in call] == ["GET /sdk/vimServiceVersions.xml"]
    assert "QueryAssignedLicenses" not in behaviour.calls


def test_a_pinned_certificate(esxi, thumbprint):
    assert len(read_vsphere(replace(esxi.endpoint, ca_file=None, thumbprint=thumbprint)).vms) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "not it"}, "refuses the user name or the password"),
        ({"password": None}, "refuses the user name or the password"),
        ({"user": "nobody"}, "refuses the user name or the password"),
        ({"user": None}, "needs a user: write it like vsphere://root@host"),
        ({"ca_file": None}, "certificate that is not trusted"),
        ({"ca_file": None, "thumbprint": "ab" * 32}, "not the one given"),
        ({"port": 1}, "does not answer: [Errno 111] Connection refused"),
    ],
)
def test_what_cannot_be_logged_in_to(esxi, changes, said):
    message = refused(replace(esxi.endpoint, **changes))
    assert said in message
    assert "not it" not in message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<html>", "its list of versions is no XML"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "its list of versions is no XML"),
        (b"<namespaces version='1.0'/>", "lists no version of the API that is known"),
    ],
)
def test_something_else_that_answers(esxi, certificate, answer, said):
    with before(esxi, certificate, Behaviour(answer=answer)) as server:
        assert said in refused(server.endpoint)


def test_without_the_library(esxi, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyVmomi", None)
    assert "pip install 'hypervisor-exit-planner[vsphere]'" in refused(esxi.endpoint)
