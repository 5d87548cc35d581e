"""Configurations of VMs as an estate: of `xl` and `xm`, and of Oracle VM, which has the same syntax."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, VirtualMachine
from planner.model.kinds import HypervisorKind
from planner.read.gather import unplaced_cluster
from planner.read.source import Format, Sample, read_text
from planner.read.xen.estate import estate_of
from planner.read.xen.machines import Machine, read_machine
from planner.read.xen.settings import Settings

_NAME: Final = re.compile(r"^[ \t]*name[ \t]*=[ \t]*[rRuU]?[\"']", re.MULTILINE)
_SETTING: Final = re.compile(
    r"^[ \t]*(?:memory|maxmem|vcpus|disk|vif|kernel|builder|type|bootloader|uuid)[ \t]*=", re.MULTILINE
)
_ORACLE: Final = re.compile(r"^[ \t]*OVM_\w+[ \t]*=|[\"':,]/OVS/", re.MULTILINE)


def _is_configuration(sample: Sample) -> bool:
    text = sample.text.lstrip("\ufeff")
    if "\x00" in text or text.lstrip().startswith(("<", "{", "[", "#!")):
        return False
    return bool(_NAME.search(text) and _SETTING.search(text))


def _is_oracle(sample: Sample) -> bool:
    return _is_configuration(sample) and bool(_ORACLE.search(sample.text))


def _reader(kind: str, hypervisor: HypervisorKind) -> Callable[[Iterable[Path]], Estate]:
    cluster = unplaced_cluster(hypervisor)

    def read(files: Iterable[Path]) -> Estate:
        problems: list[Problem] = []
        machines: list[Machine] = []
        for file in files:
            try:
                text = read_text(file, "cp1252")
            except InputError as error:
                problems += error.problems
                continue
            machines.append(read_machine(Settings.of(text, str(file), problems), cluster, kind))
        if problems:
            raise InputError(tuple(dict.fromkeys(problems)))
        # A configuration lies on every host that may start its VM: of copies, the first counts.
        first = {_identity(machine.vm): machine for machine in reversed(machines)}
        return estate_of(first.values(), (cluster,))

    return read


def _identity(vm: VirtualMachine) -> VirtualMachine:
    """What copies of a configuration share: all that they say, if it holds what only one VM may have."""
    if vm.uuid or any(nic.mac for nic in vm.nics):
        return replace(vm, config_path=None, origin=None)
    return vm


ORACLE_VM: Final = Format(
    kind="ovm",
    title="Oracle VM configuration",
    recognises=_is_oracle,
    read=_reader("ovm", HypervisorKind.ORACLE_VM),
)
XL: Final = Format(
    kind="xl",
    title="xl or xm configuration",
    recognises=_is_configuration,
    read=_reader("xl", HypervisorKind.XEN),
)
