"""A live vCenter or ESXi host: properties of every object that matters, and only with calls that read."""

from collections.abc import Callable
from typing import Any, Final

from planner.errors import Problem
from planner.model.estate import Estate, Gap
from planner.model.kinds import ManagerKind
from planner.read.endpoint import Endpoint
from planner.read.vsphere import collector
from planner.read.vsphere.estate import estate_of
from planner.read.vsphere.inventory import HOST, VM, Inventory
from planner.read.vsphere.paths import PATHS
from planner.read.vsphere.session import BROKEN, fault_type, reason, session_with
from planner.read.vsphere.tags import read_tags

KIND: Final = "vsphere"
_AGAIN: Final = "read again"
_LICENCES: Final = "the licences of hosts, which tell ESXi Free"


def read_vsphere(endpoint: Endpoint) -> Estate:
    """The estate of a vCenter, or of a host without one.

    What the user may not see, and what came after a connection broke, is a gap of the estate. Raises InputError when
    the server cannot be logged in to, when neither hosts nor VMs can be read, and with every problem of the objects.
    """
    problems: list[Problem] = []
    inventory = Inventory(kind=KIND, source=endpoint.url, problems=problems, server=endpoint.address)
    with session_with(endpoint) as content:
        inventory.about["apiType"] = content.about.apiType
        _read(content, inventory)
    if not any(inventory.objects.get(of) for of in (HOST, VM)):
        why = (
            inventory.gaps[0].why
            if inventory.gaps
            else "the user sees none of them; it needs the role Read-only"
        )
        raise endpoint.refused(f"tells of neither hosts nor VMs: {why}")
    if inventory.manager is ManagerKind.VCENTER:
        read_tags(endpoint, inventory)
    return estate_of((inventory,), problems)


def _read(content: Any, inventory: Inventory) -> None:
    """Every part in turn; when the connection has broken, the rest is not asked for."""
    steps: list[tuple[str, Callable[[], None]]] = [
        (wanted.what, lambda of=of, wanted=wanted: collector.read_objects(content, inventory, of, wanted))  # type: ignore[misc]
        for of, wanted in PATHS.items()
    ]
    steps.insert(1, ("names of custom attributes", lambda: collector.read_fields(content, inventory)))
    steps.insert(1, (_LICENCES, lambda: collector.read_licences(content, inventory)))
    broken = None
    for what, step in steps:
        if broken is not None:
            inventory.gaps.append(Gap(source=inventory.source, what=what, why=broken, remedy=_AGAIN))
            continue
        try:
            step()
        except fault_type() as fault:
            inventory.gaps.append(
                Gap(source=inventory.source, what=what, why=reason(fault), remedy=collector.REMEDY)
            )
        except BROKEN as error:
            broken = f"the connection broke at {what}: {reason(error)}"
            inventory.gaps.append(Gap(source=inventory.source, what=what, why=broken, remedy=_AGAIN))
