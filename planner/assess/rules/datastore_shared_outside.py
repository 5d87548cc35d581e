"""Shared storage that hosts outside the plan use too."""

from collections.abc import Iterator

from planner.assess.ground import Ground
from planner.assess.rule import Rule, Sighting, information, warning
from planner.model.finding import Severity, SubjectKind

_ONE_KNOWN = (
    "Only one host of the estate uses it, though it is shared: others may that are not in the inventory."
)


def shared_outside(ground: Ground) -> Iterator[Sighting]:
    """Hosts that leave use it, and hosts that stay as they are; or one that leaves, and nobody else is known."""
    leaving = {host.id for host in ground.hosts}
    for datastore in ground.estate.datastores:
        users = [host for host in ground.estate.hosts if datastore.id in host.datastores]
        staying = [host.name for host in users if host.id not in leaving]
        if len(staying) < len(users) and staying:
            yield Sighting(thing=datastore, verdict=warning(hosts_that_stay=", ".join(staying)))
        elif datastore.shared and len(users) == 1 and not staying:
            yield Sighting(thing=datastore, verdict=information(_ONE_KNOWN, host=users[0].name))


RULE = Rule(
    id="datastore-shared-outside",
    subject=SubjectKind.DATASTORE,
    severities=(Severity.WARNING, Severity.INFORMATION),
    message="Hosts outside the plan use the datastore too.",
    why="Its LUN or export is not free when the last host of the plan is rebuilt: other VMs still run from it.",
    remedy="Do not erase, resize or unmap it on the array before you have asked those hosts' owners.",
    find=shared_outside,
)
