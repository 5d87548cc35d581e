"""An RVTools workbook of any size, as RVTools 4 lays it out: every sheet that it exports, with all common columns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import xlsxwriter

Row = dict[str, Any]

_VMS_A_HOST: Final = 25
_HOSTS_A_CLUSTER: Final = 16
_SYSTEMS: Final = (
    "Debian GNU/Linux 12 (64-bit)",
    "Microsoft Windows Server 2019 (64-bit)",
    "Oracle Linux 8 (64-bit)",
)
_VCENTER: Final = "vc.example.org"
# What the planner does not read is there all the same: reading past it is part of the work.
_UNREAD: Final = tuple(f"Column {number}" for number in range(1, 46))


class Estate:
    """VMs by number, and where each of them is; always the same."""

    def __init__(self, vms: int) -> None:
        self.vms = range(vms)
        self.hosts = range(max(1, vms // _VMS_A_HOST))
        self.clusters = range(max(1, len(self.hosts) // _HOSTS_A_CLUSTER))


def write_workbook(path: Path, vms: int) -> None:
    """Write a workbook of that many VMs, 25 on each host, 16 hosts in each cluster."""
    estate = Estate(vms)
    book = xlsxwriter.Workbook(str(path))
    for name, rows in SHEETS.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows(estate)):
            if number == 0:
                sheet.write_row(0, 0, list(row))
            sheet.write_row(number + 1, 0, list(row.values()))
    book.close()


def _vm(estate: Estate, vm: int) -> Row:
    host = vm % len(estate.hosts)
    return {
        "VM": f"vm-{vm:05d}",
        "Powerstate": "poweredOn" if vm % 9 else "poweredOff",
        "Template": "False",
        "SRM Placeholder": "False",
        "Datacenter": "DC",
        "Cluster": f"cluster-{host % len(estate.clusters)}",
        "Host": f"esx-{host:04d}.example.org",
        "Folder": "/vm",
        "OS according to the configuration file": _SYSTEMS[vm % len(_SYSTEMS)],
        "OS according to the VMware Tools": _SYSTEMS[vm % len(_SYSTEMS)],
        "VM ID": f"vm-{vm}",
        "VM UUID": f"50000000-0000-4000-8000-{vm:012x}",
        "VI SDK Server": _VCENTER,
    }


def _host(estate: Estate, host: int) -> Row:
    return {
        "Host": f"esx-{host:04d}.example.org",
        "Datacenter": "DC",
        "Cluster": f"cluster-{host % len(estate.clusters)}",
        "VI SDK Server": _VCENTER,
    }


def _vinfo(estate: Estate) -> Iterator[Row]:
    for vm in estate.vms:
        capacity = 1024 * (20 + vm % 380)
        yield _vm(estate, vm) | {
            "CPUs": 1 + vm % 8,
            "Memory": 1024 * (1 + vm % 32),
            "NICs": 1,
            "Disks": 2,
            "Network #1": f"VLAN {vm % 40}",
            "Total disk capacity MiB": 2 * capacity,
            "In Use MiB": capacity,
            "Primary IP Address": f"10.{vm >> 16}.{vm >> 8 & 255}.{vm & 255}",
            "DNS Name": f"vm-{vm:05d}.example.org",
            "Firmware": "efi" if vm % 3 else "bios",
            "EFI Secure boot": "False",
            "HW version": "19",
            "CBT": "False",
            "FT State": "notConfigured",
            "Consolidation Needed": "False",
            "Resource pool": "/DC/host/Resources",
            "Path": f"[ds-{vm % 60}] vm-{vm:05d}/vm-{vm:05d}.vmx",
            "Annotation": "made by the benchmark",
            "SMBIOS UUID": f"42000000-0000-4000-8000-{vm:012x}",
            "VI SDK Server type": "VMware vCenter Server 8.0.3 build-24262322",
            **dict.fromkeys(_UNREAD, "nothing that a plan needs"),
        }


def _about_vms(**columns: Callable[[int], Any]) -> Callable[[Estate], Iterator[Row]]:
    """A sheet with a row for each VM; `_` in a name stands for a space."""

    def rows(estate: Estate) -> Iterator[Row]:
        for vm in estate.vms:
            yield _vm(estate, vm) | {name.replace("_", " "): value(vm) for name, value in columns.items()}

    return rows


def _twice(rows: Callable[[Estate], Iterator[Row]]) -> Callable[[Estate], Iterator[Row]]:
    """The same rows once more, for the second disk of each VM."""

    def both(estate: Estate) -> Iterator[Row]:
        for number in (1, 2):
            for row in rows(estate):
                second = {
                    "Disk": f"Hard disk {number}",
                    "Disk Key": 1999 + number,
                    "Path": row["Path"].replace(".vmdk", f"_{number}.vmdk"),
                }
                yield row | second

    return both


def _about_hosts(columns: Callable[[int], Row]) -> Callable[[Estate], Iterator[Row]]:
    def rows(estate: Estate) -> Iterator[Row]:
        for host in estate.hosts:
            yield _host(estate, host) | columns(host)

    return rows


def _listed(count: int, row: Callable[[int], Row]) -> Callable[[Estate], Iterator[Row]]:
    return lambda _: (row(number) for number in range(count))


SHEETS: Final[dict[str, Callable[[Estate], Iterator[Row]]]] = {
    "vInfo": _vinfo,
    "vCPU": _about_vms(CPUs=lambda vm: 1 + vm % 8, Hot_Add=lambda _: "False", Reservation=lambda _: 0),
    "vMemory": _about_vms(Size_MiB=lambda vm: 1024 * (1 + vm % 32), Reservation=lambda _: 0),
    "vDisk": _twice(
        _about_vms(
            Disk=lambda _: None,
            Disk_Key=lambda _: None,
            Path=lambda vm: f"[ds-{vm % 60}] vm-{vm:05d}/vm-{vm:05d}.vmdk",
            Capacity_MiB=lambda vm: 1024 * (20 + vm % 380),
            Raw=lambda _: "False",
            Disk_Mode=lambda _: "persistent",
            Sharing_mode=lambda _: "sharingNone",
            Thin=lambda _: "True",
            Controller=lambda _: "VMware paravirtual SCSI",
        )
    ),
    "vPartition": _about_vms(
        Disk=lambda _: "/", Capacity_MiB=lambda vm: 1024 * (18 + vm % 380), Free_MiB=lambda _: 4096
    ),
    "vNetwork": _about_vms(
        NIC_label=lambda _: "Network adapter 1",
        Adapter=lambda _: "Vmxnet3",
        Network=lambda vm: f"VLAN {vm % 40}",
        Switch=lambda _: "dvs",
        Connected=lambda _: "True",
        Mac_Address=lambda vm: "00:50:56:" + ":".join(f"{vm >> shift & 255:02x}" for shift in (16, 8, 0)),
    ),
    "vUSB": _about_vms(Device_Node=lambda _: "USB xHCI controller", Connected=lambda _: "False"),
    "vCD": _about_vms(Device_Node=lambda _: "CD/DVD drive 1", Connected=lambda _: "False"),
    "vFloppy": _about_vms(Device_Node=lambda _: "Floppy drive 1", Connected=lambda _: "False"),
    "vTools": _about_vms(Tools=lambda _: "toolsOk"),
    "vSnapshot": lambda estate: (
        _vm(estate, vm)
        | {"Name": "before the update", "Date / time": "2026/01/05 20:00:00", "Size MiB (total)": 900}
        for vm in estate.vms[::10]
    ),
    "vFileInfo": _twice(_about_vms(Path=lambda vm: f"[ds-{vm % 60}] vm-{vm:05d}/vm-{vm:05d}.vmdk")),
    "vHealth": _about_vms(Message=lambda _: "nothing"),
    "vHost": _about_hosts(
        lambda host: {
            "CPU Model": "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
            "# CPU": 2,
            "# Cores": 64,
            "HT Active": "True",
            "# Memory": 1048576,
            "VMotion support": "True",
            "ESX Version": "VMware ESXi 8.0.3 build-24022510",
            "Object ID": f"host-{host}",
        }
    ),
    "vNIC": _about_hosts(
        lambda host: {
            "Network Device": "vmnic0",
            "Speed": 25000,
            "MAC": f"02:00:00:00:{host >> 8:02x}:{host & 255:02x}",
            "Switch": "dvs",
        }
    ),
    "vSwitch": _about_hosts(lambda _: {"Switch": "vSwitch0", "MTU": 1500}),
    "vPort": _about_hosts(lambda _: {"Port Group": "Management", "Switch": "vSwitch0", "VLAN": 0}),
    "vHBA": _about_hosts(lambda _: {"Device": "vmhba0", "Type": "Fibre Channel", "Status": "online"}),
    "vMultiPath": _about_hosts(lambda _: {"Datastore": "ds-0", "Policy": "VMW_PSP_RR", "Oper. State": "ok"}),
    "vSC_VMK": _about_hosts(
        lambda host: {
            "Port Group": "Management",
            "Device": "vmk0",
            "IP Address": f"10.250.{host >> 8}.{host & 255}",
        }
    ),
    "vCluster": lambda estate: (
        {"Name": f"cluster-{cluster}", "HA enabled": "True", "DRS enabled": "True", "VI SDK Server": _VCENTER}
        for cluster in estate.clusters
    ),
    "vDatastore": lambda estate: (
        {
            "Name": f"ds-{number}",
            "Type": "VMFS",
            "Accessible": "True",
            "Capacity MiB": 64 * 1024**2,
            "Free MiB": 20 * 1024**2,
            "# Hosts": len(estate.hosts),
            "Hosts": ", ".join(f"esx-{host:04d}.example.org" for host in estate.hosts),
            "VI SDK Server": _VCENTER,
        }
        for number in range(60)
    ),
    "dvSwitch": _listed(1, lambda _: {"Switch": "dvs", "Max MTU": 9000, "VI SDK Server": _VCENTER}),
    "dvPort": _listed(
        40, lambda vlan: {"Port": f"VLAN {vlan}", "Switch": "dvs", "VLAN": vlan, "VI SDK Server": _VCENTER}
    ),
    "vRP": lambda estate: (
        {"Resource Pool name": "Resources", "Cluster": f"cluster-{cluster}", "VI SDK Server": _VCENTER}
        for cluster in estate.clusters
    ),
    "vLicense": _listed(
        1, lambda _: {"Name": "vSphere 8 Enterprise Plus", "Used": "64", "VI SDK Server": _VCENTER}
    ),
    "vSource": _listed(
        1,
        lambda _: {
            "Fullname": "VMware vCenter Server 8.0.3",
            "API type": "VirtualCenter",
            "Version": "8.0.3",
            "VI SDK Server": _VCENTER,
        },
    ),
}
