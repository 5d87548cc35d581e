"""VMs that one vApp holds."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from planner.model.estate import ClusterId, Estate, VmId
from planner.model.setting import SettingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Vapp:
    """A vApp with its VMs."""

    id: str
    name: str
    vms: tuple[VmId, ...]


def vapps(estate: Estate) -> Iterator[Vapp]:
    """Every vApp of which several VMs tell; of one name in two clusters there are two."""
    found: dict[tuple[ClusterId, str], list[VmId]] = defaultdict(list)
    for vm in estate.vms:
        for setting in vm.settings:
            if setting.kind is SettingKind.VAPP and setting.value:
                found[vm.cluster, setting.value].append(vm.id)
    for (cluster, name), vms in sorted(found.items()):
        if len(vms) > 1:
            digest = hashlib.sha256(f"{cluster}\x1f{name}".encode()).hexdigest()[:12]
            yield Vapp(id=f"vapp-{digest}", name=name, vms=tuple(sorted(vms)))
