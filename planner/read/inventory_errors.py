"""What Ansible only warns about, or says without a line, as problems with a place."""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ansible.utils.display import Display

from planner.errors import Problem
from planner.read.document import Locator, file_and_line, one_line
from planner.read.inventory_files import is_no_inventory

_PLUGIN_ORDER: Final = ("script", "auto", "yaml", "ini", "toml")
_CLASS: Final = re.compile(r",? (got:|it is a) <class '[^']*'>")
_LONGEST: Final = 300
_INI_SUFFIXES: Final = frozenset({"", ".ini"})
_NOTHING_KNOWN: Final = "is no inventory, nor anything else that the planner reads. Ansible says: "
_NOT_FOR_AUTO: Final = "no root 'plugin' key found"


@dataclass(slots=True)
class Complaints:
    """Hears what Ansible would only warn about, and keeps what loses a part of the inventory."""

    locator: Locator
    problems: list[Problem] = field(default_factory=list)
    source: str | None = None
    failures: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen instead of the terminal while the block runs."""
        display = Display()
        replaced = {"warning": self._warning, "error_as_warning": self._failure, "deprecated": _ignore}
        for name, listener in replaced.items():
            setattr(display, name, listener)
        try:
            yield
        finally:
            for name in replaced:
                delattr(display, name)

    def watching(self, parse_source: Any) -> Any:
        """Ansible's parse_source, told apart by source, blind for files that are no inventory."""

        def watched(source: str, cache: Any = None) -> bool:
            if is_no_inventory(Path(source)):
                return False
            self.source, self.failures = source, {}
            parsed = bool(parse_source(source, cache=cache))
            if not parsed and self.failures:
                self.problems.append(self._worst(source))
            self.failures = {}
            return parsed

        return watched

    def problem(self, error: BaseException, file: str | None, said: str = "") -> Problem:
        """One line about an error of Ansible's, at the most exact place that it or its causes know."""
        chain = list(_causes(error))
        blamed, line = next(filter(None, map(_place, reversed(chain))), (None, None))
        place = blamed or file
        shown = self.locator.shown(place) if place else None
        return Problem(file=shown, line=line, message=said + self._plain(str(error)))

    def _worst(self, source: str) -> Problem:
        """What the plugin says that the file is most probably meant for."""
        failures = {
            plugin: error for plugin, error in self.failures.items() if _NOT_FOR_AUTO not in str(error)
        }
        known: list[str] = [plugin for plugin in _PLUGIN_ORDER if plugin in failures]
        plugin = next(iter(known or self.failures))
        guessed = plugin == "ini" and Path(source).suffix not in _INI_SUFFIXES
        return self.problem(self.failures[plugin], source, _NOTHING_KNOWN if guessed else "")

    def _plain(self, message: str) -> str:
        """What Ansible says, short and printable, in one line and without names of Python classes."""
        text = self.locator.reworded(one_line(_CLASS.sub("", message)))
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        return "".join(character if character.isprintable() else "?" for character in shown)

    def _warning(self, msg: str, *_: Any, **__: Any) -> None:
        if msg.startswith("Skipping"):
            file = self.locator.shown(self.source) if self.source else None
            self.problems.append(Problem(file=file, message=self._plain(msg)))

    def _failure(self, msg: str | None, exception: BaseException, **_: Any) -> None:
        if msg and msg.startswith("Failed to parse inventory with"):
            self.failures[msg.split("'")[1]] = exception


def _ignore(*_: Any, **__: Any) -> None:
    """Deprecations concern authors of inventories for newer versions of Ansible, not this reading."""


def _place(error: BaseException) -> tuple[str | None, int] | None:
    """File and line of an error: what it blames, else what the code that raised it had in hand.

    Ansible's inventory plugins forget the line when they wrap an error. None when nobody knows a line.
    """
    blamed = file_and_line(getattr(error, "obj", None))
    if blamed and blamed[1]:
        return blamed[0], blamed[1]
    frames = [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)]
    return next(filter(None, map(_place_in_frame, reversed(frames))), None)


def _place_in_frame(held: dict[str, Any]) -> tuple[str | None, int] | None:
    if "pending_declarations" in held:
        if "decl" in held:
            return None, held["decl"]["line"]
        return None, [line.strip() for line in held["lines"]].index(held["line"]) + 1
    places = [place for place in map(file_and_line, held.values()) if place]
    return next(((file, line) for file, line in reversed(places) if line), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
