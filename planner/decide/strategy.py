"""How a cluster would get to a platform."""

from planner.decide.case import Case
from planner.decide.hosts import all_unfit
from planner.knowledge import installed_platform, upgrades
from planner.model.estate import Host
from planner.model.kinds import HypervisorKind
from planner.model.plan import Transport
from planner.model.platform import Platform
from planner.model.policy import Strategy


def reason_to_keep(case: Case) -> str | None:
    """Why nothing happens to a cluster; None when it is converted."""
    if case.asked.strategy is Strategy.KEEP:
        return "the policy keeps this cluster as it is"
    if case.asked.strategy is None and not case.hosts:
        return "no host of the cluster is known, so its VMs stay out of the plan"
    if case.asked.strategy is None:
        return _installed_already(case)
    return None


def _installed_already(case: Case) -> str | None:
    """Hosts that all run one candidate, or the very target that is asked for, need no conversion."""
    installed = {installed_platform(host.hypervisor, host.edition, host.version) for host in case.hosts}
    asked = case.asked.target
    titles = [
        platform.title
        for platform in case.candidates
        if installed == {platform.id} and asked in {None, platform.id}
    ]
    return f"its hosts run {titles[0]} already" if titles else None


def strategy(case: Case, platform: Platform) -> tuple[Strategy, str]:
    """The strategy towards a platform, and the reason for it."""
    if case.asked.strategy is not None:
        return case.asked.strategy, "the policy asks for it"
    if upgrades_in_place(case, platform):
        return (
            Strategy.UPGRADE_IN_PLACE,
            "the hosts upgrade in place and keep their VMs; nothing is converted",
        )
    if all_unfit(case.hosts, platform) and spares_hold_everything(case):
        return (
            Strategy.MOVE_TO_NEW_HOSTS,
            f"no present host can carry {platform.title}, and the cluster's new hosts hold every running VM",
        )
    return (
        Strategy.CONVERT_IN_PLACE,
        "hosts are emptied, rebuilt and filled again, a few at a time",
    )


def upgrades_in_place(case: Case, platform: Platform) -> bool:
    """Whether the hosts can be upgraded to the platform while every VM stays where it is."""
    return (
        platform.hypervisor is HypervisorKind.XCPNG
        and all(_may_upgrade(host, platform) for host in case.hosts)
        and all(case.route(vm, platform).transport is Transport.IN_PLACE for vm in case.vms)
    )


def _may_upgrade(host: Host, platform: Platform) -> bool:
    """Unknown versions may: the route says that they have to be looked up."""
    installed = installed_platform(host.hypervisor, host.edition, host.version)
    return installed == platform.id or upgrades(platform.id, host.hypervisor, host.version) is not False


def spares_hold_everything(case: Case) -> bool:
    """Whether the memory of the cluster's new hosts is known to be enough for all its running VMs."""
    spare = [host.memory_bytes for host in case.spares]
    needed = [vm.memory_bytes for vm in case.running]
    if not spare or None in spare or None in needed:
        return False
    kept = case.policy.capacity.host_memory_bytes
    return sum(memory - kept for memory in spare if memory) >= sum(memory for memory in needed if memory)


def hosts_to_carry(case: Case, platform: Platform) -> tuple[Host, ...]:
    """The hosts that the platform would be installed on."""
    moves = strategy(case, platform)[0] is Strategy.MOVE_TO_NEW_HOSTS
    return case.spares if moves else case.hosts + case.spares
