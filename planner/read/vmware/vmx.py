"""Configurations of VMs, as ESXi, Workstation and Fusion keep them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Network
from planner.read.gather import gather
from planner.read.ids import network_id
from planner.read.source import Format, Sample
from planner.read.vmware.cards import networks_of
from planner.read.vmware.machine import CLUSTER, KIND, Machine, read_machine
from planner.read.vmware.places import datastore_of, place_of

_FIRST: Final = re.compile(
    r'\ufeff?(?:[ \t]*+(?:#[^\n]*+)?\n)*+[ \t]*+[.A-Za-z][\w.:]*[ \t]*=[ \t]*"[^"\n]*"'
)
_MARKS: Final = re.compile(
    r"^[ \t]*(?:config\.version|virtualHW\.version|encryption\.keySafe)[ \t]*=", re.IGNORECASE | re.MULTILINE
)


def _recognises(sample: Sample) -> bool:
    text = sample.text.replace("\r\n", "\n")
    return bool(_FIRST.match(text) and _MARKS.search(text))


def _read(files: Iterable[Path]) -> Estate:
    found: list[Machine] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    for file in files:
        # ESXi keeps the configuration before the last change beside it, with a tilde behind its name.
        if file.name.endswith("~") and file.with_name(file.name[:-1]) in seen:
            continue
        seen.add(file)
        try:
            found.append(read_machine(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(tuple(problems))
    return gather(
        Estate(
            clusters=(CLUSTER,),
            hosts=(),
            datastores=tuple(datastore_of(name) for name in {*_datastores(found)}),
            networks=tuple(
                Network(id=network_id(name, CLUSTER.name), name=name)
                for name in {name for machine in found for name in networks_of(machine.vmx)}
            ),
            vms=tuple(machine.vm for machine in found),
            gaps=tuple(gap for machine in found for gap in machine.gaps),
        )
    )


def _datastores(found: Iterable[Machine]) -> Iterator[str]:
    for machine in found:
        for disk in machine.vm.disks:
            if disk.path and (name := place_of(disk.path, machine.home).datastore):
                yield name


VMX: Final = Format(kind=KIND, title="VMware .vmx", recognises=_recognises, read=_read)
