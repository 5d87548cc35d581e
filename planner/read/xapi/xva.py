"""Exported VMs: `ova.xml`, bare or as the first member of an .xva, which is read in place."""

import gzip
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final
from xmlrpc.client import Error, Unmarshaller

from lxml import etree

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.source import LARGEST_TEXT_BYTES, Format, Sample
from planner.read.xapi.estate import estate_of
from planner.read.xapi.records import Record, Records
from planner.read.xml import Element, parse_xml, read_xml

KIND: Final = "xva"
_MEMBER: Final = "ova.xml"
_BLOCK: Final = tarfile.BLOCKSIZE
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ROOT: Final = ("value", "struct", "member", "name")
_KNOWN_FIRST: Final = frozenset({"version", "objects"})


def _recognises(sample: Sample) -> bool:
    if sample.head.startswith(_GZIP):
        return _begins_with_member(_unpacked(sample.head))
    if _begins_with_member(sample.head):
        return True
    text = "".join(sample.text[:1024].split())
    start = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return any(text.startswith(f"<value><struct><member><name>{key}<", start) for key in _KNOWN_FIRST)


def _begins_with_member(head: bytes) -> bool:
    return head.startswith(_MEMBER.encode() + b"\0")


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _BLOCK)
    except zlib.error:
        return b""


def _read(files: Iterable[Path]) -> Estate:
    exports: list[Records] = []
    problems: list[Problem] = []
    for file in files:
        try:
            exports.append(_records(file))
        except InputError as error:
            problems += error.problems
    return estate_of(exports, problems)


def _records(file: Path) -> Records:
    found = _value(_root(file), file)
    objects = found.get("objects") if isinstance(found, Mapping) else None
    if not isinstance(objects, list) or not all(map(_is_object, objects)):
        raise _refused(file, "is no export of a VM: expected `objects`, each with class, id and snapshot")
    problems: list[Problem] = []
    classes: dict[str, dict[str, Record]] = {}
    for one in objects:
        of, ref = one["class"], one["id"]
        classes.setdefault(of, {})[ref] = Record(
            of=of, ref=ref, fields=one["snapshot"], origin=str(file), problems=problems
        )
    if "VM" not in classes:
        raise _refused(file, "holds no VM")
    version = found.get("version")
    brand = version.get("product_brand") if isinstance(version, Mapping) else None
    # An export is whole: what it has no object of is not there. Only the pool around it is not told.
    whole = {of: classes.get(of, {}) for of in ("VM", "VBD", "VIF", "VDI", "SR", "network", "VGPU", "VUSB")}
    return Records(
        kind=KIND,
        source=str(file),
        classes=whole | classes,
        problems=problems,
        brand=brand if isinstance(brand, str) else None,
    )


def _is_object(found: Any) -> bool:
    return (
        isinstance(found, Mapping)
        and isinstance(found.get("class"), str)
        and isinstance(found.get("id"), str)
        and isinstance(found.get("snapshot"), Mapping)
    )


def _root(file: Path) -> Element:
    try:
        with file.open("rb") as stream:
            head = stream.read(_BLOCK)
            stream.seek(0)
            if head.startswith(_ZSTD):
                raise _refused(
                    file, "is compressed with zstd: unpack it with `zstd -d`, or export it without"
                )
            if head.startswith(_GZIP):
                with gzip.open(stream) as unpacked:
                    return parse_xml(_member(unpacked, file), f"{file}:{_MEMBER}")
            if _begins_with_member(head):
                return parse_xml(_member(stream, file), f"{file}:{_MEMBER}")
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(file, f"cannot be read: {error}") from error
    return read_xml(file)


def _member(stream: BinaryIO | gzip.GzipFile, file: Path) -> bytes:
    """The first member, which must be ova.xml: nothing is unpacked, and no other name is looked at."""
    try:
        header = tarfile.TarInfo.frombuf(stream.read(_BLOCK), "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise _refused(file, f"is no sound tar archive: {error}") from error
    if header.name != _MEMBER or not header.isreg():
        raise _refused(file, f"does not begin with {_MEMBER}: it is no export of XenServer or XCP-ng")
    if header.size > LARGEST_TEXT_BYTES:
        raise _refused(file, f"has an {_MEMBER} of more than {LARGEST_TEXT_BYTES // 1024**2} MiB")
    content = stream.read(header.size)
    if len(content) < header.size:
        raise _refused(file, f"breaks off within {_MEMBER}: export the VM again")
    return content


def _value(root: Element, file: Path) -> Any:
    """The value that the document is, by the decoder of XML-RPC fed from the hardened parser."""
    decoder = Unmarshaller()
    try:
        decoder.xml("", None)  # lxml has decoded the text already
        decoder.start("params", {})
        decoder.start("param", {})
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = str(element.tag)
            if event == "start":
                decoder.start(tag, {})
                decoder.data(element.text or "")
            else:
                decoder.end(tag)
        decoder.end("param")
        decoder.end("params")
        return decoder.close()[0]
    except (Error, ValueError, TypeError, LookupError) as error:
        raise _refused(file, f"is no value of XML-RPC: {error}") from error


def _refused(file: Path, message: str) -> InputError:
    return InputError((Problem(file=str(file), message=message),))


XVA: Final = Format(kind=KIND, title="XVA export", recognises=_recognises, read=_read)
