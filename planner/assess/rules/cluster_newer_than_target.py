"""A pool that is younger than what it would become."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Console, Rule, Sighting, warning
from planner.knowledge.concerns import is_newer_than
from planner.model.finding import Severity, SubjectKind


def newer(ground: Ground) -> Iterator[Sighting]:
    """Each pool with a host that is known to be younger, for each platform that is older."""
    for cluster in ground.clusters:
        hosts = ground.hypervisors_of(cluster)
        for platform in ground.platforms:
            found = {
                host.version or "" for host in hosts if is_newer_than(platform, host.hypervisor, host.version)
            }
            if found:
                verdict = warning(version=", ".join(sorted(found)))
                yield Sighting(thing=cluster, platform=platform, verdict=verdict)


RULE = Rule(
    id="cluster-newer-than-target",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.WARNING,),
    message="The pool's toolstack is newer than the target's.",
    why=(
        "An installer upgrades and never goes back, and XAPI takes no VM from a host that is newer than itself: there "
        "is no upgrade in place, and a migration between the pools may be refused for every VM."
    ),
    remedy=(
        "Try one VM without value with `xe vm-migrate` first; where it is refused, let another target compete, or wait "
        "for a release of the target that has caught up."
    ),
    commands={Console.XAPI: "xe host-list params=name-label,software-version"},
    find=newer,
    source="XenAPI reference, VM_HOST_INCOMPATIBLE_VERSION_MIGRATE; XCP-ng documentation, upgrading from XenServer",
)
