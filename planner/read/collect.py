"""Sources of every kind as one estate."""

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Estate
from planner.read.endpoint import Endpoint, is_url, parse_endpoint
from planner.read.flows import with_flows
from planner.read.merge import merge
from planner.read.select import FORMATS, INVENTORY, LIVE, by_kind, folder_format, format_of, is_companion
from planner.read.source import LARGEST_TEXT_BYTES, Format, Sample
from planner.read.walk import folders, matching, regular

STDIN: Final = "-"
_SHOWN: Final = 3


def _silent(_title: str, files: Sequence[Path]) -> Iterable[Path]:
    return files


def _unwatched(_title: str) -> AbstractContextManager[object]:
    return nullcontext()


def _no_password(endpoint: Endpoint) -> str:
    raise endpoint.refused("needs a password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How sources are read.

    `kind` forces a format on every file; `password` is asked once for each endpoint that needs one;
    `watched_files` and `watched_endpoint` show progress: the first hands on the files that it is given.
    """

    kind: str | None = None
    password: Callable[[Endpoint], str] = _no_password
    ca_file: Path | None = None
    thumbprint: str | None = None
    timeout: float = 60.0
    watched_files: Callable[[str, Sequence[Path]], Iterable[Path]] = _silent
    watched_endpoint: Callable[[str], AbstractContextManager[object]] = _unwatched


@dataclass(slots=True, kw_only=True)
class _Found:
    """What a path leads to: files by their format, folders that are a source whole, and the rest."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    unknown: list[Path] = field(default_factory=list)
    whole: list[tuple[Format, Path]] = field(default_factory=list)

    def parts(self) -> Iterator[tuple[Format, Sequence[Path]]]:
        """What is read at one go: all files of a format, and each folder that is whole."""
        for kind, files in sorted(self.files.items()):
            yield by_kind(kind), files
        for known, folder in self.whole:
            yield known, (folder,)


def read_estate(source: Path) -> Estate:
    """The estate of one file or folder, and the flows beside it. Raises InputError with every problem of it."""
    return with_flows(collect((str(source),), Reading()), source)


def collect(sources: Sequence[str], reading: Reading) -> Estate:
    """The one estate that all sources tell of: files, folders, patterns, `-` and endpoints.

    Raises InputError with the problems of every source that has any; nothing is half read.
    """
    problems: list[Problem] = []
    estates: list[Estate] = []
    for source in dict.fromkeys(sources):
        try:
            estates += _read(source, reading)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))
    return merge(estates)


def _read(source: str, reading: Reading) -> Iterator[Estate]:
    if source == STDIN:
        yield from _read_stdin(reading)
    elif is_url(source):
        yield _read_live(source, reading)
    else:
        for path in matching(source):
            yield from _read_path(path, reading)


def _read_live(url: str, reading: Reading) -> Estate:
    endpoint = parse_endpoint(
        url, ca_file=reading.ca_file, thumbprint=reading.thumbprint, timeout=reading.timeout
    )
    live = LIVE.get(endpoint.scheme)
    if live is None:
        raise endpoint.refused(f"{endpoint.scheme}:// is no live source; known: {', '.join(sorted(LIVE))}")
    if live.password:
        endpoint = replace(endpoint, password=reading.password(endpoint))
    with reading.watched_endpoint(url):
        return live.read(endpoint)


def _read_stdin(reading: Reading) -> Iterator[Estate]:
    """Readers want files: what comes in is kept in one for as long as it takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stdin")
        content = sys.stdin.buffer.read(LARGEST_TEXT_BYTES + 1)
        if len(content) > LARGEST_TEXT_BYTES:
            raise InputError(
                (Problem(file=STDIN, message="is too large to read from a pipe: save it as a file"),)
            )
        path.write_bytes(content)
        try:
            yield from (_renamed(estate, str(path)) for estate in _read_path(path, reading))
        except InputError as error:
            named = (
                replace(problem, file=problem.file and problem.file.replace(str(path), STDIN))
                for problem in error.problems
            )
            raise InputError(tuple(named)) from error


def _renamed(estate: Estate, path: str) -> Estate:
    """The estate with `-` wherever the file was named that standard input was kept in."""

    def named(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            replace(thing, origin=(thing.origin or "").replace(path, STDIN) or None) for thing in things
        )

    return replace(
        estate,
        clusters=named(estate.clusters),
        hosts=named(estate.hosts),
        datastores=named(estate.datastores),
        networks=named(estate.networks),
        vms=named(estate.vms),
        affinity_rules=named(estate.affinity_rules),
        notes=tuple(note.replace(path, STDIN) for note in estate.notes),
        gaps=tuple(replace(gap, source=gap.source.replace(path, STDIN)) for gap in estate.gaps),
    )


def _read_path(path: Path, reading: Reading) -> Iterator[Estate]:
    """Everything at a path, kind after kind; all are read, so that every problem is told at once."""
    found = _forced(path, by_kind(reading.kind)) if reading.kind else _recognised(path)
    problems: list[Problem] = []
    for known, files in found.parts():
        try:
            yield known.read(reading.watched_files(known.title, files))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(tuple(problems))
    if found.unknown:
        yield Estate(clusters=(), hosts=(), notes=(_left_out(path, found.unknown),))


def _forced(path: Path, known: Format) -> _Found:
    """Everything at a path as of one format; folders are whole where the format has such."""
    if not path.is_dir():
        return _Found(files={known.kind: [regular(path)]})
    if known is INVENTORY or folder_format(path, ()) is known:
        return _Found(whole=[(known, path)])
    files = [file for _, inside, _ in folders(path) for file in inside]
    if not files:
        raise InputError((Problem(file=str(path), message="holds no file"),))
    return _Found(files={known.kind: files})


def _recognised(path: Path) -> _Found:
    if not path.is_dir():
        sample = _sample(regular(path))
        return _Found(files={(format_of(sample) or _inventory(sample)).kind: [path]})
    found = _Found()
    for folder, files, below in folders(path):
        if (known := folder_format(folder, files)) is not None:
            found.whole.append((known, folder))
            below.clear()
            continue
        for file in files:
            sample = _sample(file)
            if (known := format_of(sample)) is not None:
                found.files.setdefault(known.kind, []).append(file)
            elif not is_companion(sample):
                found.unknown.append(file)
    if not found.files and not found.whole:
        # Nothing of any other kind: whether it is an inventory after all, only Ansible can tell.
        return _Found(whole=[(INVENTORY, path)])
    return found


def _sample(path: Path) -> Sample:
    try:
        return Sample.of(path)
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error


def _inventory(sample: Sample) -> Format:
    """What no reader of ours knows may be for Ansible. Raises InputError when it is not either."""
    if not sample.head:
        raise InputError((Problem(file=str(sample.path), message="is empty"),))
    if INVENTORY.recognises(sample):
        return INVENTORY
    known = ", ".join(dict.fromkeys(known.title for known in (*FORMATS, INVENTORY)))
    message = f"is of no known kind: expected one of {known}; when it is one, say which with --as"
    raise InputError((Problem(file=str(sample.path), message=message),))


def _left_out(path: Path, unknown: Sequence[Path]) -> str:
    names = ", ".join(repr(file.name) for file in unknown[:_SHOWN])
    more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    return f"{path}: files of no known kind were left out: {names}{more}"
