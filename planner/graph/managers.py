"""Which VM manages which cluster."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from planner.model.estate import Cluster, ClusterId, VirtualMachine, VmId
from planner.model.kinds import ManagerKind, ServiceRole

_ROLES: Final[Mapping[ManagerKind, ServiceRole]] = {
    ManagerKind.VCENTER: ServiceRole.VCENTER,
    ManagerKind.XAPI: ServiceRole.XEN_ORCHESTRA,
}


def managers(
    clusters: tuple[Cluster, ...], vms: tuple[VirtualMachine, ...]
) -> Iterator[tuple[ClusterId, VmId, str]]:
    """Cluster, the VM that manages it, and the evidence.

    A VM with the manager's address or host name is the manager. Without one, the VMs whose role says so: those
    inside the cluster, else the only one of the estate. Several outside it prove nothing, so none is taken.
    """
    by_address = _by_address(vms)
    by_role = {role: [vm for vm in vms if role in vm.roles] for role in _ROLES.values()}
    for cluster in clusters:
        addressed = by_address.get((cluster.manager_address or "").casefold(), ())
        if addressed:
            yield from ((cluster.id, vm, "the cluster's manager_address is this VM's") for vm in addressed)
            continue
        role = _ROLES.get(cluster.manager)
        able = by_role[role] if role else []
        inside = [vm for vm in able if vm.cluster == cluster.id]
        if inside:
            yield from ((cluster.id, vm.id, f"a VM of the cluster has the role {role}") for vm in inside)
        elif len(able) == 1:
            yield cluster.id, able[0].id, f"the only VM of the estate with the role {role}"


def _by_address(vms: tuple[VirtualMachine, ...]) -> Mapping[str, list[VmId]]:
    found: dict[str, list[VmId]] = defaultdict(list)
    for vm in vms:
        addresses = {address.partition("/")[0] for nic in vm.nics for address in nic.addresses}
        for name in sorted({*addresses, vm.hostname or ""} - {""}):
            found[name.casefold()].append(vm.id)
    return found
