"""The figures that rules compare with: their file, its schema, and what they answer."""

import json
import shutil
import subprocess
from datetime import date
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from planner.knowledge import load_platforms
from planner.knowledge.concerns import (
    guest_space,
    guest_support,
    has_machine_type,
    is_newer_than,
    limit,
    source_support,
)
from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind
from planner.units import MIB

SCHEMA = json.loads(resources.files("planner.schemas").joinpath("concerns.schema.json").read_text("utf-8"))


def test_the_file_matches_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert not list(Draft202012Validator(SCHEMA).iter_errors(document("concerns.yml")))


@pytest.mark.parametrize("section", ["source_support", "guest_support"])
@pytest.mark.parametrize("lost", ["source", "date", "confidence"])
def test_the_schema_wants_a_source_and_a_date(section, lost):
    facts = json.loads(json.dumps(document("concerns.yml")))
    del facts[section][0][lost]
    assert list(Draft202012Validator(SCHEMA).iter_errors(facts))


@pytest.mark.parametrize(
    ("path", "mebibytes"),
    [
        ("/", 100),
        ("/boot", 50),
        ("/boot/efi", 50),
        ("/bootleg", 10),
        ("C:\\", 100),
        ("c:", 100),
        ("D:\\", 10),
        ("/var", 10),
    ],
)
def test_space_in_the_guest(path, mebibytes):
    assert guest_space(path).least_bytes == mebibytes * MIB


@pytest.mark.parametrize(
    ("hypervisor", "version", "edition", "until"),
    [
        ("esxi", "6.7.0", None, "2022-10-15"),
        ("esxi", "7.0.3", "free", "2025-10-02"),
        ("esxi", "8.0.3", None, "2027-10-11"),
        ("esxi", "9.0.0", None, None),
        ("esxi", None, "free", None),
        ("xenserver", "8.2.1", None, "2025-06-25"),
        ("xenserver", "8.4.0", None, None),
        ("xcp-ng", "8.2.1", None, "2025-09-16"),
        ("xcp-ng", "8.3.0", None, None),
        ("kvm", "CentOS Linux 7.9", None, "2024-06-30"),
        ("kvm", "7.9", "Red Hat Enterprise Linux 7", "2024-06-30"),
        ("kvm", "AlmaLinux 9.4", None, None),
        ("kvm", "CentOS Stream 9", None, None),
        ("kvm", "Debian GNU/Linux 10", None, "2026-08-31"),
        ("kvm", "Debian GNU/Linux 12", None, None),
    ],
)
def test_support_of_sources(hypervisor, version, edition, until):
    found = source_support(HypervisorKind(hypervisor), version, edition)
    assert (found.until if found else None) == until


@pytest.mark.parametrize(
    ("day", "ended"), [("2025-10-01", False), ("2025-10-02", False), ("2025-10-03", True)]
)
def test_support_ends_after_its_last_day(day, ended):
    assert source_support(HypervisorKind.ESXI, "7.0.3").ended(date.fromisoformat(day)) is ended


def test_unknown_figures():
    assert limit("host_name_label") == 63
    with pytest.raises(KeyError):
        limit("colour")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Microsoft Windows Server 2008 R2 (64-bit)", "2020-01-14"),
        ("Microsoft Windows Server 2012 (64-bit)", "2023-10-10"),
        ("Microsoft Windows Server 2016 or later (64-bit)", None),
        ("Microsoft Windows Server 2022 (64-bit)", None),
        ("windows9Server64Guest", "2027-01-12"),
        ("Microsoft Windows 10 (64-bit)", "2025-10-14"),
        ("Microsoft Windows 11 (64-bit)", None),
        ("Red Hat Enterprise Linux 7 (64-bit)", "2024-06-30"),
        ("rhel6-64", "2024-06-30"),
        ("Red Hat Enterprise Linux 9 (64-bit)", None),
        ("CentOS 4/5 or later (64-bit)", None),
        ("CentOS 8 (64-bit)", "2021-12-31"),
        ("http://centos.org/centos/7.9", "2024-06-30"),
        ("Oracle Linux 8 (64-bit)", None),
        ("Debian GNU/Linux 10 (64-bit)", "2026-08-31"),
        ("debian11-64", "2026-08-31"),
        ("Debian GNU/Linux 12 (64-bit)", None),
        ("Ubuntu Linux (64-bit)", None),
        ("http://ubuntu.com/ubuntu/18.04", "2025-05-31"),
        ("Ubuntu 24.04.1 LTS", None),
        ("SUSE Linux Enterprise 12 (64-bit)", "2024-10-31"),
        ("SUSE Linux Enterprise 15 (64-bit)", None),
        ("Other (64-bit)", None),
        (None, None),
    ],
)
def test_support_of_guests(text, until):
    found = guest_support(text)
    assert (found.until if found else None) == until


@pytest.mark.parametrize(
    ("platform", "machine", "known"),
    [
        ("kvm-debian-12", "pc-i440fx-1.4", True),
        ("kvm-debian-12", "pc-1.3", False),
        ("kvm-debian-12", "pc-i440fx-8.2", False),
        ("kvm-debian-12", "pc-i440fx-rhel7.6.0", False),
        ("kvm-debian-13", "pc-i440fx-2.3", False),
        ("kvm-debian-13", "pc-q35-10.0", True),
        ("kvm-debian-13", "pc-q35-10.1", False),
        ("kvm-el-9", "pc-q35-rhel9.4.0", True),
        ("kvm-el-9", "pc-q35-7.2", False),
        ("kvm-el-9", "rhel6.6.0", False),
        ("xcp-ng-8.3", "pc", None),
    ],
)
def test_machine_types_of_a_target(platform, machine, known):
    assert has_machine_type(platform, machine) is known


def test_machine_types_are_those_that_the_emulator_tells():
    """On a machine that has the emulator of Debian 12, all that it tells are known, and no type of the neighbours is."""
    program = shutil.which("qemu-system-x86_64")
    told = (
        subprocess.run([program, "-machine", "help"], capture_output=True, text=True, check=False).stdout
        if program
        else ""
    )
    names = {row.split()[0] for row in told.splitlines() if row.startswith(("pc", "q35"))}
    if "pc-q35-7.2" not in names or "pc-q35-8.0" in names:
        pytest.skip("this machine does not have QEMU 7.2")
    versions = [f"{major}.{minor}" for major in range(12) for minor in range(14)] + ["4.0.1"]
    asked = {"pc", "q35", *(f"pc-{family}-{one}" for family in ("i440fx", "q35") for one in versions)}
    assert {name for name in asked if has_machine_type("kvm-debian-12", name)} == names


@pytest.mark.parametrize("section", ["machine_types", "newer_sources"])
def test_rows_name_platforms_that_exist(section):
    platforms = {platform.id for platform in load_platforms()}
    assert {row["platform"] for row in document("concerns.yml")[section]} <= platforms


@pytest.mark.parametrize(
    ("hypervisor", "version", "newer"),
    [
        ("xenserver", "8.4.0", True),
        ("xenserver", "8.2.1", False),
        ("xenserver", "8.40.1", True),
        ("xcp-ng", "8.3.0", False),
        ("xcp-ng", "9.0.0", True),
        ("xcp-ng", "8.4.0", False),
        ("kvm", "9.0", False),
        ("xenserver", None, False),
    ],
)
def test_sources_that_are_newer_than_a_target(hypervisor, version, newer):
    assert is_newer_than("xcp-ng-8.3", HypervisorKind(hypervisor), version) is newer
    assert not is_newer_than("kvm-debian-12", HypervisorKind(hypervisor), version)
