"""XAPI's records, from whichever form: each field read strictly, problems kept with their place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xmlrpc.client import DateTime

from planner.errors import Problem
from planner.model.estate import Gap
from planner.read.outside import line

LARGEST: Final = 2**60

_NOTHING: Final = frozenset({"", "NULL", "Ref:NULL", "OpaqueRef:NULL", "<not in database>"})
_TRUTHS: Final[Mapping[Any, bool]] = {"true": True, "false": False, "1": True, "0": False}
_WHOLE: Final = re.compile(r"-?\d{1,20}")
_NEXT_PAIR: Final = re.compile(r"; (?=[^;]*?: |[^;:]+:;?$)")
_DATE: Final = re.compile(r"^(\d{4})(\d\d)(\d\d)T")
_NEXT_ITEM: Final = re.compile(r"[;,] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One object of XAPI; a field that it does not have is unknown, as older releases have fewer.

    Values are as XML-RPC, JSON or the text of `xe` give them: numbers may be text, sets and maps too.
    """

    of: str
    ref: str
    fields: Mapping[str, Any]
    origin: str
    row: int | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def uuid(self) -> str | None:
        """XAPI's UUID of the object."""
        return self.line("uuid")

    @property
    def place(self) -> str:
        """Where it stands, for `origin`: the file with the line where there are lines."""
        return f"{self.origin}:{self.row}" if self.row else self.origin

    def has(self, name: str) -> bool:
        """Whether the source says anything in this field."""
        return self.fields.get(name) is not None

    def text(self, name: str) -> str:
        """The text of a field as it is; empty when there is none."""
        value = self.fields.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.refuse(name, f"{value!r} is no text")
        return ""

    def line(self, name: str) -> str | None:
        """A field that only people read, on one line."""
        return line(self.text(name))

    def time(self, name: str) -> str | None:
        """A point in time as ISO 8601; in XML-RPC it is of a type of its own.

        >>> Record(of="VM", ref="1", fields={"at": "20260102T03:04:05Z"}, origin="x").time("at")
        '2026-01-02T03:04:05Z'
        """
        value = self.fields.get(name)
        text = line(str(value)) if isinstance(value, str | DateTime) else None
        return _DATE.sub(r"\1-\2-\3T", text) if text else None

    def whole(self, name: str, least: int = 0, most: int = LARGEST) -> int | None:
        """A whole number between bounds, both included; None when the field is missing."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            self.refuse(name, f"{value!r} is no whole number from {least} to {most}")
            return None
        return number

    def truth(self, name: str) -> bool | None:
        """A boolean; None when the field is missing."""
        value = self.fields.get(name)
        if value is None or value == "" or isinstance(value, bool):
            return value if isinstance(value, bool) else None
        if not isinstance(value, str) or value.lower() not in _TRUTHS:
            self.refuse(name, f"{value!r} is neither true nor false")
            return None
        return _TRUTHS[value.lower()]

    def mapping(self, name: str) -> Mapping[str, str]:
        """A map of texts, empty when the field is missing; as text it is `key: value; key: value`."""
        value = self.fields.get(name)
        if value is None or (isinstance(value, str) and value in _NOTHING):
            return {}
        if isinstance(value, str):
            pairs = (pair.partition(": ") for pair in _NEXT_PAIR.split(value))
            return {key.strip(" :"): rest.strip("; ") for key, _, rest in pairs if key.strip(" :")}
        if not isinstance(value, Mapping):
            self.refuse(name, f"{value!r} is no map")
            return {}
        return {str(key): rest if isinstance(rest, str) else str(rest) for key, rest in value.items()}

    def items(self, name: str) -> tuple[str, ...]:
        """A set of texts or references, empty when the field is missing; as text with `;` or `,` between."""
        value = self.fields.get(name)
        if value is None or value in ("", "<not in database>"):
            return ()
        if isinstance(value, str):
            return tuple(item for part in _NEXT_ITEM.split(value) if (item := part.strip("; ")))
        if not isinstance(value, list | tuple):
            self.refuse(name, f"{value!r} is no set")
            return ()
        return tuple(str(item) for item in value)

    def refers_to(self, name: str) -> str | None:
        """The reference in a field; None when it points nowhere."""
        value = self.text(name)
        return None if value in _NOTHING else value

    def refuse(self, name: str, message: str) -> None:
        """Keep a problem with this field."""
        place = f"{self.of} {self.fields.get('uuid') or self.ref}: {name}"
        self.problems.append(Problem(file=self.origin, line=self.row, path=place, message=message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything of one pool (or of one exported VM): by class, then by reference.

    `kind` is the format that it came in; a class that is not in `classes` was not read, which `gaps` explain.
    """

    kind: str
    source: str
    classes: Mapping[str, Mapping[str, Record]]
    problems: list[Problem]
    gaps: tuple[Gap, ...] = ()
    brand: str | None = None

    def read(self, of: str) -> bool:
        """Whether the objects of a class are known: all of them, be it none."""
        return of in self.classes

    def all(self, of: str) -> Iterator[Record]:
        """Every object of a class."""
        return iter(self.classes.get(of, {}).values())

    def get(self, of: str, ref: str | None) -> Record | None:
        """The object that a reference names."""
        return self.classes.get(of, {}).get(ref) if ref is not None else None

    def behind(self, record: Record | None, name: str, of: str) -> Record | None:
        """The object of a class that a field of a record refers to."""
        return self.get(of, record.refers_to(name)) if record is not None else None


def checked(of: str, found: object, origin: str, problems: list[Problem]) -> dict[str, Record]:
    """The records of a class as `get_all_records` gives them; what has another shape is a problem."""
    if not isinstance(found, Mapping):
        problems.append(Problem(file=origin, path=of, message="is no map of references to records"))
        return {}
    records = {}
    for ref, fields in found.items():
        if isinstance(fields, Mapping):
            records[str(ref)] = Record(of=of, ref=str(ref), fields=fields, origin=origin, problems=problems)
        else:
            problems.append(Problem(file=origin, path=f"{of} {ref}", message="is no record"))
    return records
