"""What a remedy tells people to do, done to estate and policy as they would do it: from its words alone."""

import re
from dataclasses import replace

from hypothesis import assume

from planner.model.estate import Cpu, LocalDisk
from planner.model.kinds import Criticality, DatastoreKind, HypervisorKind, PowerState
from planner.model.policy import ClusterPolicy, Parking, SharedStorage
from planner.units import parse_size
from tests.strategies import make_host


def advised(problem, text):
    """The problem as it is when the advice was taken. Every part of the text has to be understood."""
    for part in re.split(r", and (?=\w)|, (?=do without|provide|make the)", text):
        pattern, act = next((known for known in ACTS if re.fullmatch(known[0], part)), (None, None))
        assert act, f"nobody would know what to do: {part}"
        problem = act(problem, *re.fullmatch(pattern, part).groups())
    return problem


def wishes(problem, names):
    rules = tuple(
        replace(rule, mandatory=rule.mandatory and rule.name not in names.split(", "))
        for rule in problem.estate.affinity_rules
    )
    return replace(problem, estate=replace(problem.estate, affinity_rules=rules))


def denser(problem, ratio):
    capacity = replace(problem.policy.capacity, vcpu_per_core=float(ratio))
    return replace(problem, policy=replace(problem.policy, capacity=capacity))


def no_reserve(problem):
    (cluster,) = problem.estate.clusters
    own = ClusterPolicy(cluster=cluster.name, reserve_hosts=0)
    return replace(problem, policy=replace(problem.policy, clusters=(own,)))


def power_off(problem, names):
    assume(" more" not in names)  # only so many VMs are named
    off = names.split(", ")
    vms = tuple(replace(vm, power=PowerState.OFF) if vm.name in off else vm for vm in problem.estate.vms)
    return replace(problem, estate=replace(problem.estate, vms=vms))


def park(problem, storage, most):
    parking = Parking(storage=storage, max_criticality=Criticality(most))
    return replace(problem, policy=replace(problem.policy, parking=parking))


def more_storage(problem, size):
    first, *others = problem.policy.shared_storage or (
        SharedStorage(name="new-storage", kind=DatastoreKind.NFS, capacity_bytes=0),
    )
    first = replace(first, capacity_bytes=first.capacity_bytes + parse_size(size))
    return replace(problem, policy=replace(problem.policy, shared_storage=(first, *others)))


def lend(problem, number, memory, disk):
    return _hosts(problem, number, memory, disk, None)


def add(problem, number, memory, disk):
    return _hosts(problem, number, memory, disk, problem.estate.clusters[0].name)


def _hosts(problem, number, memory, disk, cluster):
    """Of processors and networks the advice says nothing: any are enough."""
    disks = (LocalDisk(id="disk", capacity_bytes=parse_size(disk), boot=True),)
    size = {"memory_bytes": parse_size(memory), "disks": disks, "cpu": Cpu()}
    many = 1 if number == "a" else int(number)
    more = tuple(
        make_host(f"zz-{index}", 0, cluster, hypervisor=HypervisorKind.NONE, **size) for index in range(many)
    )
    return replace(problem, estate=replace(problem.estate, hosts=(*problem.estate.hosts, *more)))


ACTS = (
    (r"make the rules? (.+?) (?:a wish|wishes) \(mandatory: false\)", wishes),
    (r"allow (\d+) vCPUs a core .*", denser),
    (r"do without the HA reserve while it is converted .*", no_reserve),
    (r"power off VMs? (.+) until (?:it has|they have) moved", power_off),
    (r"allow VMs to be parked on (\S+) \(policy: parking, max_criticality: (\w+)\)", park),
    (r"provide (.+) more target storage .*", more_storage),
    (r"lend (a|\d+) swing hosts? with (.+) of memory and (.+) of disk(?: each)? \(.*\)", lend),
    (r"add (a|\d+) new hosts? with (.+) of memory and (.+) of disk(?: each)? \(.*\)", add),
)
