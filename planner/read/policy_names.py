"""Names in the policy that neither the estate nor the knowledge has."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final
from zoneinfo import available_timezones

from planner.errors import Problem
from planner.knowledge import advice, criteria, enterprise_linux_words, platform_ids, wants
from planner.model.estate import Estate
from planner.model.kinds import DatastoreKind
from planner.model.policy import Policy

_MOST_NAMED: Final = 40
"""Of more names than these only those are told that look alike."""


def unknown_names(estate: Estate, policy: Policy) -> tuple[Problem, ...]:
    """Names in the policy that neither the estate nor the knowledge has."""
    platforms = frozenset(platform_ids())
    priced = (
        *(policy.prices.support_host_year if policy.prices else ()),
        *(policy.prices.guest_licences_year if policy.prices else ()),
    )
    shared = {storage.name for storage in policy.shared_storage}
    exports = {store.name for store in estate.datastores if store.kind is DatastoreKind.NFS}
    named = (
        ("decision.targets", policy.decision.targets, platforms),
        ("decision.weights", tuple(c.id for c in policy.decision.weights), {c.id for c in criteria()}),
        ("prices", tuple(price.platform for price in priced), platforms),
        ("install.enterprise_linux", (policy.install.enterprise_linux,), enterprise_linux_words()),
        ("decision.wants", policy.decision.wants, {w.id for w in wants()}),
        ("windows.timezone", (policy.windows.timezone,), available_timezones()),
        (
            "windows.open.clusters",
            tuple(name for window in policy.windows.open for name in window.clusters),
            {c.name for c in estate.clusters},
        ),
        (
            "transfers.uplinks.hosts",
            tuple(name for uplink in policy.transfers.uplinks for name in uplink.hosts),
            {h.name for h in estate.hosts},
        ),
        (
            "transfers.uplinks.clusters",
            tuple(name for uplink in policy.transfers.uplinks for name in uplink.clusters),
            {c.name for c in estate.clusters},
        ),
        ("clusters.cluster", tuple(c.cluster for c in policy.clusters), {c.name for c in estate.clusters}),
        ("clusters.target", tuple(c.target for c in policy.clusters if c.target), platforms),
        (
            "network_map.source",
            tuple(m.source for m in policy.network_map),
            {n.name for n in estate.networks},
        ),
        (
            "storage_map.source",
            tuple(m.source for m in policy.storage_map),
            {d.name for d in estate.datastores},
        ),
        ("storage_map.target", tuple(m.target for m in policy.storage_map), shared | exports | {"local"}),
        ("parking.storage", (policy.parking.storage,) if policy.parking else (), shared),
    )
    return tuple(
        Problem(file="policy.yml", path=path, message=_unknown(name, known))
        for path, names, known in named
        for name in names
        if name not in known
    )


def _unknown(name: str, known: Collection[str]) -> str:
    """That a name is not known; of a target that is only advised, what is said of it."""
    advised = next((other for other in advice() if other.id == name), None)
    if advised is not None:
        return f"{advised.title} is not chosen here; playbooks: {advised.playbooks}"
    if len(known) > _MOST_NAMED:
        near = ", ".join(get_close_matches(name, known, cutoff=0.5))
        return f"{name!r} is unknown{near and f'; there is {near}'}"
    return f"{name!r} is unknown; known: {', '.join(sorted(known))}"
