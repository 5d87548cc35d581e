"""A running simulator, and an administrator of it who sets what a test needs."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim

from planner.read.endpoint import Endpoint, parse_endpoint

USER = "reader"
PASSWORD = "pass & <word>"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where a simulator, or something before it, answers."""

    address: str
    ca_file: Path
    process: subprocess.Popen | None = None

    def dump(self, folder: Path) -> list[Path]:
        """The files that govc before 0.30 would write of all objects."""
        self.process.stdin.write(f"{folder}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "dumped\n"
        return sorted(folder.iterdir())

    @property
    def endpoint(self) -> Endpoint:
        found = parse_endpoint(f"vsphere://{USER}@{self.address}", ca_file=self.ca_file, timeout=20)
        return replace(found, password=PASSWORD)

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file))


@contextmanager
def running(program: Path, certificate: Path, ca_file: Path, **flags: str) -> Iterator[Server]:
    """The simulator on a free port; it ends when its standard input does."""
    command = [str(program), "-password", PASSWORD, "-certificate", str(certificate)]
    command += [part for name, value in flags.items() for part in (f"-{name}", value)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        assert address, "the simulator did not start"
        yield Server(address=address, ca_file=ca_file, process=process)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Administrator:
    """Changes what the simulator holds, over the real API."""

    def __init__(self, service: Any, server: Server) -> None:
        self.content = service.RetrieveContent()
        self.server = server

    def find(self, kind: type, name: str) -> Any:
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [kind], True)
        return next(one for one in view.view if one.name == name)

    def rename(self, name: str, new: str) -> None:
        WaitForTask(self.find(vim.VirtualMachine, name).Rename(new))

    def reconfigure(self, name: str, **changes: Any) -> None:
        WaitForTask(self.find(vim.VirtualMachine, name).Reconfigure(vim.vm.ConfigSpec(**changes)))

    def snapshot(self, name: str, *snapshots: str) -> None:
        for snapshot in snapshots:
            vm = self.find(vim.VirtualMachine, name)
            WaitForTask(vm.CreateSnapshot(name=snapshot, description="", memory=False, quiesce=False))

    def power_off(self, name: str) -> None:
        WaitForTask(self.find(vim.VirtualMachine, name).PowerOff())

    def maintain(self, host: str) -> None:
        WaitForTask(self.find(vim.HostSystem, host).EnterMaintenanceMode(timeout=0))

    def attribute(self, vm: str, name: str, value: str) -> None:
        manager = self.content.customFieldsManager
        key = manager.AddCustomFieldDef(name=name, moType=vim.VirtualMachine).key
        manager.SetField(entity=self.find(vim.VirtualMachine, vm), key=key, value=value)

    def cluster(self, name: str, spec: Any) -> None:
        WaitForTask(self.find(vim.ClusterComputeResource, name).ReconfigureEx(spec, modify=True))

    def tag(self, vm: str, name: str) -> None:
        """A tag with a category of its own, over the REST API."""
        ident = self.find(vim.VirtualMachine, vm)._moId
        headers = {"vmware-api-session-id": self._rest("POST", "/cis/session", {}, login=True)}
        made = {"cardinality": "SINGLE", "associable_types": [], "description": "", "name": f"of {name}"}
        category = self._rest("POST", "/cis/tagging/category", headers, {"create_spec": made})
        spec = {"name": name, "description": "", "category_id": category}
        tag = self._rest("POST", "/cis/tagging/tag", headers, {"create_spec": spec})
        attach = f"/cis/tagging/tag-association/id:{tag}?~action=attach"
        self._rest("POST", attach, headers, {"object_id": {"id": ident, "type": "VirtualMachine"}})

    def _rest(
        self, method: str, path: str, headers: dict, body: object = None, *, login: bool = False
    ) -> Any:
        import base64

        connection = HTTPSConnection(self.server.address, context=self.server.context, timeout=20)
        if login:
            secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            headers = {"Authorization": f"Basic {secret}"}
        connection.request(method, f"/rest/com/vmware{path}", body=json.dumps(body), headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status == 200, (path, answer.status, text)
        return json.loads(text)["value"] if text else None


@contextmanager
def administrator(server: Server) -> Iterator[Administrator]:
    host, _, port = server.address.partition(":")
    service = SmartConnect(host=host, port=int(port), user=USER, pwd=PASSWORD, sslContext=server.context)
    try:
        yield Administrator(service, server)
    finally:
        stub = service._stub
        Disconnect(service)
        stub.DropConnections()
