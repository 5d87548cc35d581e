"""Disk images: what a descriptor says of size, kind and parent. Contents of disks are never read."""

import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.read.source import Sample
from planner.read.vmware.dictionary import Dictionary, parse_dictionary
from planner.read.vmware.places import Home, copy_of, home_of, place_of

_SECTOR: Final = 512
_LARGEST_BYTES: Final = 2**60
_LARGEST_DESCRIPTOR: Final = 1024**2
_DEEPEST_CHAIN: Final = 256
_NO_PARENT: Final = "ffffffff"

_SPARSE: Final = b"KDMV"
_SPARSE_HEADER: Final = struct.Struct("<4sIIQQQQ")
"""Magic, version, flags, sectors, sectors a grain, first sector of the descriptor, sectors of the descriptor."""
_OTHER_IMAGES: Final = (b"COWD", b"\xbe\xba\xfe\xca\0\0\0\0")
"""Extents of snapshots, which a descriptor beside them describes."""
_DESCRIPTOR: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*#\s*Disk DescriptorFile", re.IGNORECASE)
_EXTENT: Final = re.compile(r"(?:RW|RDONLY|NOACCESS)\s+(?P<sectors>\d+)\s+[A-Za-z0-9]+\b.*", re.IGNORECASE)
SNAPSHOT_DISK: Final = re.compile(r".*-\d{6}\.vmdk", re.DOTALL)
"""What the disk of a snapshot is called."""
_WHOLLY_ALLOCATED: Final = frozenset({"vmfs", "monolithicflat", "twogbmaxextentflat", "vmfseagerzeroedthick"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a disk image is: `create_type` in lower case, `parent` the file that it holds the differences to.

    `base` is the last of its parents that is known, as its host names it. `linked`: it stands on another VM's disk. VMware numbers the files of a VM's own snapshots (`web-000001.vmdk`), so any
    other file with a parent is a linked clone's.
    """

    capacity_bytes: int
    create_type: str | None = None
    parent: str | None = None
    thin: bool = False
    base: str | None = None
    linked: bool = False

    @property
    def allocated_bytes(self) -> int | None:
        """What it takes on its datastore: all of it, unless it is thin, a difference or a map of a device."""
        whole = self.create_type in _WHOLLY_ALLOCATED and not self.thin and self.parent is None
        return self.capacity_bytes if whole else None


def is_vmdk(sample: Sample) -> bool:
    """Whether a file is a disk image of VMware's, or a descriptor of one."""
    return sample.head.startswith((_SPARSE, *_OTHER_IMAGES)) or bool(_DESCRIPTOR.match(sample.head))


def read_image(name: str, home: Home) -> Image | None:
    """The image that a .vmx names, with the kind and the allocation of the one at the root of its snapshots.

    None when no copy of it lies here. Raises InputError when a copy is damaged.
    """
    file = copy_of(name, home)
    if file is None:
        return None
    image = root = _image(file)
    seen = {file}
    linked, base = _is_linked(file, image), None
    while root.parent is not None and len(seen) <= _DEEPEST_CHAIN:
        base, file = place_of(root.parent, home).path, copy_of(root.parent, home)
        if file is None:
            return replace(image, base=base, linked=linked)
        if file in seen:
            raise _refused(file, "is its own parent, by parentFileNameHint: copy the descriptors again")
        seen.add(file)
        root, home = _image(file), home_of(file)
        linked = linked or _is_linked(file, root)
    return replace(image, create_type=root.create_type, base=base, linked=linked)


def _is_linked(file: Path, image: Image) -> bool:
    return image.parent is not None and not SNAPSHOT_DISK.fullmatch(file.name)


def _image(file: Path) -> Image:
    try:
        with file.open("rb") as stream:
            head = stream.read(_LARGEST_DESCRIPTOR)
            if not head.startswith(_SPARSE):
                return _described(head, file)
            if len(head) < _SPARSE_HEADER.size:
                raise _refused(file, "breaks off within its header: copy it again")
            _, _, _, sectors, _, start, length = _SPARSE_HEADER.unpack_from(head)
            if not start:
                return Image(capacity_bytes=_bytes(sectors, file, None))
            stream.seek(min(start * _SECTOR, 2**62))
            described = stream.read(min(length * _SECTOR, _LARGEST_DESCRIPTOR))
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror}") from error
    return replace(_described(described.rstrip(b"\0"), file), capacity_bytes=_bytes(sectors, file, None))


def _described(content: bytes, file: Path) -> Image:
    if not _DESCRIPTOR.match(content):
        message = "is no disk image of VMware's: expected it to begin with `# Disk DescriptorFile`; copy the descriptor"
        raise _refused(file, message)
    found = parse_dictionary(content.partition(b"\0")[0], file)
    sectors = [int(match["sectors"][:21]) for _, text in found.others if (match := _EXTENT.fullmatch(text))]
    if not sectors:
        raise _refused(file, "describes no extent (`RW 83886080 VMFS ...`): it is damaged; copy it again")
    row = found.others[0][0]
    return Image(
        capacity_bytes=_bytes(sum(sectors), file, row),
        create_type=(found.text("createType") or "").lower() or None,
        parent=_parent(found),
        thin=found.text("ddb.thinProvisioned") == "1",
    )


def _parent(found: Dictionary) -> str | None:
    chained = (found.text("parentCID") or _NO_PARENT).lower() != _NO_PARENT
    return found.text("parentFileNameHint") if chained else None


def _bytes(sectors: int, file: Path, row: int | None) -> int:
    if sectors * _SECTOR > _LARGEST_BYTES:
        raise _refused(file, f"has {sectors} sectors, more than any disk: it is damaged; copy it again", row)
    return sectors * _SECTOR


def _refused(file: Path, message: str, row: int | None = None) -> InputError:
    return InputError((Problem(file=str(file), line=row, message=message),))
