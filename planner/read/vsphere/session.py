"""A session with a vCenter or an ESXi host: logging in, and what vSphere answers when it refuses."""

import http.client
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from xml.parsers.expat import ExpatError

from planner.errors import InputError
from planner.read.endpoint import Endpoint, trust
from planner.read.outside import line
from planner.read.xml import parse_xml

BROKEN: Final = (
    OSError,
    EOFError,
    http.client.HTTPException,
    zlib.error,
    ExpatError,
    TypeError,
    ValueError,
    LookupError,
)
"""What pyVmomi lets through when a connection breaks, or when the other side does not speak like vSphere."""

_PORT: Final = 443
_VERSIONS: Final = "/sdk/vimServiceVersions.xml"
_LARGEST_VERSIONS: Final = 2**20
_REFUSALS: Final = {
    "InvalidLogin": "refuses the user name or the password",
    "NoPermission": "lets this user do nothing: give it the role Read-only",
    "RestrictedVersion": "lets nobody read with its licence: use files instead (`govc`, or the .vmx files)",
    "PasswordExpired": "says that the password has expired: set a new one",
    "UserNotFound": "refuses the user name or the password",
}


@contextmanager
def session_with(endpoint: Endpoint) -> Iterator[Any]:
    """The service content of a session, logged in, and out at the end.

    Raises InputError when nobody answers, when the certificate is not trusted, and when the login is refused.
    """
    stub = _stub(endpoint)
    try:
        content = _login(endpoint, stub)
        try:
            yield content
        finally:
            with suppress(*BROKEN, fault_type()):
                content.sessionManager.Logout()
    finally:
        stub.DropConnections()


def reason(error: Exception) -> str:
    """Why a call failed, in one line: vSphere's name of the fault and what it says, or what broke."""
    if isinstance(error, fault_type()):
        fault: Any = error
        said = line(str(fault.msg)) if getattr(fault, "msg", None) else None
        privilege = getattr(fault, "privilegeId", None)
        named = f"{fault_name(fault)}, privilege {privilege}" if privilege else fault_name(fault)
        return f"{named}: {said}" if said else named
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return line(str(error)) or type(error).__name__


def fault_name(fault: Any) -> str:
    """The name of a fault, as the API has it."""
    return type(fault).__name__.rpartition(".")[2]


def fault_type() -> type[Exception]:
    """The library's exception for what vSphere refuses. Raises ImportError without it."""
    fault: type[Exception] = sdk().vmodl.MethodFault
    return fault


def sdk() -> Any:
    """The library, with its types `vim` and `vmodl`. Raises ImportError without it."""
    import pyVmomi  # noqa: PLC0415  # an optional library

    return pyVmomi


def _stub(endpoint: Endpoint) -> Any:
    if endpoint.user is None:
        raise endpoint.refused("needs a user: write it like vsphere://root@host")
    try:
        adapter = sdk().SoapStubAdapter
    except ImportError as error:
        message = "reading vsphere:// needs pyVmomi: pip install 'hypervisor-exit-planner[vsphere]'"
        raise endpoint.refused(message) from error
    context = trust(endpoint)
    return adapter(
        host=endpoint.address,
        port=endpoint.port or _PORT,
        path="/sdk",
        version=_version(endpoint, context),
        sslContext=context,
        httpConnectionTimeout=endpoint.timeout,
    )


def _version(endpoint: Endpoint, context: ssl.SSLContext) -> str:
    """The newest version of the API that both sides know."""
    support = sdk().VmomiSupport
    text = _fetch(endpoint, context)
    try:
        document = parse_xml(text, endpoint.url)
    except InputError as error:
        raise endpoint.refused("does not answer like vSphere: its list of versions is no XML") from error
    spoken = {found.text for found in document.iter("version")}
    known = [
        version for version in support.GetServiceVersions("vim25") if support.versionIdMap[version] in spoken
    ]
    if not known:
        raise endpoint.refused("does not answer like vSphere: it lists no version of the API that is known")
    return str(known[0])


def _fetch(endpoint: Endpoint, context: ssl.SSLContext) -> bytes:
    connection = http.client.HTTPSConnection(
        endpoint.address, endpoint.port or _PORT, timeout=endpoint.timeout, context=context
    )
    try:
        connection.request("GET", _VERSIONS)
        return connection.getresponse().read(_LARGEST_VERSIONS)
    except ssl.SSLCertVerificationError as error:
        raise endpoint.untrusted(error) from error
    except BROKEN as error:
        raise endpoint.refused(f"does not answer: {reason(error)}") from error
    finally:
        connection.close()


def _login(endpoint: Endpoint, stub: Any) -> Any:
    try:
        content = sdk().vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
        content.sessionManager.Login(endpoint.user, endpoint.password or "", None)
    except fault_type() as fault:
        name = fault_name(fault)
        raise endpoint.refused(_REFUSALS.get(name, f"refuses the login: {name}")) from fault
    except (*BROKEN, AttributeError) as error:
        raise endpoint.refused(f"does not answer like vSphere: {reason(error)}") from error
    return content
