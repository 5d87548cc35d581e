"""What a replay could not check because nobody said it, and what was wrong before the first step."""

from collections.abc import Iterable, Iterator
from itertools import chain

from planner.model.policy import Strategy
from planner.units import format_size
from planner.verify import derive
from planner.verify.complaint import storage_name
from planner.verify.givens import Givens
from planner.verify.state import State

SHOWN = 5


def unknowns(givens: Givens, state: State) -> tuple[str, ...]:
    """One sentence for each kind of thing that was not checked; `state` is the one before any step."""
    return tuple(sentence for sentence in (*_not_said(givens), *_already_so(givens, state)) if sentence)


def _not_said(givens: Givens) -> Iterator[str]:
    vms = [vm for vm in givens.vms.values() if givens.strategy(vm.cluster) is not Strategy.KEEP]
    hosts = [
        host
        for host in givens.hosts.values()
        if host.cluster is None or givens.strategy(host.cluster) is not Strategy.KEEP
    ]
    yield _listed(
        "The power state of {} is unknown: counted as running", (vm.name for vm in vms if vm.power is None)
    )
    yield _listed(
        "The memory of {} is unknown: not counted",
        (vm.name for vm in vms if vm.memory_bytes is None and derive.runs(vm)),
    )
    yield _listed(
        "The vCPUs of {} are unknown: not counted",
        (vm.name for vm in vms if vm.vcpus is None and derive.runs(vm)),
    )
    yield _listed(
        "The size of disks of {} is unknown: not counted",
        (
            vm.name
            for vm in vms
            if any(derive.is_copied(disk) and derive.disk_size(disk) is None for disk in vm.disks)
        ),
    )
    yield _listed("The host of {} is unknown: not counted", (vm.name for vm in vms if vm.host is None))
    yield _listed(
        "The memory of host {} is unknown: not checked", (h.name for h in hosts if h.memory_bytes is None)
    )
    yield _listed(
        "The cores of host {} are unknown: vCPUs not checked", (h.name for h in hosts if h.cpu.cores is None)
    )
    yield _listed(
        "The networks of host {} are unknown: reach not checked",
        (h.name for h in hosts if h.networks is None),
    )
    yield _listed(
        "The size of storage {} is unknown: not checked",
        (storage_name(givens, store) for store, size in givens.storage_size.items() if size is None),
    )


def _already_so(givens: Givens, state: State) -> Iterator[str]:
    for host in givens.hosts:
        name, limits = givens.hosts[host].name, state.limits(host)
        if limits.memory is not None and state.memory[host] > limits.memory:
            over = format_size(state.memory[host] - limits.memory)
            yield f"Already so at the start: running VMs of {name} exceed its memory by {over}"
        if limits.vcpus is not None and state.vcpus[host] > limits.vcpus:
            over = str(state.vcpus[host] - limits.vcpus)
            yield f"Already so at the start: running VMs of {name} exceed the policy's vCPUs by {over}"
    for pool in chain.from_iterable(state.pools.values()):
        if pool.tolerated and pool.reserve.kept:
            name, short = givens.clusters[pool.cluster].name, format_size(pool.tolerated)
            yield f"Already so at the start: {name} lacks {short} of memory for its reserve"
    for rule in dict.fromkeys(rule for rules in givens.apart.values() for rule in rules):
        shared = [state.host_of[vm] for vm in rule.vms if state.host_of[vm] is not None]
        if len(set(shared)) < len(shared):
            yield f"Already so at the start: VMs of the rule {rule.name} share a host"


def _listed(sentence: str, names: Iterable[str]) -> str:
    found = list(names)
    if not found:
        return ""
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return sentence.format(", ".join(found[:SHOWN]) + more)
