"""What may be guessed about VMs of which nobody declared anything, from hints.yml."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final

from planner.knowledge.document import document
from planner.model.estate import VirtualMachine
from planner.model.kinds import HypervisorKind, ServiceRole

_LONGEST: Final = 120
"""Of the words that are shown: what people note about a VM may be a page."""
_REMEMBERED: Final = 2**16
"""Texts: the graph and the rules ask for the same VMs."""


class Place(StrEnum):
    """Where a pattern is looked for: in what the VM is called, or in what people noted about it."""

    NAME = "name"
    NOTES = "notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupProduct:
    """What is known of a product whose traces a VM bears; a name None is a trace that names none.

    `kvm` and `xcp_ng`: it reads VMs of that hypervisor from outside; None is unknown.
    """

    name: str | None
    kvm: bool | None
    xcp_ng: bool | None

    def reads(self, hypervisor: HypervisorKind) -> bool | None:
        """Whether it reads VMs of a hypervisor; None is unknown."""
        return {HypervisorKind.KVM: self.kvm, HypervisorKind.XCPNG: self.xcp_ng}.get(hypervisor)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupTrace:
    """What a backup left on a VM: the product, the words it was seen in, and, in lower case, the server that they name."""

    product: BackupProduct
    words: str
    server: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestClusterHint:
    """A product that makes one service of several guests, and the words that tell of it.

    `kind` is how its nodes travel, in the words of the graph: `move-together` if they share disks, `not-in-one-wave` if
    the rest serves while one is down.
    """

    product: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HintLimits:
    """How far guesses go; each is explained in hints.yml."""

    redundant_vms: int
    servers_of_a_network: int
    flow_partners: int
    flow_ports: int
    first_ephemeral_port: int


@cache
def hint_limits() -> HintLimits:
    """The limits of hints.yml."""
    return HintLimits(**{name: row["value"] for name, row in document("hints.yml")["limits"].items()})


def likely_roles(vm: VirtualMachine) -> tuple[tuple[ServiceRole, str], ...]:
    """Roles that a VM seems to have by its name or its notes, and the words that say so; what it has is left out.

    >>> from planner.model.estate import ClusterId, VmId
    >>> vm = VirtualMachine(id=VmId("1"), name="corp-dc01", cluster=ClusterId("1"))
    >>> [(str(role), words) for role, words in likely_roles(vm)]
    [('directory', 'corp-dc01')]
    """
    told = (
        *_found_roles(Place.NAME, "\n".join(_names(vm))),
        *_found_roles(Place.NOTES, "\n".join(_notes(vm))),
    )
    found: dict[ServiceRole, str] = {}
    for role, words in told:
        if role not in vm.roles:
            found.setdefault(role, words)
    return tuple(found.items())


def likely_guest_cluster(vm: VirtualMachine) -> GuestClusterHint | None:
    """The guest cluster that a VM seems to be a node of, by its name or its notes: the first in the order of hints.yml."""
    for place, texts in ((Place.NAME, _names(vm)), (Place.NOTES, _notes(vm))):
        if (found := _guest_cluster(place, "\n".join(texts))) is not None:
            return found
    return None


def backup_trace(vm: VirtualMachine) -> BackupTrace | None:
    """What the notes of a VM tell of its backup: of several, the first in the order of hints.yml."""
    return _trace("\n".join(_notes(vm)))


def backup_product(vm: VirtualMachine) -> BackupProduct | None:
    """The product that a backup server runs, where its names or notes say so."""
    trace = _trace("\n".join((*_names(vm), *_notes(vm))))
    return trace.product if trace and trace.product.name else None


@lru_cache(maxsize=_REMEMBERED)
def _found_roles(place: Place, text: str) -> tuple[tuple[ServiceRole, str], ...]:
    lower = text.lower()
    if not _any_role(place).search(lower):
        return ()
    found = ((role, pattern.search(lower)) for role, pattern in _roles(place))
    return tuple((role, _line(text, match)) for role, match in found if match)


@lru_cache(maxsize=_REMEMBERED)
def _guest_cluster(place: Place, text: str) -> GuestClusterHint | None:
    lower = text.lower()
    for product, kind, pattern in _guest_cluster_rows(place):
        if found := pattern.search(lower):
            return GuestClusterHint(product=product, kind=kind, words=_line(text, found))
    return None


@lru_cache(maxsize=_REMEMBERED)
def _trace(text: str) -> BackupTrace | None:
    lower = text.lower()
    for product, pattern in _products():
        if found := pattern.search(lower):
            server = found.groupdict().get("server")
            return BackupTrace(product=product, words=_line(text, found), server=server)
    return None


def _names(vm: VirtualMachine) -> Iterator[str]:
    """What it is called, without domains: those often begin with the name of a site."""
    yield from dict.fromkeys(name.partition(".")[0] for name in (vm.name, vm.hostname) if name)


def _notes(vm: VirtualMachine) -> Iterator[str]:
    yield from vm.tags
    yield from (f"{attribute.name}: {attribute.value}" for attribute in vm.attributes)
    yield from (vm.annotation or "").splitlines()


def _line(text: str, found: re.Match[str]) -> str:
    """The line of the text in which something was found when it was in lower case."""
    number = found.string.count("\n", 0, found.start())
    return textwrap.shorten(text.split("\n")[number], _LONGEST, placeholder=" …")


@cache
def _roles(place: Place) -> tuple[tuple[ServiceRole, re.Pattern[str]], ...]:
    rows = (row for row in document("hints.yml")["roles"] if row["in"] == place)
    return tuple((ServiceRole(row["role"]), _compiled(row)) for row in rows)


@cache
def _guest_cluster_rows(place: Place) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    rows = (row for row in document("hints.yml")["guest_clusters"] if row["in"] == place)
    return tuple((row["product"], row["kind"], _compiled(row)) for row in rows)


@cache
def _any_role(place: Place) -> re.Pattern[str]:
    """All patterns of a place in one: most VMs fit none, and there are many VMs."""
    patterns = (pattern.pattern for _, pattern in _roles(place))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)


@cache
def _products() -> tuple[tuple[BackupProduct, re.Pattern[str]], ...]:
    return tuple(
        (BackupProduct(name=row["product"], kvm=row["kvm"], xcp_ng=row["xcp_ng"]), _compiled(row))
        for row in document("hints.yml")["backups"]
    )


def _compiled(row: dict[str, Any]) -> re.Pattern[str]:
    return re.compile(row["pattern"], re.MULTILINE)
