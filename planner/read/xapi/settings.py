"""What is set on a VM of XAPI, on its cards and disks, and on the pool, beyond the ordinary.

Source: XenAPI reference, VM, VIF, network and pool; xe manual, VCPUs-params and platform.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from planner.model.kinds import PowerState
from planner.model.setting import Setting, SettingKind
from planner.read.outside import line
from planner.read.xapi.guest import is_paravirtual
from planner.read.xapi.records import LARGEST, Record, Records
from planner.read.xapi.words import POWER
from planner.units import format_size

# What Xen's scheduler gives a VM of which nobody says more: the weight 256, and no cap.
_SHARES: Final = (
    (SettingKind.CPU_AFFINITY, "mask", ""),
    (SettingKind.CPU_SHARES, "weight", "256"),
    (SettingKind.CPU_LIMIT, "cap", "0"),
)
_CONSOLES: Final = frozenset({"", "none", "pty", "null"})
# Before 6.0 priorities were numbers, the last of which was best effort.
_RESTARTED: Final = frozenset({"restart", "best-effort", "0", "1", "2", "3"})
_SCHEDULES: Final = ("snapshot_schedule", "protection_policy")
_LOCKED: Final = frozenset({"locked", "disabled"})
# What a conversion asks XAPI to do with a VM; that it may not be deleted, or started, is nobody's hindrance.
_STEPS: Final = frozenset({"clean_shutdown", "hard_shutdown", "migrate_send", "pool_migrate", "shutdown"})
_LISTENING: Final = frozenset({"true", "on"})


def settings_of(
    records: Records, vm: Record, cards: Iterable[tuple[str, Record]], snapshots: Iterable[Record]
) -> Iterator[Setting]:
    """What a VM has set; `cards` are its VIFs, each with the name that the estate gives it."""
    parameters = vm.mapping("VCPUs_params")
    for kind, key, usual in _SHARES:
        if (value := parameters.get(key, "")) not in {"", usual}:
            yield Setting(kind=kind, value=line(value))
    yield from _memory(vm)
    yield from _boot(vm)
    yield from _kept_running(records, vm)
    for record in snapshots:
        if (
            record.refers_to("suspend_VDI")
            or POWER.get(record.text("power_state").lower()) is PowerState.SUSPENDED
        ):
            yield Setting(kind=SettingKind.MEMORY_SNAPSHOT, value=record.line("name_label"))
    running = POWER.get(vm.text("power_state").lower()) is PowerState.ON
    for name, vif in cards:
        yield from _card(records, name, vif, running=running)


def pool_settings(pool: Record | None) -> tuple[Setting, ...]:
    """What a pool has set: hosts that HA keeps free for others to fail."""
    hosts = pool.whole("ha_host_failures_to_tolerate") if pool and pool.truth("ha_enabled") else None
    if not hosts:
        return ()
    return (Setting(kind=SettingKind.RESERVED_FOR_FAILURE, value=f"{hosts} host failures"),)


def _memory(vm: Record) -> Iterator[Setting]:
    least, most = (vm.whole(f"memory_dynamic_{end}", 0, LARGEST) for end in ("min", "max"))
    if least and most and least < most:
        told = f"{format_size(least)} to {format_size(most)}"
        yield Setting(kind=SettingKind.DYNAMIC_MEMORY, value=told)


def _boot(vm: Record) -> Iterator[Setting]:
    """A kernel of the host, which only paravirtual guests start, and a serial port that leaves it."""
    if is_paravirtual(vm) and (kernel := vm.line("PV_kernel")):
        yield Setting(kind=SettingKind.DIRECT_KERNEL, value=kernel)
    port = vm.mapping("platform").get("hvm_serial") or vm.mapping("other_config").get("hvm_serial", "")
    if port.partition(":")[0] not in _CONSOLES:
        yield Setting(kind=SettingKind.SERIAL_PORT, value=line(port))


def _kept_running(records: Records, vm: Record) -> Iterator[Setting]:
    """Who starts the VM again, keeps others from stopping it, takes snapshots of it, and starts it with others."""
    priority = vm.text("ha_restart_priority")
    pool = next(records.all("pool"), None)
    if priority in _RESTARTED and (pool is None or pool.truth("ha_enabled") is not False):
        yield Setting(kind=SettingKind.HIGH_AVAILABILITY, value=priority)
    if blocked := sorted(_STEPS & vm.mapping("blocked_operations").keys()):
        yield Setting(kind=SettingKind.OPERATIONS_BLOCKED, value=", ".join(blocked))
    if any(vm.refers_to(name) for name in _SCHEDULES):
        yield Setting(kind=SettingKind.SNAPSHOT_SCHEDULE)
    if vm.refers_to("appliance"):
        appliance = records.behind(vm, "appliance", "VM_appliance")
        yield Setting(kind=SettingKind.VAPP, value=appliance.line("name_label") if appliance else None)


def _card(records: Records, name: str, vif: Record, *, running: bool) -> Iterator[Setting]:
    network = records.behind(vif, "network", "network")
    mode = vif.text("locking_mode")
    if mode == "network_default" and network is not None:
        mode = network.text("default_locking_mode")
    if mode in _LOCKED:
        allowed = ", ".join((*vif.items("ipv4_allowed"), *vif.items("ipv6_allowed")))
        told = f"{name} {mode} to {allowed}" if allowed else f"{name} {mode}"
        yield Setting(kind=SettingKind.NIC_FILTER, value=line(told))
    if vif.text("qos_algorithm_type") == "ratelimit":
        rate = vif.mapping("qos_algorithm_params").get("kbps")
        yield Setting(kind=SettingKind.NIC_LIMIT, value=line(f"{name} {rate} KiB/s" if rate else name))
    if running and vif.truth("currently_attached") is False:
        yield Setting(kind=SettingKind.NIC_UNPLUGGED, value=name)
    if vif.mapping("other_config").get("promiscuous", "").lower() in _LISTENING:
        yield Setting(kind=SettingKind.NIC_MIRRORING, value=name)
