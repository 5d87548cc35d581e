"""A connection to a daemon, that only reads, and does not wait for ever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import cache
from types import ModuleType
from typing import Any, Final, TypeVar

from planner.read.endpoint import Endpoint
from planner.read.libvirt.uri import uri_of
from planner.read.outside import line

T = TypeVar("T")

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
    if endpoint.address:
        _events(libvirt)
    connection = _opened(endpoint, libvirt)
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


def in_time(seconds: float, question: Callable[[], T]) -> T:
    """The answer to a question of libvirt, which itself may wait for ever: for storage that is gone, for a guest.

    Whoever waits gives up, not the one who asks: that thread ends with its answer, or with the process.
    Raises TimeoutError, and whatever the question raises.
    """
    answer: Future[T] = Future()

    def asking() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001  # it is raised again where somebody waits
            answer.set_exception(error)

    threading.Thread(target=asking, daemon=True).start()
    return answer.result(timeout=seconds)


def _opened(endpoint: Endpoint, libvirt: ModuleType) -> Any:
    uri = uri_of(endpoint)
    try:
        return in_time(endpoint.timeout, lambda: libvirt.openReadOnly(uri))
    except TimeoutError:
        raise endpoint.refused(f"does not answer within {endpoint.timeout:g} seconds") from None
    except libvirt.libvirtError as error:
        message = f"cannot be read: {reason(error)}; try `virsh -r -c {uri!r} list` there"
        raise endpoint.refused(message) from error


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
