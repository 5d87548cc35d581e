"""Hosts, clusters and datastores as vmware.vmware's inventory and community.vmware's modules tell of them."""

from collections.abc import Mapping
from typing import Any

from planner.read.vsphere.ansible_vms import api_properties
from planner.read.vsphere.named import Named
from planner.units import MIB


def take_inventory(variables: Mapping[str, Any], named: Named) -> None:
    """A host of the inventory vmware.vmware.esxi_hosts: its path is `/data centre/host/cluster`."""
    path = [part for part in variables["path"].split("/") if part]
    fields = api_properties(variables)
    name = fields.pop("name", None)
    datacentre = named.datacentre(path[0]) if path else None
    alone = len(path) < 3 or path[-1] == name
    cluster = None if alone else named.cluster(path[-1], datacentre)
    # Ids of other objects are not those that names give.
    kept = {
        key: fields[key]
        for key in ("hardware", "config", "summary", "runtime", "capability")
        if key in fields
    }
    named.host(name, cluster, datacentre, **kept)


def take_facts(facts: Mapping[str, Any], named: Named) -> None:
    """A host as vmware_host_facts tells of it.

    Datastores come with rounded sizes: only their names are taken, and those only in a cluster, for hosts alone
    may all have one of the same name.
    """
    datacentre = named.datacentre(facts.get("datacenter"))
    cluster = named.cluster(facts.get("cluster"), datacentre)
    stores = facts.get("ansible_datastore")
    memory = facts.get("ansible_memtotal_mb")
    address = facts.get("ansible_vmk0")
    named.host(
        facts.get("ansible_hostname"),
        cluster,
        datacentre,
        datastore=[
            one
            for store in (stores if isinstance(stores, list) and cluster else [])
            if isinstance(store, Mapping) and (one := named.datastore(store.get("name")))
        ],
        hardware={
            "memorySize": memory * MIB if isinstance(memory, int) else memory,
            "systemInfo": {
                "uuid": facts.get("ansible_uuid"),
                "vendor": facts.get("ansible_system_vendor"),
                "model": facts.get("ansible_product_name"),
            },
        },
        summary={
            "config": {"product": {"version": facts.get("ansible_distribution_version")}},
            "hardware": {
                "cpuModel": facts.get("ansible_processor"),
                "numCpuCores": facts.get("ansible_processor_cores"),
                "numCpuPkgs": facts.get("ansible_processor_count"),
                "numCpuThreads": facts.get("ansible_processor_vcpus"),
            },
        },
        runtime={
            "connectionState": facts.get("ansible_host_connection_state"),
            "inMaintenanceMode": facts.get("ansible_in_maintenance_mode"),
        },
        config={
            "network": {
                "vnic": [{"device": "vmk0", "spec": {"ip": {"ipAddress": address["ipv4"].get("address")}}}]
                if isinstance(address, Mapping) and isinstance(address.get("ipv4"), Mapping)
                else []
            }
        },
    )


def take_datastore(found: Mapping[str, Any], named: Named) -> None:
    """A datastore as vmware_datastore_info tells of it."""
    names = ("type", "capacity", "freeSpace", "url", "accessible", "multipleHostAccess")
    named.datastore(
        found.get("name"),
        summary={name: found.get(name) for name in names},
        info={
            "nas": {"remoteHost": found.get("nfs_server"), "remotePath": found.get("nfs_path")},
            "vmfs": {"uuid": found.get("vmfs_uuid")},
        },
    )


def take_cluster(found: Mapping[str, Any], named: Named) -> None:
    """A cluster as vmware_cluster_info tells of it, with its hosts."""
    cluster = named.cluster(found.get("name"), named.datacentre(found.get("datacenter")))
    if cluster is None:
        return
    settings = {
        "dasConfig": {"enabled": found.get("enable_ha")},
        "drsConfig": {"enabled": found.get("enabled_drs")},
    }
    named.add(cluster, {"configurationEx": settings})
    hosts = found.get("hosts")
    for host in hosts if isinstance(hosts, list) else ():
        named.host(host.get("name") if isinstance(host, Mapping) else host, cluster)
