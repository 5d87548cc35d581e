"""Two pools: one of XCP-ng 8.3 with everything that the reader maps, and one of XenServer 7.0.

`python -m tests.read.xapi.pools` writes them as the dumps beside this file.
"""

import json
import uuid
from pathlib import Path
from typing import Any

from tests.read.xapi.xenapi_model import LATEST, has, listed, record

FOLDER = Path(__file__).parent
GIB = 1024**3
_ON_VMS = ("VBD", "VIF", "VGPU", "VUSB")


def uid(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def ref(of: str, name: str) -> str:
    return f"OpaqueRef:{uid(of, name, 'ref')}"


class Pool:
    """Records of a pool by class and reference."""

    def __init__(self, release: str = LATEST) -> None:
        self.release = release
        self.records: dict[str, dict[str, Any]] = {of: {} for of in listed(release)}

    def add(self, of: str, name: str, **values: Any) -> str:
        if not has(of, self.release):
            return ref(of, name)
        made = record(of, self.release, uuid=uid(of, name), **values)
        self.records[of][ref(of, name)] = made
        if of in _ON_VMS:
            # XAPI keeps both ends of such a relation.
            self.records["VM"][values["VM"]][f"{of}s"].append(ref(of, name))
        return ref(of, name)

    def host(self, name: str, address: str, brand: str, version: str, **values: Any) -> str:
        return self.add(
            "host",
            name,
            name_label=name,
            hostname=name,
            address=address,
            enabled=True,
            edition="xcp-ng" if brand == "XCP-ng" else "free",
            software_version={"product_brand": brand, "product_version": version, "xapi": "24.19"},
            capabilities=["xen-3.0-x86_64", "hvm-3.0-x86_32p", "hvm-3.0-x86_64", ""],
            metrics=self.add("host_metrics", name, memory_total=str(128 * GIB), live=True),
            **values,
        )

    def sr(
        self, name: str, kind: str, hosts: list[str], config: dict[str, str] | None = None, **values: Any
    ) -> str:
        at = self.add("SR", name, name_label=values.pop("label", name), type=kind, **values)
        for number, host in enumerate(hosts):
            self.add(
                "PBD",
                f"{name}-{number}",
                SR=at,
                host=host,
                device_config=config or {},
                currently_attached=True,
            )
        return at

    def disk(self, vm: str, position: int, sr: str, size: int, *, kind: str = "Disk", **values: Any) -> None:
        name = f"{vm}-{position}"
        vdi = self.add(
            "VDI",
            name,
            name_label=f"{vm} {position}",
            SR=sr,
            virtual_size=str(size),
            physical_utilisation=str(size // 2),
            **values,
        )
        self.add(
            "VBD",
            name,
            VM=ref("VM", vm),
            VDI=vdi,
            userdevice=str(position),
            type=kind,
            bootable=position == 0,
        )

    def card(self, vm: str, position: int, network: str, mac: str, **values: Any) -> str:
        return self.add(
            "VIF",
            f"{vm}-{position}",
            VM=ref("VM", vm),
            device=str(position),
            network=network,
            MAC=mac,
            currently_attached=True,
            **values,
        )

    def json(self) -> str:
        return json.dumps(self.records, indent=0, sort_keys=True, ensure_ascii=False) + "\n"


def modern() -> Pool:
    """XCP-ng 8.3: two hosts, a bond, a VLAN, local, NFS and ISO storage, and a VM of every kind."""
    pool = Pool()
    flags = "fpu vme sse4_1 sse4_2 ssse3 popcnt cx16 lahf_lm"
    cpu = {
        "cpu_count": "32",
        "socket_count": "2",
        "threads_per_core": "2",
        "vendor": "GenuineIntel",
        "modelname": "Intel(R) Xeon(R)  Gold 6130",
    }
    bios = {"system-manufacturer": "Dell Inc.", "system-product-name": "PowerEdge R640"}
    one = pool.host(
        "xcp1", "127.0.0.1", "XCP-ng", "8.3.0", cpu_info=cpu | {"flags": flags}, bios_strings=bios
    )
    two = pool.host("xcp2", "10.0.0.2", "XCP-ng", "8.3.0", cpu_info=cpu | {"flags": flags + " vmx ept"})
    pool.records["host"][two]["enabled"] = False
    pool.add("pool", "pool", name_label="Büro {{ 7 }}", master=one, ha_enabled=True)
    networks = _networks(pool, [one, two])
    storage = _storage(pool, one, two)
    _web(pool, two, networks, storage)
    _others(pool, one, networks, storage)
    return pool


def _networks(pool: Pool, hosts: list[str]) -> dict[str, str]:
    found = {
        "lan": pool.add("network", "lan", name_label="LAN", bridge="xapi0", MTU="9000"),
        "vlan": pool.add("network", "vlan", name_label="DMZ", bridge="xapi1", MTU="1500"),
        "private": pool.add("network", "private", name_label="private", bridge="xapi2", MTU="1500"),
        "eth0": pool.add(
            "network", "eth0", name_label="Pool-wide network associated with eth0", bridge="xenbr0"
        ),
    }
    pool.add(
        "network",
        "internal",
        name_label="Host internal management network",
        other_config={"is_host_internal_management_network": "true"},
    )
    for number, host in enumerate(hosts):
        bond = ref("Bond", f"bond{number}")
        for port in ("eth0", "eth1"):
            pool.add(
                "PIF",
                f"{port}-{number}",
                host=host,
                device=port,
                physical=True,
                VLAN="-1",
                MAC=f"00:1E:67:00:0{number}:0{port[-1]}",
                bond_slave_of=bond,
                network=found["eth0"] if port == "eth0" else "OpaqueRef:NULL",
                metrics=pool.add("PIF_metrics", f"{port}-{number}", speed="10000", carrier=True),
            )
        master = pool.add(
            "PIF",
            f"bond0-{number}",
            host=host,
            device="bond0",
            VLAN="-1",
            bond_master_of=[bond],
            network=found["lan"],
            MAC=f"00:1E:67:00:0{number}:00",
        )
        pool.add(
            "Bond",
            f"bond{number}",
            master=master,
            slaves=[ref("PIF", f"eth0-{number}"), ref("PIF", f"eth1-{number}")],
            mode="active-backup",
        )
        pool.add("PIF", f"vlan-{number}", host=host, device="bond0", VLAN="120", network=found["vlan"])
    return found


def _storage(pool: Pool, one: str, two: str) -> dict[str, str]:
    sized = {"physical_size": str(1000 * GIB), "physical_utilisation": str(400 * GIB)}
    nfs = {"server": "10.0.0.9", "serverpath": "/export/vms", "password_secret": "must not be kept"}
    return {
        "local1": pool.sr("local1", "ext", [one], label="Local storage", shared=False, **sized),
        "local2": pool.sr("local2", "ext", [two], label="Local storage", shared=False, **sized),
        "nfs": pool.sr("NFS {{ vms }}", "nfs", [one, two], nfs, shared=True, **sized),
        "iso": pool.sr(
            "ISOs", "iso", [one, two], {"location": "10.0.0.9:/export/iso"}, shared=True, physical_size="-1"
        ),
        "dvd": pool.sr("DVD drives", "udev", [one], shared=False, physical_size="0"),
        "lun": pool.sr("LUNs", "rawhba", [one, two], shared=True, **sized),
    }


def _web(pool: Pool, host: str, networks: dict[str, str], storage: dict[str, str]) -> None:
    pool.add(
        "VM",
        "web",
        name_label="wéb {% raw %}",
        name_description="first line\nsecond line",
        power_state="Running",
        resident_on=host,
        affinity=host,
        VCPUs_max="4",
        VCPUs_at_startup="2",
        memory_static_max=str(8 * GIB),
        memory_dynamic_max=str(8 * GIB),
        memory_dynamic_min=str(4 * GIB),
        HVM_boot_policy="BIOS order",
        HVM_boot_params={"order": "cd", "firmware": "uefi"},
        domain_type="hvm",
        platform={"cores-per-socket": "2", "secureboot": "true", "exp-nested-hvm": "true"},
        VTPMs=[ref("VTPM", "web")],
        tags=["prod", "web"],
        other_config={
            "XenCenter.CustomFields.owner": "ops",
            "folder": "/shop",
            "xo:1234": "{}",
            "base_template_name": "Debian Bookworm 12",
        },
        guest_metrics=pool.add(
            "VM_guest_metrics",
            "web",
            os_version={"name": "Debian GNU/Linux 12 (bookworm)", "distro": "debian", "hostname": "web01"},
            PV_drivers_version={"major": "8", "minor": "3"},
            PV_drivers_detected=True,
            PV_drivers_up_to_date=True,
            live=True,
            networks={
                "0/ip": "10.0.0.50",
                "0/ipv4/0": "10.0.0.50",
                "0/ipv6/0": "fe80::1",
                "1/ip": "192.0.2.5",
            },
        ),
        metrics=pool.add("VM_metrics", "web"),
        appliance=pool.add("VM_appliance", "shop", name_label="shop"),
        order="2",
        ha_restart_priority="restart",
        snapshots=[ref("VM", "web-snapshot")],
        hardware_platform_version="2",
    )
    pool.add(
        "VM",
        "web-snapshot",
        name_label="before upgrade",
        is_a_snapshot=True,
        is_a_template=True,
        snapshot_of=ref("VM", "web"),
        snapshot_time="20260102T03:04:05Z",
    )
    pool.disk("web", 0, storage["nfs"], 40 * GIB, cbt_enabled=True)
    pool.disk("web", 1, storage["lun"], 100 * GIB, sharable=True)
    pool.disk("web", 3, storage["iso"], 600 * 1024**2, kind="CD", location="debian-12.iso")
    pool.card("web", 0, networks["vlan"], "FA:16:3E:00:00:01")
    pool.card("web", 1, networks["private"], "fa:16:3e:00:00:02", ipv4_addresses=["192.0.2.5/24"])


def _others(pool: Pool, host: str, networks: dict[str, str], storage: dict[str, str]) -> None:
    hvm = {
        "HVM_boot_policy": "BIOS order",
        "domain_type": "hvm",
        "memory_static_max": str(GIB),
        "VCPUs_max": "1",
    }
    pool.add(
        "VM", "dom0", name_label="Control domain on host: xcp1", is_control_domain=True, power_state="Running"
    )
    pool.add("VM", "default", name_label="Debian Bookworm 12", is_a_template=True, is_default_template=True)
    pool.add("VM", "golden", name_label="golden", is_a_template=True, **hvm)
    pool.add("VM", "db", name_label="db", appliance=ref("VM_appliance", "shop"), order="1", **hvm)
    pool.disk("db", 0, storage["local1"], 20 * GIB)
    pool.add("VBD", "db-3", VM=ref("VM", "db"), userdevice="3", type="CD", empty=True)
    pool.add(
        "VM",
        "legacy",
        name_label="legacy",
        power_state="Suspended",
        affinity=host,
        domain_type="pv",
        PV_bootloader="pygrub",
        VCPUs_max="1",
        memory_static_max=str(GIB),
    )
    pool.add(
        "VM", "render", name_label="render", power_state="Running", resident_on=host,
        other_config={"pci": "0/0000:04:00.0,0/0000:05:00.0"}, **hvm,
    )  # fmt: skip
    pool.add("PCI", "card", pci_id="0000:04:00.0", vendor_name="Broadcom", device_name="SAS3008", host=host)
    vgpu = pool.add(
        "VGPU_type", "grid", vendor_name="NVIDIA", model_name="GRID T4-2Q", implementation="nvidia"
    )
    pool.add("VGPU", "render", VM=ref("VM", "render"), type=vgpu)
    pool.add(
        "PUSB",
        "dongle",
        USB_group=pool.add("USB_group", "dongle", name_label="Group of HASP"),
        vendor_desc="SafeNet",
        product_desc="HASP",
    )
    pool.add("VUSB", "render", VM=ref("VM", "render"), USB_group=ref("USB_group", "dongle"))


def old() -> Pool:
    """XenServer 7.0 (dundee): one host, and the fields that this release has."""
    pool = Pool("dundee")
    host = pool.host(
        "xs70", "10.0.7.1", "XenServer", "7.0.0", cpu_info={"cpu_count": "8", "socket_count": "1"}
    )
    pool.add("pool", "old pool", name_label="", master=host)
    local = pool.sr(
        "old local",
        "lvm",
        [host],
        shared=False,
        physical_size=str(GIB * 500),
        physical_utilisation=str(GIB * 20),
    )
    lan = pool.add("network", "old lan", name_label="LAN", bridge="xenbr0")
    pool.add(
        "PIF", "old eth0", host=host, device="eth0", physical=True, VLAN="-1", MAC="00:1e:67:aa:00:01", network=lan,
        metrics=pool.add("PIF_metrics", "old eth0", speed="1000"),
    )  # fmt: skip
    common = {
        "power_state": "Running",
        "resident_on": host,
        "VCPUs_max": "2",
        "memory_static_max": str(2 * GIB),
    }
    pool.add(
        "VM", "pattern", name_label="CentOS 6", is_a_template=True, other_config={"default_template": "true"}
    )
    pool.add("VM", "pv", name_label="pv", PV_bootloader="pygrub", **common)
    pool.add("VM", "hvm", name_label="hvm", HVM_boot_policy="BIOS order", **common)
    pool.disk("pv", 0, local, 8 * GIB)
    pool.disk("hvm", 0, local, 16 * GIB)
    pool.card("pv", 0, lan, "fa:16:3e:00:07:01")
    return pool


DUMPS = {"pool-8.3.json": modern, "pool-7.0.json": old}

if __name__ == "__main__":
    for name, make in DUMPS.items():
        (FOLDER / name).write_text(make().json(), encoding="utf-8")
