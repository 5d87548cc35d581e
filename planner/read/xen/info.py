"""The host that `xl info` describes. Source: xl(1) and xen/tools/xl/xl_info.c of Xen 4.20 for the meaning of fields."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Cluster, Cpu, Host
from planner.model.kinds import HypervisorKind
from planner.read.ids import cluster_id, host_id
from planner.read.outside import line
from planner.read.source import Sample, read_text
from planner.units import MIB

_LINE: Final = re.compile(r"^([a-z][a-z0-9_]*)[ \t]*:[ \t]?(.*)$", re.MULTILINE)
_MARKS: Final = frozenset({"host", "nr_cpus", "total_memory"})
_MOST: Final = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    file: str
    fields: dict[str, str]
    problems: list[Problem]

    def whole(self, name: str) -> int | None:
        text = self.fields.get(name, "").strip()
        if not text:
            return None
        if not re.fullmatch("[0-9]{1,12}", text) or not 0 < int(text) <= _MOST:
            self.problems.append(
                Problem(file=self.file, path=name, message=f"is {text[:40]!r}: expected a whole number")
            )
            return None
        return int(text)


def is_info(sample: Sample) -> bool:
    """Whether this is what `xl info` prints."""
    return {match[1] for match in _LINE.finditer(sample.text)} >= _MARKS


def read_info(file: Path) -> tuple[Cluster, Host]:
    """The host, and the cluster of its own that it gets. Raises InputError when it makes no sense."""
    fields = {match[1]: match[2].strip() for match in _LINE.finditer(read_text(file))}
    info = _Info(file=str(file), fields=fields, problems=[])
    name = fields.get("host", "")
    if not name:
        info.problems.append(
            Problem(file=str(file), path="host", message="is not there: give all of `xl info`")
        )
    cluster = Cluster(id=cluster_id(name), name=name, hypervisor=HypervisorKind.XEN, origin=str(file))
    memory = info.whole("total_memory")
    host = Host(
        id=host_id(name),
        name=name,
        hypervisor=HypervisorKind.XEN,
        cluster=cluster.id,
        version=_version(fields),
        cpu=_cpu(info),
        memory_bytes=None if memory is None else memory * MIB,
        origin=str(file),
    )
    if info.problems:
        raise InputError(tuple(info.problems))
    return cluster, host


def _version(fields: dict[str, str]) -> str | None:
    """What `xen_version` says, which older versions spell in three fields."""
    parts = f"{fields.get('xen_major', '')}.{fields.get('xen_minor', '')}{fields.get('xen_extra', '')}"
    return line(fields.get("xen_version")) or (line(parts) if parts.strip(".") else None)


def _cpu(info: _Info) -> Cpu:
    threads, each = info.whole("nr_cpus"), info.whole("threads_per_core")
    cores = threads // each if threads and each else None
    in_socket = info.whole("cores_per_socket")
    return Cpu(
        cores=cores, threads=threads, sockets=cores // in_socket or None if cores and in_socket else None
    )
