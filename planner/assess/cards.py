"""What becomes of a host's cards on a target: one verdict for all ports, or all storage adapters, of a host."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from planner.assess.rule import Verdict, critical, information, warning
from planner.knowledge import Fate, Prospect, prospect
from planner.model.estate import HostAdapter, HostNic
from planner.model.platform import Platform

_Card = TypeVar("_Card", HostNic, HostAdapter)

_STILL_DRIVEN: Final = (
    "The target drives it, but its maker mends little: what breaks with a new kernel may stay broken."
)
_WITH_FIRMWARE: Final = (
    "The target drives it once its firmware is there: the installer has to have it, and so has the system."
)
_PERHAPS: Final = (
    "Some devices of the driver are dropped; whether this is one of them is told by its PCI ids."
)


def judged(cards: Sequence[_Card], platform: Platform) -> Verdict | None:
    """Critical where no card is left, a warning where one is lost, information where one needs care."""
    prospects = [(card, found) for card in cards if (found := prospect(card, platform))]
    gone = [(card, found) for card, found in prospects if found.certain and found.fact.fate is Fate.GONE]
    told = {
        "gone": _shown(gone),
        "unmaintained": _shown(_certain(prospects, Fate.UNMAINTAINED)),
        "needs_firmware": _shown(_certain(prospects, Fate.FIRMWARE_PACKAGE)),
        "perhaps_gone": _shown(
            (card, found) for card, found in prospects if not found.certain and found.fact.fate is Fate.GONE
        ),
        "source": "; ".join(dict.fromkeys(found.fact.source for _, found in prospects)),
    }
    if gone:
        return critical(**told) if len(gone) == len(cards) else warning(**told)
    why = next((why for name, why in _WHY.items() if told[name]), None)
    return information(why, **told) if why else None


_WHY: Final = {"perhaps_gone": _PERHAPS, "unmaintained": _STILL_DRIVEN, "needs_firmware": _WITH_FIRMWARE}
"""Why it matters, by the name of a fact; the first that there is."""


def _certain(prospects: Iterable[tuple[_Card, Prospect]], fate: Fate) -> list[tuple[_Card, Prospect]]:
    return [(card, found) for card, found in prospects if found.certain and found.fact.fate is fate]


def _shown(prospects: Iterable[tuple[_Card, Prospect]]) -> str:
    return ", ".join(f"{card.name} ({_device(card, found)})" for card, found in prospects)


def _device(card: HostNic | HostAdapter, found: Prospect) -> str:
    words = (card.driver, card.pci, card.model or found.fact.title, found.fact.package)
    return ", ".join(word for word in words if word)
