"""A connection to a daemon, that only reads, and does not wait for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import Any, Final

from planner.read.endpoint import Endpoint
from planner.read.libvirt.uri import uri_of
from planner.read.outside import line

_KEEPALIVE_SECONDS: Final = 5
_EXTRA: Final = "reading libvirt live needs libvirt-python: pip install 'hypervisor-exit-planner[libvirt]'"


def binding(endpoint: Endpoint) -> ModuleType:
    """The binding of libvirt, which prints nothing. Raises InputError when it is not installed."""
    try:
        import libvirt  # noqa: PLC0415  # an extra: only whoever reads live needs it
    except ImportError as error:
        raise endpoint.refused(_EXTRA) from error
    libvirt.registerErrorHandler(_silent, None)
    found: ModuleType = libvirt
    return found


@contextmanager
def connected(endpoint: Endpoint, libvirt: ModuleType) -> Iterator[Any]:
    """A read-only connection. Raises InputError when there is no daemon, no way in, or no answer in time."""
    uri = uri_of(endpoint)
    if endpoint.address:
        _events(libvirt)
    connection = _in_time(endpoint, libvirt, uri)
    try:
        if endpoint.address:
            # Not every transport can; then only the transport itself notices that the other side is gone.
            with suppress(libvirt.libvirtError):
                connection.setKeepAlive(
                    _KEEPALIVE_SECONDS, max(1, int(endpoint.timeout) // _KEEPALIVE_SECONDS)
                )
        yield connection
    finally:
        with suppress(libvirt.libvirtError):
            connection.close()


def writable(endpoint: Endpoint, libvirt: ModuleType) -> Any:
    """A connection that may ask guests' agents, which libvirt allows on no other. Raises libvirtError."""
    return libvirt.open(uri_of(endpoint))


def reason(error: Exception) -> str:
    """What libvirt says of it, on one line."""
    return line(str(error)) or type(error).__name__


def _in_time(endpoint: Endpoint, libvirt: ModuleType, uri: str) -> Any:
    """The connection. libvirt has no timeout of its own for it: whoever waits gives up, not the one who opens."""
    answers: SimpleQueue[Any] = SimpleQueue()

    def opening() -> None:
        try:
            answers.put(libvirt.openReadOnly(uri))
        except libvirt.libvirtError as error:
            answers.put(error)

    threading.Thread(target=opening, daemon=True).start()
    try:
        answer = answers.get(timeout=endpoint.timeout)
    except Empty:
        raise endpoint.refused(f"does not answer within {endpoint.timeout:.0f} seconds") from None
    if isinstance(answer, libvirt.libvirtError):
        raise endpoint.refused(
            f"cannot be read: {reason(answer)}; try `virsh -r -c {uri!r} list` there"
        ) from answer
    return answer


@cache
def _events(libvirt: ModuleType) -> None:
    """Run libvirt's event loop beside us: without one it sends no keepalives."""
    libvirt.virEventRegisterDefaultImpl()

    def run() -> None:
        while libvirt.virEventRunDefaultImpl() == 0:
            pass

    threading.Thread(target=run, daemon=True).start()


def _silent(_context: object, _error: object) -> None:
    """Take an error: libvirt prints every error that nobody takes."""
