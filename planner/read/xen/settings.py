"""Values of a configuration, read strictly: whatever is not what it should be becomes a problem with its line."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from planner.errors import Problem
from planner.read import outside
from planner.read.xen.parser import Node, parse

MOST_VCPUS: Final = 10_000
MOST_MEMORY_MIB: Final = 2**50 // 1024**2
_WHOLE: Final = re.compile(r"-?(0[xX][0-9a-fA-F]{1,20}|[0-9]{1,20})")
_TRUTHS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
    "": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one file; `problems` collects what is wrong with them."""

    file: str
    nodes: Mapping[str, Node]
    problems: list[Problem]

    @classmethod
    def of(cls, text: str, file: str, problems: list[Problem]) -> "Settings":
        """The settings in a text."""
        return cls(file=file, nodes=parse(text, file, problems), problems=problems)

    def has(self, name: str) -> bool:
        """Whether something stands there: a list that is not empty, a text that is not, any number."""
        node = self.nodes.get(name)
        return node is not None and node.value not in ("", (), None)

    def text(self, name: str) -> str | None:
        """A text as it stands; None when it is empty. A number counts as its digits."""
        node = self.nodes.get(name)
        if node is None or node.value is None or node.value == "":
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, str | int):
            self._wrong(name, node, "text in quotes")
            return None
        return str(node.value)

    def line(self, name: str) -> str | None:
        """Text that only people read."""
        return outside.line(self.text(name))

    def parts(self, name: str) -> tuple[str, ...]:
        """What stands there for people, be it text, a number or a list of them; nothing is refused."""
        node = self.nodes.get(name)
        found = node.value if node and isinstance(node.value, tuple) else (node,)
        plain = (part.value for part in found if part and isinstance(part.value, str | int | float))
        return tuple(text for value in plain if (text := str(value).strip()))

    def shown(self, name: str) -> str | None:
        """The parts on one line, with commas between; None where there are none."""
        return outside.line(",".join(self.parts(name)))

    def word(self, name: str) -> str:
        """A text of few possible values, in lower case; empty when there is none."""
        return (self.text(name) or "").strip().lower()

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number, given as a number or as text."""
        node = self.nodes.get(name)
        if node is None or node.value is None or node.value == "":
            return None
        value = node.value
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value.strip(), 0 if "x" in value.lower() else 10)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._wrong(name, node, f"a whole number from {least} to {most}")
            return None
        return value

    def truth(self, name: str) -> bool | None:
        """Yes or no: any number but 0 is yes."""
        node = self.nodes.get(name)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, bool | int):
            return bool(node.value)
        word = node.value.strip().lower() if isinstance(node.value, str) else "?"
        if word not in _TRUTHS:
            self._wrong(name, node, "0 or 1")
        return _TRUTHS.get(word)

    def texts(self, name: str) -> Iterator[tuple[str, int]]:
        """The texts of a list, each with its line; a text alone is a list of one."""
        node = self.nodes.get(name)
        if node is None or node.value in ("", None):
            return
        for item in node.value if isinstance(node.value, tuple) else (node,):
            if isinstance(item.value, str):
                yield item.value, item.line
            else:
                self._wrong(name, item, "a list of texts in quotes")

    def uuid(self, name: str) -> str | None:
        """A UUID in its usual form; it may stand there without dashes and in capitals."""
        said = self.text(name)
        if said is None:
            return None
        try:
            return str(uuid.UUID(said.strip()))
        except ValueError:
            self._wrong(name, self.nodes[name], "a UUID")
            return None

    def at(self, name: str) -> int:
        """The line of a setting; 1 where there is none."""
        node = self.nodes.get(name)
        return node.line if node else 1

    def say(self, line: int, message: str) -> None:
        """Say what is wrong on a line."""
        self.problems.append(Problem(file=self.file, line=line, message=message))

    def _wrong(self, name: str, node: Node, expected: str) -> None:
        self.say(node.line, f"{name} is {_shown(node)}: expected {expected}")


def _shown(node: Node) -> str:
    """A value for people. Of a list only that it is one: names can nest it beyond all bounds."""
    if isinstance(node.value, tuple):
        return "a list"
    if isinstance(node.value, Mapping):
        return "a dictionary"
    shown = repr(node.value)
    return shown if len(shown) < 60 else f"{shown[:60]}…"
