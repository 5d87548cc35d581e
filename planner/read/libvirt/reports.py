"""Questions to a daemon: what it refuses to answer becomes a gap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final, TypeVar

from planner.errors import InputError, Problem
from planner.model.estate import Gap
from planner.read.endpoint import Endpoint
from planner.read.libvirt.session import reason
from planner.read.libvirt.values import Document
from planner.read.xml import Element, parse_xml

T = TypeVar("T")

_AGAIN: Final = "read again"
_SOUND: Final = "look at it with virsh on the host, mend it, and read again"


@dataclass(slots=True, kw_only=True)
class Asking:
    """A daemon that is asked one thing after the other, and what it left open."""

    endpoint: Endpoint
    libvirt: ModuleType
    connection: Any
    gaps: list[Gap] = field(default_factory=list)
    broken: str | None = None
    missed: int = 0

    def ask(self, what: str, question: Callable[[], T]) -> T | None:
        """The answer; None where the driver knows no such question, or refused it, which is a gap."""
        answer, error = self._try(question)
        if error is not None and error.get_error_code() != self.libvirt.VIR_ERR_NO_SUPPORT:
            self._gap(what, reason(error), "give the user read access to libvirt on the host, and read again")
        return answer

    def maybe(self, question: Callable[[], T]) -> T | None:
        """The answer to a question that many VMs cannot be asked: no gap where there is none."""
        return self._try(question)[0]

    def document(self, what: str, text: str, read: Callable[[Document, Element], T]) -> T | None:
        """What a document of the daemon says; what is wrong in it is a gap, and unknown."""
        try:
            root = parse_xml(text, self.endpoint.url)
        except InputError as error:
            self._gap(what, _said(error.problems), _SOUND)
            return None
        return self.reading(what, lambda document: read(document, root))

    def reading(self, what: str, read: Callable[[Document], T]) -> T:
        """What is read from documents; all that is wrong in them is one gap."""
        problems: list[Problem] = []
        found = read(Document(file=self.endpoint.url, path=what, problems=problems))
        if problems:
            self._gap(what, _said(problems), _SOUND)
        return found

    def all_gaps(self) -> tuple[Gap, ...]:
        """What was left open, at the end; one gap for all that came after the connection broke."""
        if self.broken is None:
            return tuple(self.gaps)
        lost = Gap(
            source=self.endpoint.url,
            what=f"{self.missed} answers after the connection broke",
            why=self.broken,
            remedy=_AGAIN,
        )
        return (*self.gaps, lost)

    def _gap(self, what: str, why: str, remedy: str) -> None:
        self.gaps.append(Gap(source=self.endpoint.url, what=what, why=why, remedy=remedy))

    def _try(self, question: Callable[[], T]) -> tuple[T | None, Any]:
        if self.broken is not None:
            self.missed += 1
            return None, None
        try:
            return question(), None
        except self.libvirt.libvirtError as error:
            if self._is_alive():
                return None, error
            self.broken = reason(error)
            self.missed += 1
            return None, None

    def _is_alive(self) -> bool:
        try:
            return bool(self.connection.isAlive())
        except self.libvirt.libvirtError:
            return False


def _said(problems: Iterable[Problem]) -> str:
    return "; ".join(problem.message for problem in problems)
