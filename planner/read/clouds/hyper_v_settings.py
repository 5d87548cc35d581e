"""What somebody set on Hyper-V's VMs that no other hypervisor takes over.

Properties: https://learn.microsoft.com/en-us/dotnet/api/microsoft.hyperv.powershell.virtualmachine and …networkadapter.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from planner.model.setting import Setting, SettingKind
from planner.read.clouds.hyper_v_found import Found, word
from planner.read.clouds.records import ANY, Record

_MIRRORING: Final = {0: "None", 1: "Destination", 2: "Source"}
_SWITCH: Final = {0: "On", 1: "Off"}
_GUARDS: Final = ("DhcpGuard", "RouterGuard")


def settings_of(
    record: Record, state: str | None, cards: Iterable[Record], found: Found
) -> tuple[Setting, ...]:
    """Everything of a VM; `state` is Hyper-V's word for its state."""
    every = (*_own(record, state, found), *(setting for card in cards for setting in _of_card(card)))
    return tuple(dict.fromkeys(every))


def _own(record: Record, state: str | None, found: Found) -> Iterator[Setting]:
    if state and state.endswith("Critical"):
        yield Setting(kind=SettingKind.UNCERTAIN_STATE, value=state)
    if record.flag("DynamicMemoryEnabled"):
        yield Setting(kind=SettingKind.DYNAMIC_MEMORY)
    if record.flag("IsClustered") is False and _in_a_cluster(record.text("ComputerName"), found):
        yield Setting(kind=SettingKind.NO_CLUSTER_ROLE)


def _in_a_cluster(host: str | None, found: Found) -> bool:
    """Whether another VM of the host is a role of a failover cluster, which only its nodes have."""
    return host is not None and any(
        other.flag("IsClustered") and (other.text("ComputerName") or "").casefold() == host.casefold()
        for other in found.vms.values()
    )


def _of_card(card: Record) -> Iterator[Setting]:
    name = card.line("Name")
    if card.has("SwitchName") and card.text("SwitchName") is None:
        yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=name)
    mirroring = word(card.data.get("PortMirroringMode"), _MIRRORING)
    if mirroring in {"Destination", "Source"}:
        yield Setting(kind=SettingKind.NIC_MIRRORING, value=name)
    if card.inner("BandwidthSetting").number("MaximumBandwidth", ANY):
        yield Setting(kind=SettingKind.NIC_LIMIT, value=name)
    for guard in _GUARDS:
        if word(card.data.get(guard), _SWITCH) == "On":
            yield Setting(kind=SettingKind.NIC_FILTER, value=guard)
