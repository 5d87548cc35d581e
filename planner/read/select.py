"""The only registry of outside formats: which reader understands a file, a folder or an endpoint."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read import clouds, libvirt, vmware, vsphere, xapi, xen
from planner.read.ansible_facts import ANSIBLE_FACTS
from planner.read.endpoint import Endpoint
from planner.read.flows import FLOWS
from planner.read.merge import merge
from planner.read.rvtools import is_rvtools, is_rvtools_file, read_rvtools
from planner.read.source import Format, Sample


def _read_inventory(path: Path) -> Estate:
    from planner.read.inventory import read_inventory  # noqa: PLC0415  # Ansible takes longer to import than most sources to read

    return read_inventory(path)


def _may_be_inventory(sample: Sample) -> bool:
    """Text that is no markup and no data of another tool, or a program: Ansible says what is wrong with it."""
    if sample.path.stat().st_mode & 0o111:
        return True
    text = sample.text.lstrip("\ufeff \t\r\n")
    if "\x00" in text or text.startswith("<"):
        return False
    return not text.startswith(("{", "[{")) or "planner_" in text


def _one_by_one(read: Callable[[Path], Estate]) -> Callable[[Iterable[Path]], Estate]:
    """A reader of many files from one of a single file; all are tried, so that every problem is told at once."""

    def read_all(files: Iterable[Path]) -> Estate:
        problems: list[Problem] = []
        estates: list[Estate] = []
        for file in files:
            try:
                estates.append(read(file))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(tuple(problems))
        return merge(estates)

    return read_all


INVENTORY: Final = Format(
    kind="inventory",
    title="Ansible inventory",
    recognises=_may_be_inventory,
    read=_one_by_one(_read_inventory),
)
FORMATS: Final = (
    *vmware.FORMATS,
    *vsphere.FORMATS,
    *libvirt.FORMATS,
    *xen.FORMATS,
    *xapi.FORMATS,
    *clouds.FORMATS,
    ANSIBLE_FACTS,
    Format(
        kind="rvtools",
        title="RVTools export",
        recognises=is_rvtools_file,
        read=_one_by_one(read_rvtools),
    ),
)
"""Formats that know their files by content. What none of them knows may still be for Ansible to understand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A kind of live source, by the scheme of its URL; whether it is logged in to with a password of ours."""

    read: Callable[[Endpoint], Estate]
    password: bool


_LIBVIRT: Final = Live(read=libvirt.read_libvirt, password=False)
LIVE: Final[Mapping[str, Live]] = {
    "vsphere": Live(read=vsphere.read_vsphere, password=True),
    "xapi": Live(read=xapi.read_xapi, password=True),
    **dict.fromkeys(libvirt.SCHEMES, _LIBVIRT),
}


def format_of(sample: Sample) -> Format | None:
    """The format of a file, by what it begins with; None when nobody knows it."""
    return next((known for known in FORMATS if known.recognises(sample)), None)


def is_companion(sample: Sample) -> bool:
    """Whether a file belongs to another one, whose reader opens it: the disks beside a .vmx; or it is our flows.csv."""
    return sample.path.name == FLOWS or any(recognises(sample) for recognises in vmware.COMPANIONS)


def folder_format(folder: Path, files: Iterable[Path]) -> Format | None:
    """The format of a folder that is one source as a whole: RVTools' CSV files, or an Ansible inventory."""
    if is_rvtools(folder):
        return by_kind("rvtools")
    marked = any((folder / name).is_dir() for name in ("group_vars", "host_vars"))
    return INVENTORY if marked or any(_speaks_of_us(file) for file in files) else None


def by_kind(kind: str) -> Format:
    """The format that `--as` names. Raises KeyError for none."""
    return {known.kind: known for known in (*FORMATS, INVENTORY)}[kind]


def kinds() -> tuple[str, ...]:
    """Every word for `--as`."""
    return tuple(sorted(known.kind for known in (*FORMATS, INVENTORY)))


def _speaks_of_us(path: Path) -> bool:
    try:
        return "planner_" in Sample.of(path).text
    except OSError:
        return False
