"""Objects as the API has them, with only what a test is about."""

import json
from pathlib import Path
from typing import Any

from planner.model.estate import Estate
from planner.read.vsphere.dump import DUMPS


def ref(kind: str, ident: str) -> dict[str, str]:
    return {"type": kind, "value": ident}


def obj(kind: str, ident: str, **fields: Any) -> dict[str, Any]:
    return {"self": ref(kind, ident), "name": ident, **fields}


def typed(kind: str, **fields: Any) -> dict[str, Any]:
    return {"_typeName": kind, **fields}


def vm(*devices: dict[str, Any], ident: str = "vm-1", config: Any = None, **fields: Any) -> dict[str, Any]:
    runtime = {"host": ref("HostSystem", "host-1"), "powerState": "poweredOn"}
    hardware = {"hardware": {"numCPU": 1, "memoryMB": 1024, "device": list(devices)}}
    return obj("VirtualMachine", ident, config=hardware | (config or {}), runtime=runtime, **fields)


def host(ident: str = "host-1", **fields: Any) -> dict[str, Any]:
    return obj("HostSystem", ident, **{"parent": ref("ClusterComputeResource", "domain-1"), **fields})


def cluster(ident: str = "domain-1", **configuration: Any) -> dict[str, Any]:
    return obj("ClusterComputeResource", ident, configurationEx=configuration)


def read(folder: Path, *objects: dict[str, Any], api: str = "VirtualCenter") -> Estate:
    """The estate of objects, with a host in a cluster where a test has none of its own."""
    kinds = {one["self"]["type"] for one in objects}
    others = [one for one in (host(), cluster()) if one["self"]["type"] not in kinds]
    if api == "HostAgent":
        others = []
    (folder / "about.json").write_text(json.dumps({"about": {"apiType": api}}))
    (folder / "objects.json").write_text(json.dumps([*objects, *others]))
    return DUMPS.read(sorted(folder.glob("*.json")))
