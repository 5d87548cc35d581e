"""Directories that the planner writes: whole or not at all, and never over somebody's work.

A directory written by `write_directory` carries `MANIFEST.sha256` in the format of sha256sum(1).
"""

import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from planner.cores import shared_out
from planner.errors import InputError, Problem
from planner.model.texts import Text

MANIFEST: Final = "MANIFEST.sha256"
RUN: Final = "run"
JOURNAL: Final = "journal.jsonl"
_MANY: Final = 10_000
"""Files that are worth other processes; fewer are written in a second or two."""


def write_directory(
    directory: Path,
    files: Mapping[str, Text],
    edited: Mapping[str, str] | None = None,
    beside: Collection[str] = (),
) -> None:
    """Write `files` (relative path to text) and their manifest as `directory`, by one rename.

    A directory that an earlier run wrote is replaced when nobody changed it since. `edited` are files that
    people are meant to change: they stay as they are where they exist, and are in no manifest. `beside` are paths
    where people may have put a file of their own, which stays too.

    Raises InputError when `directory` holds anything else, or cannot be written.
    """
    edited = edited or {}
    if directory.exists():
        _refuse_to_lose(directory, frozenset((*edited, *beside)))
    kept = {
        path: (directory / path).read_text(encoding="utf-8")
        for path in edited
        if (directory / path).is_file()
    }
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}.") as scratch:
            fresh, stale = Path(scratch, "fresh"), Path(scratch, "stale")
            written = _write(fresh, files)
            _write(fresh, {**edited, **kept, MANIFEST: _manifest(written)})
            for path in beside:
                if (directory / path).is_file():
                    shutil.copy2(directory / path, fresh / path)
            _swap(fresh, directory, stale)
    except OSError as error:
        raise InputError(
            (Problem(file=str(directory), message=f"cannot be written: {error.strerror}"),)
        ) from error


def changed_files(directory: Path) -> tuple[str, ...]:
    """Paths below `directory` that are missing, altered or not in its manifest; what running it wrote is left out.

    Raises InputError when there is no manifest.
    """
    listing = directory / MANIFEST
    if not listing.is_file():
        raise InputError(
            (Problem(file=str(directory), message=f"has no {MANIFEST}: the planner did not write it"),)
        )
    lines = [line.partition("  ") for line in listing.read_text(encoding="utf-8").splitlines()]
    expected = {path: fingerprint for fingerprint, _, path in lines}
    found = {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
        and path not in {listing, directory / JOURNAL}
        and directory / RUN not in path.parents
    }
    return tuple(sorted(path for path in expected.keys() | found if expected.get(path) != found.get(path)))


def _swap(fresh: Path, directory: Path, stale: Path) -> None:
    if not directory.exists():
        fresh.rename(directory)
        return
    directory.rename(stale)
    try:
        fresh.rename(directory)
    except OSError:
        stale.rename(directory)
        raise


def _refuse_to_lose(directory: Path, edited: frozenset[str]) -> None:
    if directory.is_dir() and not any(directory.iterdir()):
        return
    changed = [path for path in changed_files(directory) if path not in edited]
    ran = [name for name in (RUN, JOURNAL) if (directory / name).exists()]
    if ran:
        message = f"was run already (it has {' and '.join(ran)}): choose another directory, what happened must stay on record"
        raise InputError((Problem(file=str(directory), message=message),))
    if changed:
        shown = ", ".join(changed[:5]) + (" …" if len(changed) > 5 else "")
        message = f"was changed since it was written ({shown}); move it away or choose another directory"
        raise InputError((Problem(file=str(directory), message=message),))


def _write(root: Path, files: Mapping[str, Text]) -> dict[str, str]:
    """Write each file; its fingerprint by relative path."""
    for folder in {relative.rpartition("/")[0] for relative in files}:
        Path(root, folder).mkdir(parents=True, exist_ok=True)
    parts = shared_out(partial(_written, root, files), list(files), _MANY)
    return {relative: fingerprint for part in parts for relative, fingerprint in part.items()}


def _written(root: Path, files: Mapping[str, Text], paths: Sequence[str]) -> dict[str, str]:
    """Write some of the files. Each text is asked for once, and forgotten."""
    fingerprints = {}
    for relative in paths:
        path, fingerprint, begins = f"{root}/{relative}", hashlib.sha256(), b""
        with open(path, "wb") as file:  # noqa: PTH123  # a Path for each of many small files takes as long
            for piece in _pieces(files[relative]):
                begins = begins or piece[:2]
                file.write(piece)
                fingerprint.update(piece)
        if begins == b"#!":
            Path(path).chmod(0o755)
        fingerprints[relative] = fingerprint.hexdigest()
    return fingerprints


def _pieces(text: Text) -> Iterable[bytes]:
    if isinstance(text, str):
        return (text.encode(),)
    return (text,) if isinstance(text, bytes) else text


def _manifest(fingerprints: Mapping[str, str]) -> str:
    """Lines of sha256sum(1), sorted by path."""
    return "".join(f"{fingerprints[path]}  {path}\n" for path in sorted(fingerprints))
