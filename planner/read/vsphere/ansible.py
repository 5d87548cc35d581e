"""JSON that Ansible's VMware collections wrote: inventories of vmware.vmware, and results of community.vmware.

Both tell of objects by their names. They are read into the same properties as everything else, with ids made from
those names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Gap
from planner.read.source import Format, Sample, read_json
from planner.read.vsphere import ansible_hosts, ansible_vms
from planner.read.vsphere.estate import estate_of
from planner.read.vsphere.inventory import CLUSTER, DATACENTRE, VM, Inventory
from planner.read.vsphere.named import Named

KIND: Final = "vmware-ansible"
_ESXI: Final = ("VMware ESXi", "vmnix-x86")
_NOTHING: Final = (
    "holds neither VMs nor hosts as Ansible's VMware collections write them: save the registered result of "
    "vmware_vm_info, or `ansible-inventory -i vms.yml --list`"
)

Taken = Callable[[Mapping[str, Any], Named], None]


def is_ansible(sample: Sample) -> bool:
    """Whether a file holds what the inventories or modules for VMware say."""
    return next(_parts(sample.json), None) is not None


def read_ansible(files: Iterable[Path]) -> Estate:
    """The estate of the results of one vCenter or host: the files of a folder. Raises InputError with every problem."""
    problems: list[Problem] = []
    servers: dict[Path, Inventory] = {}
    for file in files:
        try:
            found = list(_parts(read_json(file)))
        except InputError as error:
            problems += error.problems
            continue
        if not found:
            problems.append(Problem(file=str(file), message=_NOTHING))
        new = Inventory(kind=KIND, source=str(file), problems=problems)
        named = Named(inventory=servers.setdefault(file.parent, new), origin=str(file))
        for take, part in found:
            take(part, named)
    for server in servers.values():
        if not any(server.objects.get(of) for of in (CLUSTER, DATACENTRE)):
            # Only a vCenter tells of clusters and data centres.
            server.about["apiType"] = "HostAgent"
        server.gaps.extend(_gaps(server))
    return estate_of(servers.values(), problems)


ANSIBLE: Final = Format(
    kind=KIND, title="Ansible's VMware inventories and results", recognises=is_ansible, read=read_ansible
)


def _parts(data: Any) -> Iterator[tuple[Taken, Mapping[str, Any]]]:
    """What a document tells, each part with what takes it; of a looped task, every result."""
    match data:
        case {"_meta": {"hostvars": dict() as machines}}:
            for variables in machines.values():
                if isinstance(variables, dict) and (take := _of_inventory(variables)) is not None:
                    yield take, variables
        case {"results": list() as results}:
            for result in results:
                yield from _result(result)
        case _:
            yield from _result(data)


def _of_inventory(variables: Mapping[str, Any]) -> Taken | None:
    """What takes the variables of a machine: those of VMs and of hosts have an id, and properties of the API."""
    if not isinstance(variables.get("moid"), str) or not isinstance(variables.get("path"), str):
        return None
    return ansible_hosts.take_inventory if "management_ip" in variables else ansible_vms.take_inventory


def _result(result: Any) -> Iterator[tuple[Taken, Mapping[str, Any]]]:
    match result:
        case {"virtual_machines": list() as items}:
            yield from ((ansible_vms.take_info, one) for one in items if _has(one, "guest_name", "moid"))
        case {"instance": dict() as one} if _has(one, "hw_name", "moid"):
            yield ansible_vms.take_guest, one
        case {"ansible_facts": dict() as one} if _is_host(one):
            yield ansible_hosts.take_facts, one
        case {"datastores": list() as items}:
            yield from (
                (ansible_hosts.take_datastore, one) for one in items if _has(one, "name", "freeSpace")
            )
        case {"clusters": dict() as items}:
            for name, one in items.items():
                if _has(one, "enabled_drs", "hosts"):
                    yield ansible_hosts.take_cluster, {"name": name, **one}


def _has(one: Any, *names: str) -> bool:
    return isinstance(one, Mapping) and all(name in one for name in names)


def _is_host(facts: Mapping[str, Any]) -> bool:
    return (facts.get("ansible_distribution"), facts.get("ansible_os_type")) == _ESXI


def _gaps(server: Inventory) -> Iterator[Gap]:
    """What these results never tell, or were not asked for."""
    vms = [vm for _, vm in server.all(VM)]
    if any(not vm.told("config.hardware.device") for vm in vms):
        yield Gap(
            source=server.source,
            what="disks, firmware and devices of VMs",
            why="the modules of community.vmware do not tell them",
            remedy="read the server itself (vsphere://), or the inventory vmware.vmware.vms with `properties: [all]`",
        )
    if any(vm.refers_to("runtime.host") is None for vm in vms):
        yield Gap(
            source=server.source,
            what="hosts of VMs",
            why="the inventory was not asked for them",
            remedy="set `gather_compute_objects: true` in the file of the inventory",
        )
