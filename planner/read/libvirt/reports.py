"""Questions to a daemon: what it refuses to answer becomes a gap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final, TypeVar

from planner.errors import InputError, Problem
from planner.model.estate import Gap
from planner.read.endpoint import Endpoint
from planner.read.libvirt.session import in_time, reason
from planner.read.libvirt.values import Document
from planner.read.xml import Element, parse_xml

T = TypeVar("T")

_AGAIN: Final = "read again"
_ACCESS: Final = "give the user read access to libvirt on the host, and read again"
# Source: libvirt API, virErrorNumber. What is none of these went wrong on the host, and its log tells why.
_REMEDIES: Final = {
    "VIR_ERR_OPERATION_DENIED": _ACCESS,
    "VIR_ERR_ACCESS_DENIED": _ACCESS,
    "VIR_ERR_AUTH_FAILED": _ACCESS,
    "VIR_ERR_AUTH_UNAVAILABLE": _ACCESS,
    "VIR_ERR_AUTH_CANCELLED": _ACCESS,
    "VIR_ERR_NO_DOMAIN": _AGAIN,
    "VIR_ERR_NO_NETWORK": _AGAIN,
    "VIR_ERR_NO_STORAGE_POOL": _AGAIN,
    "VIR_ERR_NO_STORAGE_VOL": _AGAIN,
    "VIR_ERR_NO_NODE_DEVICE": _AGAIN,
}
_HANGING: Final = (
    "look on the host for storage that is gone (`df`, `virsh pool-list`) and guests that hang, and read again"
)
_PATIENCE: Final = 3
"""As many questions may stay without an answer: each is waited for as long as the endpoint has it."""
_LOG: Final = "see what `journalctl -u libvirtd` on the host says of it, and read again"
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
    silent: int = 0

    def ask(self, what: str, question: Callable[[], T], remedy: str | None = None) -> T | None:
        """The answer; None where the driver knows no such question, or refused it, which is a gap."""
        try:
            return self._answer(question)
        except TimeoutError:
            self._late(what)
        except self.libvirt.libvirtError as error:
            if error.get_error_code() != self.libvirt.VIR_ERR_NO_SUPPORT:
                self._gap(what, reason(error), remedy or self._remedy(error))
        return None

    def maybe(self, question: Callable[[], T]) -> T | None:
        """The answer to a question that many VMs cannot be asked: no gap where libvirt refuses it."""
        try:
            return self._answer(question)
        except TimeoutError:
            self._late("a detail of the host, of a disk or of a guest")
        except self.libvirt.libvirtError:
            pass
        return None

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
            remedy=_HANGING if self.silent else _AGAIN,
        )
        return (*self.gaps, lost)

    def _remedy(self, error: Any) -> str:
        code = error.get_error_code()
        return next((said for name, said in _REMEDIES.items() if getattr(self.libvirt, name) == code), _LOG)

    def _late(self, what: str) -> None:
        self._gap(what, f"it did not come within {self.endpoint.timeout:g} seconds", _HANGING)

    def _gap(self, what: str, why: str, remedy: str) -> None:
        self.gaps.append(Gap(source=self.endpoint.url, what=what, why=why, remedy=remedy))

    def _answer(self, question: Callable[[], T]) -> T | None:
        """The answer; None once the connection is broken, or gave too many no answer at all.

        Raises libvirtError when it is refused, and TimeoutError when it does not come.
        """
        if self.broken is not None:
            self.missed += 1
            return None
        try:
            return in_time(self.endpoint.timeout, question)
        except TimeoutError:
            self.silent += 1
            if self.silent < _PATIENCE:
                raise
            self.broken = f"{self.silent} answers did not come within {self.endpoint.timeout:g} seconds each"
        except self.libvirt.libvirtError as error:
            if self._is_alive():
                raise
            self.broken = reason(error)
        self.missed += 1
        return None

    def _is_alive(self) -> bool:
        try:
            return bool(self.connection.isAlive())
        except self.libvirt.libvirtError:
            return False


def _said(problems: Iterable[Problem]) -> str:
    return "; ".join(problem.message for problem in problems)
