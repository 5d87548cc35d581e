"""What a verdict on cards names: each by what is known of it, under what becomes of it, and where that was read."""

import pytest

from planner.assess.cards import judged
from planner.knowledge import load_platforms
from planner.model.estate import HostAdapter

ROCKY = {platform.id: platform for platform in load_platforms(enterprise_linux="rocky")}
GONE = HostAdapter(name="vmhba0", driver="lsi_msgpt2", model="LSI2008", pci="1000:0072")
UNNAMED = HostAdapter(name="vmhba1", driver="lpfc")
OLD = HostAdapter(name="vmhba2", driver="nhpsa")


@pytest.mark.parametrize(
    ("cards", "severity", "expected"),
    [
        ((GONE,), "critical", {"gone": "vmhba0 (lsi_msgpt2, 1000:0072, LSI2008)"}),
        (
            (GONE, OLD),
            "warning",
            {
                "gone": "vmhba0 (lsi_msgpt2, 1000:0072, LSI2008)",
                "unmaintained": "vmhba2 (nhpsa, HP Smart Array before SmartRAID)",
            },
        ),
        (
            (UNNAMED,),
            "information",
            {"perhaps gone": ("vmhba1 (lpfc, Emulex Fibre Channel up to 4 Gbit/s, and FCoE of BladeEngine)")},
        ),
    ],
)
def test_cards_are_named_under_what_becomes_of_them(cards, severity, expected):
    verdict = judged(cards, ROCKY["kvm-el-9"])
    facts = {fact.name: fact.value for fact in verdict.facts}
    assert verdict.severity == severity
    assert "rh_messages.h" in facts.pop("source")
    assert facts == expected


def test_without_cards_there_is_no_verdict():
    assert judged((), ROCKY["kvm-el-9"]) is None


def test_why_is_told_for_what_is_only_information():
    perhaps, old, firmware = (
        judged((card,), ROCKY[platform]).why
        for card, platform in (
            (UNNAMED, "kvm-el-9"),
            (OLD, "kvm-el-9"),
            (HostAdapter(name="vmhba3", driver="qlnativefc"), "kvm-debian-12"),
        )
    )
    assert "PCI ids" in perhaps
    assert "mends little" in old
    assert "firmware" in firmware
