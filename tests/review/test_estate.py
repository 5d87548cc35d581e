"""What `collect` prints: totals, what is missing with its command, and what was left open."""

import io

import pytest
from rich.console import Console

from planner.knowledge.missing import _COMMANDS, missing
from planner.model.estate import (
    Cluster,
    Conflict,
    Cpu,
    Disk,
    DiskKind,
    Estate,
    Firmware,
    Gap,
    Host,
    HostNic,
    HypervisorKind,
    LocalDisk,
    ManagerKind,
    Nic,
    PowerState,
    VirtualMachine,
)
from planner.review.estate import estate_summary
from planner.units import GIB

WHOLE_HOST = {
    "version": "8.0",
    "cpu": Cpu(cores=8, flags=("vmx",)),
    "memory_bytes": 64 * GIB,
    "nics": (HostNic(name="vmnic0"),),
    "disks": (LocalDisk(id="wwn-1", capacity_bytes=GIB),),
    "networks": (),
}
WHOLE_VM = {
    "vcpus": 2,
    "memory_bytes": 4 * GIB,
    "power": PowerState.ON,
    "firmware": Firmware.BIOS,
    "guest_os": "Debian",
    "snapshots": (),
    "disks": (Disk(id="d", capacity_bytes=10 * GIB), Disk(id="cd", kind=DiskKind.CDROM)),
    "nics": (Nic(id="n", network="net-lan"),),
}


def estate(hypervisor=HypervisorKind.ESXI, hosts=(WHOLE_HOST,), vms=(WHOLE_VM,), **more):
    cluster = {key: more.pop(key) for key in ("manager", "manager_address") if key in more}
    return Estate(
        clusters=(Cluster(id="cluster-c", name="C [1]", hypervisor=hypervisor, **cluster),),
        hosts=tuple(
            Host(
                id=f"host-{number}",
                name=f"h {number}",
                hypervisor=hypervisor,
                cluster="cluster-c",
                **({"address": f"192.0.2.{number}"} | facts),
            )
            for number, facts in enumerate(hosts, 1)
        ),
        vms=tuple(
            VirtualMachine(
                id=f"vm-{number}", name=f"v {number}", cluster="cluster-c", **({"host": "host-1"} | facts)
            )
            for number, facts in enumerate(vms, 1)
        ),
        **more,
    )


def printed(shown):
    text = io.StringIO()
    Console(width=100, file=text).print(estate_summary(shown))
    return text.getvalue()


def test_an_estate_that_says_everything_lacks_nothing():
    assert missing(estate()) == ()


def test_a_guest_that_xen_starts_itself_has_no_firmware_to_miss():
    assert missing(estate(vms=(WHOLE_VM | {"firmware": None, "paravirtual": True},))) == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"hosts": (WHOLE_HOST, WHOLE_HOST | {"memory_bytes": None})}, "memory of 1 of 2 hosts"),
        ({"hosts": (WHOLE_HOST | {"networks": None},)}, "networks of 1 host"),
        ({"hosts": (), "vms": (WHOLE_VM | {"host": None},)}, "the hosts, host of 1 VM"),
        ({"vms": (WHOLE_VM, WHOLE_VM | {"snapshots": None})}, "snapshots of 1 of 2 VMs"),
        ({"vms": (WHOLE_VM | {"disks": (Disk(id="d"),)},)}, "size of a disk of 1 VM"),
    ],
)
def test_what_is_missing_is_counted(facts, said):
    (entry,) = missing(estate(**facts))
    assert ", ".join(entry.facts) == said


@pytest.mark.parametrize(
    ("more", "command"),
    [
        ({}, "planner collect vsphere://root@192.0.2.1"),
        (
            {"manager": ManagerKind.VCENTER, "manager_address": "vc.example.org"},
            "planner collect 'vsphere://<user>@vc.example.org'",
        ),
        ({"hypervisor": HypervisorKind.XENSERVER}, "planner collect xapi://root@192.0.2.1"),
        ({"hypervisor": HypervisorKind.KVM}, "planner collect qemu+ssh://root@192.0.2.1/system"),
        (
            {"vms": (WHOLE_VM | {"origin": "vsphere://root@esx1; export.xlsx", "vcpus": None},)},
            "the source has been asked: write what you know into the inventory",
        ),
    ],
)
def test_the_command_that_would_supply_it_fits_the_place(more, command):
    (entry,) = missing(estate(hosts=(WHOLE_HOST | {"memory_bytes": None},), **more))
    assert entry.command == command


def test_every_hypervisor_has_a_command():
    assert {*_COMMANDS} == {*HypervisorKind} - {HypervisorKind.NONE}


def test_a_hostile_address_stays_one_word_of_the_shell():
    (entry,) = missing(estate(hosts=(WHOLE_HOST | {"memory_bytes": None, "address": None},)))
    assert entry.command == "planner collect vsphere://root@'h 1'"


def test_the_summary_sums_and_never_takes_unknown_for_nothing():
    text = printed(estate(vms=(WHOLE_VM, WHOLE_VM | {"memory_bytes": None, "vcpus": None})))
    row = next(line for line in text.splitlines() if line.startswith("C [1]"))
    assert row.split() == ["C", "[1]", "ESXi", "1", "2", "2", "+", "4", "GiB", "+", "20", "GiB", "inventory"]
    assert "?" in printed(estate(vms=(WHOLE_VM | {"vcpus": None},)))


def test_what_was_left_open_is_shown_with_names():
    text = printed(
        estate(
            notes=("1 row left out",),
            gaps=(Gap(source="vc", what="tags", why="no privilege", remedy="ask"),),
            conflicts=(Conflict(subject="vm-1", fact="vcpus", kept="2", others=("4",)),),
        )
    )
    assert "not read: tags of vc: no privilege → ask" in text
    assert "sources disagree: v 1: vcpus is 2, elsewhere 4" in text
    assert "1 row left out" in text


def test_a_long_list_of_open_things_is_counted():
    assert "and 12 more" in printed(estate(notes=tuple(f"note {number}" for number in range(20))))
