"""VMs that have something to do with each other, though no rule names them."""

import hashlib
from dataclasses import dataclass

from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.model.estate import VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A group of VMs: `name` for people, and the edge that leads from each of them to the group.

    `id` tells two groups of one name apart. A guess binds nothing.
    """

    id: str
    name: str
    basis: Basis
    vms: tuple[VmId, ...]
    kind: EdgeKind
    evidence: str
    confidence: Confidence

    @property
    def mandatory(self) -> bool:
        """Whether the plan honours it."""
        return self.confidence is not Confidence.HINTED


def group_id(word: str, *parts: str) -> str:
    """An id from what makes a group: `vapp-1f3a...`."""
    return f"{word}-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"
