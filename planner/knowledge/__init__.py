"""Dated, sourced facts: platforms, guests, transports and decision criteria.

The YAML files beside this module are the only place for limits; `schemas/knowledge.schema.json` describes
them. Everything is loaded once and cached.
"""

from planner.knowledge.adapters import AdapterFact, Fate, Prospect, hardware, is_usb, prospect
from planner.knowledge.advice import Advice, advice
from planner.knowledge.conversion import (
    Conversion,
    conversion,
    conversion_seconds,
    conversion_slots,
    converts,
)
from planner.knowledge.criteria import (
    CriterionFact,
    SkillFacts,
    WantFact,
    cores_of_a_processor,
    criteria,
    downtime_score,
    labour_minutes,
    skills,
    wants,
)
from planner.knowledge.guests import Guest, GuestFamily, GuestSupport, guest
from planner.knowledge.hints import (
    BackupProduct,
    BackupTrace,
    HintLimits,
    backup_product,
    backup_trace,
    hint_limits,
    likely_guest_cluster,
    likely_roles,
)
from planner.knowledge.known import Known, known
from planner.knowledge.platforms import (
    PlatformFact,
    enterprise_linux_words,
    fact,
    facts,
    installed_platform,
    load_platforms,
    no_playbooks,
    os_family,
    platform_ids,
    upgrades,
)
from planner.knowledge.processors import cpu_architecture, cpu_maker, lacking
from planner.knowledge.transports import (
    Circumstance,
    Clause,
    RouteRow,
    TransportFact,
    circumstance_text,
    relocates,
    route_rows,
    transport,
)

__all__ = [
    "AdapterFact",
    "Advice",
    "BackupProduct",
    "BackupTrace",
    "Circumstance",
    "Clause",
    "Conversion",
    "CriterionFact",
    "Fate",
    "Guest",
    "GuestFamily",
    "GuestSupport",
    "HintLimits",
    "Known",
    "PlatformFact",
    "Prospect",
    "RouteRow",
    "SkillFacts",
    "TransportFact",
    "WantFact",
    "advice",
    "backup_product",
    "backup_trace",
    "circumstance_text",
    "conversion",
    "conversion_seconds",
    "conversion_slots",
    "converts",
    "cores_of_a_processor",
    "cpu_architecture",
    "cpu_maker",
    "criteria",
    "downtime_score",
    "enterprise_linux_words",
    "fact",
    "facts",
    "guest",
    "hardware",
    "hint_limits",
    "installed_platform",
    "is_usb",
    "known",
    "labour_minutes",
    "lacking",
    "likely_guest_cluster",
    "likely_roles",
    "load_platforms",
    "no_playbooks",
    "os_family",
    "platform_ids",
    "prospect",
    "relocates",
    "route_rows",
    "skills",
    "transport",
    "upgrades",
    "wants",
]
