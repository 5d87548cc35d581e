"""Whole decisions as people read them."""

import pytest

from planner.model.codec import to_data
from planner.model.estate import Disk
from planner.model.kinds import ManagerKind
from planner.units import TIB
from tests.decide.decide_estates import KVM, XCP, decided, estate, host, policy, vm

WINDOWS = "Microsoft Windows Server 2022 (64-bit)"
CASES = {
    "esxi-free": (
        estate(
            hosts=[host(number, edition="free") for number in (1, 2, 3)],
            vms=[vm(1), vm(2, guest_os=WINDOWS), vm(3, guest_os="FreeBSD 13 (64-bit)")],
            live_migration=False,
        ),
        policy(targets=(KVM, XCP)),
    ),
    "vcenter-that-wants-a-pool": (
        estate(
            manager=ManagerKind.VCENTER,
            live_migration=True,
            vms=[vm(1, disks=(Disk(id="0", capacity_bytes=3 * TIB, allocated_bytes=TIB),)), vm(2, vcpus=48)],
        ),
        policy(skills=("xcp-ng",), wants=("ha", "pool", "backup")),
    ),
    "xenserver-pool": (
        estate(
            kind="xenserver",
            live_migration=True,
            hosts=[host(number, "xenserver", version="8.2.1") for number in (1, 2, 3)],
            vms=[vm(1), vm(2, guest_os=WINDOWS, nested=None, firmware=None)],
        ),
        policy(),
    ),
    "old-kvm-with-a-hypervisor-inside": (
        estate(
            kind="kvm",
            hosts=[host(1, "kvm", version="4.5.0", edition="CentOS 7")],
            vms=[vm(1, nested=True), vm(2)],
        ),
        policy(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_decision(name, data_regression):
    data_regression.check(to_data(decided(*CASES[name])), basename=name)
