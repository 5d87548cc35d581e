"""The command of a finding, for the place where its subject lives."""

import shlex
from string import Template
from typing import Final

from planner.assess.ground import Ground, Thing
from planner.assess.rule import Console, Rule
from planner.model.estate import Cluster, Host, VirtualMachine
from planner.model.kinds import HypervisorKind, ManagerKind

_CONSOLES: Final = {
    HypervisorKind.ESXI: Console.ESXI,
    HypervisorKind.XENSERVER: Console.XAPI,
    HypervisorKind.XCPNG: Console.XAPI,
    HypervisorKind.XEN: Console.XEN,
    HypervisorKind.ORACLE_VM: Console.XEN,
    HypervisorKind.KVM: Console.LIBVIRT,
}
_UNKNOWN_HOST: Final = "<host>"


def command(rule: Rule, thing: Thing | None, ground: Ground) -> str | None:
    """The rule's command for a thing, names quoted for a shell; None where there is none for its hypervisor.

    A name that cannot be typed (with a control character) gets none either.
    """
    console = _console(thing, ground) if rule.commands else None
    text = rule.commands.get(console) if console else _only(rule)
    if text is None:
        return None
    values = _values(thing, ground)
    typed = all(value.isprintable() for value in values.values())
    return Template(text).substitute(values) if typed else None


def _only(rule: Rule) -> str | None:
    """Of a thing that has no hypervisor of its own (a network), the command only if there is no choice."""
    texts = {*rule.commands.values()}
    return texts.pop() if len(texts) == 1 else None


def _console(thing: Thing | None, ground: Ground) -> Console | None:
    if isinstance(thing, Host | VirtualMachine):
        cluster = ground.cluster_by_id[thing.cluster] if thing.cluster else None
        hypervisor = ground.source(thing)
    elif isinstance(thing, Cluster):
        cluster, hypervisor = thing, thing.hypervisor
    else:
        return None
    managed = cluster is not None and cluster.manager is ManagerKind.VCENTER
    return Console.VCENTER if managed and hypervisor is HypervisorKind.ESXI else _CONSOLES.get(hypervisor)


def _values(thing: Thing | None, ground: Ground) -> dict[str, str]:
    name = shlex.quote(thing.name) if thing else ""
    host = thing if isinstance(thing, Host) else None
    selector = f"vm={name}"
    if isinstance(thing, VirtualMachine):
        host = ground.host_by_id.get(thing.host) if thing.host else None
        selector = f"uuid={shlex.quote(thing.uuid)}" if thing.uuid else selector
    address = host.address or host.name if host else _UNKNOWN_HOST
    return {"name": name, "host": shlex.quote(address), "selector": selector}
