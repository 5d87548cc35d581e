"""The hard limits: what no weight outvotes. Unknown facts never veto."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from planner.decide.case import Case
from planner.decide.hosts import unfit
from planner.decide.obstacle import Obstacle
from planner.decide.strategy import hosts_to_carry, strategy, upgrades_in_place
from planner.knowledge import cpu_maker, fact, no_playbooks
from planner.model.estate import VirtualMachine
from planner.model.kinds import DiskKind, PassthroughKind
from planner.model.platform import Platform
from planner.model.policy import Strategy
from planner.units import GIB

_REMOVABLE: Final = frozenset({DiskKind.CDROM, DiskKind.FLOPPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A size of a VM that platforms limit: the fact's name, its value (None unknown), and how to say it."""

    fact: str
    comfortable: str | None
    of: Callable[[VirtualMachine], int | None]
    noun: str
    show: Callable[[int], str]


def exact_size(size_bytes: int) -> str:
    """A size in GiB with the digits that tell it from a limit next to it, which rounding to TiB hides.

    >>> exact_size(16381 * 1024**3)
    '16381 GiB'
    """
    return f"{size_bytes / GIB:g} GiB"


def largest_disk(vm: VirtualMachine) -> int | None:
    """Capacity of the largest disk whose size is known."""
    sizes = [disk.capacity_bytes for disk in vm.disks if disk.kind not in _REMOVABLE]
    return max((size for size in sizes if size is not None), default=None)


SIZES: Final = (
    Size(fact="max_vcpus", comfortable="comfortable_vcpus", of=lambda vm: vm.vcpus, noun="vCPUs", show=str),
    Size(
        fact="max_memory_bytes",
        comfortable="comfortable_memory_bytes",
        of=lambda vm: vm.memory_bytes,
        noun="memory",
        show=exact_size,
    ),
    Size(
        fact="max_disk_bytes",
        comfortable="comfortable_disk_bytes",
        of=largest_disk,
        noun="disk size",
        show=exact_size,
    ),
    Size(
        fact="max_disks",
        comfortable=None,
        of=lambda vm: sum(disk.kind not in _REMOVABLE for disk in vm.disks),
        noun="disks",
        show=str,
    ),
    Size(fact="max_nics", comfortable=None, of=lambda vm: len(vm.nics), noun="network cards", show=str),
)


def _sizes(case: Case, platform: Platform) -> Iterator[Obstacle]:
    for size in SIZES:
        most = fact(platform.id, size.fact).value
        for vm in case.vms:
            value = size.of(vm)
            if most is not None and value is not None and value > most:
                yield _about_vm(
                    vm,
                    f"needs {size.show(value)} ({size.noun}), the most is {size.show(most)}",
                    f"{platform.id}.{size.fact}",
                )


def _nested(case: Case, platform: Platform) -> Iterator[Obstacle]:
    for vm in case.vms:
        if vm.nested and not platform.nested:
            yield _about_vm(vm, "runs virtual machines itself", f"{platform.id}.nested")


def _vgpu(case: Case, platform: Platform) -> Iterator[Obstacle]:
    for vm in case.vms:
        if not platform.vgpu and any(device.kind is PassthroughKind.VGPU for device in vm.passthrough):
            yield _about_vm(vm, "holds a share of a GPU (vGPU)", f"{platform.id}.vgpu")


def _routes(case: Case, platform: Platform) -> Iterator[Obstacle]:
    for vm in case.vms:
        route = case.route(vm, platform)
        if route.transport is None:
            yield _about_vm(vm, f"has no way there: {route.reason}", None)


def _about_vm(vm: VirtualMachine, reason: str, source: str | None) -> Obstacle:
    return Obstacle(
        reason=f"VM {vm.name} {reason}",
        source=source,
        remedy=f"change VM {vm.name}, or move it out of the cluster",
        vm=vm.id,
        name=vm.name,
    )


def _hosts(case: Case, platform: Platform) -> Iterator[Obstacle]:
    for host in hosts_to_carry(case, platform):
        yield from unfit(host, platform)


def _makers(case: Case, platform: Platform) -> Iterator[Obstacle]:
    """Hosts of the rarer processor maker, where a pool takes only one."""
    allowed = fact(platform.id, "mixed_cpu_makers").value
    makers = {host.id: cpu_maker(host.cpu) for host in hosts_to_carry(case, platform)}
    counts = Counter(maker for maker in makers.values() if maker)
    if allowed or len(counts) < 2:
        return
    common = min(counts, key=lambda maker: (-counts[maker], maker))
    for host in hosts_to_carry(case, platform):
        if makers[host.id] not in {common, None}:
            yield Obstacle(
                reason=f"host {host.name} has another maker's processor than the others; a pool takes one maker",
                source=f"{platform.id}.mixed_cpu_makers",
                remedy=f"put host {host.name} into a cluster of its own",
                host=host.id,
                name=host.name,
            )


def _cluster(case: Case, platform: Platform) -> Iterator[Obstacle]:
    carrying, most = hosts_to_carry(case, platform), fact(platform.id, "max_pool_hosts").value
    until = fact(platform.id, "supported_until")
    if most is not None and len(carrying) > most:
        yield Obstacle(
            reason=f"{len(carrying)} hosts, and a pool has {most} at the most",
            source=f"{platform.id}.max_pool_hosts",
            remedy=f"split the cluster into pools of at most {most} hosts",
        )
    if date.fromisoformat(until.value) < case.today:
        yield Obstacle(
            reason=f"its support ended on {until.value}", source=until.id, remedy="choose a later version"
        )
    if not carrying:
        yield Obstacle(
            reason="there is no host to install it on",
            source=None,
            remedy="add new hosts (hypervisor none) to the cluster",
        )


def _asked_strategy(case: Case, platform: Platform) -> Iterator[Obstacle]:
    chosen, _ = strategy(case, platform)
    if chosen is Strategy.UPGRADE_IN_PLACE and not upgrades_in_place(case, platform):
        yield Obstacle(
            reason="the policy asks for an upgrade in place, which these hosts do not have to it",
            source=None,
            remedy="remove `strategy` of this cluster from the policy",
        )


def _playbooks(case: Case, platform: Platform) -> Iterator[Obstacle]:
    """What is advised only."""
    del case
    reason = no_playbooks(platform.id)
    if reason is not None:
        yield Obstacle(
            reason=f"no playbooks are emitted for it: {reason}",
            source=None,
            remedy=f"take another target than {platform.title}",
        )


CHECKS: Final[tuple[Callable[[Case, Platform], Iterator[Obstacle]], ...]] = (
    _playbooks,
    _routes,
    _sizes,
    _nested,
    _vgpu,
    _hosts,
    _makers,
    _cluster,
    _asked_strategy,
)


def obstacles(case: Case, platform: Platform) -> tuple[Obstacle, ...]:
    """Everything that makes the platform impossible for the cluster."""
    return tuple(obstacle for check in CHECKS for obstacle in check(case, platform))
