"""A pool that answers over HTTPS like XAPI: XML-RPC with a status in every answer, from a dump's records."""

import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xmlrpc.client import DateTime, dumps, loads

import trustme

PASSWORD = "pass & <word>"
_TIME = re.compile(r"\d{8}T\d\d:\d\d:\d\dZ")


@dataclass(kw_only=True)
class Behaviour:
    """What a server does beside answering. `sessions_last` counts the calls until a session expires."""

    records: dict[str, dict[str, Any]]
    password: str = PASSWORD
    coordinator: str | None = None
    booting: bool = False
    denied: frozenset[str] = frozenset()
    drops_at: str | None = None
    sleeps_at: str | None = None
    answers_nonsense: bool = False
    sessions_last: int | None = None
    calls: list[str] = field(default_factory=list)
    originators: list[str] = field(default_factory=list)
    open_sessions: dict[str, int] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: its address and port, its authority's certificate, and what it was asked."""

    address: str
    port: int
    ca_file: Path
    thumbprint: str
    behaviour: Behaviour

    @property
    def url(self) -> str:
        return f"xapi://root@{self.address}:{self.port}"


def dump(name: str) -> dict[str, dict[str, Any]]:
    records: dict[str, dict[str, Any]] = json.loads(
        (Path(__file__).parent / name).read_text(encoding="utf-8")
    )
    return records


@contextmanager
def serving(
    behaviour: Behaviour,
    folder: Path,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    ca: trustme.CA | None = None,
) -> Iterator[Server]:
    authority = ca or trustme.CA()
    certificate = authority.issue_cert(str(ipaddress.ip_address(address)))
    ca_file = folder / f"ca-{address}.pem"
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = ThreadingHTTPServer((address, port), _handler(behaviour))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    try:
        yield Server(
            address=address,
            port=server.server_address[1],
            ca_file=ca_file,
            thumbprint=sha256(der).hexdigest(),
            behaviour=behaviour,
        )
    finally:
        behaviour.done.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one packet, or every call waits for an acknowledgement

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # A client that does not trust us hangs up.

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            parameters, method = loads(asked)
            behaviour.calls.append(method)
            of = method.partition(".")[0]
            if of == behaviour.drops_at:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if of == behaviour.sleeps_at:
                behaviour.done.wait(10)
            answer = dumps((_answer(behaviour, method, parameters),), methodresponse=True, allow_none=True)
            content = b"<html>It works!" if behaviour.answers_nonsense else answer.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _answer(behaviour: Behaviour, method: str, parameters: tuple[Any, ...]) -> dict[str, Any]:
    if method == "session.login_with_password":
        return _login(behaviour, *parameters)
    session, *rest = parameters
    left = behaviour.open_sessions.get(session)
    if left is None or left <= 0:
        return _failure("SESSION_INVALID", session)
    behaviour.open_sessions[session] = left - 1
    if method == "session.logout":
        del behaviour.open_sessions[session]
        return _success("")
    of, _, call = method.partition(".")
    if of in behaviour.denied:
        return _failure("RBAC_PERMISSION_DENIED", method, "No permission in user session")
    if call != "get_all_records" or of not in behaviour.records or rest:
        return _failure("MESSAGE_METHOD_UNKNOWN", method)
    return _success(_on_the_wire(behaviour.records[of]))


def _login(behaviour: Behaviour, user: str, password: str, _version: str, originator: str) -> dict[str, Any]:
    if behaviour.coordinator:
        return _failure("HOST_IS_SLAVE", behaviour.coordinator)
    if behaviour.booting:
        return _failure("HOST_STILL_BOOTING")
    if (user, password) != ("root", behaviour.password):
        return _failure("SESSION_AUTHENTICATION_FAILED", user, f"wrong: {password}")
    behaviour.originators.append(originator)
    session = f"OpaqueRef:session-{time.monotonic_ns()}"
    limit = behaviour.sessions_last
    behaviour.open_sessions[session] = 10_000 if limit is None else limit
    return _success(session)


def _success(value: Any) -> dict[str, Any]:
    return {"Status": "Success", "Value": value}


def _failure(*details: str) -> dict[str, Any]:
    return {"Status": "Failure", "ErrorDescription": list(details)}


def _on_the_wire(value: Any) -> Any:
    """Times have a type of their own in XML-RPC; JSON has none for them."""
    if isinstance(value, dict):
        return {key: _on_the_wire(rest) for key, rest in value.items()}
    if isinstance(value, list):
        return [_on_the_wire(rest) for rest in value]
    return DateTime(value) if isinstance(value, str) and _TIME.fullmatch(value) else value
