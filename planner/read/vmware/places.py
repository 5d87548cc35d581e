"""Where VMware's files are: on which datastore, and whether a copy of them lies here."""

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.model.estate import Datastore
from planner.model.kinds import DatastoreKind
from planner.read.ids import datastore_id
from planner.read.outside import is_name
from planner.read.vmware.words import VMFS_VOLUME

_MOUNTED: Final = re.compile(r"(?P<top>.*)/vmfs/volumes/(?P<datastore>[^/\[\]]+)/(?P<file>.+)", re.DOTALL)
_BRACKETED: Final = re.compile(r"\[(?P<datastore>[^/\[\]]+)\] *(?P<file>.*)", re.DOTALL)
_ABSOLUTE: Final = re.compile(r"/|[A-Za-z]:|\\\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file as its source names it: the datastore that it is on, where that is known, and its path."""

    path: str
    datastore: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a .vmx lies here; and, when it is below a copy of /vmfs/volumes, where it lies on its host.

    `top` is then the folder that holds this copy, and `folder` the one of the VM on `datastore`.
    """

    file: Path
    top: Path | None = None
    datastore: str | None = None
    folder: str = ""

    @property
    def config_path(self) -> str | None:
        """The .vmx as its host names it."""
        path = posixpath.join(self.folder, self.file.name)
        return f"[{self.datastore}] {path}" if self.datastore else None


def home_of(file: Path) -> Home:
    """The home of a .vmx: paths that keep `vmfs/volumes/<datastore>/` tell the datastore."""
    match = _MOUNTED.fullmatch(os.path.abspath(file))  # noqa: PTH100  # resolve() would follow links
    if match is None or not is_name(match["datastore"]):
        return Home(file=file)
    return Home(
        file=file,
        top=Path(match["top"] or "/"),
        datastore=match["datastore"],
        folder=posixpath.dirname(match["file"]),
    )


def place_of(name: str, home: Home) -> Place:
    """What a .vmx calls a file, as its host would: `[datastore] folder/file` where the datastore is known."""
    if match := _MOUNTED.fullmatch(name) or _BRACKETED.fullmatch(name):
        return Place(datastore=match["datastore"], path=f"[{match['datastore']}] {match['file']}")
    inside = posixpath.normpath(posixpath.join(home.folder, name))
    if _ABSOLUTE.match(name) or home.datastore is None or inside.startswith("../"):
        return Place(path=name)
    return Place(datastore=home.datastore, path=f"[{home.datastore}] {inside}")


def copy_of(name: str, home: Home) -> Path | None:
    """The copy of a file that lies here: beside the .vmx, or in its place below the copy of /vmfs/volumes.

    Only these are ever opened. None when there is no regular file, or a link or `..` leads elsewhere.
    """
    beside = home.file.parent
    if "/" not in name and "\\" not in name:
        return _inside(beside, name)
    place = place_of(name, home)
    if home.top is None or place.datastore is None:
        return None
    inside = place.path.removeprefix(f"[{place.datastore}] ")
    return _inside(home.top / "vmfs/volumes", f"{place.datastore}/{inside}")


def _inside(folder: Path, name: str) -> Path | None:
    try:
        found = (folder / name).resolve(strict=True)
        # A name may not lead through a link either: what it leads to is another file's content.
        return found if found == folder.resolve() / name and found.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def datastore_of(name: str) -> Datastore:
    """A datastore of that name; on a host's disk, paths may name it by its UUID."""
    volume = VMFS_VOLUME.fullmatch(name)
    return Datastore(
        id=datastore_id(name),
        name=name,
        kind=DatastoreKind.VMFS if volume else None,
        uuid=name if volume else None,
    )
