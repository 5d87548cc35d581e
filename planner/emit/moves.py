"""Variables of the roles that move one VM: vm_source, vm_move_kvm and what undoes it."""

from typing import Any, Final
from urllib.parse import quote

from planner.emit.kvm import pool_name, pool_path
from planner.emit.names import source_name
from planner.emit.trip import Trip
from planner.emit.yaml import Unsafe
from planner.model.estate import Disk
from planner.model.kinds import Firmware, HypervisorKind, PowerState
from planner.model.plan import StepKind, Transport

_SOURCE_KINDS: Final = {
    HypervisorKind.ESXI: "esxi",
    HypervisorKind.XENSERVER: "xapi",
    HypervisorKind.XCPNG: "xapi",
    HypervisorKind.XEN: "xl",
    HypervisorKind.ORACLE_VM: "xl",
    HypervisorKind.KVM: "libvirt",
}
_OVER_VCENTER: Final = {Transport.VCENTER_HTTPS, Transport.VCENTER_VDDK}
_FIRMWARE: Final = {Firmware.BIOS: "bios", Firmware.UEFI: "efi", None: "bios"}


def source_variables(trip: Trip) -> dict[str, Any]:
    """The VM at its source, as vm_source wants it."""
    vm = trip.vm
    known = {"vm_source_uuid": Unsafe(vm.uuid)} if vm.uuid else {}
    path = {"vm_source_config_path": Unsafe(vm.config_path)} if vm.config_path else {}
    if managed_by_vcenter(trip):
        return {"vm_source_kind": "vcenter", "vm_source_name": Unsafe(vm.name), **known, **_vcenter(trip)}
    host = {"vm_source_host": source_name(trip.source.id)} if trip.source else {}
    return {
        "vm_source_kind": _SOURCE_KINDS[trip.kind],
        **host,
        "vm_source_name": Unsafe(vm.name),
        **known,
        **path,
    }


def kvm_move_variables(trip: Trip) -> dict[str, Any]:
    """A move onto a KVM host with virt-v2v, or with a plain copy where nothing is converted."""
    pools = [pool_name(trip.storages[placed.storage]) for placed in trip.step.disks]
    address = (
        {"vm_move_kvm_source_address": Unsafe(trip.source.address or trip.source.name)} if trip.source else {}
    )
    return {
        **source_variables(trip),
        "vm_move_kvm_id": trip.vm.id,
        "vm_move_kvm_domain": Unsafe(trip.domain),
        "vm_move_kvm_title": Unsafe(trip.vm.name),
        "vm_move_kvm_transport": carried_by(trip).value,
        "vm_move_kvm_pool": pools[0] if pools else "local",
        "vm_move_kvm_nics": nics(trip),
        "vm_move_kvm_disks": [_disk(trip, disk, number) for number, disk in enumerate(trip.disks)],
        "vm_move_kvm_start": trip.step.kind is StepKind.MOVE and trip.vm.power is not PowerState.OFF,
        "vm_move_kvm_autostart": _comes_up_again(trip),
        "vm_move_kvm_firmware": _FIRMWARE[trip.vm.firmware],
        "vm_move_kvm_secure_boot": trip.vm.secure_boot is True,
        **({"vm_move_kvm_vcpus": trip.vm.vcpus} if trip.vm.vcpus else {}),
        **({"vm_move_kvm_memory": trip.vm.memory_bytes} if trip.vm.memory_bytes else {}),
        **address,
        **_vcenter_move(trip),
        **checked_before(trip, "kvm"),
        "vm_preflight_domain": Unsafe(trip.domain),
        "vm_preflight_pool": pools[0] if pools else "local",
        "vm_preflight_bridges": sorted({card["bridge"] for card in nics(trip)}),
        **undone(trip, "kvm"),
    }


def kvm_copy_variables(trip: Trip) -> dict[str, Any]:
    """A running guest that goes from an old KVM host to a new one with virsh migrate."""
    if trip.source is None:
        raise AssertionError(f"{trip.step.id}: a live migration from an unknown host passed verification")
    address = trip.source.address or trip.source.name
    return {
        **source_variables(trip),
        "vm_copy_kvm_id": trip.vm.id,
        "vm_copy_kvm_domain": Unsafe(trip.domain),
        "vm_copy_kvm_source_uri": Unsafe(f"qemu+ssh://root@{address}/system"),
        "vm_copy_kvm_copy_storage": True,
        "vm_copy_kvm_disks": [
            f"{pool_path(trip.storages[placed.storage])}/{trip.vm.id}-disk{number}.qcow2"
            for number, placed in enumerate(trip.step.disks)
        ],
        "vm_copy_kvm_autostart": _comes_up_again(trip),
        "vm_copy_kvm_nics": nics(trip),
        **checked_before(trip, "kvm"),
        "vm_preflight_domain": Unsafe(trip.domain),
        "vm_preflight_bridges": sorted({card["bridge"] for card in nics(trip)}),
        **undone(trip, "kvm"),
    }


def carried_by(trip: Trip) -> Transport:
    """The transport of a step that stops its VM: libvirt migrates disks only while the VM runs."""
    transport = trip.route.transport if trip.route else None
    if transport is None:
        raise AssertionError(f"{trip.step.id}: a step without a route passed verification")
    return Transport.LIBVIRT_COPY if transport is Transport.LIBVIRT_MIGRATE else transport


def checked_before(trip: Trip, target: str) -> dict[str, Any]:
    """What vm_preflight looks at before anything is touched."""
    address = (
        {"vm_preflight_source_address": Unsafe(trip.source.address or trip.source.name)}
        if trip.source
        else {}
    )
    live = trip.route is not None and trip.route.live
    transport = trip.route.transport if live and trip.route else carried_by(trip)
    return {
        "vm_preflight_transport": transport.value if transport else "",
        "vm_preflight_target": target,
        "vm_preflight_id": trip.vm.id,
        **({"vm_preflight_bytes": trip.step.bytes} if trip.step.bytes else {}),
        **address,
    }


def undone(trip: Trip, target: str) -> dict[str, Any]:
    """The way back wants the VM's id from the operator."""
    return {
        "vm_rollback_id": trip.vm.id,
        "vm_rollback_confirm": "{{ vm_rollback_id if vm_rollback_id in (confirm_rollback | default([])) else '' }}",
        "vm_rollback_target": target,
    }


def _comes_up_again(trip: Trip) -> bool:
    """A VM that runs starts with its host, since no host of the plan has HA to start it elsewhere."""
    return trip.step.kind is StepKind.MOVE and trip.vm.power is PowerState.ON


def nics(trip: Trip) -> list[dict[str, str]]:
    """The cards whose MAC and network are known, each with the bridge it is plugged into."""
    return [
        {"mac": nic.mac, "bridge": trip.networks[nic.network].bridge}
        for nic in trip.vm.nics
        if nic.mac and nic.network and nic.network in trip.networks
    ]


def blockers(trip: Trip) -> list[str]:
    """What the plan does not know and the play cannot do without; empty when the step can run."""
    without_mac = sum(nic.mac is None for nic in trip.vm.nics)
    unmapped = sum(nic.network not in trip.networks for nic in trip.vm.nics)
    unsized = sum(disk.capacity_bytes is None for disk in trip.disks)
    return [
        sentence
        for count, sentence in (
            (
                without_mac,
                "The MAC address of a network card is unknown: collect the VM's cards again, then plan.",
            ),
            (unmapped, "A network card has no known network: add it to the inventory, then plan."),
            (unsized, "The size of a disk is unknown: add it to the inventory, then plan."),
        )
        if count
    ]


def managed_by_vcenter(trip: Trip) -> bool:
    """Whether the VM is found, stopped and renamed through a vCenter rather than on its host."""
    transport = trip.route.transport if trip.route else None
    return (
        trip.has_vcenter
        and trip.kind is HypervisorKind.ESXI
        and (transport is None or transport in _OVER_VCENTER)
    )


def _disk(trip: Trip, disk: Disk, number: int) -> dict[str, Any]:
    size = {"size": disk.capacity_bytes} if disk.capacity_bytes else {}
    file = trip.file_of(disk)
    path = {"path": Unsafe(file)} if file else {}
    return {"id": f"disk{number}", **size, **path}


def vcenter_login(trip: Trip, role: str) -> dict[str, Any]:
    """Where a role finds the cluster's vCenter; the account comes from the environment."""
    address = trip.cluster.manager_address
    return {
        f"{role}_vcenter_hostname": Unsafe(address) if address else "{{ planner_vcenter_hostname }}",
        f"{role}_vcenter_username": "{{ planner_vcenter_username }}",
        f"{role}_vcenter_password": "{{ planner_vcenter_password }}",
    }


def _vcenter(trip: Trip) -> dict[str, Any]:
    datacentre = (
        {"vm_source_vcenter_datacenter": Unsafe(trip.cluster.datacentre)} if trip.cluster.datacentre else {}
    )
    return {
        **vcenter_login(trip, "vm_source"),
        **datacentre,
        **({"vm_source_vcenter_esxi": Unsafe(trip.source.name)} if trip.source else {}),
    }


def _vcenter_move(trip: Trip) -> dict[str, Any]:
    """Where virt-v2v finds the VM: through the vCenter, or at the ESXi host itself where there is none."""
    transport = trip.route.transport if trip.route else None
    if transport not in _OVER_VCENTER:
        return {}
    host = trip.source
    if trip.has_vcenter:
        folders = (trip.cluster.datacentre or "", trip.cluster.name, host.name if host else "")
        path = "/".join(quote(folder, safe="") for folder in folders)
        account = "{{ planner_vcenter_username | urlencode }}@{{ vm_source_vcenter_hostname }}"
        address, password = f"vpx://{account}/{path}", "{{ planner_vcenter_password }}"
    else:
        address, password = "esx://root@{{ vm_move_kvm_source_address }}", "{{ planner_esxi_password }}"
    vddk = {"vm_move_kvm_vddk_dir": Unsafe(trip.vddk_path)} if trip.vddk_path else {}
    return {"vm_move_kvm_libvirt_uri": address, "vm_move_kvm_password": password, **vddk}
