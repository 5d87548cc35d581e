"""policy.yml: read like an inventory (vault included, nothing templated), checked like one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.kinds import Bond, Criticality, DatastoreKind
from planner.model.policy import (
    BudgetSeverity,
    CapacityPolicy,
    ClusterPolicy,
    Criterion,
    DecisionPolicy,
    DowntimeBudget,
    DowntimePolicy,
    Freeze,
    InstallPolicy,
    KnowledgePolicy,
    NetworkMapping,
    Parking,
    Policy,
    Price,
    PricesPolicy,
    SharedStorage,
    StorageMapping,
    Strategy,
    TimingPolicy,
    TogetherPolicy,
    TransferPolicy,
    Uplink,
    Waiver,
    WavePolicy,
    Weekday,
    Window,
    WindowPolicy,
)
from planner.read.document import Document
from planner.read.fields import Fields, converted, durations, rates, same, sizes, taken, texts
from planner.read.policy_sense import nonsense
from planner.read.schema import complaints
from planner.read.what_if import changed
from planner.read.yaml_file import as_document, load_yaml
from planner.units import parse_duration


def _weights(weights: Mapping[str, int]) -> tuple[Criterion, ...]:
    return tuple(Criterion(id=name, weight=weight) for name, weight in sorted(weights.items()))


def _prices(amounts: Mapping[str, float]) -> tuple[Price, ...]:
    return tuple(Price(platform=name, amount=amount) for name, amount in sorted(amounts.items()))


def _budgets(most: Mapping[str, Any]) -> tuple[DowntimeBudget, ...]:
    return tuple(
        DowntimeBudget(criticality=criticality, most=parse_duration(most[criticality]))
        for criticality in Criticality
        if criticality in most
    )


def _record(kind: Callable[..., Any], fields: Fields) -> Callable[[Mapping[str, Any]], Any]:
    return lambda data: kind(**taken(data, fields))


def _waiver(data: Mapping[str, Any]) -> Waiver:
    return Waiver(subject=data.get("subject"), **taken(data, same("finding", "who", "why", "until")))


def _many(build: Callable[[Mapping[str, Any]], Any]) -> Callable[[list[Mapping[str, Any]]], Any]:
    return lambda items: tuple(build(item) for item in items)


_CAPACITY: Final = same(
    "vcpu_per_core", "reserve_hosts", "reserve_percent", "source_memory_percent", "storage_percent"
) | sizes("host_memory")
_UPLINK: Final = same("name", "at_once") | texts("hosts", "clusters") | rates("rate")
_TRANSFERS: Final = (
    same("per_host", "per_datastore", "at_once", "conversions_per_host")
    | rates("measured", "datastore")
    | converted(uplinks=_many(_record(Uplink, _UPLINK)))
)
_TIMING: Final = same("spread_percent") | durations(
    "shutdown",
    "convert_linux",
    "convert_windows",
    "verify",
    "live_migration",
    "retire_host",
    "install_host",
    "configure_host",
    "upgrade_host",
    "soak",
)
_WAVES: Final = same("pilot_vms", "max_vms", "failure_budget", "cutovers_at_once")
_TOGETHER: Final = converted(vapps=Bond, guest_clusters=Bond, likely_guest_clusters=Bond, linked_clones=Bond)
_DOWNTIME: Final = converted(budgets=_budgets, severity=BudgetSeverity)
_WINDOW: Final = (
    converted(days=lambda days: tuple(map(Weekday, days)))
    | texts("clusters")
    | {"from": ("opens", str), "to": ("closes", str)}
)
_FREEZE: Final[Fields] = {"from": ("first", str), "to": ("last", str), "why": ("why", str)}
_DECISION: Final = texts("targets", "skills", "wants") | converted(weights=_weights) | same("one_hypervisor")
_PRICES: Final = same("currency", "years", "subscription_core_year", "labour_hour", "swing_host") | converted(
    support_host_year=_prices, guest_licences_year=_prices
)
_INSTALL: Final = same(
    "at_once", "source_url", "enterprise_linux", "domain", "timezone", "gateway", "prefix"
) | texts("dns", "ntp", "ssh_keys")
_KNOWLEDGE: Final = same("max_age_days")
_WINDOWS: Final = same("timezone") | converted(
    open=_many(_record(Window, _WINDOW)), freezes=_many(_record(Freeze, _FREEZE))
)
_CLUSTER: Final = same("cluster", "target", "reserve_hosts", "reserve_percent") | converted(strategy=Strategy)
_NETWORK: Final = same("source", "bridge", "vlan")
_STORAGE: Final = same("source", "target")
_SHARED_STORAGE: Final = (
    same("name", "server", "export", "target_iqn", "scsi_id")
    | sizes("capacity")
    | converted(kind=DatastoreKind)
)
_PARKING: Final = same("storage") | converted(max_criticality=Criticality)
_POLICY: Final = same("vddk_path") | converted(
    capacity=_record(CapacityPolicy, _CAPACITY),
    transfers=_record(TransferPolicy, _TRANSFERS),
    timing=_record(TimingPolicy, _TIMING),
    waves=_record(WavePolicy, _WAVES),
    together=_record(TogetherPolicy, _TOGETHER),
    downtime=_record(DowntimePolicy, _DOWNTIME),
    windows=_record(WindowPolicy, _WINDOWS),
    decision=_record(DecisionPolicy, _DECISION),
    prices=_record(PricesPolicy, _PRICES),
    install=_record(InstallPolicy, _INSTALL),
    knowledge=_record(KnowledgePolicy, _KNOWLEDGE),
    clusters=_many(_record(ClusterPolicy, _CLUSTER)),
    network_map=_many(_record(NetworkMapping, _NETWORK)),
    storage_map=_many(_record(StorageMapping, _STORAGE)),
    shared_storage=_many(_record(SharedStorage, _SHARED_STORAGE)),
    parking=_record(Parking, _PARKING),
    waivers=_many(_waiver),
)
_UNIQUE: Final = {
    "clusters": "cluster",
    "network_map": "source",
    "storage_map": "source",
    "shared_storage": "name",
}
"""Lists of the policy, and what may stand in each only once."""


POLICY: Final = "policy.yml"


def read_policy(source: Path, what_if: Iterable[str] = ()) -> Policy:
    """The policy beside a source (in it, when it is a directory); the defaults when there is none.

    `what_if` are `KEY=VALUE`s that stand in it for this once. Raises InputError with every problem of the policy.
    """
    path = (source if source.is_dir() else source.parent) / POLICY
    return read_policy_file(path, what_if)


def read_policy_file(path: Path, what_if: Iterable[str] = ()) -> Policy:
    """The policy in a YAML file; one that is empty, or not there, has the defaults.

    Raises InputError with every problem, each with file, line and path in the document.
    """
    found = load_yaml(path) if path.exists() else as_document(path, None)
    document = replace(found, raw=changed(found.raw, what_if, _UNIQUE))
    if document.data is None:
        return Policy()
    said = (document.problem(message, place) for place, message in complaints(document, "policy"))
    if problems := (*said, *_repetitions(document), *nonsense(document)):
        raise InputError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return Policy(**taken(document.data, _POLICY))


def _repetitions(document: Document) -> Iterator[Problem]:
    """A second entry about one thing, which would silently win or lose."""
    for key, word in _UNIQUE.items():
        entries = document.data.get(key) if isinstance(document.data, Mapping) else None
        seen: set[Any] = set()
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            name = entry.get(word) if isinstance(entry, Mapping) else None
            if isinstance(name, str) and name in seen:
                yield document.problem(f"{name!r} stands here a second time", (key, number, word))
            seen.add(name if isinstance(name, str) else None)
