"""What an estate lacks, counted for each cluster, and the command that would supply it."""

import pytest

from planner.knowledge.missing import _COMMANDS, missing, unjudged
from planner.model.estate import Disk
from planner.model.kinds import HypervisorKind, ManagerKind
from tests.knowledge.missing_estates import WHOLE_HOST, WHOLE_VM, estate


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


def test_concerns_ask_for_more_than_a_plan_does():
    whole = estate()
    assert missing(whole) == ()
    asked = unjudged(whole.clusters[0], whole)
    assert "guest tools of 1 VM" in asked.facts
    assert asked.command == "planner collect vsphere://root@192.0.2.1"
