"""Storage adapters of the hosts, from vHBA: its PCI column has an address, which tells no device."""

from collections import defaultdict

from planner.model.estate import HostAdapter
from planner.read.outside import line
from planner.read.rvtools.export import Export


def read_adapters(export: Export, hosts: frozenset[str]) -> dict[str, tuple[HostAdapter, ...]]:
    """The adapters of each host, by its name."""
    found: dict[str, list[HostAdapter]] = defaultdict(list)
    for row in export.rows("vhba"):
        host, device = row.name("host"), line(row.remark("device"))
        if host in hosts and host is not None and device is not None:
            driver, model = (line(row.remark(field)) for field in ("driver", "model"))
            found[host].append(HostAdapter(name=device, driver=driver, model=model))
    return {host: tuple(sorted(cards, key=_place)) for host, cards in found.items()}


def _place(card: HostAdapter) -> tuple[int, str]:
    return len(card.name), card.name
