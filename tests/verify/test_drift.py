"""What changed between two readings of an estate."""

from dataclasses import replace

import pytest

from planner.model.estate import AffinityRule, Disk, HostNic
from planner.model.kinds import AffinityKind, PowerState
from planner.units import GIB
from planner.verify import drift
from tests.strategies import make_cluster, make_estate, make_host, make_vm

NIC = HostNic(name="eth0", mac="00:50:56:00:00:01", speed_bytes=125_000_000)
DISK = Disk(id="scsi0:0", capacity_bytes=10 * GIB)
ESTATE = make_estate(
    (make_cluster(),),
    [make_host("esx1", 64, nics=(NIC,))],
    [make_vm("web", 4, "esx1", disks=(DISK,))],
)


def vm(**facts):
    return replace(ESTATE, vms=tuple(replace(found, **facts) for found in ESTATE.vms))


def host(**facts):
    return replace(ESTATE, hosts=tuple(replace(found, **facts) for found in ESTATE.hosts))


RULE = AffinityRule(id="rule-1", name="apart", kind=AffinityKind.APART, vms=(), mandatory=True)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (ESTATE, []),
        (vm(memory_bytes=16 * GIB), ["VM web: memory: 4 GiB, now 16 GiB"]),
        (vm(power=PowerState.OFF, vcpus=None), ["VM web: power: on, now off", "VM web: vcpus: 1, now none"]),
        (
            vm(disks=(replace(DISK, capacity_bytes=20 * GIB),)),
            ["VM web: disks scsi0:0 capacity: 10 GiB, now 20 GiB"],
        ),
        (
            vm(disks=(DISK, Disk(id="scsi0:1", capacity_bytes=GIB))),
            ["VM web: disks scsi0:1: none, now there"],
        ),
        (vm(disks=()), ["VM web: disks scsi0:0: there, now none"]),
        (
            host(nics=(replace(NIC, speed_bytes=1_250_000_000),)),
            ["host esx1: nics eth0 speed: 125 MB/s, now 1250 MB/s"],
        ),
        (host(cpu=replace(ESTATE.hosts[0].cpu, cores=32)), ["host esx1: cpu cores: 16, now 32"]),
        (replace(ESTATE, vms=()), ["VM web: is gone"]),
        (replace(ESTATE, affinity_rules=(RULE,)), ["rule apart: is new"]),
    ],
)
def test_differences_name_the_machine_and_both_values(now, told):
    assert [f"{found.subject}: {found.what}" for found in drift(ESTATE, now)] == told


def test_files_and_lines_are_no_difference():
    moved = replace(ESTATE, vms=tuple(replace(found, origin=None) for found in ESTATE.vms))
    assert drift(ESTATE, moved) == ()
