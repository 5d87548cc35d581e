"""VMs as vmware.vmware's inventory, vmware_vm_info and vmware_guest_info tell of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from planner.read.vsphere.inventory import VM
from planner.read.vsphere.named import Named
from planner.read.vsphere.plain import plain
from planner.read.vsphere.properties import Reference

_REFERENCES: Final = frozenset(
    {"host", "datastore", "network", "resourcePool", "parent", "parentVApp", "snapshot", "currentSnapshot"}
)
_REFERENCE: Final = re.compile(r"'?vim\.(?P<type>[A-Za-z.]+):(?P<ident>[^']+)'?")
_OURS: Final = frozenset({"cluster", "esxi_host", "path", "moid", "tags", "tags_by_category", "customValue"})
_CARD: Final = re.compile(r"hw_eth\d+")
_NAME: Final = "vmware_inventory_name"
_TAGS: Final = "vmware_inventory_tags"


def take_inventory(variables: Mapping[str, Any], named: Named) -> None:
    """A VM of the inventory vmware.vmware.vms: properties of the API, some of them flattened to `config.uuid`."""
    path = [part for part in variables["path"].split("/") if part]
    datacentre = named.datacentre(path[0]) if path else None
    cluster = named.cluster(_name_of(variables.get("cluster")), datacentre)
    host = named.host(_name_of(variables.get("esxi_host")), cluster, datacentre)
    fields = api_properties(variables)
    if host is not None:
        fields["runtime"] = {**_mapping(fields.get("runtime")), "host": host}
    if cluster is not None and not isinstance(fields.get("resourcePool"), Reference):
        fields["resourcePool"] = named.pool(None, cluster)
    _take(variables, fields, named, _labels(variables.get(_TAGS, variables.get("tags"))))


def take_info(found: Mapping[str, Any], named: Named) -> None:
    """A VM as vmware_vm_info tells of it."""
    datacentre = named.datacentre(found.get("datacenter"))
    cluster = named.cluster(found.get("cluster"), datacentre)
    host = named.host(found.get("esxi_hostname"), cluster, datacentre)
    stores = [
        store
        for one in _items(found.get("datastore_url"))
        if (store := named.datastore(one.get("name"), summary={"url": one.get("url")}))
    ]
    allocated = _mapping(found.get("allocated"))
    cards = found.get("mac_address")
    fields = {
        "name": found["guest_name"],
        "config": {
            "uuid": found.get("uuid"),
            "instanceUuid": found.get("instance_uuid"),
            "guestFullName": found.get("guest_fullname"),
            "hardware": {"numCPU": allocated.get("cpu"), "memoryMB": allocated.get("memory")},
        },
        "runtime": {"host": host, "powerState": found.get("power_state")},
        "guest": {"net": [{"macAddress": mac} for mac in cards] if isinstance(cards, list) else []},
        "resourcePool": named.pool(found.get("resource_pool"), cluster),
        "datastore": stores,
        "customValue": found.get("attributes"),
    }
    _take(found, fields, named, _labels(found.get("tags")))


def take_guest(found: Mapping[str, Any], named: Named) -> None:
    """A VM as vmware_guest_info tells of it."""
    path = [part for part in str(found.get("hw_folder") or "").split("/") if part]
    datacentre = named.datacentre(path[0]) if path else None
    cluster = named.cluster(found.get("hw_cluster"), datacentre)
    files = _list(found.get("hw_files"))
    fields = {
        "name": found["hw_name"],
        "config": {
            "uuid": found.get("hw_product_uuid"),
            "instanceUuid": found.get("instance_uuid"),
            "annotation": found.get("annotation"),
            "template": found.get("hw_is_template"),
            "version": found.get("hw_version"),
            "files": {"vmPathName": files[0] if files else None},
            "hardware": {
                "numCPU": found.get("hw_processor_count"),
                "numCoresPerSocket": found.get("hw_cores_per_socket"),
                "memoryMB": found.get("hw_memtotal_mb"),
            },
        },
        "runtime": {
            "host": named.host(found.get("hw_esxi_host"), cluster, datacentre),
            "powerState": found.get("hw_power_status"),
            "consolidationNeeded": found.get("guest_consolidation_needed"),
        },
        "guest": {
            "guestFullName": found.get("hw_guest_full_name"),
            "toolsRunningStatus": found.get("guest_tools_status"),
            "net": list(_cards(found)),
        },
        "resourcePool": named.pool(None, cluster),
        "datastore": [one for name in _list(found.get("hw_datastores")) if (one := named.datastore(name))],
        "customValue": found.get("customvalues"),
        "snapshot": {
            "rootSnapshotList": [
                {"name": one.get("name"), "createTime": one.get("creation_time")}
                for one in _items(found.get("snapshots"))
            ]
        },
    }
    _take(found, fields, named, _labels(found.get("tags")))


def api_properties(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that are properties of the API."""
    fields: dict[str, Any] = {"name": variables.get(_NAME, variables.get("name"))}
    for name, value in variables.items():
        if name in _OURS or name.startswith(("vmware_inventory_", "ansible_")) or name == "name":
            continue
        *parents, last = name.split(".")
        inside = fields
        for parent in parents:
            below = inside.setdefault(parent, {})
            inside = below if isinstance(below, dict) else {}
        inside[last] = _referring(last, plain(value))
    fields["customValue"] = variables.get("customValue")
    return fields


def _referring(name: str, value: Any) -> Any:
    """A value with references where the API has them; pyVmomi writes them as text."""
    if isinstance(value, dict):
        return {key: _referring(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_referring(name, item) for item in value]
    match = _REFERENCE.fullmatch(value) if name in _REFERENCES and isinstance(value, str) else None
    return Reference(match["type"].rpartition(".")[2], match["ident"]) if match else value


def _take(found: Mapping[str, Any], fields: dict[str, Any], named: Named, tags: tuple[str, ...]) -> None:
    """Keep a VM, with its custom attributes as the API has them: values by key, names beside them."""
    values = _mapping(fields.get("customValue"))
    fields["customValue"] = [{"key": key, "value": value} for key, value in enumerate(values.values())]
    fields["availableField"] = [{"key": key, "name": name} for key, name in enumerate(values)]
    ident = str(found["moid"])
    named.add(Reference(VM, ident), fields)
    if tags:
        named.inventory.tags[ident] = tags


def _cards(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Network cards; the network of a distributed switch is not named."""
    for name, card in found.items():
        if _CARD.fullmatch(name) and isinstance(card, Mapping) and card.get("macaddress"):
            network = None if card.get("portgroup_key") else card.get("summary")
            yield {"macAddress": card["macaddress"], "network": network}


def _labels(tags: object) -> tuple[str, ...]:
    """Names of tags: a list of names, or of what the API tells of each; or a map of names by id."""
    found = list(tags.values()) if isinstance(tags, Mapping) else _list(tags)
    names = (one.get("name") if isinstance(one, Mapping) else one for one in found)
    return tuple(sorted({name for name in names if isinstance(name, str) and name}))


def _name_of(found: object) -> object:
    return found.get("name") if isinstance(found, Mapping) else found


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _items(found: object) -> list[Mapping[str, Any]]:
    return [one for one in _list(found) if isinstance(one, Mapping)]


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}
