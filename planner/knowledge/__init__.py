"""Dated, sourced facts: platforms, guests, transports and decision criteria.

The YAML files beside this module are the only place for limits; `schemas/knowledge.schema.json` describes
them. Everything is loaded once and cached.
"""

from planner.knowledge.criteria import (
    CriterionFact,
    SkillFacts,
    WantFact,
    criteria,
    downtime_score,
    skills,
    wants,
)
from planner.knowledge.guests import Guest, GuestFamily, GuestSupport, guest
from planner.knowledge.known import Known, known
from planner.knowledge.platforms import (
    PlatformFact,
    cpu_maker,
    fact,
    facts,
    installed_platform,
    load_platforms,
    os_family,
    upgrades,
)
from planner.knowledge.transports import (
    Circumstance,
    Clause,
    RouteRow,
    TransportFact,
    circumstance_text,
    route_rows,
    transport,
)

__all__ = [
    "Circumstance",
    "Clause",
    "CriterionFact",
    "Guest",
    "GuestFamily",
    "GuestSupport",
    "Known",
    "PlatformFact",
    "RouteRow",
    "SkillFacts",
    "TransportFact",
    "WantFact",
    "circumstance_text",
    "cpu_maker",
    "criteria",
    "downtime_score",
    "fact",
    "facts",
    "guest",
    "installed_platform",
    "known",
    "load_platforms",
    "os_family",
    "route_rows",
    "skills",
    "transport",
    "upgrades",
    "wants",
]
