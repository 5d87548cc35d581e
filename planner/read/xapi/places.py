"""The pool as a cluster, and its hosts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from planner.model.estate import Cluster, Cpu, Host
from planner.model.kinds import HypervisorKind, ManagerKind
from planner.read.gather import unplaced_cluster
from planner.read.ids import cluster_id, host_id
from planner.read.outside import line
from planner.read.xapi.records import Record, Records
from planner.read.xapi.settings import pool_settings

_MOST_MEMORY: Final = 2**50
_MOST_CPUS: Final = 100_000
_FULLY_VIRTUAL: Final = "hvm-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The cluster, and its hosts by reference; `placed` is false for an export that tells of no pool."""

    cluster: Cluster
    hosts: Mapping[str, Host]
    placed: bool

    def moref(self, record: Record) -> str | None:
        """What the pool calls an object: the coordinator's address, then XAPI's UUID."""
        address, uuid = self.cluster.manager_address, record.uuid
        return f"{address}/{uuid}" if address and uuid else None


def read_places(records: Records) -> Places:
    """The pool and its hosts; the hosts still without storage and networks."""
    pool = next(records.all("pool"), None)
    if pool is None and not records.classes.get("host"):
        return Places(cluster=unplaced_cluster(_hypervisor(records.brand)), hosts={}, placed=False)
    master = records.behind(pool, "master", "host")
    cluster = _cluster(records, pool, master)
    hosts = {}
    for record in records.all("host"):
        metrics = records.behind(record, "metrics", "host_metrics")
        hosts[record.ref] = _host(record, metrics, cluster, _is_coordinator(pool, record))
    return Places(cluster=cluster, hosts=hosts, placed=True)


def _cluster(records: Records, pool: Record | None, master: Record | None) -> Cluster:
    hosts = sorted(records.all("host"), key=_host_name)
    lead = master or (hosts[0] if hosts else None)
    name = (pool.text("name_label") if pool else "") or (_host_name(lead) if lead else "")
    brand = lead.mapping("software_version").get("product_brand") if lead else records.brand
    return Cluster(
        id=cluster_id(name or (pool and pool.uuid) or records.source),
        name=name or (pool and pool.uuid) or records.source,
        hypervisor=_hypervisor(brand),
        manager=ManagerKind.XAPI,
        manager_address=master.line("address") if master else None,
        live_migration=len(hosts) > 1 if hosts else None,
        ha_enabled=pool.truth("ha_enabled") if pool else None,
        settings=pool_settings(pool),
        origin=told_by.place if (told_by := pool or lead) else None,
    )


def _is_coordinator(pool: Record | None, host: Record) -> bool | None:
    master = pool.refers_to("master") if pool else None
    return None if master is None else master == host.ref


def _hypervisor(brand: str | None) -> HypervisorKind:
    """XCP-ng says so itself; every other product with XAPI is XenServer under one of its names."""
    return HypervisorKind.XCPNG if (brand or "").lower().startswith("xcp-ng") else HypervisorKind.XENSERVER


def _host_name(record: Record) -> str:
    return record.text("name_label") or record.text("hostname")


def _host(record: Record, metrics: Record | None, cluster: Cluster, coordinator: bool | None) -> Host:  # noqa: FBT001
    software, bios = record.mapping("software_version"), record.mapping("bios_strings")
    enabled = record.truth("enabled")
    address = cluster.manager_address
    return Host(
        id=host_id(_host_name(record)),
        name=_host_name(record),
        hypervisor=_hypervisor(software.get("product_brand")) if software else cluster.hypervisor,
        cluster=cluster.id,
        address=record.line("address"),
        version=line(software.get("product_version")),
        edition=record.line("edition"),
        vendor=line(bios.get("system-manufacturer")),
        model=line(bios.get("system-product-name")),
        cpu=_cpu(record),
        memory_bytes=metrics.whole("memory_total", 0, _MOST_MEMORY) or None if metrics else None,
        coordinator=coordinator,
        maintenance=None if enabled is None else not enabled,
        connected=metrics.truth("live") if metrics else None,
        moref=f"{address}/{record.uuid}" if address and record.uuid else None,
        origin=record.place,
    )


def _cpu(record: Record) -> Cpu:
    info = record.mapping("cpu_info")
    threads, per_core = (_count(record, info, key) for key in ("cpu_count", "threads_per_core"))
    return Cpu(
        vendor=line(info.get("vendor")),
        model=line(re.sub(r"\s+", " ", info.get("modelname", ""))),
        sockets=_count(record, info, "socket_count"),
        cores=threads // per_core if threads and per_core else None,
        threads=threads,
        flags=_flags(tuple(info.get("flags", "").split()), record.items("capabilities")),
    )


def _count(record: Record, info: Mapping[str, str], key: str) -> int | None:
    text = info.get(key, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 0 < int(text) <= _MOST_CPUS):
        record.refuse("cpu_info", f"{key} is {text!r}, no number of processors")
        return None
    return int(text)


def _flags(shown: tuple[str, ...], capabilities: tuple[str, ...]) -> tuple[str, ...] | None:
    """The processor's flags, when they can be trusted to be all.

    The control domain sees what Xen lets it see, which often lacks vmx or svm, and ept or npt, on processors
    that have them. Whether fully virtual guests run is told by `capabilities` (`hvm-3.0-x86_64`): where
    they do and the flags do not show it, the flags are unknown; where they do not, the flags are right.
    """
    if not shown:
        return None
    complete = {"vmx", "svm"} & {*shown} and {"ept", "npt"} & {*shown}
    can = any(capability.startswith(_FULLY_VIRTUAL) for capability in capabilities)
    return tuple(sorted(set(shown))) if complete or (capabilities and not can) else None
