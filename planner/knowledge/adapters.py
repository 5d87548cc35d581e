"""Network ports and storage adapters that targets drive no longer, from adapters.yml."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from planner.knowledge.document import document
from planner.model.estate import HostAdapter, HostNic
from planner.model.platform import Platform


class Fate(StrEnum):
    """What becomes of a device on a target, the worst first."""

    GONE = "gone"
    UNMAINTAINED = "unmaintained"
    FIRMWARE_PACKAGE = "firmware-package"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterFact:
    """What becomes of a family on some platforms; with `devices` (PCI ids) of these alone."""

    id: str
    title: str
    kind: str
    drivers: frozenset[str]
    devices: frozenset[str]
    platforms: frozenset[str]
    fate: Fate
    package: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a platform does to a card; not `certain` where it does so to some devices of the card's driver."""

    fact: AdapterFact
    certain: bool


@cache
def adapter_facts() -> tuple[AdapterFact, ...]:
    """Every row, in the order of the file."""
    return tuple(
        AdapterFact(
            id=row["id"],
            title=row["title"],
            kind=row["kind"],
            drivers=frozenset(row["drivers"]),
            devices=frozenset(row.get("devices", ())),
            platforms=frozenset(row["platforms"]),
            fate=Fate(row["fate"]),
            package=row.get("package"),
            source=row["source"],
        )
        for row in document("adapters.yml")["adapters"]
    )


def prospect(card: HostNic | HostAdapter, platform: Platform) -> Prospect | None:
    """What is known of a card on a platform: what is certain first, and of that the worst."""
    found = [
        Prospect(fact=_returned(fact, platform), certain=certain)
        for fact in _facts_on(platform.id)
        if (certain := _is_meant(card, fact)) is not None
    ]
    order = list(Fate)
    return min(found, key=lambda one: (not one.certain, order.index(one.fact.fate)), default=None)


def is_usb(card: HostAdapter) -> bool:
    """Whether it is the driver of USB sticks and card readers."""
    return (card.driver or "").lower() in _apart("usb")


def hardware(adapters: Iterable[HostAdapter]) -> tuple[HostAdapter, ...]:
    """The controllers and HBAs: neither USB nor what software makes of a network port."""
    no_card = _apart("usb") | _apart("software")
    return tuple(card for card in adapters if (card.driver or "").lower() not in no_card)


@cache
def _facts_on(platform: str) -> tuple[AdapterFact, ...]:
    return tuple(fact for fact in adapter_facts() if platform in fact.platforms)


def _is_meant(card: HostNic | HostAdapter, fact: AdapterFact) -> bool | None:
    """Whether a row is certainly about a card; None where it is not about it."""
    driven = (card.driver or "").lower() in fact.drivers
    if not fact.devices:
        return True if driven else None
    if card.pci is not None:
        return True if card.pci in fact.devices else None
    return False if driven else None


def _returned(fact: AdapterFact, platform: Platform) -> AdapterFact:
    """The row as it holds for the distribution: some switch devices on again that were switched off by their ids."""
    rows = document("adapters.yml")["returned"]
    again = any((row["platform"], row["distribution"]) == (platform.id, platform.os_name) for row in rows)
    return (
        replace(fact, fate=Fate.UNMAINTAINED) if again and fact.devices and fact.fate is Fate.GONE else fact
    )


@cache
def _apart(name: str) -> frozenset[str]:
    return frozenset(
        driver for row in document("adapters.yml")["apart"] if row["id"] == name for driver in row["drivers"]
    )
