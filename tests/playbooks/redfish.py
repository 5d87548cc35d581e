"""A small Redfish controller: one system, one manager, one drive for virtual media.

It answers as DMTF's Redfish specification (DSP0266) describes these resources, over HTTPS, and remembers what
it was told. Pressing its power button calls `on_power`.
"""

import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SYSTEM, MANAGER = "/redfish/v1/Systems/1", "/redfish/v1/Managers/1"
MEDIA = f"{MANAGER}/VirtualMedia/1"


@dataclass(slots=True, kw_only=True)
class Controller:
    """The state of a controller; `asked` holds every POST and PATCH with its body."""

    on_power: Callable[[], None]
    power: str
    image: str | None = None
    boot_once: str = "None"
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    address: str = ""

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the resource at a path, or None."""
        collections = {"Systems": SYSTEM, "Managers": MANAGER}
        resources: dict[str, dict[str, Any]] = {
            f"/redfish/v1/{name}": {"Members": [{"@odata.id": member}]}
            for name, member in collections.items()
        }
        resources["/redfish/v1"] = {name: {"@odata.id": f"/redfish/v1/{name}"} for name in collections}
        resources[SYSTEM] = {
            "Id": "1",
            "PowerState": self.power,
            "Boot": {
                "BootSourceOverrideEnabled": "Once",
                "BootSourceOverrideTarget": self.boot_once,
                "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "Pxe", "Cd", "Hdd"],
            },
            "Actions": {
                "#ComputerSystem.Reset": {
                    "target": f"{SYSTEM}/Actions/ComputerSystem.Reset",
                    "ResetType@Redfish.AllowableValues": ["On", "ForceRestart", "ForceOff"],
                }
            },
        }
        resources[MANAGER] = {"Id": "1", "VirtualMedia": {"@odata.id": f"{MANAGER}/VirtualMedia"}}
        resources[f"{MANAGER}/VirtualMedia"] = {"Members": [{"@odata.id": MEDIA}]}
        resources[MEDIA] = {
            "Id": "1",
            "MediaTypes": ["CD", "DVD"],
            "Image": self.image,
            "Inserted": self.image is not None,
            "ConnectedVia": "URI" if self.image else "NotConnected",
            "Actions": {
                f"#VirtualMedia.{action}": {"target": f"{MEDIA}/Actions/VirtualMedia.{action}"}
                for action in ("InsertMedia", "EjectMedia")
            },
        }
        return resources.get(path.rstrip("/"))

    def tell(self, path: str, body: dict[str, Any]) -> None:
        """Do what a POST or PATCH asks."""
        self.asked.append((path, body))
        match path.rsplit("/", 1)[-1]:
            case "VirtualMedia.InsertMedia":
                self.image = body["Image"]
            case "VirtualMedia.EjectMedia":
                self.image = None
            case "ComputerSystem.Reset":
                self.power = "On"
                self.on_power()
            case "1":
                self.boot_once = body["Boot"]["BootSourceOverrideTarget"]


def certificate(directory: Path) -> Path:
    """Make a certificate for 127.0.0.1 with its key, in one file."""
    made = directory / "bmc.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bmc"]
    subprocess.run(
        [
            *request,
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            made,
            "-out",
            made.with_suffix(".crt"),
        ],
        check=True,
        capture_output=True,
    )
    with made.open("a") as both:
        both.write(made.with_suffix(".crt").read_text())
    return made


@contextmanager
def serving(controller: Controller, pem: Path) -> Iterator[None]:
    """Serve the controller on a free port of 127.0.0.1, which `controller.address` then names."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            found = controller.get(self.path)
            self._answer(200 if found is not None else 404, found or {})

        def do_POST(self) -> None:
            controller.tell(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(200, {})

        def do_PATCH(self) -> None:
            self.do_POST()

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        controller.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
