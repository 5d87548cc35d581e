"""Which transport is taken from where to where, and what is said about it."""

from dataclasses import replace

import pytest

from planner.knowledge import load_platforms, transport
from planner.model.estate import Cpu, Disk, Passthrough, Snapshot
from planner.model.kinds import DatastoreKind, ManagerKind, PassthroughKind, PowerState
from planner.model.plan import Transport
from planner.model.policy import ClusterPolicy, NetworkMapping, Policy, Strategy, TransferPolicy
from planner.route import route
from tests.route.route_estates import estate_of, route_of

KVM, EL, XCP = "kvm-debian-12", "kvm-el-9", "xcp-ng-8.3"
FREE, PAID = {"edition": "free"}, {"edition": "standard"}
ARM = {"cpu": Cpu(model="Ampere Altra")}
VCENTER = ManagerKind.VCENTER
VDDK = Policy(vddk_path="/opt/vddk")
REBUILD = Policy(clusters=(ClusterPolicy(cluster="Alpha", strategy=Strategy.CONVERT_IN_PLACE),))

WAYS = [
    # source, facts, policy, target, transport
    ("esxi", {"host": FREE}, None, KVM, "esxi-ssh"),
    ("esxi", {"host": FREE}, VDDK, KVM, "esxi-ssh"),
    ("esxi", {"host": PAID}, None, KVM, "esxi-ssh"),
    ("esxi", {"host": PAID}, VDDK, KVM, "vcenter-vddk"),
    ("esxi", {}, VDDK, KVM, "esxi-ssh"),
    ("esxi", {"host": {"edition": "Free"}}, VDDK, KVM, "esxi-ssh"),
    ("esxi", {"host": FREE | ARM}, None, KVM, None),
    ("kvm", {"live_migration": False, "host": ARM}, None, KVM, "libvirt-copy"),
    ("esxi", {"manager": VCENTER}, None, KVM, "vcenter-https"),
    ("esxi", {"manager": VCENTER}, VDDK, KVM, "vcenter-vddk"),
    ("esxi", {"manager": VCENTER, "store": DatastoreKind.VSAN}, None, KVM, None),
    ("esxi", {"manager": VCENTER, "store": DatastoreKind.VSAN}, VDDK, KVM, "vcenter-vddk"),
    ("esxi", {"manager": VCENTER, "store": DatastoreKind.VVOL}, None, KVM, None),
    ("esxi", {"host": FREE, "store": DatastoreKind.VSAN}, VDDK, KVM, None),
    ("esxi", {"manager": VCENTER, "store": None}, None, KVM, "vcenter-https"),
    ("esxi", {"host": FREE, "guest_os": "FreeBSD 13 (64-bit)"}, None, KVM, "disk-import"),
    ("esxi", {"manager": VCENTER, "guest_os": "Oracle Solaris 11"}, VDDK, KVM, "disk-import"),
    ("esxi", {"store": DatastoreKind.VSAN, "guest_os": "FreeBSD 13"}, VDDK, KVM, None),
    ("esxi", {"host": FREE, "guest_os": None}, None, KVM, "esxi-ssh"),
    ("esxi", {"host": FREE}, None, XCP, "disk-import"),
    ("esxi", {"manager": VCENTER}, VDDK, XCP, "disk-import"),
    ("esxi", {"manager": VCENTER, "store": DatastoreKind.VSAN}, VDDK, XCP, None),
    ("xenserver", {"host": {"version": "8.2.1"}}, None, XCP, "in-place"),
    ("xenserver", {"host": {"version": None}}, None, XCP, "in-place"),
    ("xenserver", {"host": {"version": "7.6.0"}}, None, XCP, None),
    ("xenserver", {"host": {"version": "7.6.0"}}, REBUILD, XCP, "xapi-migrate"),
    ("xenserver", {"host": {"version": "8.4.0"}}, None, XCP, None),
    ("xenserver", {"host": {"version": "8.4.0"}}, REBUILD, XCP, "xapi-migrate"),
    ("xenserver", {"host": {"version": "8.4.0"}}, None, KVM, "xapi-export"),
    ("xenserver", {"host": {"version": "8.2.1"}}, REBUILD, XCP, "xapi-migrate"),
    ("xenserver", {"host": {"version": "8.2.1"}, "paravirtual": True}, None, XCP, None),
    ("xcp-ng", {"host": {"version": "8.2.1"}}, None, XCP, "in-place"),
    ("xcp-ng", {"host": {"version": "8.3.0"}}, None, XCP, "xapi-migrate"),
    ("xenserver", {}, None, KVM, "xapi-export"),
    ("xcp-ng", {}, None, EL, "xapi-export"),
    ("xenserver", {"guest_os": "FreeBSD 13"}, None, KVM, "disk-import"),
    ("xenserver", {"paravirtual": True}, None, KVM, None),
    ("xen", {"paravirtual": False}, None, KVM, "xen-ssh"),
    ("xen", {"paravirtual": None}, None, KVM, "xen-ssh"),
    ("xen", {"paravirtual": True}, None, KVM, None),
    ("xen", {"guest_os": "OpenBSD 7"}, None, KVM, "disk-import"),
    ("xen", {}, None, XCP, "disk-import"),
    ("xen", {"paravirtual": True}, None, XCP, None),
    ("oracle-vm", {}, None, KVM, "xen-ssh"),
    ("kvm", {"live_migration": True, "host": {"edition": "Debian 11"}}, None, KVM, "libvirt-migrate"),
    ("kvm", {"live_migration": True, "host": {"edition": "CentOS 7"}}, None, KVM, "libvirt-copy"),
    ("kvm", {"live_migration": True, "host": {"edition": "CentOS 7"}}, None, EL, "libvirt-migrate"),
    ("kvm", {"live_migration": True}, None, KVM, "libvirt-copy"),
    ("kvm", {"live_migration": False, "host": {"edition": "Debian 11"}}, None, KVM, "libvirt-copy"),
    (
        "kvm",
        {"live_migration": True, "host": {"edition": "Debian 11"}, "power": PowerState.OFF},
        None,
        KVM,
        "libvirt-copy",
    ),
    ("kvm", {}, None, XCP, "disk-import"),
    ("none", {}, None, KVM, None),
]


@pytest.mark.parametrize(("source", "facts", "policy", "platform", "expected"), WAYS)
def test_transport(source, facts, policy, platform, expected):
    found = route_of(platform, estate_of(source, **facts), policy)
    assert found.transport == expected
    assert found.reason
    assert bool(found.commands) == (expected is not None)


def test_every_transport_of_the_knowledge_is_reached_by_the_table_above():
    assert {expected for *_, expected in WAYS} == {*Transport, None}


def test_every_vm_has_one_route_to_every_platform():
    routes = route(estate_of("esxi", template=True, power=PowerState.OFF), Policy(), load_platforms())
    assert [(each.vm, each.platform) for each in routes] == [("vm-web", p.id) for p in load_platforms()]


def test_a_vm_without_a_host_is_judged_by_its_cluster():
    estate = estate_of("esxi", host=FREE)
    assert route_of(KVM, estate_of("esxi", host=FREE)).source == "esxi"
    lost = replace(estate, vms=(replace(estate.vms[0], host=None, reported_host="gone"),))
    found = route_of(KVM, lost, VDDK)
    assert (found.source, found.transport) == ("esxi", "esxi-ssh")
    assert any("'ssh://root@<source host>/vmfs/" in command for command in found.commands)


def rejections(found):
    return {alternative.transport: alternative.rejected for alternative in found.considered}


def test_what_was_considered_says_why_not():
    why_not = rejections(route_of(KVM, estate_of("esxi", host=FREE), VDDK))
    assert why_not == {
        "disk-import": "virt-v2v converts this guest",
        "vcenter-vddk": "no vCenter manages the host",
        "vcenter-https": "no vCenter manages the host",
    }


def test_what_would_work_too_comes_second():
    why_not = rejections(route_of(KVM, estate_of("esxi", manager=VCENTER), VDDK))
    assert (
        why_not["esxi-ssh"]
        == "it comes second, since a vCenter manages the host and the policy names a VDDK (vddk_path)"
    )


def test_a_refusal_names_the_remedy_and_holds_for_every_transport():
    found = route_of(KVM, estate_of("esxi", manager=VCENTER, store=DatastoreKind.VSAN))
    assert "vddk_path" in found.reason
    assert "VMFS" in found.reason
    assert all("VDDK" in why for why in rejections(found).values())


@pytest.mark.parametrize(
    ("source", "facts", "platform", "sentence"),
    [
        ("esxi", {"config_path": None}, KVM, "vim-cmd vmsvc/getallvms"),
        ("esxi", {"guest_os": "FreeBSD 13"}, KVM, "tried on a copy"),
        ("esxi", {"guest_os": None}, XCP, "Which system the guest runs"),
        ("esxi", {}, XCP, "xen-blkfront"),
        ("esxi", {"guest_os": "Windows Server 2019"}, XCP, "PV drivers are installed"),
        ("xenserver", {"host": {"version": None}}, XCP, "software-version"),
        ("esxi", {"disks": (Disk(id="0", capacity_bytes=3 * 1024**4),)}, XCP, "QCOW2"),
        ("esxi", {"encrypted": True}, KVM, "decrypted"),
    ],
)
def test_preconditions(source, facts, platform, sentence):
    usual = estate_of(source, **({"host": {"version": "8.2.1"}} if source == "xenserver" else {}))
    assert any(sentence in line for line in route_of(platform, estate_of(source, **facts)).preconditions)
    assert facts == {} or not any(sentence in line for line in route_of(platform, usual).preconditions)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"vtpm": True}, "virtual TPM"),
        ({"snapshots": (Snapshot(name="before"),)}, "All snapshots"),
        ({"passthrough": (Passthrough(kind=PassthroughKind.USB),)}, "passed through"),
        ({"guest_os": "Windows Server 2019"}, "Windows restarts"),
    ],
)
def test_losses(facts, sentence):
    assert any(sentence in line for line in route_of(KVM, estate_of("esxi", **facts)).losses)
    assert not any(
        sentence in line for line in route_of(KVM, estate_of("esxi", snapshots=(), vtpm=False)).losses
    )


@pytest.mark.parametrize(
    ("source", "facts", "platform", "live"),
    [
        ("xenserver", {"live_migration": True, "host": {"version": "8.2.1"}}, XCP, True),
        ("xenserver", {"live_migration": None, "host": {"version": "8.2.1"}}, XCP, False),
        (
            "xenserver",
            {"live_migration": True, "host": {"version": "8.2.1"}, "power": PowerState.OFF},
            XCP,
            False,
        ),
        ("kvm", {"live_migration": True, "host": {"edition": "Debian 11"}}, KVM, True),
        ("esxi", {"live_migration": True}, KVM, False),
    ],
)
def test_live(source, facts, platform, live):
    assert route_of(platform, estate_of(source, **facts)).live is live


def test_rate_is_the_transports_own_unless_it_was_measured():
    estate = estate_of("esxi", host=FREE)
    assert route_of(KVM, estate).rate_bytes == transport(Transport.ESXI_SSH).rate_bytes
    measured = Policy(transfers=TransferPolicy(measured_bytes=123_000_000))
    assert route_of(KVM, estate, measured).rate_bytes == 123_000_000
    assert route_of(XCP, estate_of("xenserver", host={"version": "8.2.1"}), measured).rate_bytes == 0


def test_commands_of_esxi_free_to_kvm():
    mapped = Policy(network_map=(NetworkMapping(source="VM Network", bridge="br120"),))
    estate = estate_of("esxi", host={"edition": "free", "address": "192.0.2.11"})
    assert route_of(KVM, estate, mapped).commands == (
        "ssh root@192.0.2.11 vim-cmd vmsvc/power.shutdown '<vmid of vim-cmd vmsvc/getallvms>'",
        (
            "virt-v2v -i vmx -it ssh ssh://root@192.0.2.11/vmfs/volumes/ds%201/web/web.vmx"
            " --mac=00:50:56:aa:bb:cc:bridge:br120 -o libvirt -os '<target pool>' -of qcow2"
        ),
    )


def test_commands_of_vcenter_and_of_a_licensed_host():
    policy = Policy(vddk_path="/opt/vd dk")
    vcenter = {"manager_address": "vc.example.org", "datacentre": "DC 1"}
    managed = estate_of("esxi", manager=VCENTER, cluster=vcenter, host={"address": "esx1.example.org"})
    assert route_of(KVM, managed, policy).commands == (
        (
            "virt-v2v -ic 'vpx://<user>@vc.example.org/DC%201/Alpha/esx1.example.org' -it vddk"
            " -io 'vddk-libdir=/opt/vd dk' -ip '<password file>' '--mac=00:50:56:aa:bb:cc:bridge:<bridge>'"
            " -o libvirt -os '<target pool>' -of qcow2 -- web"
        ),
    )
    single = estate_of("esxi", host={"edition": "standard", "address": "esx1.example.org"})
    assert "-ic esx://root@esx1.example.org -it vddk" in route_of(KVM, single, policy).commands[0]


def test_large_disks_go_to_xcpng_raw_and_small_ones_as_vhd():
    small = "\n".join(route_of(XCP, estate_of("kvm")).commands)
    large = "\n".join(
        route_of(XCP, estate_of("kvm", disks=(Disk(id="0", capacity_bytes=3 * 1024**4),))).commands
    )
    assert "subformat=dynamic,force_size=on" in small
    assert "image-format=qcow2" not in small
    assert "image-format=qcow2" in large
    assert "-O raw" in large
    assert "-O vpc" not in large


def test_a_directory_that_holds_two_disks_is_copied_once():
    disks = tuple(Disk(id=str(n), path=f"[ds 1] web/web_{n}.vmdk", capacity_bytes=1024) for n in range(2))
    commands = route_of(XCP, estate_of("esxi", disks=disks)).commands
    assert sum(command.startswith("scp") for command in commands) == 1
    assert sum(command.startswith("qemu-img") for command in commands) == 2


@pytest.mark.parametrize(
    ("version", "says", "not_says"),
    [
        ("8.4.0", "no installer goes back", "bring the pool to one of them"),
        ("7.6.0", "bring the pool to one of them", "no installer goes back"),
    ],
)
def test_a_pool_that_is_too_new_is_not_told_to_upgrade_first(version, says, not_says):
    reason = route_of(XCP, estate_of("xenserver", host={"version": version})).reason
    assert says in reason
    assert not_says not in reason
