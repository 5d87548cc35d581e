"""The possible targets and their limits, from platforms.yml."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from planner.knowledge.document import document, first_match
from planner.model.kinds import HypervisorKind
from planner.model.platform import OsFamily, Platform
from planner.units import parse_size

_FILE: Final = "platforms.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFact:
    """One figure about one platform; its id is `<platform>.<name>`.

    `value` is an int (bytes where the unit is `bytes`), a bool, a date as text, a list, or None for "no
    limit that matters". `confidence` is run (tried), source (read in `source`) or unverified (general
    knowledge, or a floor of our own). `date` is when it was looked up; `note` is what the figure means to an
    operator.
    """

    id: str
    value: Any
    unit: str
    source: str
    date: str
    confidence: str
    note: str | None = None


@cache
def facts() -> tuple[PlatformFact, ...]:
    """Every fact about every platform, in the order of the file."""
    return tuple(
        _fact(f"{platform}.{name}", entry)
        for platform, record in document(_FILE)["platforms"].items()
        for name, entry in record["facts"].items()
    )


def _fact(fact_id: str, entry: dict[str, Any]) -> PlatformFact:
    value = parse_size(entry["value"]) if entry["unit"] == "bytes" and entry["value"] else entry["value"]
    return PlatformFact(id=fact_id, **(entry | {"value": value}))


@cache
def _facts_by_id() -> dict[str, PlatformFact]:
    return {fact.id: fact for fact in facts()}


def fact(platform: str, name: str) -> PlatformFact:
    """The fact `name` of a platform. Raises KeyError when the knowledge has none of that name."""
    return _facts_by_id()[f"{platform}.{name}"]


ENTERPRISE_LINUX: Final = "almalinux"
"""Which rebuild of RHEL is installed unless the policy asks for another."""


def platform_ids() -> tuple[str, ...]:
    """The ids of all platforms, sorted."""
    return tuple(sorted(document(_FILE)["platforms"]))


@cache
def load_platforms(
    named: frozenset[str] = frozenset(), enterprise_linux: str = ENTERPRISE_LINUX
) -> tuple[Platform, ...]:
    """Every platform that may be chosen as a target, sorted by id.

    Some compete only where they are `named`: by their id or by a word for them. `enterprise_linux` is the word of
    the distribution that EL hosts get.

    >>> "kvm-ubuntu-24.04" in {platform.id for platform in load_platforms()}
    False
    >>> "kvm-ubuntu-24.04" in {platform.id for platform in load_platforms(frozenset({"ubuntu"}))}
    True
    """
    records: dict[str, dict[str, Any]] = document(_FILE)["platforms"]
    return tuple(
        _platform(name, _distributed(record, enterprise_linux))
        for name, record in sorted(records.items())
        if "competes_when_named" not in record or {name, *record["competes_when_named"]} & named
    )


def enterprise_linux_words() -> frozenset[str]:
    """The words for the distributions of Enterprise Linux."""
    records = document(_FILE)["platforms"].values()
    return frozenset(word for record in records for word in record.get("distributions", ()))


def no_playbooks(platform: str) -> str | None:
    """Why nothing is emitted for a platform; None where it is."""
    reason: str | None = document(_FILE)["platforms"][platform].get("no_playbooks")
    return reason


def _distributed(record: dict[str, Any], word: str) -> dict[str, Any]:
    """The record of a platform with the name of another distribution in it."""
    name = record.get("distributions", {}).get(word)
    if name is None:
        return record
    return record | {"title": record["title"].replace(record["os_name"], name), "os_name": name}


def _platform(name: str, record: dict[str, Any]) -> Platform:
    def value(field: str) -> Any:
        return fact(name, field).value

    sources = dict.fromkeys(entry["source"] for entry in record["facts"].values())
    return Platform(
        id=name,
        title=record["title"],
        hypervisor=HypervisorKind(record["hypervisor"]),
        os_family=OsFamily(record["os_family"]),
        os_name=record["os_name"],
        os_version=record["os_version"],
        supported_until=value("supported_until"),
        max_vcpus=value("max_vcpus"),
        max_memory_bytes=value("max_memory_bytes"),
        max_disk_bytes=value("max_disk_bytes"),
        max_disks=value("max_disks"),
        max_nics=value("max_nics"),
        max_host_nics=value("max_host_nics"),
        min_host_memory_bytes=value("min_host_memory_bytes"),
        min_host_disk_bytes=value("min_host_disk_bytes"),
        required_cpu_flags=tuple(tuple(any_of) for any_of in value("required_cpu_flags")),
        nested=value("nested"),
        vgpu=value("vgpu"),
        ha_built_in=value("ha_built_in"),
        sources=tuple(sources),
    )


@lru_cache(maxsize=2**12)
def installed_platform(hypervisor: HypervisorKind, *texts: str | None) -> str | None:
    """The platform that a host runs already, by its hypervisor and its version and edition; else None."""
    said = " ".join(text for text in texts if text)
    for name, record in document(_FILE)["platforms"].items():
        if record["hypervisor"] == hypervisor and re.search(record["installed_as"], said, re.IGNORECASE):
            return str(name)
    return None


@lru_cache(maxsize=2**12)
def os_family(*texts: str | None) -> OsFamily | None:
    """The family of a host's operating system, by its version and edition; None when they do not tell."""
    found = first_match(document(_FILE)["os_families"], texts)
    return OsFamily(found) if found else None


@lru_cache(maxsize=2**12)
def upgrades(platform: str, hypervisor: HypervisorKind, version: str | None) -> bool | None:
    """Whether a host of this hypervisor and version upgrades in place to a platform; None when unknown."""
    versions = document(_FILE)["platforms"][platform].get("upgrades_from", {}).get(hypervisor)
    if versions is None:
        return False
    return None if version is None else re.match(versions, version) is not None
