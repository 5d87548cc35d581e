"""The files that one host's installer fetches, and the kernel arguments that make it fetch them."""

import shlex
from collections.abc import Callable
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from planner.emit.answers.xcpng import answerfile
from planner.emit.machine import Machine
from planner.model.platform import OsFamily

# Not HTML: every value is an address, a slug, a disk id that the schema restricts, or goes through `shell`.
_templates: Final = Environment(  # noqa: S701
    loader=PackageLoader("planner.emit", "answers"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters["shell"] = shlex.quote


def _debian(machine: Machine) -> dict[str, str]:
    url = f"{machine.answers_url}/{machine.host.id}.cfg"
    network = (
        f"netcfg/disable_autoconfig=true netcfg/get_ipaddress={machine.host.address} "
        f"netcfg/get_netmask={machine.netmask} netcfg/get_gateway={machine.install.gateway} "
        f"netcfg/get_nameservers={','.join(machine.install.dns)} "
        if machine.static
        else ""
    )
    bootif = _bootif(machine)
    boot = f"auto=true priority=critical {bootif}hostname={machine.hostname} {network}url={url}"
    return {"preseed.cfg": _render("preseed.j2", machine), "boot.txt": boot + "\n"}


def _el(machine: Machine) -> dict[str, str]:
    url = f"{machine.answers_url}/{machine.host.id}.cfg"
    return {
        "ks.cfg": _render("kickstart.j2", machine),
        "boot.txt": f"{_bootif(machine)}inst.ks={url} inst.repo={machine.tree_url}\n",
    }


def _xcpng(machine: Machine) -> dict[str, str]:
    url = f"{machine.answers_url}/{machine.host.id}.xml"
    device = machine.management.mac if machine.management else "all"
    return {
        "answerfile.xml": answerfile(machine),
        "authorize.sh": _render("authorize.j2", machine),
        "boot.txt": f"network_device={device} answerfile={url} install\n",
    }


_INSTALLERS: Final[dict[OsFamily, Callable[[Machine], dict[str, str]]]] = {
    OsFamily.DEBIAN: _debian,
    OsFamily.EL: _el,
    OsFamily.XCPNG: _xcpng,
}


def answer_files(machine: Machine) -> dict[str, str]:
    """File name to text for one host.

    `boot.txt` holds the kernel arguments of the installer; the other files are published by the role
    host_install under the host's id, with their own extension.

    A host whose installation disk is unknown gets none: no installer may choose a disk by itself.
    """
    return _INSTALLERS[machine.platform.os_family](machine) if machine.installable else {}


def _bootif(machine: Machine) -> str:
    mac = machine.management.mac if machine.management else None
    return f"BOOTIF=01-{mac.replace(':', '-')} " if mac else ""


def _render(template: str, machine: Machine) -> str:
    domain = machine.install.domain
    fqdn = f"{machine.hostname}.{domain}" if domain else machine.hostname
    return _templates.get_template(template).render(machine=machine, fqdn=fqdn)
