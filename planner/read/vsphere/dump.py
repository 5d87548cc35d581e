"""Files that tools wrote with vSphere's own property names: govc's JSON, and dumps through pyVmomi.

The files of a folder are of one server; a dump that names its server itself (`about`, with types of objects beside
it) stands alone.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate, Gap
from planner.read.source import Format, Sample, read_json, read_text
from planner.read.vsphere.estate import estate_of
from planner.read.vsphere.inventory import DATASTORE, HOST, TYPES, VM, Inventory
from planner.read.vsphere.plain import as_reference, changed, plain, short
from planner.read.vsphere.properties import Reference

KIND: Final = "govc"
_LISTS: Final = frozenset({"virtualmachines", "hostsystems", "datastores", "resourcepools", "networks"})
_COMPANIONS: Final = {
    HOST: ("hosts, and where VMs run", "govc find / -type h -exec govc host.info -json {} > hosts.json"),
    DATASTORE: ("datastores", "govc datastore.info -json > datastores.json"),
}
_CHANGE: Final = re.compile(r'\s*\{\s*"[Kk]ind"\s*:\s*"enter"\s*,\s*"[Oo]bj"\s*:\s*\{')


def is_dump(sample: Sample) -> bool:
    """Whether a file holds objects of vSphere, or a server's description or licences, in a dialect of JSON."""
    if _CHANGE.match(sample.text):
        return True
    data = sample.json
    return _is_whole(data) or _is_about(data) or _is_licences(data) or _are_objects(data)


def read_dumps(files: Iterable[Path]) -> Estate:
    """The estate of any number of files. Raises InputError with every problem of all of them."""
    problems: list[Problem] = []
    servers: dict[Path, Inventory] = {}
    for file in files:
        try:
            documents = list(_documents(file))
            alone = len(documents) == 1 and _is_whole(documents[0])
            server = servers.setdefault(
                file if alone else file.parent, Inventory(kind=KIND, source=str(file), problems=problems)
            )
            for document in documents:
                _take(document, server, str(file))
        except InputError as error:
            problems += error.problems
        except RecursionError:
            problems.append(Problem(file=str(file), message="is nested too deeply"))
    for server in servers.values():
        server.gaps.extend(_missing(server))
    return estate_of(servers.values(), problems)


DUMPS: Final = Format(kind=KIND, title="vSphere objects (govc, pyVmomi)", recognises=is_dump, read=read_dumps)


def _missing(server: Inventory) -> Iterator[Gap]:
    """Kinds of objects that VMs refer to, and that no file tells of."""
    for of, (what, command) in _COMPANIONS.items():
        if server.objects.get(VM) and not server.objects.get(of):
            yield Gap(source=server.source, what=what, why="no file tells of them", remedy=command)


def _documents(file: Path) -> Iterator[Any]:
    """The JSON documents of a file: `govc object.collect -type` writes one after the other."""
    text = read_text(file)
    if not _CHANGE.match(text):
        yield read_json(file)
        return
    decoder, end = json.JSONDecoder(), _after_space(text, 0)
    while end < len(text):
        try:
            document, end = decoder.raw_decode(text, end)
        except json.JSONDecodeError as error:
            message = f"is no JSON: {error.msg} (column {error.colno})"
            raise InputError((Problem(file=str(file), line=error.lineno, message=message),)) from error
        yield document
        end = _after_space(text, end)


def _after_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _take(document: Any, server: Inventory, origin: str) -> None:
    if _is_about(document) or _is_whole(document):
        server.about.update(plain(_lower(document)["about"]))
    if _is_licences(document):
        _take_licences(plain(document), server)
        return
    count = 0
    for reference, record in _objects(document):
        count += 1
        server.add(reference, _properties(record), origin)
    if not count and not _is_about(document) and not _is_empty(document):
        message = (
            "holds no object of vSphere: write it with `govc vm.info -json`, or with "
            "`govc object.collect -json -type m /`"
        )
        server.problems.append(Problem(file=origin, message=message))


def _take_licences(found: list[dict[str, Any]], server: Inventory) -> None:
    """The only licence in use; of several it is not told which host has which."""
    used = [one for one in found if one.get("used") or len(found) == 1]
    if len(used) == 1:
        server.licences[""] = f"{used[0].get('editionKey')} {used[0].get('name')}"


def _objects(document: Any) -> Iterator[tuple[Reference, Mapping[str, Any]]]:
    """The objects of a document, in every shape that they come in, as they stand there."""
    for record in _records(document):
        if isinstance(record, Mapping):
            lower = _lower(record)
            reference = _self(lower) or as_reference(lower.get("obj"))
            if reference is not None and reference.of in TYPES:
                yield reference, record


def _records(document: Any) -> Iterator[Any]:
    if isinstance(document, list):
        yield from document
    elif isinstance(document, Mapping):
        whole = _is_whole(document)
        lists = [items for name, items in document.items() if whole or name.lower() in _LISTS]
        for items in lists:
            yield from items if isinstance(items, list) else ()
        if not lists:
            yield document


def _self(document: Mapping[str, Any]) -> Reference | None:
    """What an object calls itself."""
    if (reference := as_reference(document.get("self"))) is not None:
        return reference
    ident, kind = document.get("_moref"), document.get("_type")
    sound = isinstance(ident, str) and isinstance(kind, str) and short(kind) in TYPES
    return Reference(short(str(kind)), str(ident)) if sound else None


def _properties(record: Mapping[str, Any]) -> dict[str, Any]:
    """An object's properties; as the collector tells of them, their paths have dots."""
    lower = _lower(record)
    changes = lower.get("changeSet", lower.get("propSet"))
    if not isinstance(changes, list):
        found: dict[str, Any] = plain(record)
        return found
    fields: dict[str, Any] = {}
    for change in changes:
        one = _lower(change) if isinstance(change, Mapping) else {}
        *parents, last = str(one.get("name", "")).split(".")
        inside = fields
        for parent in parents:
            below = inside.setdefault(parent, {})
            inside = below if isinstance(below, dict) else {}
        inside[last] = changed(one.get("val"))
    return fields


def _is_whole(data: Any) -> bool:
    return isinstance(data, Mapping) and "about" in data and any(key.startswith("vim.") for key in data)


def _is_about(data: Any) -> bool:
    about = _lower(data).get("about") if isinstance(data, Mapping) else None
    return isinstance(about, Mapping) and "apiType" in _lower(about)


def _is_licences(data: Any) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(
            isinstance(one, Mapping) and {"licenseKey", "editionKey"} <= _lower(one).keys() for one in data
        )
    )


def _is_empty(data: Any) -> bool:
    """Whether govc found nothing: the list is there, with nothing in it."""
    return isinstance(data, Mapping) and any(
        key.lower() in _LISTS and not items for key, items in data.items()
    )


def _are_objects(data: Any) -> bool:
    return next(_objects(data), None) is not None


def _lower(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key[:1].lower() + key[1:]: value for key, value in data.items()}
