"""flows.csv beside the inventory: which VM talks to which, as firewalls, switches or `ss` saw it.

It is read row by row and summed up at once, so what counts is how many pairs talk, not how often.
"""

import csv
import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Final, TextIO

from planner.errors import InputError, Problem
from planner.knowledge import hint_limits
from planner.model.estate import Estate, Flow, VirtualMachine
from planner.read.source import HEAD_BYTES, LARGEST_TEXT_BYTES, encoding_of

FLOWS: Final = "flows.csv"
COLUMNS: Final = ("source", "destination", "port", "bytes")
MOST_SUMS: Final = 3_000_000
"""Pairs of VMs with their ports, which take about 700 MB."""
_MOST_PROBLEMS: Final = 20
_LARGEST_COUNT: Final = 2**63 - 1
_LAST_PORT: Final = 2**16 - 1
_PORT_BITS: Final = 16
_OUTSIDE: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    source: str
    destination: str
    port: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Tally:
    """Bytes by source, destination and port, each such key as one number, since there may be millions.

    Machines are numbers from 1 up, below `count`; 0 is all that are outside the estate. Port 0 is none.
    """

    count: int
    sums: dict[int, int] = field(default_factory=dict)

    def add(self, source: int, destination: int, row: _Row) -> None:
        """Count a row."""
        key = (source * self.count + destination) << _PORT_BITS | row.port
        self.sums[key] = self.sums.get(key, 0) + row.size_bytes

    def join_answers(self) -> None:
        """Many collectors write a line for each direction: what comes back from a service is no question of its own."""
        service = self._services()
        for key in list(self.sums):
            source, destination = divmod(key >> _PORT_BITS, self.count)
            asked = destination * self.count + source
            if key >> _PORT_BITS not in service and asked in service:
                self.sums[asked << _PORT_BITS | service[asked]] += self.sums.pop(key)

    def by_source(self) -> Iterator[tuple[int, dict[int, dict[int, int]]]]:
        """Each source with its destinations, and the bytes by port of each."""
        in_order = sorted(key for key, size in self.sums.items() if size)
        for source, keys in groupby(in_order, key=lambda key: (key >> _PORT_BITS) // self.count):
            found: dict[int, dict[int, int]] = defaultdict(dict)
            for key in keys:
                found[(key >> _PORT_BITS) % self.count][key & _LAST_PORT] = self.sums[key]
            yield source, found

    def _services(self) -> dict[int, int]:
        """The port with the most traffic on which something listens, for each pair that has one."""
        first = hint_limits().first_ephemeral_port
        found: dict[int, int] = {}
        for key in sorted(self.sums):
            pair, port = key >> _PORT_BITS, key & _LAST_PORT
            if 0 < port < first and (
                pair not in found or self.sums[key] > self.sums[pair << _PORT_BITS | found[pair]]
            ):
                found[pair] = port
        return found


def with_flows(estate: Estate, source: Path) -> Estate:
    """The estate with what flows.csv beside a source (in it, when it is a directory) tells; as it was without one.

    Raises InputError with what is wrong with the file.
    """
    path = (source if source.is_dir() else source.parent) / FLOWS
    return replace(estate, flows=read_flows(path, estate.vms)) if path.is_file() else estate


def read_flows(path: Path, vms: Iterable[VirtualMachine]) -> tuple[Flow, ...]:
    """The traffic between VMs, summed up for each pair and port: of each VM the strongest partners and ports.

    A machine is the VM with that address, host name, name, UUID or id; what none has, or several have, is outside the
    estate. Answers (to a port that clients pick) count with what they answer.

    Raises InputError with the problems of the file, at most twenty of them, each with its line.
    """
    machines = tuple(vms)
    called = _called(machines)
    tally = _Tally(len(machines) + 1)
    for row in _rows(path):
        source, destination = (_meant(word, called) for word in (row.source, row.destination))
        if source != destination:
            tally.add(source, destination, row)
        if len(tally.sums) > MOST_SUMS:
            raise _refused(path, f"names more than {MOST_SUMS} pairs and ports: leave out what is small")
    tally.join_answers()
    ids = (None, *(vm.id for vm in machines))
    flows = (
        Flow(source=ids[source], destination=ids[destination], port=port or None, size_bytes=size)
        for source, asked in tally.by_source()
        for destination in _strongest(source, asked)
        for port, size in _named(asked[destination]).items()
    )
    return tuple(sorted(flows, key=_place))


def _place(flow: Flow) -> tuple[str, str, int, int]:
    return flow.source or "", flow.destination or "", -flow.size_bytes, flow.port or 0


def _strongest(source: int, asked: Mapping[int, Mapping[int, int]]) -> Iterator[int]:
    """The destinations of a VM that are kept; those of all strangers together, and the strangers, always are."""
    most = len(asked) if source == _OUTSIDE else hint_limits().flow_partners
    inside = sorted((-sum(ports.values()), vm) for vm, ports in asked.items() if vm != _OUTSIDE)
    yield from (vm for _, vm in inside[:most])
    if _OUTSIDE in asked:
        yield _OUTSIDE


def _named(ports: Mapping[int, int]) -> dict[int, int]:
    """Only the strongest ports; the rest goes under 0."""
    ranked = sorted((-size, port) for port, size in ports.items() if port)
    named = {port: -size for size, port in ranked[: hint_limits().flow_ports]}
    rest = sum(ports.values()) - sum(named.values())
    return named | ({0: rest} if rest else {})


def _called(vms: tuple[VirtualMachine, ...]) -> dict[str, int]:
    """The number of each VM, from 1 up, by every word that only this one goes by."""
    found: dict[str, set[int]] = defaultdict(set)
    for number, vm in enumerate(vms, start=1):
        addresses = (address.partition("/")[0] for nic in vm.nics for address in nic.addresses)
        short = (vm.hostname or "").partition(".")[0]
        for word in (vm.id, vm.name, vm.hostname, short, vm.uuid, vm.instance_uuid, *map(_plain, addresses)):
            if word:
                found[word.casefold()].add(number)
    return {word: min(owners) for word, owners in found.items() if len(owners) == 1}


def _meant(word: str, called: Mapping[str, int]) -> int:
    folded = word.casefold()
    return called.get(folded) or called.get(_plain(folded) if ":" in folded else "") or _OUTSIDE


def _plain(address: str) -> str:
    """An address as everybody writes it: IPv6 has many ways."""
    try:
        return ipaddress.ip_address(address).compressed
    except ValueError:
        return address


def _rows(path: Path) -> Iterator[_Row]:
    """Every row. Raises InputError at the end, or as soon as there are too many problems or reading on is no use."""
    try:
        if path.stat().st_size > LARGEST_TEXT_BYTES:
            limit = LARGEST_TEXT_BYTES // 1024**2
            raise _refused(
                path, f"is larger than {limit} MiB: sum up each pair and port, and leave out what is small"
            )
        with path.open("rb") as head:
            encoding = encoding_of(head.read(HEAD_BYTES)) or "utf-8"
        with path.open(encoding=encoding, newline="") as stream:
            yield from _parsed(path, stream)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "is no text in UTF-8: save it as UTF-8") from error


def _parsed(path: Path, stream: TextIO) -> Iterator[_Row]:
    problems: list[Problem] = []
    lines = csv.reader(stream)
    try:
        columns = _columns(path, next(lines, []))
        for cells in filter(None, lines):
            try:
                yield _row(cells, columns)
            except ValueError as error:
                problems.append(Problem(file=str(path), line=lines.line_num, message=str(error)))
            if len(problems) >= _MOST_PROBLEMS:
                break
    except csv.Error as error:
        raise _refused(path, f"is no CSV: {error}", lines.line_num) from error
    if problems:
        raise InputError(tuple(problems))


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Where each column stands; others may stand there too."""
    found = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        wanted = ",".join(COLUMNS)
        message = f"lacks the column {', '.join(missing)}: the first line must name the columns, as {wanted}"
        raise _refused(path, message, 1)
    return {name: found[name] for name in COLUMNS}


def _row(cells: list[str], columns: Mapping[str, int]) -> _Row:
    """Raises ValueError, in words for an operator, when a cell is missing or no number."""
    if len(cells) <= max(columns.values()):
        raise ValueError(f"has {len(cells)} cells: one of {', '.join(COLUMNS)} is missing")
    told = {name: cells[place].strip() for name, place in columns.items()}
    for name in ("source", "destination"):
        if not told[name]:
            raise ValueError(f"has no {name}: write an address or the name of a VM")
    return _Row(
        source=told["source"],
        destination=told["destination"],
        port=_number(told["port"] or "0", "port", _LAST_PORT),
        size_bytes=_number(told["bytes"], "number of bytes", _LARGEST_COUNT),
    )


def _number(text: str, what: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
        raise ValueError(f"{text!r} is no {what}: write a whole number up to {most}")
    return int(text)


def _refused(path: Path, message: str, line: int | None = None) -> InputError:
    return InputError((Problem(file=str(path), line=line, message=message),))
