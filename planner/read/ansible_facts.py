"""Facts that Ansible gathered and kept: its cache of JSON files (fact_caching: jsonfile), or `setup --tree`.

A machine that hosts VMs (`ansible_virtualization_role: host`) is a host, a guest is a VM that other sources may
know by its UUID and MAC addresses, any other is a spare machine.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from planner.errors import InputError, Problem
from planner.model.estate import Cluster, Cpu, Estate, Host, HostNic, LocalDisk, Nic, VirtualMachine
from planner.model.kinds import Firmware, HypervisorKind, PowerState
from planner.model.setting import Setting, SettingKind
from planner.read.formats import mac
from planner.read.gather import gather, unplaced_cluster
from planner.read.ids import cluster_id, host_id, vm_id
from planner.read.outside import line
from planner.read.source import Format, Sample, read_json
from planner.units import MIB

KIND: Final = "ansible-facts"
_MARKS: Final = frozenset(
    {"ansible_hostname", "ansible_machine", "ansible_distribution", "ansible_virtualization_role"}
)
_ESXI: Final = "vmnix-x86"
_HYPERVISORS: Final = {"kvm": HypervisorKind.KVM, "xen": HypervisorKind.XEN}
_GUESTS: Final = {
    "kvm": HypervisorKind.KVM,
    "xen": HypervisorKind.XEN,
    "VMware": HypervisorKind.ESXI,
    "VirtualPC": HypervisorKind.HYPER_V,
    "RHEV": HypervisorKind.OVIRT,
    "oVirt": HypervisorKind.OVIRT,
    "openstack": HypervisorKind.OPENSTACK,
    "Nutanix": HypervisorKind.AHV,
}
_STARTED_FROM: Final = frozenset({"/", "/boot", "/boot/efi"})
_USB: Final = "usb-"
_VIRTUAL_FLAGS: Final = frozenset({"vmx", "svm", "ept", "npt"})

Facts = Mapping[str, Any]


def is_facts(sample: Sample) -> bool:
    """Whether a file holds facts: JSON with several of the variables that every machine has.

    What modules for vSphere make of an ESXi host looks alike, but comes from its API: another reader knows more.
    """
    facts = _facts(sample.json)
    if facts is None or facts.get("ansible_os_type") == _ESXI:
        return False
    return len(_MARKS & facts.keys()) > 1


def read_facts(files: Iterable[Path]) -> Estate:
    """The hosts, spares and VMs of a cache; the name of a file is the machine's name in the inventory.

    Raises InputError with every file that holds no facts.
    """
    problems: list[Problem] = []
    clusters: dict[str, Cluster] = {}
    hosts, vms = [], []
    for file in files:
        facts = _facts(read_json(file))
        if facts is None or not _MARKS & facts.keys():
            problems.append(
                Problem(file=str(file), message="holds no facts of Ansible: ansible_hostname is missing")
            )
        elif facts.get("ansible_virtualization_role") == "guest":
            vm, cluster = _vm(file, facts)
            vms.append(vm)
            clusters[cluster.id] = cluster
        else:
            host, own = _host(file, facts)
            hosts.append(host)
            clusters |= {cluster.id: cluster for cluster in own}
    if problems:
        raise InputError(tuple(problems))
    return gather(Estate(clusters=tuple(clusters.values()), hosts=tuple(hosts), vms=tuple(vms)))


ANSIBLE_FACTS: Final = Format(kind=KIND, title="Ansible facts cache", recognises=is_facts, read=read_facts)


def _facts(data: object) -> Facts | None:
    """The variables, whether as the cache keeps them, as `setup` prints them or wrapped as text."""
    match data:
        case {"ansible_facts": dict() as inner}:
            return inner
        case {"__payload__": str() as text}:
            try:
                return _facts(json.loads(text))
            except ValueError:
                return None
        case dict():
            return data
        case _:
            return None


def _host(file: Path, facts: Facts) -> tuple[Host, tuple[Cluster, ...]]:
    name = file.stem if file.suffix == ".json" else file.name
    role, kind = (facts.get(f"ansible_virtualization_{word}") for word in ("role", "type"))
    hypervisor = _HYPERVISORS.get(str(kind), HypervisorKind.NONE) if role == "host" else HypervisorKind.NONE
    alone = hypervisor is not HypervisorKind.NONE
    host = Host(
        id=host_id(name),
        name=name,
        hypervisor=hypervisor,
        cluster=cluster_id(name) if alone else None,
        address=_text(facts.get("ansible_default_ipv4", {}), "address"),
        version=" ".join(
            filter(None, (_text(facts, f"ansible_distribution{end}") for end in ("", "_version")))
        )
        or None,
        vendor=_text(facts, "ansible_system_vendor"),
        model=_text(facts, "ansible_product_name"),
        firmware=Firmware.UEFI if facts.get("ansible_efi_boot") is True else None,
        cpu=_cpu(facts),
        memory_bytes=_memory(facts),
        nics=tuple(_nics(facts)),
        disks=tuple(_disks(facts)),
        settings=tuple(_usb_boot(facts)),
        uuid=_uuid(facts),
        origin=file.name,
    )
    cluster = Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=hypervisor,
        live_migration=False,
        ha_enabled=False,
        origin=file.name,
    )
    return host, (cluster,) if alone else ()


def _vm(file: Path, facts: Facts) -> tuple[VirtualMachine, Cluster]:
    name = file.stem if file.suffix == ".json" else file.name
    cluster = unplaced_cluster(
        _GUESTS.get(str(facts.get("ansible_virtualization_type")), HypervisorKind.NONE)
    )
    cards = [card for card in _interfaces(facts) if card.get("type") == "ether" and card.get("macaddress")]
    vm = VirtualMachine(
        id=vm_id(name, _uuid(facts), cluster.name),
        name=name,
        cluster=cluster.id,
        source=KIND,
        uuid=_uuid(facts),
        power=PowerState.ON,
        vcpus=_count(facts, "ansible_processor_vcpus"),
        guest_os=" ".join(
            filter(None, (_text(facts, f"ansible_distribution{end}") for end in ("", "_version")))
        )
        or None,
        hostname=_text(facts, "ansible_fqdn") or _text(facts, "ansible_hostname"),
        nics=tuple(
            Nic(id=f"nic-{number}", mac=mac(card["macaddress"]), addresses=tuple(_addresses(card)))
            for number, card in enumerate(cards, 1)
        ),
        origin=file.name,
    )
    return vm, cluster


def _cpu(facts: Facts) -> Cpu:
    sockets, cores = _count(facts, "ansible_processor_count"), _count(facts, "ansible_processor_cores")
    words = [str(word) for word in facts.get("ansible_processor") or () if not str(word).isdigit()]
    flags = facts.get("ansible_processor_flags") or facts.get("ansible_flags")
    return Cpu(
        vendor=line(words[0]) if words else None,
        model=line(words[1]) if len(words) > 1 else None,
        sockets=sockets,
        cores=sockets * cores if sockets and cores else None,
        threads=_count(facts, "ansible_processor_vcpus"),
        flags=tuple(sorted(_VIRTUAL_FLAGS & {*map(str, flags)})) if isinstance(flags, list) else None,
    )


def _memory(facts: Facts) -> int | None:
    mebibytes = _count(facts, "ansible_memtotal_mb")
    return mebibytes * MIB if mebibytes else None


def _interfaces(facts: Facts) -> Iterable[Facts]:
    for name in facts.get("ansible_interfaces") or ():
        card = facts.get(f"ansible_{str(name).replace('-', '_').replace(':', '_')}")
        if isinstance(card, Mapping):
            yield card


def _nics(facts: Facts) -> Iterable[HostNic]:
    """Physical ports: bridges, bonds and VLANs have other types or no PCI device."""
    for card in _interfaces(facts):
        if card.get("type") == "ether" and card.get("pciid") and card.get("device"):
            speed = card.get("speed")
            yield HostNic(
                name=str(card["device"]),
                mac=mac(card["macaddress"]) if card.get("macaddress") else None,
                speed_bytes=speed * 10**6 // 8 if isinstance(speed, int) and speed > 0 else None,
                driver=_text(card, "module"),
            )


def _disks(facts: Facts) -> Iterable[LocalDisk]:
    """Whole disks by their WWN, else their first name under /dev/disk/by-id; one without is left out.

    A kernel name would be another disk's after the next boot.
    """
    for device in (facts.get("ansible_devices") or {}).values():
        links = (device.get("links") or {}).get("ids") or ()
        capacity = _capacity(device)
        if links and capacity and device.get("virtual") != 1 and str(device.get("removable")) == "0":
            chosen = min(map(str, links), key=lambda link: (not link.startswith("wwn-"), link))
            yield LocalDisk(id=chosen, capacity_bytes=capacity)


def _usb_boot(facts: Facts) -> Iterable[Setting]:
    """What the system starts from, where that is a partition of a disk that udev knows as one behind USB."""
    mounted = {
        mount.get("device")
        for mount in facts.get("ansible_mounts") or ()
        if isinstance(mount, Mapping) and mount.get("mount") in _STARTED_FROM
    }
    for device in (facts.get("ansible_devices") or {}).values():
        links = map(str, (device.get("links") or {}).get("ids") or ())
        usb = min((link for link in links if link.startswith(_USB)), default=None)
        if usb and mounted & {f"/dev/{partition}" for partition in device.get("partitions") or ()}:
            yield Setting(kind=SettingKind.USB_BOOT, value=line(usb))


def _capacity(device: Facts) -> int:
    sectors, size = (str(device.get(key)) for key in ("sectors", "sectorsize"))
    return int(sectors) * int(size) if sectors.isdigit() and size.isdigit() else 0


def _addresses(card: Facts) -> Iterable[str]:
    if address := card.get("ipv4", {}).get("address"):
        yield str(address)


def _uuid(facts: Facts) -> str | None:
    found = _text(facts, "ansible_product_uuid")
    return found.lower() if found and found != "NA" else None


def _count(facts: Facts, key: str) -> int | None:
    value = facts.get(key)
    return value if isinstance(value, int) and value > 0 else None


def _text(facts: Facts, key: str) -> str | None:
    value = facts.get(key)
    return line(value) if isinstance(value, str) and value != "NA" else None
