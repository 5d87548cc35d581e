"""Which cluster a host or VM of an export belongs to."""

from collections.abc import Iterable, Mapping

from planner.read.gather import UNPLACED
from planner.read.rvtools.export import Row
from planner.read.rvtools.keys import Key


def home_of_host(row: Row, name: str, vms: Iterable[Row]) -> Key:
    """A host's cluster: a standalone one is its own; without such a column, the one where its VMs are."""
    if row.has("cluster"):
        return _key(row, row.name("cluster") or name)
    seen = {vm.name("cluster") for vm in vms}
    cluster = seen.pop() if len(seen) == 1 else None
    return _key(row, cluster or name)


def home_of_vm(vm: Row, homes: Mapping[str, Key]) -> Key:
    """A VM's cluster: its own cell, else its host's, else one named after its host, else `unplaced`."""
    cluster, host = vm.name("cluster"), vm.name("host")
    if cluster is not None:
        return _key(vm, cluster)
    if host is None:
        return Key(UNPLACED)
    return homes.get(host) or _key(vm, host)


def _key(row: Row, name: str) -> Key:
    return Key(name, row.text("server"), row.text("datacenter"))
