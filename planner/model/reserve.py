"""What a side of a cluster keeps free of running VMs, so that they start again elsewhere when hosts fail."""

from collections.abc import Iterable
from dataclasses import dataclass

HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Memory that running VMs leave alone on each side: that of the largest `hosts`, and `percent` of what the others have.

    A policy gives one of the two, and the other is 0.
    """

    hosts: int = 0
    percent: int = 0

    @property
    def kept(self) -> bool:
        """Whether anything is kept free at all."""
        return bool(self.hosts or self.percent)

    @property
    def words(self) -> str:
        """How people call it, such as `1 host` or `25 % of memory`."""
        if self.percent:
            return f"{self.percent} % of memory"
        return f"{self.hosts} host{'s' * (self.hosts != 1)}"

    def usable(self, memory: Iterable[int]) -> int:
        """Bytes that running VMs may take of hosts with this memory. A further host never makes it less.

        >>> Reserve(hosts=1).usable([8, 16, 8]), Reserve(percent=25).usable([8, 16, 8])
        (16, 24)
        """
        smallest = sorted(memory)
        left = sum(smallest[: max(0, len(smallest) - self.hosts)])
        return left * (HUNDRED - self.percent) // HUNDRED
