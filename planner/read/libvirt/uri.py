"""URIs that libvirt is connected with: which drivers, and which of their parameters do no harm."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from planner.read.endpoint import Endpoint

_OURS: Final = {"libvirt+ssh": "qemu+ssh"}
SCHEMES: Final = (
    "qemu",
    "qemu+ssh",
    "qemu+tls",
    "libvirt+ssh",
    "xen",
    "xen+ssh",
    "xen+tls",
    "test",
)
"""Schemes of URLs that lead here; `libvirt+ssh` is `qemu+ssh`."""

# Source: libvirt documentation, remote support, extra parameters. Whatever starts a program (command, netcat),
# leads past the daemon (socket) or turns a check off (no_verify, known_hosts_verify) is not among them; nor is
# known_hosts, which libvirt hands to its libssh transports and never to the program ssh.
_PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "ssh": frozenset({"keyfile", "mode", "no_tty"}),
    "tls": frozenset({"pkipath", "mode"}),
}
_HOST_KEYS: Final = (
    "has the parameter 'known_hosts', which libvirt does not hand to ssh: name the file as UserKnownHostsFile "
    "of the host in ~/.ssh/config"
)
_PATHS: Final = {"qemu": ("/system", "/session"), "xen": ("/system",)}
_ADDRESS: Final = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.:-]*(%[0-9A-Za-z]+)?")
_USER: Final = re.compile(r"[0-9A-Za-z_][^\s/@:\x00-\x1f]*")


def uri_of(endpoint: Endpoint) -> str:
    """The URI for libvirt. Raises InputError when it asks for more than reading a daemon."""
    scheme = _OURS.get(endpoint.scheme, endpoint.scheme)
    driver, _, transport = scheme.partition("+")
    if driver == "test":
        return _test(endpoint)
    path = endpoint.path.rstrip("/") or "/system"
    if path not in _PATHS[driver]:
        raise endpoint.refused(f"has the path {path!r}: expected {' or '.join(_PATHS[driver])}")
    return f"{scheme}://{_authority(endpoint, transport)}{path}{_query(endpoint, transport)}"


def _authority(endpoint: Endpoint, transport: str) -> str:
    if not transport:
        if endpoint.address or endpoint.user:
            message = (
                f"names a host: write {endpoint.scheme}+ssh:// for another one, and three slashes for this"
            )
            raise endpoint.refused(message)
        return ""
    # A name that begins with a dash would be an option to ssh.
    if not _ADDRESS.fullmatch(endpoint.address):
        raise endpoint.refused(f"names no host that could be one: {endpoint.address!r}")
    if endpoint.user and not _USER.fullmatch(endpoint.user):
        raise endpoint.refused(f"names no user that could be one: {endpoint.user!r}")
    address = f"[{endpoint.address}]" if ":" in endpoint.address else endpoint.address
    user = f"{quote(endpoint.user, safe='')}@" if endpoint.user else ""
    return f"{user}{address}" + (f":{endpoint.port}" if endpoint.port else "")


def _query(endpoint: Endpoint, transport: str) -> str:
    allowed = _PARAMETERS.get(transport, frozenset())
    found = dict(parse_qsl(endpoint.query, keep_blank_values=True))
    if transport == "ssh" and "known_hosts" in found:
        raise endpoint.refused(_HOST_KEYS)
    for name in found:
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            message = f"has the parameter {name!r}, which may start a program or turn a check off: allowed are {known}"
            raise endpoint.refused(message)
    if transport == "ssh":
        # A prompt of ssh would wait for ever in a script: keys and agents only.
        found["no_tty"] = "1"
    return f"?{urlencode(found, quote_via=quote)}" if found else ""


def _test(endpoint: Endpoint) -> str:
    if endpoint.address or endpoint.query:
        raise endpoint.refused(
            "names a host or a parameter: expected test:///default or test:///path/to/file.xml"
        )
    if endpoint.path != "/default" and not Path(endpoint.path).is_file():
        raise endpoint.refused(f"leads to no file: {endpoint.path!r}")
    return f"test://{quote(endpoint.path)}"
