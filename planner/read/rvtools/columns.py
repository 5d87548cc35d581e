"""Which columns are read, and every way that RVTools and its users head them.

A heading is compared without case, spaces and punctuation, and `MB` counts as `MiB` (see cells.mebibytes).
Headings: RVTools 3.x to 4.7 exports, seen in public workbooks; several spellings where versions differ.
"""

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final = {"#": " num ", "%": " pct "}

# Field of every sheet that speaks of a VM, and of every sheet that speaks of a host.
_VM: Final[dict[str, tuple[str, ...]]] = {
    "vm": ("VM", "VM Name"),
    "vm_id": ("VM ID",),
    "vm_uuid": ("VM UUID",),
    "host": ("Host", "Host Name"),
    "cluster": ("Cluster",),
    "server": ("VI SDK Server",),
}
_HOST: Final[dict[str, tuple[str, ...]]] = {
    "host": ("Host", "Host Name"),
    "datacenter": ("Datacenter",),
    "cluster": ("Cluster",),
    "server": ("VI SDK Server",),
}

# Fields of every sheet with port groups.
_SECURITY: Final[dict[str, tuple[str, ...]]] = {
    "promiscuous": ("Promiscuous Mode", "Allow Promiscuous"),
    "mac_changes": ("Mac Changes",),
    "forged": ("Forged Transmits",),
}

COLUMNS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "vinfo": {
        **_VM,
        "power": ("Powerstate", "Power state"),
        "template": ("Template",),
        "placeholder": ("SRM Placeholder",),
        "consolidation": ("Consolidation Needed",),
        "vcpus": ("CPUs", "# CPUs"),
        "memory": ("Memory", "Memory MiB", "Memory Size MiB"),
        "disks": ("Disks", "# Disks"),
        "nics": ("NICs", "# NICs"),
        "in_use": ("In Use MiB",),
        **{f"network_{n}": (f"Network #{n}",) for n in range(1, 9)},
        "address": ("Primary IP Address", "IP Address"),
        "dns_name": ("DNS Name",),
        "rule_kinds": ("Cluster rule(s)",),
        "rule_names": ("Cluster rule name(s)",),
        "firmware": ("Firmware",),
        "secure_boot": ("EFI Secure boot",),
        "path": ("Path",),
        "datacenter": ("Datacenter",),
        "guest_configured": ("OS according to the configuration file", "OS"),
        "guest_reported": ("OS according to the VMware Tools",),
        "server_type": ("VI SDK Server type",),
        "smbios_uuid": ("SMBIOS UUID", "VM SMBIOS UUID"),
        "hardware": ("HW version",),
        "block_tracking": ("CBT",),
        "fault_tolerance": ("FT State",),
        "resource_pool": ("Resource pool",),
        "connection": ("Connection state",),
        "latency": ("Latency Sensitivity",),
        "disk_uuid": ("EnableUUID",),
        "vapp": ("vApp",),
        "annotation": ("Annotation",),
    },
    "vcpu": {
        **_VM,
        "cores_per_socket": ("Cores p/s", "Cores per socket"),
        "level": ("Level",),
        "shares": ("Shares",),
        "limit": ("Limit",),
        "hot_add": ("Hot Add",),
    },
    "vmemory": {
        **_VM,
        "reservation": ("Reservation", "Reservation MiB"),
        "limit": ("Limit", "Limit MiB"),
        "hot_add": ("Hot Add",),
    },
    "vdisk": {
        **_VM,
        "label": ("Disk",),
        "key": ("Disk Key",),
        "capacity": ("Capacity MiB",),
        "raw": ("Raw",),
        "mode": ("Disk Mode",),
        "sharing": ("Sharing mode",),
        "bus_sharing": ("Shared Bus",),
        "thin": ("Thin",),
        "controller": ("Controller",),
        "path": ("Path",),
        "disk_path": ("Disk Path",),
        "raw_mode": ("Raw Comp. Mode", "Raw Compatibility Mode"),
    },
    "vpartition": {
        **_VM,
        "path": ("Disk",),
        "capacity": ("Capacity MiB",),
        "free": ("Free MiB",),
    },
    "vnetwork": {
        **_VM,
        "label": ("NIC label",),
        "model": ("Adapter",),
        "network": ("Network",),
        "connected": ("Connected",),
        "starts_connected": ("Starts Connected",),
        "mac": ("Mac Address",),
    },
    "vcd": {**_VM, "node": ("Device Node",), "type": ("Device Type",), "connected": ("Connected",)},
    "vfloppy": {**_VM, "node": ("Device Node",), "type": ("Device Type",), "connected": ("Connected",)},
    "vusb": {**_VM, "node": ("Device Node",), "type": ("Device Type",), "connected": ("Connected",)},
    "vsnapshot": {
        **_VM,
        "name": ("Name", "Snapshot"),
        "created": ("Date / time",),
        "size": ("Size MiB (total)",),
    },
    "vtools": {**_VM, "tools": ("Tools", "Tools Status"), "clock": ("Sync time",)},
    "vhost": {
        **_HOST,
        "maintenance": ("in Maintenance Mode",),
        "cpu_model": ("CPU Model",),
        "sockets": ("# CPU",),
        "cores": ("# Cores",),
        "hyperthreading": ("HT Active",),
        "memory": ("# Memory", "# Memory MiB"),
        "vmotion": ("VMotion support",),
        "baseline": ("Current EVC",),
        "licence": ("Assigned License(s)",),
        "version": ("ESX Version", "ESXi Version"),
        "vendor": ("Vendor",),
        "model": ("Model",),
        "uuid": ("UUID", "Host UUID"),
        "object_id": ("Object ID",),
    },
    "vcluster": {
        "cluster": ("Name", "Cluster"),
        "server": ("VI SDK Server",),
        "ha": ("HA enabled",),
        "drs": ("DRS enabled",),
        "power_saving": ("DPM enabled",),
        "power_behaviour": ("DPM default behavior",),
    },
    "vdatastore": {
        "name": ("Name", "Datastore"),
        "type": ("Type",),
        "accessible": ("Accessible",),
        "capacity": ("Capacity MiB",),
        "free": ("Free MiB",),
        "hosts_count": ("# Hosts",),
        "hosts": ("Hosts",),
        "address": ("Address",),
        "url": ("URL",),
        "server": ("VI SDK Server",),
    },
    "vhba": {
        **_HOST,
        "device": ("Device",),
        "driver": ("Driver",),
        "model": ("Model",),
    },
    "vnic": {
        **_HOST,
        "device": ("Network Device",),
        "driver": ("Driver",),
        "speed": ("Speed",),
        "mac": ("MAC", "Mac Address"),
        "switch": ("Switch",),
    },
    "vswitch": {
        **_HOST,
        "switch": ("Switch",),
        "mtu": ("MTU",),
        "port_group": ("Port Group",),
        "vlan": ("VLAN",),
        **_SECURITY,
    },
    "vport": {
        **_HOST,
        "port_group": ("Port Group",),
        "switch": ("Switch",),
        "vlan": ("VLAN",),
        **_SECURITY,
    },
    "dvswitch": {
        "switch": ("Switch",),
        "members": ("Host members",),
        "mtu": ("Max MTU",),
        "port_group": ("Port Group",),
        "vlan": ("VLAN",),
        "server": ("VI SDK Server",),
    },
    "dvport": {
        "port_group": ("Port", "Port Group"),
        "switch": ("Switch",),
        "vlan": ("VLAN",),
        **_SECURITY,
        "server": ("VI SDK Server",),
    },
    "vsc_vmk": {
        **_HOST,
        "port_group": ("Port Group",),
        "device": ("Device",),
        "address": ("IP Address",),
    },
    "vlicense": {"name": ("Name",), "used": ("Used",), "server": ("VI SDK Server",)},
    "vsource": {
        "product": ("Fullname", "Product name", "Name"),
        "api_type": ("API type",),
        "version": ("Version",),
        "server": ("VI SDK Server",),
    },
}

ATTRIBUTE: Final = "attribute:"
WITH_ATTRIBUTES: Final = frozenset({"vinfo", "vmemory"})
"""Sheets with one row a VM that have its custom attributes; others repeat them a row."""

# Without these of vInfo nothing can be planned.
REQUIRED: Final = ("vm", "power", "vcpus", "memory", "host")

# Headings that only a translated export has, by language.
TRANSLATED: Final[Mapping[str, tuple[str, ...]]] = {
    "German": ("Betriebszustand", "Vorlage", "Arbeitsspeicher", "Festplatten", "Rechenzentrum"),
    "French": ("État d'alimentation", "Modèle", "Mémoire", "Disques", "Centre de données", "Hôte"),
    "Spanish": ("Estado de energía", "Plantilla", "Memoria", "Discos", "Centro de datos"),
    "Portuguese": ("Estado de energia", "Modelo de VM", "Memória", "Centro de dados"),
    "Italian": ("Stato di alimentazione", "Modello", "Dischi", "Centro dati"),
    "Dutch": ("Energiestatus", "Sjabloon", "Geheugen", "Schijven"),
}


def comparable(heading: str) -> str:
    """A heading without case, space and punctuation.

    >>> comparable("In Use MB") == comparable("in use MiB"), comparable("# CPU")
    (True, 'numcpu')
    """
    for sign, word in _WORDS.items():
        heading = heading.replace(sign, word)
    letters = re.sub(r"[\W_]+", "", heading.casefold())
    return letters.removesuffix("mb") + "mib" if letters.endswith("mb") else letters


def attributes_of(headers: tuple[str, ...]) -> dict[str, int]:
    """Column index of every custom attribute, as the field `attribute:<heading>`.

    RVTools has a column of each between the annotation and the data centre of a VM.
    """
    compared = [comparable(header) for header in headers]
    if not {"annotation", "datacenter"} <= set(compared):
        return {}
    between = range(compared.index("annotation") + 1, compared.index("datacenter"))
    return {f"{ATTRIBUTE}{headers[column]}": column for column in between if headers[column].strip()}


def fields_of(sheet: str, headers: tuple[str, ...]) -> dict[str, int]:
    """Column index of every field of `sheet` that `headers` has; the first spelling wins. None of an unknown sheet."""
    index: dict[str, int] = {}
    for column, header in enumerate(headers):
        index.setdefault(comparable(header), column)
    found = {
        field: next((index[key] for key in map(comparable, spellings) if key in index), None)
        for field, spellings in COLUMNS.get(sheet, {}).items()
    }
    known = {field: column for field, column in found.items() if column is not None}
    return known | attributes_of(headers) if sheet in WITH_ATTRIBUTES else known
