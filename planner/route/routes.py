"""The route table applied: every VM to every platform, with the reason and what was considered."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from string import Template

from planner.model.estate import Estate
from planner.model.plan import Route
from planner.model.platform import Platform
from planner.model.policy import Policy
from planner.route.circumstances import Surroundings
from planner.route.prospect import Command, Prospect, prospect
from planner.route.trip import Trip, trips
from planner.route.values import DISK_VALUES, TRIP_VALUES


def route(estate: Estate, policy: Policy, platforms: tuple[Platform, ...]) -> tuple[Route, ...]:
    """One route for each VM and platform; where there is no way, `transport` is None and `reason` says why."""
    return tuple(_routes(estate, policy, platforms))


def _routes(estate: Estate, policy: Policy, platforms: tuple[Platform, ...]) -> Iterator[Route]:
    """What VMs have in common, and what a VM's platforms have in common, is worked out once."""
    surroundings = Surroundings()
    for _, of_vm in groupby(trips(estate, policy, platforms), key=lambda trip: trip.vm.id):
        commands: dict[tuple[Command, ...], tuple[str, ...]] = {}
        for trip in of_vm:
            found = prospect(trip.source, trip.platform.hypervisor, surroundings.of(trip))
            if found.commands not in commands:
                commands[found.commands] = tuple(dict.fromkeys(_lines(found.commands, trip)))
            yield _route(trip, found, commands[found.commands])


def _route(trip: Trip, found: Prospect, commands: tuple[str, ...]) -> Route:
    measured = trip.policy.transfers.measured_bytes
    return Route(
        vm=trip.vm.id,
        platform=trip.platform.id,
        source=trip.source,
        transport=found.transport,
        reason=found.reason,
        live=found.live,
        rate_bytes=measured if measured and found.rate_bytes else found.rate_bytes,
        commands=commands,
        preconditions=found.preconditions,
        losses=found.losses,
        considered=found.considered,
    )


def _lines(commands: tuple[Command, ...], trip: Trip) -> Iterator[str]:
    for text, each_disk in commands:
        pattern, names = _pattern(text)
        values = {name: TRIP_VALUES[name](trip) for name in names if name in TRIP_VALUES}
        if not each_disk:
            yield pattern % values
            continue
        own = [name for name in names if name in DISK_VALUES]
        for position, disk in enumerate(trip.disks, start=1):
            of_disk = {name: DISK_VALUES[name](trip, disk, position) for name in own}
            yield pattern % (values | of_disk)


@cache
def _pattern(text: str) -> tuple[str, tuple[str, ...]]:
    """A command with `%(name)s` for `$name`, which is filled in ten times as fast, and the names in it."""
    template = Template(text.replace("%", "%%"))
    names = tuple(template.get_identifiers())
    return template.substitute({name: f"%({name})s" for name in names}), names
