"""A session with a pool's coordinator: logging in, and what XAPI answers when it refuses."""

import http.client
import ipaddress
import re
import ssl
import xmlrpc.client
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any, Final
from xml.parsers.expat import ExpatError

from planner.errors import InputError
from planner.read.endpoint import Endpoint, trust
from planner.read.outside import line

BROKEN: Final = (
    OSError,
    http.client.HTTPException,
    xmlrpc.client.Error,
    ExpatError,
    TypeError,
    ValueError,
    LookupError,
)
"""What the SDK lets through when a connection breaks, or when the other side does not speak like XAPI."""

_ORIGINATOR: Final = "hypervisor-exit-planner"
_API_VERSION: Final = "1.0"
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_REFUSALS: Final = {
    "SESSION_AUTHENTICATION_FAILED": "refuses the user name or the password",
    "HOST_STILL_BOOTING": "is still starting: try again in a few minutes",
    "HOST_UNKNOWN_TO_MASTER": "is no member of its pool any more: name the coordinator",
    "USER_IS_NOT_LOCAL_SUPERUSER": "lets only its local root in at the moment: log in as root",
    "RBAC_PERMISSION_DENIED": "lets this user do nothing: give it the role read-only",
}


@contextmanager
def session_with(endpoint: Endpoint) -> Iterator[Any]:
    """A session of the XenAPI SDK, logged in at the coordinator, and out at the end.

    A pool's member names its coordinator, and is asked nothing more. Raises InputError when nobody answers,
    when the certificate is not trusted, and when the login is refused.
    """
    session = _login(endpoint)
    try:
        yield session
    finally:
        with suppress(*BROKEN, failure_type()):
            session.xenapi.session.logout()
        session.transport.close()


def reason(error: Exception) -> str:
    """Why a call failed, in one line: XAPI's code, or what broke. What else XAPI says may hold a password."""
    details = getattr(error, "details", None)
    if isinstance(details, list | tuple) and details:
        return line(str(details[0])) or "XAPI failed"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, xmlrpc.client.ProtocolError):
        return f"HTTP {error.errcode} {line(error.errmsg) or ''}".strip()
    if isinstance(error, xmlrpc.client.Fault):
        return line(error.faultString) or "a fault"
    return line(str(error)) or type(error).__name__


def failure_type() -> type[Exception]:
    """The SDK's exception for what XAPI refuses. Raises ImportError without the SDK."""
    failure: type[Exception] = _sdk().Failure
    return failure


def _sdk() -> Any:
    import XenAPI  # noqa: PLC0415  # an optional library

    return XenAPI


class _Transport(xmlrpc.client.SafeTransport):
    """HTTPS with the endpoint's own trust, and a limit on every wait."""

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(context=context)
        self._timeout = timeout

    def make_connection(self, host: Any) -> http.client.HTTPSConnection:
        connection = super().make_connection(host)
        connection.timeout = self._timeout
        return connection


def _login(endpoint: Endpoint) -> Any:
    """A session at the endpoint, or at the coordinator that it names: once, so that two cannot play ball."""
    if endpoint.user is None:
        raise endpoint.refused("needs a user: write it like xapi://root@host")
    try:
        failure = failure_type()
    except ImportError as error:
        message = "reading xapi:// needs XenAPI: pip install 'hypervisor-exit-planner[xapi]'"
        raise endpoint.refused(message) from error
    try:
        return _session(endpoint)
    except failure as error:
        if coordinator := _coordinator(error):
            return _at_coordinator(endpoint, coordinator, failure)
        raise _refused(endpoint, error) from error


def _at_coordinator(endpoint: Endpoint, address: str, failure: type[Exception]) -> Any:
    there = replace(endpoint, address=address)
    said = f"is a member of a pool; its coordinator {address}"
    try:
        return _session(there)
    except failure as error:
        raise endpoint.refused(f"{said} refuses, too: {reason(error)}") from error
    except InputError as error:
        trusted = (
            "its thumbprint, for --thumbprint is that of one host" if endpoint.thumbprint else "--ca-file"
        )
        found = "; ".join(problem.message for problem in error.problems)
        raise endpoint.refused(
            f"{said}: {found}. Read xapi://{endpoint.user}@{address} with {trusted}"
        ) from error


def _session(endpoint: Endpoint) -> Any:
    context = trust(endpoint)
    host = f"[{endpoint.address}]" if ":" in endpoint.address else endpoint.address
    port = f":{endpoint.port}" if endpoint.port else ""
    transport = _Transport(context, endpoint.timeout)
    session = _sdk().Session(f"https://{host}{port}/", transport=transport)
    with ExitStack() as unless_logged_in:
        unless_logged_in.callback(transport.close)
        _log_in(session, endpoint)
        unless_logged_in.pop_all()
    return session


def _log_in(session: Any, endpoint: Endpoint) -> None:
    try:
        session.login_with_password(endpoint.user, endpoint.password or "", _API_VERSION, _ORIGINATOR)
    except ssl.SSLCertVerificationError as error:
        raise endpoint.untrusted(error) from error
    except BROKEN as error:
        raise endpoint.refused(f"does not answer like XAPI: {reason(error)}") from error


def _coordinator(error: Exception) -> str | None:
    """The address that a pool's member gives of its coordinator; only an address or a host name is one."""
    details: list[object] = list(getattr(error, "details", ()))
    if len(details) < 2 or details[0] != "HOST_IS_SLAVE":
        return None
    address = str(details[1])
    if _HOST_NAME.fullmatch(address):
        return address
    with suppress(ValueError):
        return str(ipaddress.ip_address(address))
    return None


def _refused(endpoint: Endpoint, error: Exception) -> InputError:
    code = reason(error)
    return endpoint.refused(_REFUSALS.get(code, f"refuses the login: {code}"))
