"""Which VMs of its cluster a VM needs, also by way of VMs of other clusters."""

from collections.abc import Mapping

from planner.model.estate import Estate, VirtualMachine, VmId


def needed(estate: Estate) -> dict[VmId, frozenset[VmId]]:
    """Every VM that needs any with those of its own cluster that it needs. VMs that do not cross themselves pass it on."""
    vms = {vm.id: vm for vm in estate.vms}
    return {vm.id: found for vm in estate.vms if vm.depends_on and (found := _reached(vm, vms))}


def _reached(start: VirtualMachine, vms: Mapping[VmId, VirtualMachine]) -> frozenset[VmId]:
    found: set[VmId] = set()
    seen, waiting = {start.id}, [start]
    while waiting:
        for need in waiting.pop().depends_on:
            if need in seen or need not in vms:
                continue
            seen.add(need)
            if vms[need].cluster == start.cluster:
                found.add(need)
            else:
                waiting.append(vms[need])
    return frozenset(found)
