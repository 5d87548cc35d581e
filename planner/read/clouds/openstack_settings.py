"""What somebody set on OpenStack's servers that no other hypervisor takes over: by flavour, image, volumes, addresses.

Properties: https://docs.openstack.org/nova/latest/configuration/extra-specs.html (`hw:cpu_policy` of a flavour) and
https://docs.openstack.org/glance/latest/admin/useful-image-properties.html (`hw_cpu_policy` of an image).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.model.estate import Passthrough
from planner.model.kinds import PassthroughKind
from planner.model.setting import Setting, SettingKind
from planner.read.clouds.openstack_found import mapping
from planner.read.clouds.records import Record
from planner.read.outside import line

_PAIR: Final = re.compile(r"([\w:]+)='([^']*)'")
_SETTLED: Final = frozenset({"ACTIVE", "SHUTOFF", "SUSPENDED", "PAUSED", "SHELVED", "SHELVED_OFFLOADED"})
_SOUND_VOLUMES: Final = frozenset({"available", "in-use"})
_USUAL_GROUP: Final = "default"
_OFF: Final = frozenset({"", "0", "false", "disabled", "shared", "small", "none"})

# Properties as a flavour writes them; an image has the same with an underscore in the place of the colon.
_KINDS: Final[Mapping[str, SettingKind]] = {
    "hw:cpu_policy": SettingKind.CPU_AFFINITY,
    "hw:numa_nodes": SettingKind.NUMA_AFFINITY,
    "hw:mem_page_size": SettingKind.HUGE_PAGES,
    "hw:watchdog_action": SettingKind.WATCHDOG,
    "hw:boot_menu": SettingKind.BOOT_MENU,
    "quota:cpu_shares": SettingKind.CPU_SHARES,
    "quota:cpu_quota": SettingKind.CPU_LIMIT,
    "quota:vif_outbound_average": SettingKind.NIC_LIMIT,
    "quota:vif_inbound_average": SettingKind.NIC_LIMIT,
}
_DEVICES: Final = "pci_passthrough:alias"

Properties = Mapping[str, str]


def properties_of(value: object) -> Properties:
    """Properties as an object, or as the text that older clients print."""
    pairs = _PAIR.findall(value) if isinstance(value, str) else mapping(value).items()
    return {str(key): str(told) for key, told in pairs}


def settings_of(
    status: str | None, flavor: Properties, image: Properties, volumes: Iterable[Record]
) -> Iterator[Setting]:
    """What the state, the flavour before the image, and the volumes of a server say."""
    if status and status.upper() not in _SETTLED:
        yield Setting(kind=SettingKind.UNCERTAIN_STATE, value=line(status))
    for name, kind in _KINDS.items():
        value = flavor.get(name) or image.get(name.replace(":", "_")) or ""
        if value.lower() not in _OFF:
            yield Setting(kind=kind, value=line(f"{name} {value}"))
    for volume in volumes:
        state = volume.text("Status")
        if state and state not in _SOUND_VOLUMES:
            yield Setting(kind=SettingKind.DISK_STATUS, value=line(f"{volume.text('ID')} {state}"))


def groups_of(value: object) -> Iterator[Setting]:
    """Security groups that somebody made; every server has the one called default."""
    items = value if isinstance(value, list) else ()
    names = [str(mapping(item).get("name", "")) for item in items] or re.findall(
        r"name='([^']*)'", value if isinstance(value, str) else ""
    )
    for name in dict.fromkeys(names):
        if name and name != _USUAL_GROUP:
            yield Setting(kind=SettingKind.NIC_FILTER, value=line(f"security group {name}"))


def floating(
    addresses: object, networks: Mapping[str, tuple[str, ...]], fixed: Iterable[str]
) -> Iterator[Setting]:
    """Addresses that the answer calls floating; or that no port has, where another of the same network has one."""
    known = frozenset(fixed)
    told = {
        str(mapping(item).get("addr"))
        for items in mapping(addresses).values()
        for item in (items if isinstance(items, list) else ())
        if mapping(item).get("OS-EXT-IPS:type") == "floating"
    }
    for found in networks.values():
        if known.intersection(found):
            told |= {address for address in found if address not in known}
    for address in sorted(told):
        yield Setting(kind=SettingKind.FLOATING_ADDRESS, value=line(address))


def devices_of(flavor: Properties) -> Iterator[Passthrough]:
    """Devices of the host that the flavour asks for, by their alias."""
    for alias in flavor.get(_DEVICES, "").split(","):
        if alias.strip():
            yield Passthrough(kind=PassthroughKind.PCI, description=line(alias.strip()))
