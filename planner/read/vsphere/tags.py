"""Tags of VMs, which only vCenter's REST API tells: read with a session of its own, and only with calls that read."""

import base64
import http.client
import json
import ssl
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from planner.errors import InputError
from planner.model.estate import Gap
from planner.read.endpoint import Endpoint, trust
from planner.read.outside import line
from planner.read.vsphere.inventory import VM, Inventory

_PORT: Final = 443
_LARGEST: Final = 256 * 2**20
_HEADER: Final = "vmware-api-session-id"
_BROKEN: Final = (OSError, http.client.HTTPException, ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where a generation of the API keeps its sessions, its tags, and what they are attached to."""

    session: str
    tags: str
    tag: str
    attached: str


_DIALECTS: Final = (
    Dialect(  # vSphere 7.0 update 2 and later
        session="/api/session",
        tags="/api/cis/tagging/tag",
        tag="/api/cis/tagging/tag/{}",
        attached="/api/cis/tagging/tag-association?action=list-attached-objects-on-tags",
    ),
    Dialect(
        session="/rest/com/vmware/cis/session",
        tags="/rest/com/vmware/cis/tagging/tag",
        tag="/rest/com/vmware/cis/tagging/tag/id:{}",
        attached="/rest/com/vmware/cis/tagging/tag-association?~action=list-attached-objects-on-tags",
    ),
)


def read_tags(endpoint: Endpoint, inventory: Inventory) -> None:
    """The names of the tags of every VM. When they cannot be read, that is a gap."""
    try:
        with _session(endpoint) as (caller, dialect):
            inventory.tags.update(_tags(caller, dialect))
    except (*_BROKEN, InputError) as error:
        inventory.gaps.append(
            Gap(
                source=inventory.source,
                what="tags of VMs",
                why=f"the REST API of the vCenter did not tell: {line(str(error)) or type(error).__name__}",
                remedy="read again, as a user who has the role Read-only; tags can also be set in an inventory",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls over one connection, with the session's token once there is one."""

    connection: http.client.HTTPSConnection
    headers: dict[str, str]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer of a call. Raises ValueError for any status but success, LookupError when there is no such path."""
        content = None if body is None else json.dumps(body)
        self.connection.request(
            method, path, body=content, headers=self.headers | {"Content-Type": "application/json"}
        )
        answer = self.connection.getresponse()
        text = answer.read(_LARGEST)
        if answer.status == http.client.NOT_FOUND:
            raise LookupError(f"there is no {path}")
        if not http.client.OK <= answer.status < http.client.MULTIPLE_CHOICES:
            raise ValueError(f"HTTP {answer.status} {answer.reason}")
        found = json.loads(text) if text else None
        return found["value"] if isinstance(found, Mapping) and "value" in found else found


@contextmanager
def _session(endpoint: Endpoint) -> Iterator[tuple[Caller, Dialect]]:
    connection = _connection(endpoint, trust(endpoint))
    caller = Caller(connection=connection, headers={"Accept": "application/json"})
    try:
        dialect, token = _login(endpoint, caller)
        caller.headers[_HEADER] = token
        yield caller, dialect
        with suppress(*_BROKEN):
            caller.call("DELETE", dialect.session)
    finally:
        connection.close()


def _connection(endpoint: Endpoint, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(
        endpoint.address, endpoint.port or _PORT, timeout=endpoint.timeout, context=context
    )


def _login(endpoint: Endpoint, caller: Caller) -> tuple[Dialect, str]:
    """A session in the newest dialect that the server has."""
    secret = base64.b64encode(f"{endpoint.user}:{endpoint.password or ''}".encode()).decode()
    caller.headers["Authorization"] = f"Basic {secret}"
    try:
        for dialect in _DIALECTS:
            with suppress(LookupError):
                return dialect, str(caller.call("POST", dialect.session))
    finally:
        del caller.headers["Authorization"]
    raise ValueError("it has no sessions")


def _tags(caller: Caller, dialect: Dialect) -> dict[str, tuple[str, ...]]:
    idents = [str(ident) for ident in caller.call("GET", dialect.tags) or ()]
    if not idents:
        return {}
    names = {
        ident: str(caller.call("GET", dialect.tag.format(quote(ident, safe=":")))["name"]) for ident in idents
    }
    found: dict[str, set[str]] = defaultdict(set)
    for one in caller.call("POST", dialect.attached, {"tag_ids": idents}) or ():
        for obj in one["object_ids"] or ():
            if obj["type"] == VM and (name := line(names[one["tag_id"]])):
                found[str(obj["id"])].add(name)
    return {ident: tuple(sorted(tags)) for ident, tags in found.items()}
