"""The files of a source: one file, a folder with all below it, or what a pattern matches."""

import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem

MOST_FILES: Final = 200_000
"""In one folder: more is a mistake in the path, such as the root of a file system."""


def matching(source: str) -> tuple[Path, ...]:
    """The paths that a source names: itself, or sorted what it matches as a pattern (`**` is any depth).

    Raises InputError when there is no such path.
    """
    if os.path.lexists(source):
        return (Path(source),)
    if glob.has_magic(source):
        if found := sorted(glob.glob(source, recursive=True)):  # noqa: PTH207  # pathlib refuses absolute patterns
            return tuple(map(Path, found))
        raise InputError(
            (Problem(file=source, message="matches no file: look at the pattern and where you are"),)
        )
    raise InputError((Problem(file=source, message="does not exist"),))


def regular(path: Path) -> Path:
    """The path of a file that can be read to its end. Raises InputError when it is a pipe, a device or worse."""
    try:
        kind = path.stat().st_mode
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error
    if not stat.S_ISREG(kind):
        message = "is neither a file nor a folder: save what it says as a file, or give it as -"
        raise InputError((Problem(file=str(path), message=message),))
    return path


def folders(top: Path) -> Iterator[tuple[Path, tuple[Path, ...], list[str]]]:
    """Each folder from `top` down with its regular files, sorted, and the names of those below it.

    Taking a name out of the list keeps the walk out of that folder. Hidden files and folders, links and special
    files are left out: a folder may come from anybody, and a link in it can lead anywhere.
    Raises InputError when there are too many, or a folder cannot be read.
    """
    count = 0
    for name, below, files in os.walk(top, onerror=_refuse):
        folder = Path(name)
        below[:] = sorted(
            inner for inner in below if not inner.startswith(".") and not (folder / inner).is_symlink()
        )
        inside = tuple(
            folder / file
            for file in sorted(files)
            if not file.startswith(".") and stat.S_ISREG((folder / file).lstat().st_mode)
        )
        count += len(inside)
        if count > MOST_FILES:
            message = f"holds more than {MOST_FILES} files: name the folder of the exports itself"
            raise InputError((Problem(file=str(top), message=message),))
        yield folder, inside, below


def _refuse(error: OSError) -> None:
    raise InputError((Problem(file=error.filename, message=f"cannot be read: {error.strerror}"),)) from error
