"""A saved dump: a JSON object of classes, each the answer of `get_all_records`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Gap
from planner.read.source import Format, Sample, read_json
from planner.read.xapi.estate import estate_of
from planner.read.xapi.records import Records, checked
from planner.read.xapi.words import CLASSES, NOT_EVERYWHERE

KIND: Final = "xapi-dump"
_ANY_OF: Final = ("VM", "host", "pool")
_REMEDY: Final = "make the dump again, with every class, as docs/sources/xapi.md shows"


def _recognises(sample: Sample) -> bool:
    """References of XAPI, in an object that has VMs, hosts or the pool by them."""
    return '"OpaqueRef:' in sample.text and _is_dump(sample.json)


def _is_dump(found: Any) -> bool:
    return isinstance(found, dict) and any(
        isinstance(found.get(of), dict) and all(ref.startswith("OpaqueRef:") for ref in found[of])
        for of in _ANY_OF
    )


def _read(files: Iterable[Path]) -> Estate:
    pools: list[Records] = []
    problems: list[Problem] = []
    for file in files:
        try:
            pools.append(_records(file))
        except InputError as error:
            problems += error.problems
    return estate_of(pools, problems)


def _records(file: Path) -> Records:
    found = read_json(file)
    if not _is_dump(found):
        message = "is no dump of XAPI: expected an object with VM, host and pool, each by OpaqueRef"
        raise InputError((Problem(file=str(file), message=message),))
    problems: list[Problem] = []
    return Records(
        kind=KIND,
        source=str(file),
        classes={of: checked(of, found[of], str(file), problems) for of in CLASSES if of in found},
        problems=problems,
        gaps=tuple(
            Gap(source=str(file), what=what, why=f"the dump has no {of}", remedy=_REMEDY)
            for of, what in CLASSES.items()
            if of not in found and of not in NOT_EVERYWHERE
        ),
    )


XAPI_DUMP: Final = Format(kind=KIND, title="XAPI dump", recognises=_recognises, read=_read)
