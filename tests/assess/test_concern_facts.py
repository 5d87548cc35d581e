"""The figures that rules compare with: their file, its schema, and what they answer."""

import json
from datetime import date
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from planner.knowledge.concerns import guest_space, guest_support, limit, source_support
from planner.knowledge.document import document
from planner.model.estate import HypervisorKind
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
