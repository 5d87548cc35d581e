"""The items of an OVF's virtual hardware, as they stand in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planner.read.vmware.envelope import attribute, name_of, parts
from planner.read.vmware.package import Package
from planner.read.vmware.quantities import unit_bytes, whole
from planner.read.xml import Element, local_name

_ITEMS: Final = ("Item", "StorageItem", "EthernetPortItem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A device, or a share of the host: `kind` is its resource type in numbers of CIM, `facts` are by lower-case name.

    `settings` are VMware's own, by lower-case key.
    """

    kind: int
    facts: Mapping[str, str]
    settings: Mapping[str, str]
    element: Element
    package: Package

    @property
    def ident(self) -> str:
        """What other items call it."""
        return self.facts.get("instanceid", "")

    @property
    def subtype(self) -> str:
        """The model, in lower case; several that would do are separated by spaces or commas."""
        return self.facts.get("resourcesubtype", "").lower()

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A number among the facts; None when it is not there."""
        text = self.facts.get(name.lower())
        try:
            return whole(text, least, most) if text is not None else None
        except ValueError as error:
            self.package.refuse(self.element, name, str(error))
            return None

    def size(self, name: str, least: int, most: int) -> int | None:
        """Bytes of a fact, by the item's allocation units; None when it or its units are not there."""
        units = self.facts.get("allocationunits")
        if units is None or name.lower() not in self.facts:
            return None
        try:
            unit = unit_bytes(units)
        except ValueError as error:
            self.package.refuse(self.element, "AllocationUnits", str(error))
            return None
        amount = self.whole(name, least, most // unit)
        return None if amount is None else amount * unit


def items_of(hardware: Element, package: Package) -> tuple[Item, ...]:
    """The items that the chosen configuration has; one made for it replaces the general one of the same id."""
    found: dict[str, Item] = {}
    special: set[str] = set()
    for position, element in enumerate(parts(hardware, *_ITEMS)):
        bound = (attribute(element, "configuration") or "").split()
        if bound and package.configuration not in bound:
            continue
        item = _item(element, package)
        if item is None:
            continue
        key = item.ident or f"#{position}"
        if key in found and bool(bound) == (key in special):
            package.refuse(element, "InstanceID", f"{key!r} is there twice: every item needs one of its own")
        if key not in found or bound:
            found[key] = item
        if bound:
            special.add(key)
    return tuple(found.values())


def _item(element: Element, package: Package) -> Item | None:
    facts = {
        local_name(child).lower(): text
        for child in element.iterchildren()
        if (text := (child.text or "").strip())
    }
    kind = facts.get("resourcetype", "")
    if not kind.isascii() or not kind.isdigit():
        package.refuse(element, "ResourceType", f"is {kind!r}, expected a number")
        return None
    return Item(
        kind=int(kind[:10]), facts=facts, settings=settings_of(element), element=element, package=package
    )


def settings_of(element: Element) -> Mapping[str, str]:
    """VMware's own settings of an item or of the hardware, by lower-case key."""
    return dict(_settings(element))


def _settings(element: Element) -> Iterator[tuple[str, str]]:
    for child in element.iterchildren():
        if name_of(child) in {"Config", "ExtraConfig"}:
            key, value = attribute(child, "key"), attribute(child, "value")
            if key and value:
                yield key.lower(), value
