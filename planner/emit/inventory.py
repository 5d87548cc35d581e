"""An estate as an Ansible inventory that reads back to the same estate, and a first policy for it.

    hosts.yml                          groups (a cluster each) and hosts
    group_vars/all/storage.yml         shared datastores
    group_vars/all/reading.yml         what the sources left open
    group_vars/<cluster>/*.yml         the cluster, its networks and affinity rules
    host_vars/<host id>.json           a host and the VMs on it

Nearly everything stands in the last, which is JSON: Ansible and the planner read it several times faster than YAML. Keys and paths are ids; every name from outside is a value that Ansible never evaluates.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.emit.inventory_records import (
    affinity_record,
    cluster_record,
    datastore_record,
    host_record,
    name,
    network_record,
    reading_record,
    text,
    vm_record,
)
from planner.emit.inventory_references import References
from planner.emit.json import dump_json
from planner.emit.yaml import HEADER, dump
from planner.model.estate import ClusterId, Estate, Host, HostId, VirtualMachine

_GENERATED: Final = (
    "# Written by `planner collect`, and again by the next one: what people decide belongs into policy.yml.\n"
)
_POLICY_HEAD: Final = """\
# What you want, for `planner plan`. Everything has a default; docs/policy.md explains every key.
---
# Where the cards of each source network are plugged on the target: a bridge of every host, on this VLAN.
"""
_POLICY_UNKNOWN: Final = """\
# Not listed, since the source does not tell one VLAN for them: {count}. `planner assess` names them; add to the list
#   - {{source: <name of the network>, bridge: br120, vlan: 120}}
"""
_POLICY_TAIL: Final = """
# Storage that the new hosts will share (a new export or LUN, never one that ESXi still uses), and what goes there:
# shared_storage:
#   - {name: vmstore, kind: nfs, capacity: 20 TiB, server: 192.0.2.10, export: /vmstore}
# storage_map:
#   - {source: <name of a datastore>, target: vmstore}

# What one cluster gets, when it must not be left to the planner:
# clusters:
#   - {cluster: <name of a cluster>, target: kvm-debian-12, strategy: convert-in-place}

# Who accepts a finding that blocks, why and until when:
# waivers:
#   - {finding: <its id>, subject: <name of the VM>, who: A. Example, why: backed up elsewhere, until: 2027-03-31}
"""


def inventory_files(estate: Estate) -> dict[str, str]:
    """Every file of the inventory: relative path to YAML or JSON, the same bytes for the same estate."""
    references = References.of(estate)
    documents: dict[str, Any] = {"hosts.yml": _hosts(estate)}
    shared = [datastore_record(datastore) for datastore in references.shared_datastores]
    if shared:
        documents["group_vars/all/storage.yml"] = {"planner_datastores": shared}
    if reading := reading_record(estate):
        documents["group_vars/all/reading.yml"] = {"planner_reading": reading}
    vms = _vms_by_place(estate)
    for cluster in estate.clusters:
        folder = f"group_vars/{group_name(cluster.id)}"
        unplaced = [vm_record(vm, references) for vm in vms.get(cluster.id, ())]
        record = cluster_record(cluster) | ({"vms": unplaced} if unplaced else {})
        documents[f"{folder}/cluster.yml"] = {"planner_cluster": record}
        networks = [network_record(network) for network in references.networks.get(cluster.id, ())]
        if networks:
            documents[f"{folder}/networks.yml"] = {"planner_networks": networks}
        rules = [affinity_record(rule, references) for rule in references.rules.get(cluster.id, ())]
        if rules:
            documents[f"{folder}/affinity.yml"] = {"planner_affinity": rules}
    few = {path: _GENERATED + dump(document).removeprefix(HEADER) for path, document in documents.items()}
    many = {
        f"host_vars/{host.id}.json": dump_json(_host(host, vms.get(host.id, ()), references))
        for host in estate.hosts
    }
    return dict(sorted({**few, **many}.items()))


def group_name(cluster: ClusterId) -> str:
    """The Ansible group of a cluster: its id, with the only separator that Ansible allows in groups."""
    return cluster.replace("-", "_")


def starter_policy(estate: Estate) -> str:
    """The policy.yml that `planner collect` writes when there is none: every network whose VLAN is known.

    A network of unknown VLAN is left to its finding: a mapping here would look like somebody's decision.
    """
    vlans: dict[str, set[int | None]] = defaultdict(set)
    for network in estate.networks:
        vlans[network.name].add(network.vlan)
    known = {network: vlan for network, (vlan, *others) in vlans.items() if vlan is not None and not others}
    mapping = [
        {"source": name(network), "bridge": f"br{vlan}", "vlan": vlan}
        for network, vlan in sorted(known.items())
    ]
    unknown = len(vlans) - len(known)
    return "".join(
        (
            _POLICY_HEAD,
            dump({"network_map": mapping}).removeprefix(f"{HEADER}---\n"),
            _POLICY_UNKNOWN.format(count=unknown) if unknown else "",
            _POLICY_TAIL,
        )
    )


def _hosts(estate: Estate) -> dict[str, Any]:
    """Groups with their hosts; a swing host stands outside every group."""
    members: dict[ClusterId | None, dict[str, None]] = defaultdict(dict)
    for host in estate.hosts:
        members[host.cluster][host.id] = None
    groups = {
        group_name(cluster.id): {"hosts": members[cluster.id]} if members[cluster.id] else {}
        for cluster in estate.clusters
    }
    return {"all": {"hosts": members[None], "children": groups} if members[None] else {"children": groups}}


def _vms_by_place(estate: Estate) -> Mapping[HostId | ClusterId, Sequence[VirtualMachine]]:
    """VMs by their host, or by their cluster where the host is not known."""
    places: dict[HostId | ClusterId, list[VirtualMachine]] = defaultdict(list)
    for vm in estate.vms:
        places[vm.host or vm.cluster].append(vm)
    return places


def _host(host: Host, vms: Sequence[VirtualMachine], references: References) -> dict[str, Any]:
    document: dict[str, Any] = {} if host.address is None else {"ansible_host": text(host.address)}
    document["planner_host"] = host_record(host, references)
    networks = references.networks.get(host.id, ())
    if networks:
        document["planner_networks"] = [network_record(network) for network in networks]
    if vms:
        document["planner_vms"] = [vm_record(vm, references) for vm in vms]
    return document
