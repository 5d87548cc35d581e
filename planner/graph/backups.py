"""Which VM backs up which: declared, or concluded from what backups leave in the notes of a VM."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.graph.kinds import Confidence
from planner.knowledge import BackupTrace, backup_trace
from planner.model.estate import Estate, VirtualMachine, VmId
from planner.model.kinds import ServiceRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """`server` backs up `vm`, and how that is known."""

    vm: VmId
    server: VmId
    evidence: str
    confidence: Confidence


def backups(estate: Estate) -> Iterator[Backup]:
    """Every VM that another one backs up.

    Without `backed_up_by`, a VM that bears the trace of a backup belongs to the server that the trace names, else to
    the VM with the role `backup`: the only one of its cluster, else the only one of the estate. Of several none is taken.
    """
    servers = _servers(estate)
    for vm in estate.vms:
        if vm.backed_up_by is not None:
            said = f"backed_up_by ({vm.origin})" if vm.origin else "backed_up_by"
            yield Backup(vm=vm.id, server=vm.backed_up_by, evidence=said, confidence=Confidence.DECLARED)
        elif (trace := backup_trace(vm)) is not None:
            server = servers.of(vm, trace)
            if server is not None and server != vm.id:
                yield Backup(
                    vm=vm.id,
                    server=server,
                    evidence=f"its notes tell of a backup: {trace.words}",
                    confidence=Confidence.DERIVED,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Servers:
    """VMs by what they are called, and those with the role."""

    named: Mapping[str, list[VmId]]
    able: tuple[VirtualMachine, ...]

    def of(self, vm: VirtualMachine, trace: BackupTrace) -> VmId | None:
        called = self.named.get((trace.server or "").strip().casefold(), [])
        if len(called) == 1:
            return called[0]
        inside = [server for server in self.able if server.cluster == vm.cluster]
        for few in (inside, self.able):
            if len(few) == 1:
                return few[0].id
        return None


def _servers(estate: Estate) -> _Servers:
    named: dict[str, list[VmId]] = defaultdict(list)
    for vm in estate.vms:
        known = {text for name in (vm.name, vm.hostname) if name for text in (name, name.partition(".")[0])}
        for word in sorted({name.casefold() for name in known}):
            named[word].append(vm.id)
    return _Servers(named=named, able=tuple(vm for vm in estate.vms if ServiceRole.BACKUP in vm.roles))
