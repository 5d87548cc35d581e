"""Which ids things get: one rule a kind, the same for every reader, so that a thing keeps its id."""

import re
from functools import lru_cache
from typing import Final

from planner.model.estate import ClusterId, DatastoreId, HostId, NetworkId, VmId
from planner.read.identity import identifier

_HOST_ID: Final = re.compile(r"host-[a-z0-9]+(-[a-z0-9]+)*")


def cluster_id(name: str) -> ClusterId:
    """Clusters are told apart by name, over the whole estate."""
    return ClusterId(identifier("cluster", name))


def host_id(name: str) -> HostId:
    """Hosts are told apart by their name in the inventory; a name that is a host id already stays one.

    >>> host_id("host-esx1"), host_id("esx1")
    ('host-esx1', 'host-esx1')
    """
    return HostId(name if _HOST_ID.fullmatch(name) else identifier("host", name))


def datastore_id(name: str, scope: str | None = None) -> DatastoreId:
    """A shared datastore is its name; `scope` is the host's name of a local one, or tells two shared apart."""
    return DatastoreId(identifier("ds", name, *((scope,) if scope else ())))


@lru_cache(maxsize=2**12)
def network_id(name: str, cluster: str) -> NetworkId:
    """A network is its name within the cluster of that name."""
    return NetworkId(identifier("net", name, cluster))


def vm_id(name: str, uuid: str | None, place: str) -> VmId:
    """A VM is its name and UUID; without a UUID its name on `place`, the name of its host, else its cluster."""
    return VmId(identifier("vm", name, uuid or place))


def rule_id(name: str, cluster: str | None) -> str:
    """An affinity rule is its name within the cluster (by name) of the first VM that it names."""
    return identifier("rule", name, *((cluster,) if cluster else ()))
