"""VMs that KVM knows by another name than the source does."""

from collections import Counter
from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.looks import COPYING
from planner.assess.rule import Rule, Sighting, information
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind
from planner.model.naming import is_plain


def renamed(ground: Ground) -> Iterator[Sighting]:
    """A name that is not plain, or that several VMs have, is no domain's; one that moves as it is keeps its name."""
    bearers = Counter(vm.name for vm in ground.estate.vms)
    for vm in ground.vms:
        if is_plain(vm.name) and bearers[vm.name] == 1:
            continue
        for route in ground.routes.get(vm.id, ()):
            platform = ground.platforms[route.platform]
            if platform.hypervisor is HypervisorKind.KVM and route.transport in COPYING:
                yield Sighting(thing=vm, platform=platform.id, verdict=information(called_there=vm.id))


RULE = Rule(
    id="vm-name",
    subject=SubjectKind.VM,
    severities=(Severity.INFORMATION,),
    message="The VM gets another name on the target.",
    why=(
        "Its own is also a file's and a domain's there, so it has to be unique, of letters, digits, dots, dashes and "
        "underscores, and no longer than 63; the old name stays as the domain's title."
    ),
    remedy="Tell those who watch and back it up what it is called there, or give it a plain name on the source first.",
    find=renamed,
    source="kubev2v/forklift, concern vmware.vm.name.invalid; libvirt 9.0: `name a/b cannot contain '/'`",
    forklift="vmware.vm.name.invalid, ova.name.invalid, ovirt name, openstack name, hyperv name",
)
