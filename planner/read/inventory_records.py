"""The planner's variables as records, each looked at once however many hosts it holds for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from planner.errors import Problem
from planner.read.document import DataPath, Document, Locator
from planner.read.schema import Complaint, complaints, did_you_mean

VARIABLES: Final = (
    "planner_affinity",
    "planner_cluster",
    "planner_datastores",
    "planner_host",
    "planner_networks",
    "planner_reading",
    "planner_vms",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """A mapping in a document. It is `sound` when the schema has nothing against it."""

    document: Document
    path: DataPath
    data: Mapping[str, Any]
    sound: bool

    @property
    def name(self) -> str | None:
        """What it calls itself, where that is text at all."""
        name = self.data.get("name")
        return name if isinstance(name, str) else None

    @property
    def origin(self) -> str | None:
        """`file:line`, relative to the inventory."""
        return self.document.origin(self.path)

    def problem(self, message: str, *path: str | int) -> Problem:
        """A problem with the value at `path` below this record."""
        return self.document.problem(message, (*self.path, *path))

    def inner(self, key: str) -> tuple["Record", ...]:
        """The mappings in the list under `key`; sound like the whole."""
        items = self.data.get(key)
        return tuple(
            Record(document=self.document, path=(*self.path, key, index), data=item, sound=self.sound)
            for index, item in enumerate(items if isinstance(items, list) else ())
            if isinstance(item, Mapping)
        )


@dataclass(slots=True, kw_only=True)
class Register:
    """Records by variable and value, and every problem found so far."""

    locator: Locator
    problems: list[Problem] = field(default_factory=list)
    _seen: dict[tuple[str, int], tuple[Document, tuple[Complaint, ...]]] = field(default_factory=dict)
    _records: dict[tuple[str, int, str], tuple[Record, ...]] = field(default_factory=dict)

    def one(self, variables: Mapping[str, Any], name: str, file: str | None) -> Record | None:
        """The record that variable `name` is; None when there is none, or it is no mapping."""
        if name not in variables:
            return None
        document, said = self._document(variables, name, file)
        if not isinstance(document.data, Mapping):
            return None
        sound = all(path[:1] == ("vms",) for path, _ in said)
        return Record(document=document, path=(), data=document.data, sound=sound)

    def many(
        self, variables: Mapping[str, Any], name: str, file: str | None, *, below: str = ""
    ) -> tuple[Record, ...]:
        """The records in the list that variable `name` is, or that stands `below` a key of it."""
        if name not in variables:
            return ()
        key = (name, id(variables[name]), below)
        if key not in self._records:
            document, said = self._document(variables, name, file)
            above: DataPath = (below,) if below else ()
            items = (
                document.data.get(below) if below and isinstance(document.data, Mapping) else document.data
            )
            spoilt = {path[: len(above) + 1] for path, _ in said}
            self._records[key] = tuple(
                Record(
                    document=document, path=(*above, index), data=item, sound=(*above, index) not in spoilt
                )
                for index, item in enumerate(items if isinstance(items, list) else ())
                if isinstance(item, Mapping)
            )
        return self._records[key]

    def refuse_unknown(self, variables: Mapping[str, Any], file: str | None) -> None:
        """Complain about variables that look like the planner's and are not."""
        for name in variables:
            if name.startswith("planner_") and name not in VARIABLES:
                document = Document(name=name, raw=variables[name], locator=self.locator, file=file)
                self.problems.append(document.problem(f"unknown variable{did_you_mean(name, VARIABLES)}"))

    def _document(
        self, variables: Mapping[str, Any], name: str, file: str | None
    ) -> tuple[Document, tuple[Complaint, ...]]:
        key = (name, id(variables[name]))
        if key not in self._seen:
            document = Document(name=name, raw=variables[name], locator=self.locator, file=file)
            said = complaints(document, "inventory")
            self.problems.extend(document.problem(message, path) for path, message in said)
            self._seen[key] = document, said
        return self._seen[key]
