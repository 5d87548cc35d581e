"""VMs that one vApp holds."""

from collections import defaultdict
from collections.abc import Iterator

from planner.graph.company import Company, group_id
from planner.graph.kinds import Basis, Confidence, EdgeKind
from planner.model.estate import ClusterId, Estate, VmId
from planner.model.setting import SettingKind


def vapps(estate: Estate) -> Iterator[Company]:
    """Every vApp of which several VMs tell; of one name in two clusters there are two.

    The source says so, which is no guess. How firmly they belong together is the policy's to say.
    """
    found: dict[tuple[ClusterId, str], list[VmId]] = defaultdict(list)
    for vm in estate.vms:
        for setting in vm.settings:
            if setting.kind is SettingKind.VAPP and setting.value:
                found[vm.cluster, setting.value].append(vm.id)
    for (cluster, name), vms in sorted(found.items()):
        if len(vms) > 1:
            yield Company(
                id=group_id("vapp", cluster, name),
                name=name,
                basis=Basis.VAPP,
                vms=tuple(sorted(vms)),
                kinds=(EdgeKind.MOVE_TOGETHER,),
                evidence="they are in one vApp",
                confidence=Confidence.DERIVED,
            )
