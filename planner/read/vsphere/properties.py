"""Properties of vSphere's objects, whichever form they came in: each read strictly, problems kept with their place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from planner.errors import Problem
from planner.read.formats import mac
from planner.read.outside import line

LARGEST: Final = 2**60
_WHOLE: Final = re.compile(r"-?\d{1,20}", re.ASCII)
_TRUTHS: Final = {"true": True, "false": False}
# vSphere writes these three in names of objects so; its own clients show them as they were typed.
_ESCAPED: Final = re.compile("%(2f|5c|25)", re.IGNORECASE)
_PLAIN: Final = {"2f": "/", "5c": "\\", "25": "%"}


class Reference(NamedTuple):
    """What vSphere calls an object: its type, and an id that is unique on the server."""

    of: str
    ident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """An object of the API, or a part of one; names are paths such as `config.hardware.device`.

    Values are plain: mappings, lists, texts, numbers, truths and references. A name that is missing was not read; one
    that is there with None was read, and the object has no such property.
    """

    fields: Mapping[str, Any]
    place: str
    origin: str
    problems: list[Problem]

    @property
    def type(self) -> str:
        """The API's name of the type, empty where the source did not keep it."""
        found = self.fields.get("_type")
        return found if isinstance(found, str) else ""

    def told(self, name: str) -> bool:
        """Whether the source says anything about a property, be it that there is none."""
        parent, _, last = name.rpartition(".")
        found = self._get(parent) if parent else self.fields
        return isinstance(found, Mapping) and last in found

    def part(self, name: str) -> "Properties":
        """A property that has properties itself; one without any when it is missing."""
        value = self._get(name)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(name, f"{value!r} has no properties")
        return self._inside(name, value if isinstance(value, Mapping) else {})

    def parts(self, name: str) -> Iterator["Properties"]:
        """The items of a list whose items have properties."""
        for number, item in enumerate(self._list(name)):
            if isinstance(item, Mapping):
                yield self._inside(f"{name}[{number}]", item)
            else:
                self.refuse(f"{name}[{number}]", f"{item!r} has no properties")

    def text(self, name: str) -> str | None:
        """A text as it is; None when it is missing or empty."""
        value = self._get(name)
        if value is None or isinstance(value, str):
            return value or None
        self.refuse(name, f"{value!r} is no text")
        return None

    def line(self, name: str) -> str | None:
        """A text that only people read, on one line."""
        return line(self.text(name))

    def name(self, name: str = "name") -> str | None:
        r"""The name of an object, as people typed it.

        >>> Properties(fields={"name": "a%2fb"}, place="", origin="", problems=[]).name()
        'a/b'
        """
        found = self.text(name)
        return _ESCAPED.sub(lambda match: _PLAIN[match[1].lower()], found) if found else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The items of a list of texts."""
        return tuple(item for item in self._list(name) if isinstance(item, str))

    def wholes(self, name: str) -> tuple[int, ...]:
        """The items of a list of whole numbers."""
        return tuple(item for item in self._list(name) if isinstance(item, int))

    def whole(self, name: str, least: int = 0, most: int = LARGEST) -> int | None:
        """A whole number between bounds, both included; None when it is missing."""
        value = self._get(name)
        if value is None or value == "":
            return None
        number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            self.refuse(name, f"{value!r} is no whole number from {least} to {most}")
            return None
        return number

    def truth(self, name: str) -> bool | None:
        """A truth; None when it is missing."""
        value = self._get(name)
        if value is None or isinstance(value, bool):
            return value
        if not isinstance(value, str) or value.lower() not in _TRUTHS:
            self.refuse(name, f"{value!r} is neither true nor false")
            return None
        return _TRUTHS[value.lower()]

    def mac(self, name: str) -> str | None:
        """A MAC address, lower-case with colons."""
        text = self.text(name)
        try:
            return mac(text) if text else None
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def refers_to(self, name: str) -> Reference | None:
        """The object that a property refers to."""
        value = self._get(name)
        if value is None or isinstance(value, Reference):
            return value
        self.refuse(name, f"{value!r} refers to no object")
        return None

    def references(self, name: str) -> tuple[Reference, ...]:
        """The objects that a list refers to."""
        return tuple(item for item in self._list(name) if isinstance(item, Reference))

    def refuse(self, name: str, message: str) -> None:
        """Keep a problem with a property."""
        self.problems.append(Problem(file=self.origin, path=self._at(name), message=message))

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if ": " in self.place else f"{self.place}: {name}"

    def _inside(self, name: str, fields: Mapping[str, Any]) -> "Properties":
        return Properties(fields=fields, place=self._at(name), origin=self.origin, problems=self.problems)

    def _list(self, name: str) -> list[Any]:
        value = self._get(name)
        if value is None or isinstance(value, list):
            return value or []
        self.refuse(name, f"{value!r} is no list")
        return []

    def _get(self, name: str) -> Any:
        found: Any = self.fields
        for part in name.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return found
