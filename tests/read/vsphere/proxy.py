"""What stands between the reader and the simulator: it writes calls down, deals out pages, and does harm."""

import copy
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from tests.read.vsphere.simulators import Server

XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
KEPT = ("Cookie", "SOAPAction", "Content-Type", "Authorization", "vmware-api-session-id")
FAULT = """<?xml version="1.0"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>
<faultcode>ServerFaultCode</faultcode><faultstring>{said}</faultstring>
<detail><{name}Fault xmlns="urn:vim25" xsi:type="{name}">{inside}</{name}Fault></detail>
</soapenv:Fault></soapenv:Body></soapenv:Envelope>"""


@dataclass(kw_only=True)
class Behaviour:
    """What the proxy does beside passing on. Properties are named by path, after a type or not; methods as they stand in the body."""

    page: int | None = None
    denied: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    drops_at: tuple[str, int] | None = None
    sleeps_at: str | None = None
    rest: bool = True
    modern: bool = False
    answer: bytes | None = None
    calls: list[str] = field(default_factory=list)
    waiting: dict[str, list] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)


class Asked(NamedTuple):
    """A request: `call` is the method in the body, or the verb and the path."""

    command: str
    path: str
    headers: Message
    body: bytes
    call: str


Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def before(server: Server, certificate: Path, behaviour: Behaviour) -> Iterator[Server]:
    """A server that answers like `server`, but as `behaviour` says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server, behaviour))
    proxy.daemon_threads = True
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Server(address=f"127.0.0.1:{proxy.server_address[1]}", ca_file=server.ca_file)
    finally:
        behaviour.done.set()
        proxy.shutdown()
        proxy.server_close()
        thread.join()


def _handler(server: Server, behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_values):
            """Say nothing."""

        def do_GET(self):
            self.exchange()

        def do_POST(self):
            self.exchange()

        def do_DELETE(self):
            self.exchange()

        def exchange(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = _method(body) if self.path == "/sdk" else f"{self.command} {self.path}"
            behaviour.calls.append(call)
            if behaviour.drops_at == (call, behaviour.calls.count(call)):
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if behaviour.sleeps_at == call:
                behaviour.done.wait(20)
                return
            asked = Asked(self.command, self.path, self.headers, body, call)
            self.reply(*(_instead(asked, behaviour) or _passed_on(asked, server, behaviour)))

        def reply(self, status, headers, content):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _instead(asked: Asked, behaviour: Behaviour) -> Answer | None:
    """An answer of the proxy's own."""
    if behaviour.answer is not None:
        return 200, {}, behaviour.answer
    if not behaviour.rest and asked.path.startswith(("/rest", "/api")):
        return 503, {}, b""
    if asked.call in behaviour.refuses:
        return _fault("NoPermission", "<privilegeId>System.View</privilegeId>")
    if unknown := next((path for path in behaviour.lacks if f">{path}<".encode() in asked.body), None):
        return _fault("InvalidProperty", f"<name>{unknown}</name>")
    if asked.call == "ContinueRetrievePropertiesEx":
        token = etree.fromstring(asked.body).findtext(".//{*}token")
        return 200, {}, _page(*behaviour.waiting.pop(token), behaviour)
    return None


def _fault(name: str, inside: str) -> Answer:
    return 500, {}, FAULT.format(name=name, said="denied", inside=inside).encode()


def _passed_on(asked: Asked, server: Server, behaviour: Behaviour) -> Answer:
    connection = HTTPSConnection(server.address, context=server.context, timeout=20)
    headers = {name: asked.headers[name] for name in KEPT if name in asked.headers}
    path = _older(asked.path) if behaviour.modern else asked.path
    connection.request(asked.command, path, body=asked.body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    cookie = answer.getheader("Set-Cookie")
    connection.close()
    if asked.call == "RetrievePropertiesEx":
        content = _dealt_out(content, asked.body, behaviour)
    if path != asked.path and content:
        content = json.dumps(json.loads(content)["value"]).encode()
    return answer.status, {"Set-Cookie": cookie} if cookie else {}, content


def _older(path: str) -> str:
    """Where the REST API before 7.0 update 2 has what stands under /api since."""
    path = re.sub(r"^/api/session$", "/api/cis/session", path)
    path = re.sub(r"^/api/cis/tagging/tag/", "/api/cis/tagging/tag/id:", path)
    return path.replace("?action=", "?~action=").replace("/api/", "/rest/com/vmware/", 1)


def _dealt_out(content: bytes, body: bytes, behaviour: Behaviour) -> bytes:
    root = etree.fromstring(content)
    objects = root.findall(".//{*}objects")
    asked = {path.text for path in etree.fromstring(body).iterfind(".//{*}pathSet")}
    for one in objects:
        kind = one.find("{*}obj").get("type")
        _deny(one, sorted(path for path in asked if {path, f"{kind} {path}"} & behaviour.denied))
        one.getparent().remove(one)
    return _page(root, objects, behaviour)


def _method(body: bytes) -> str:
    return etree.QName(etree.fromstring(body).find("{*}Body")[0]).localname


def _page(root: etree._Element, objects: list, behaviour: Behaviour) -> bytes:
    """An answer with as many objects as a page has, and a token for the rest."""
    size = behaviour.page or len(objects)
    answer = copy.deepcopy(root)
    answered = answer.find(".//{*}returnval")
    if answered is None:
        return etree.tostring(answer)
    for old in answered.findall("{*}token"):
        answered.remove(old)
    if objects[size:]:
        token = str(len(behaviour.calls))
        behaviour.waiting[token] = [root, objects[size:]]
        etree.SubElement(answered, "{urn:vim25}token").text = token
    for one in objects[:size]:
        answered.append(copy.deepcopy(one))
    continued = behaviour.calls[-1] == "ContinueRetrievePropertiesEx"
    body = answer.find("{*}Body")[0]
    body.tag = f"{{urn:vim25}}{'Continue' if continued else ''}RetrievePropertiesExResponse"
    return etree.tostring(answer)


def _deny(one: etree._Element, denied: list[str]) -> None:
    """The properties of an object that the user may not read: missing, with the fault that says so."""
    for found in one.findall("{*}propSet"):
        if found.findtext("{*}name") in denied:
            one.remove(found)
    for path in denied:
        missing = etree.SubElement(one, "{urn:vim25}missingSet")
        etree.SubElement(missing, "{urn:vim25}path").text = path
        localized = etree.SubElement(missing, "{urn:vim25}fault")
        fault = etree.SubElement(localized, "{urn:vim25}fault")
        fault.set(XSI, "NoPermission")
        etree.SubElement(fault, "{urn:vim25}privilegeId").text = "System.Read"
        etree.SubElement(localized, "{urn:vim25}localizedMessage").text = "denied"
