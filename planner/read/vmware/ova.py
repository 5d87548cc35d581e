"""Archives of OVF packages: the .ovf that is their first member, read in place. Nothing is unpacked."""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from planner.errors import InputError, Problem
from planner.read.outside import is_name
from planner.read.source import Sample

_USTAR: Final = slice(257, 262)
_NAME: Final = slice(0, 100)
_LARGEST_ENVELOPE: Final = 64 * 1024**2
_MOST_MEMBERS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The envelope of an archive, the name of the member that it is, and the size of every other one."""

    name: str
    envelope: bytes
    sizes: Mapping[str, int]


class _Bounded(io.FileIO):
    """A file of which nothing large is ever read at once, as headers of unsound archives would have it."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _LARGEST_ENVELOPE:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return super().read(size) or b""


def is_tar(sample: Sample) -> bool:
    """Whether a file is an archive at all, sound or not."""
    return sample.head[_USTAR] == b"ustar" or is_archive(sample)


def is_archive(sample: Sample) -> bool:
    """Whether a file is a tar whose first member is an .ovf, wherever that name leads."""
    if sample.head[_USTAR] != b"ustar" and b".ovf" not in sample.head[_NAME].lower():
        return False
    try:
        with tarfile.open(fileobj=io.BytesIO(sample.head), mode="r:") as tar:
            first = tar.next()
    except (tarfile.TarError, OSError, ValueError):
        return False
    return first is not None and _is_envelope(first.name)


def read_archive(path: Path) -> Archive:
    """The envelope of an archive. Raises InputError when it is damaged or would lead out of itself."""
    try:
        with _Bounded(path) as stream, tarfile.open(fileobj=stream, mode="r:", errorlevel=2) as tar:
            first = tar.next()
            if first is None or not _is_envelope(first.name):
                raise _refused(path, "does not begin with an .ovf: it is no OVA")
            sizes: dict[str, int] = {}
            for member in tar:
                _check(member, path)
                if member.name in sizes or len(sizes) > _MOST_MEMBERS:
                    raise _refused(path, f"has the member {member.name!r} twice, or far too many")
                sizes[member.name] = member.size
            return Archive(name=first.name, envelope=_content(tar, first, path), sizes=sizes)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise _refused(path, f"is no sound tar archive: {error}; export it again") from error


def _is_envelope(name: str) -> bool:
    return name.lower().endswith(".ovf")


def _check(member: tarfile.TarInfo, path: Path) -> None:
    """Members of an OVA are plain files side by side; anything else was made to lead somewhere."""
    if not is_name(member.name):
        raise _refused(path, "has a member with a control character in its name")
    if member.name != PurePosixPath(member.name).name or member.name in {".", ".."}:
        raise _refused(path, f"has the member {member.name!r}, which leads out of the archive")
    if member.size < 0:
        raise _refused(path, f"has the member {member.name!r} with a size below zero")
    if not member.isreg():
        raise _refused(path, f"has the member {member.name!r}, which is no plain file but a link or a device")


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bytes:
    if member.size > _LARGEST_ENVELOPE:
        raise _refused(path, f"has an envelope of more than {_LARGEST_ENVELOPE // 1024**2} MiB")
    stream = tar.extractfile(member)
    content = stream.read(member.size) if stream is not None else b""
    if len(content) < member.size:
        raise _refused(path, f"breaks off within {member.name!r}: export it again")
    return content


def _refused(path: Path, message: str) -> InputError:
    return InputError((Problem(file=str(path), message=message),))
