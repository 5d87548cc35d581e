"""USB storage in a host of which nobody says that it boots from it."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Console, Rule, Verdict, information
from planner.knowledge import is_usb
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.setting import SettingKind


def perhaps_boots_from_it(host: Host, ground: Ground) -> Verdict | None:
    """An adapter of USB sticks and SD cards; `host-usb-boot` tells of a host that is known to boot from one."""
    del ground
    if any(setting.kind is SettingKind.USB_BOOT for setting in host.settings):
        return None
    found = [card for card in host.adapters if is_usb(card)]
    return (
        information(adapters=", ".join(f"{card.name} ({card.driver})" for card in found)) if found else None
    )


RULE = Rule(
    id="host-usb-storage",
    subject=SubjectKind.HOST,
    severities=(Severity.INFORMATION,),
    message="The host has an adapter for USB sticks or SD cards, and may boot from one.",
    why="ESXi is often installed on one; a KVM or XCP-ng host wears it out, and should not be installed there.",
    remedy=(
        "Look what the host boots from. If it is the stick or the card, put a pair of SSDs in, or name another disk as "
        "`boot`, before the host's turn; else there is nothing to do."
    ),
    commands={
        Console.VCENTER: "govc host.esxcli -host $name storage core device list",
        Console.ESXI: "ssh root@$host 'vmkfstools -P /bootbank; esxcli storage core device list'",
    },
    find=each_host(perhaps_boots_from_it),
)
