"""VMs that have something to do with each other, though no rule names them."""

import hashlib
from dataclasses import dataclass

from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.model.estate import VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A group of VMs: `name` for people, and the edges that lead from each of them to the group.

    `id` tells two groups of one name apart.
    """

    id: str
    name: str
    basis: Basis
    vms: tuple[VmId, ...]
    kinds: tuple[EdgeKind, ...]
    evidence: str
    confidence: Confidence


def group_id(word: str, *parts: str) -> str:
    """An id from what makes a group: `vapp-1f3a...`."""
    return f"{word}-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"
