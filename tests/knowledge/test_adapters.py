"""What adapters.yml says: its schema, that it speaks of what exists, and what becomes of single cards."""

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from planner.knowledge import hardware, load_platforms, platform_ids, prospect
from planner.knowledge.adapters import adapter_facts
from planner.knowledge.document import document
from planner.model.estate import HostAdapter, HostNic
from tests.today import TODAY

SCHEMA = json.loads(resources.files("planner.schemas").joinpath("adapters.schema.json").read_text("utf-8"))
DATA = document("adapters.yml")
ROWS = DATA["adapters"]


def test_the_file_matches_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert not list(Draft202012Validator(SCHEMA).iter_errors(DATA))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("devices", ["15B3:1003"]),
        ("devices", ["15b3"]),
        ("fate", "lost"),
        ("fate", "firmware-package"),
        ("package", "firmware-none"),
        ("kind", "graphics"),
        ("drivers", ["BNX2"]),
        ("source", None),
    ],
)
def test_the_schema_refuses(key, value):
    assert list(Draft202012Validator(SCHEMA).iter_errors(DATA | {"adapters": [ROWS[0] | {key: value}]}))


def test_rows_speak_of_platforms_and_distributions_that_exist():
    assert {name for row in ROWS for name in row["platforms"]} <= set(platform_ids())
    names = {platform.os_name for platform in load_platforms()}
    assert {row["distribution"] for row in DATA["returned"]} <= names
    assert all(row["date"] <= TODAY.isoformat() for row in ROWS)


def test_no_device_has_two_fates_on_a_platform():
    told = [
        (device, platform)
        for fact in adapter_facts()
        for device in fact.devices
        for platform in fact.platforms
    ]
    assert len(set(told)) == len(told)
    assert len({fact.id for fact in adapter_facts()}) == len(ROWS)


SAS_2008 = {"driver": "lsi_msgpt2", "pci": "1000:0072"}
"""LSI SAS 2008, which Red Hat switched off in EL 8 and never on again."""


@pytest.mark.parametrize(
    ("card", "platform", "distribution", "expected"),
    [
        (SAS_2008, "kvm-el-9", "rocky", ("gone", True)),
        (SAS_2008, "kvm-el-9", "almalinux", ("unmaintained", True)),
        (SAS_2008, "kvm-debian-12", "rocky", None),
        ({"driver": "lsi_msgpt2"}, "kvm-el-9", "rocky", ("gone", False)),
        ({"pci": "1000:0072"}, "kvm-el-10", "rocky", ("gone", True)),
        ({"driver": "LPFC", "pci": "10df:f100"}, "kvm-el-9", "rocky", ("unmaintained", True)),
        ({"driver": "lpfc", "pci": "10df:f400"}, "kvm-el-9", "rocky", None),
        ({"driver": "nmlx4_core", "pci": "15b3:1003"}, "kvm-el-10", "almalinux", ("gone", True)),
        ({"driver": "nhpsa"}, "kvm-el-9", "rocky", ("unmaintained", True)),
        ({"driver": "qfle3"}, "kvm-debian-13", "rocky", ("firmware-package", True)),
        ({"driver": "igbn"}, "kvm-el-10", "rocky", None),
        ({}, "kvm-el-9", "rocky", None),
    ],
)
def test_what_becomes_of_a_card(card, platform, distribution, expected):
    platforms = {one.id: one for one in load_platforms(enterprise_linux=distribution)}
    found = [prospect(kind(name="0", **card), platforms[platform]) for kind in (HostNic, HostAdapter)]
    assert {found and (found.fact.fate, found.certain) for found in found} == {expected}


def test_usb_and_software_are_no_hardware():
    names = ("vmkusb", "iscsi_vmk", "lsi_mr3", None)
    cards = [HostAdapter(name=str(name), driver=name) for name in names]
    assert [card.driver for card in hardware(cards)] == ["lsi_mr3", None]
