"""OVF packages, bare or as an archive."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Network
from planner.read.gather import gather
from planner.read.ids import network_id
from planner.read.source import Format, Sample
from planner.read.vmware.envelope import checked, is_envelope
from planner.read.vmware.ova import is_archive, is_tar, read_archive
from planner.read.vmware.package import read_package
from planner.read.vmware.startup import dependencies
from planner.read.vmware.systems import KIND, System, systems_of
from planner.read.xml import parse_xml, read_xml


def _recognises(sample: Sample) -> bool:
    return is_envelope(sample) or is_archive(sample)


def _read(files: Iterable[Path]) -> Estate:
    found: list[System] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found += _systems(file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(tuple(problems))
    return gather(
        Estate(
            clusters=tuple({system.cluster for system in found}),
            hosts=(),
            networks=tuple(
                {
                    Network(id=network_id(name, system.cluster.name), name=name)
                    for system in found
                    for name in system.networks
                }
            ),
            vms=tuple(system.vm for system in found),
            gaps=tuple(gap for system in found for gap in system.gaps),
        )
    )


def _systems(file: Path) -> tuple[System, ...]:
    if is_tar(_sample(file)):
        archive = read_archive(file)
        source = f"{file}:{archive.name}"
        root, sizes = parse_xml(archive.envelope, source), archive.sizes
    else:
        source, root, sizes = str(file), read_xml(file), {}
    package = read_package(checked(root, source), source, sizes)
    systems = systems_of(root, package)
    needs = dependencies(root, systems, package)
    if package.problems:
        raise InputError(tuple(dict.fromkeys(package.problems)))
    return tuple(
        replace(system, vm=replace(system.vm, depends_on=needs.get(system.vm.id, ()))) for system in systems
    )


def _sample(file: Path) -> Sample:
    try:
        return Sample.of(file)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InputError((Problem(file=str(file), message=message),)) from error


OVF: Final = Format(kind=KIND, title="OVF or OVA", recognises=_recognises, read=_read)
