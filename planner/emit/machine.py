"""What every installer is told about one host, collected once from estate, plan and policy."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Final
from urllib.parse import urlsplit

from planner.model.estate import Host, HostId, HostNic
from planner.model.plan import Plan, StepKind, TargetHost
from planner.model.platform import Platform
from planner.model.policy import InstallPolicy, Strategy

ROOT_PASSWORD_HASH = "@ROOT_PASSWORD_HASH@"  # noqa: S105 - replaced from the vault when the file is published

_DISK_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One host as an installer sees it.

    `management` is the NIC that gets the address: the first one with a MAC that carries an uplink, else the
    first with a MAC; None when no MAC is known. `netmask` is dotted: XCP-ng's installer takes a prefix
    length without checking it.
    """

    host: Host
    target: TargetHost
    platform: Platform
    install: InstallPolicy
    management: HostNic | None

    @property
    def hostname(self) -> str:
        """The host's id without its kind: a legal label, whatever the source called the host."""
        return self.host.id.removeprefix("host-")

    @property
    def netmask(self) -> str | None:
        """Dotted netmask of the policy's prefix length."""
        prefix = self.install.prefix
        return None if prefix is None else str(IPv4Network(f"0.0.0.0/{prefix}").netmask)

    @property
    def static(self) -> bool:
        """Whether an IPv4 address, netmask and gateway are all known; otherwise the installer asks DHCP."""
        return _is_ipv4(self.host.address) and None not in (self.install.prefix, self.install.gateway)

    @property
    def installable(self) -> bool:
        """Whether an answer file can be written: the disk is known by a plain id, and the install server too."""
        return (
            bool(_DISK_ID.fullmatch(self.target.install_disk or "")) and self.install.source_url is not None
        )

    @property
    def answers_url(self) -> str:
        """Directory of the operator's install server where host_install publishes answer files."""
        return f"{(self.install.source_url or '').rstrip('/')}/answers"

    @property
    def tree_url(self) -> str:
        """Where the operator's install server keeps the platform's installation tree."""
        return f"{(self.install.source_url or '').rstrip('/')}/{self.platform.id}"

    @property
    def mirror(self) -> tuple[str, str]:
        """Host and directory of the tree, as Debian's installer wants them."""
        parts = urlsplit(self.tree_url)
        return parts.netloc, parts.path


def _is_ipv4(address: str | None) -> bool:
    try:
        IPv4Address(address or "")
    except AddressValueError:
        return False
    return True


def machines(plan: Plan) -> tuple[Machine, ...]:
    """Every host that the plan installs, or that an earlier plan has installed, sorted by id."""
    hosts = {host.id: host for host in plan.estate.hosts}
    platforms = {platform.id: platform for platform in plan.platforms}
    upgraded = {made.cluster for made in plan.decisions if made.strategy is Strategy.UPGRADE_IN_PLACE}
    installed = {*plan.progress.built, *plan.progress.installed, *built_here(plan)}
    return tuple(
        Machine(
            host=hosts[target.host],
            target=target,
            platform=platforms[target.platform],
            install=plan.policy.install,
            management=_management(hosts[target.host]),
        )
        for target in sorted(
            (target for placement in plan.placements for target in placement.hosts),
            key=lambda target: target.host,
        )
        if target.host in installed and target.cluster not in upgraded
    )


def built_here(plan: Plan) -> frozenset[HostId]:
    """The hosts that this plan installs or configures, so that something on them may be erased."""
    kinds = {StepKind.INSTALL, StepKind.CONFIGURE}
    return frozenset(step.host for step in plan.schedule.steps if step.kind in kinds and step.host)


def _management(host: Host) -> HostNic | None:
    uplinks = {uplink for network in host.networks or () for uplink in network.uplinks}
    with_mac = sorted((nic for nic in host.nics if nic.mac), key=lambda nic: nic.name not in uplinks)
    return with_mac[0] if with_mac else None
