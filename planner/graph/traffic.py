"""Which VM asks something of which, by the traffic that was seen."""

from collections import defaultdict
from dataclasses import dataclass

from planner.model.estate import Estate, Flow, VmId
from planner.units import KIB, MIB, format_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`source` asks something of `destination`; `said` is how much and on which ports."""

    source: VmId
    destination: VmId
    size_bytes: int
    said: str


def talks(estate: Estate) -> tuple[Talk, ...]:
    """Every pair of VMs with traffic, the most first. Traffic with machines outside the estate is left out."""
    pairs: dict[tuple[VmId, VmId], list[Flow]] = defaultdict(list)
    for flow in estate.flows:
        if flow.source is not None and flow.destination is not None:
            pairs[flow.source, flow.destination].append(flow)
    found = (_talk(*pair, flows) for pair, flows in pairs.items())
    return tuple(sorted(found, key=lambda talk: (-talk.size_bytes, talk.source, talk.destination)))


def _talk(source: VmId, destination: VmId, flows: list[Flow]) -> Talk:
    size = sum(flow.size_bytes for flow in flows)
    strongest = sorted(flows, key=lambda flow: (-flow.size_bytes, flow.port or 0))
    ports = [str(flow.port) for flow in strongest if flow.port is not None]
    named = f" on port{'s' * (len(ports) > 1)} {', '.join(ports)}" if ports else ""
    amount = format_size(size) if size >= MIB else f"{-(-size // KIB)} KiB"
    return Talk(source=source, destination=destination, size_bytes=size, said=f"{amount}{named}")
