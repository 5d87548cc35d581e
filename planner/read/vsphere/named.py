"""Objects of an inventory that only their names tell apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from planner.read.vsphere.inventory import (
    ALONE,
    BY_NAME,
    CLUSTER,
    DATACENTRE,
    DATASTORE,
    HOST,
    POOL,
    Inventory,
)
from planner.read.vsphere.properties import Reference

HOST_ALONE: Final = "ha-datacenter"
"""The data centre that every host without a vCenter says it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An inventory to which objects are added by name; `origin` is the file that tells of them."""

    inventory: Inventory
    origin: str

    def add(self, reference: Reference, fields: Mapping[str, Any]) -> None:
        """Keep properties of an object."""
        self.inventory.add(reference, fields, self.origin)

    def datacentre(self, name: object) -> Reference | None:
        """The data centre of a name."""
        if name == HOST_ALONE:
            self.inventory.about["apiType"] = "HostAgent"
        return self._made(DATACENTRE, name, {})

    def cluster(self, name: object, datacentre: Reference | None = None) -> Reference | None:
        """The cluster of a name."""
        return self._made(CLUSTER, name, {"parent": datacentre} if datacentre else {})

    def host(
        self, name: object, cluster: Reference | None, datacentre: Reference | None = None, **fields: Any
    ) -> Reference | None:
        """The host of a name, in a cluster or alone in a data centre."""
        parent = cluster or (self._made(ALONE, name, {"parent": datacentre}) if datacentre else None)
        return self._made(HOST, name, fields | ({"parent": parent} if parent else {}))

    def datastore(self, name: object, **fields: Any) -> Reference | None:
        """The datastore of a name."""
        return self._made(DATASTORE, name, fields)

    def pool(self, name: object, cluster: Reference | None) -> Reference | None:
        """The resource pool of a name, or the root of a cluster."""
        if cluster is None and not name:
            return None
        ident = f"{BY_NAME}{cluster.ident if cluster else ''}/{name or ''}"
        fields = {"owner": cluster, "name": name} if name else {"owner": cluster}
        reference = Reference(POOL, ident)
        self.add(reference, fields)
        return reference

    def _made(self, of: str, name: object, fields: Mapping[str, Any]) -> Reference | None:
        if not isinstance(name, str) or not name:
            return None
        reference = Reference(of, f"{BY_NAME}{name}")
        self.add(reference, {"name": name, **fields})
        return reference
