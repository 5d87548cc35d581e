"""The pilot: few VMs, of low criticality, and yet an example of each kind that follows."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.estate import Datastore, DatastoreId, Disk, VmId
from planner.model.kinds import Criticality, DatastoreKind, DiskKind, Firmware, HypervisorKind, ServiceRole
from planner.model.plan import Group
from planner.model.policy import Policy, WavePolicy
from tests.place.test_phases import placed
from tests.strategies import make_cluster, make_estate, make_host, make_vm, problem

LINUX, WINDOWS = "Debian GNU/Linux 12 (64-bit)", "Microsoft Windows Server 2022 (64-bit)"
STORES = tuple(
    Datastore(id=DatastoreId(f"ds-{kind}"), name=str(kind), kind=kind, shared=True)
    for kind in (DatastoreKind.NFS, DatastoreKind.VMFS)
)


def vm(name, guest=LINUX, store="vmfs", firmware=Firmware.BIOS, cluster="c", **facts):
    disk = Disk(id="d", capacity_bytes=1, datastore=DatastoreId(f"ds-{store}"), path=f"{name}.vmdk")
    usual = {"guest_os": guest, "firmware": firmware, "disks": (disk,), "criticality": Criticality.LOW}
    return make_vm(name, 1, f"{cluster}1", cluster, **{**usual, **facts})


def pilot(*vms, size=2, groups=(), names="c"):
    """The VMs of the pilot by name, and why it is the pilot."""
    hosts = [make_host(f"{name}1", 64, name) for name in names]
    hosts += [make_host(f"{name}-new", 64, name, hypervisor=HypervisorKind.NONE) for name in names]
    clusters = tuple(make_cluster(name) for name in names)
    policy = Policy(waves=WavePolicy(pilot_vms=size))
    case = replace(problem(make_estate(clusters, hosts, vms, (), STORES), policy), groups=groups)
    phase = next(phase for placement in placed(case) for phase in placement.phases if "pilot" in phase.reason)
    return {move.vm.removeprefix("vm-") for move in phase.moves}, phase.reason


ALL = (
    "the pilot: few VMs of low criticality first, of every kind of guest, firmware and storage that follows; "
)


def test_it_covers_with_few_vms_what_the_first_by_risk_would_not():
    alike = [vm(name) for name in "abc"]
    chosen, reason = pilot(*alike, vm("z", WINDOWS, "nfs", Firmware.UEFI))
    assert chosen == {"a", "z"}
    assert reason.startswith(ALL)


def test_one_vm_that_shows_more_goes_before_one_that_is_smaller():
    chosen, _ = pilot(vm("a"), vm("b"), vm("y", LINUX, "nfs"), vm("z", WINDOWS, "nfs", Firmware.UEFI), size=2)
    assert chosen == {"a", "z"}


@pytest.mark.parametrize(
    "facts",
    [{"criticality": Criticality.HIGH}, {"roles": (ServiceRole.DNS,)}],
    ids=["of high criticality", "infrastructure"],
)
def test_nothing_that_hurts_is_an_example_and_what_is_lacking_is_said(facts):
    chosen, reason = pilot(vm("a"), vm("b"), vm("z", WINDOWS, "nfs", **facts))
    assert chosen == {"a", "b"}
    assert "; what follows and is not among them: disks on NFS, Windows guests; " in reason


def test_a_vm_of_normal_or_unknown_criticality_may_be_an_example():
    chosen, reason = pilot(vm("a"), vm("b"), vm("z", WINDOWS, criticality=None))
    assert chosen == {"a", "z"}
    assert reason.startswith(ALL)


def test_what_follows_in_other_clusters_counts():
    _, reason = pilot(vm("a"), vm("b", WINDOWS, cluster="d", criticality=Criticality.HIGH), names="cd")
    assert "not among them: Windows guests; " in reason


def test_a_pilot_that_is_too_small_says_what_it_leaves_out():
    chosen, reason = pilot(vm("a"), vm("y", WINDOWS, "nfs"), vm("z", LINUX, "nfs", Firmware.UEFI), size=1)
    assert chosen == {"a"}
    assert "not among them: disks on NFS, UEFI firmware, Windows guests; " in reason


def test_raw_devices_are_a_kind_of_their_own_and_media_are_none():
    disk = Disk(id="d", capacity_bytes=1, datastore=DatastoreId("ds-nfs"), kind=DiskKind.RDM)
    cd = replace(disk, kind=DiskKind.CDROM)
    _, reason = pilot(vm("a", disks=(disk,), criticality=Criticality.HIGH), vm("b"), vm("c", disks=(cd,)))
    assert "not among them: raw device mappings; " in reason


def test_what_moves_together_is_no_example():
    group = Group(vms=(VmId("vm-y"), VmId("vm-z")), reason="they share a disk")
    chosen, reason = pilot(vm("a"), vm("y", WINDOWS), vm("z", WINDOWS), groups=(group,))
    assert chosen == {"a"}
    assert "not among them: Windows guests; " in reason


def test_where_nothing_is_known_nothing_is_claimed():
    unknown = {"guest": None, "firmware": None, "disks": ()}
    _, reason = pilot(vm("a", **unknown), vm("b", **unknown))
    assert reason.startswith("the pilot: few VMs of low criticality first; ")


VMS = st.tuples(
    st.sampled_from([LINUX, WINDOWS, None]),
    st.sampled_from(["nfs", "vmfs"]),
    st.sampled_from([Firmware.BIOS, Firmware.UEFI, None]),
    st.sampled_from([Criticality.LOW, Criticality.NORMAL, None]),
)


@settings(deadline=None)
@given(st.lists(VMS, min_size=1, max_size=6), st.randoms())
def test_with_room_enough_every_kind_is_there_whatever_the_order_of_the_input(drawn, random):
    vms = [
        vm(f"v{number}", guest, store, firmware, criticality=criticality)
        for number, (guest, store, firmware, criticality) in enumerate(drawn)
    ]
    found = pilot(*vms, size=6)
    assert found[1].startswith(ALL)
    small = pilot(*vms, size=2)
    random.shuffle(vms)
    assert (pilot(*vms, size=6), pilot(*vms, size=2)) == (found, small)
