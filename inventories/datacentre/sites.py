# ruff: noqa: INP001
"""What stands in the example data centre."""

from dataclasses import replace
from typing import Final

from shapes import DOMAIN, Hardware, Machine, Site, directory, fleet, luns, nas, stack

from planner.model import estate as e
from planner.read.ids import cluster_id
from planner.units import GIB, TIB

DELL: Final = Hardware(
    vendor="Dell Inc.",
    model="PowerEdge R650",
    cpu="Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
    cores=64,
    memory_bytes=384 * GIB,
    nics=("vmnic0", "vmnic1", "vmnic2", "vmnic3"),
    speed_bytes=25 * 10**9 // 8,
    boot_bytes=480 * 10**9,
)
HPE: Final = Hardware(
    vendor="HPE",
    model="ProLiant DL360 Gen10",
    cpu="Intel(R) Xeon(R) Gold 5218 CPU @ 2.30GHz",
    cores=32,
    memory_bytes=256 * GIB,
    nics=("vmnic0", "vmnic1"),
    speed_bytes=10**10 // 8,
    boot_bytes=480 * 10**9,
)
SUPERMICRO: Final = Hardware(
    vendor="Supermicro",
    model="SYS-6029P",
    cpu="Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz",
    cores=20,
    memory_bytes=192 * GIB,
    nics=("eno1", "eno2"),
    speed_bytes=10**10 // 8,
    boot_bytes=480 * 10**9,
    data_bytes=(4 * TIB, 4 * TIB),
)
FUJITSU: Final = replace(SUPERMICRO, vendor="Fujitsu", model="PRIMERGY RX2530 M4", memory_bytes=128 * GIB)
SWING: Final = replace(DELL, model="PowerEdge R660", nics=("eno1", "eno2"), data_bytes=(8 * TIB,))

WINDOWS_2019: Final = "Microsoft Windows Server 2019 (64-bit)"
WINDOWS_2022: Final = "Microsoft Windows Server 2022 (64-bit)"
RHEL_8: Final = "Red Hat Enterprise Linux 8 (64-bit)"
RHEL_9: Final = "Red Hat Enterprise Linux 9 (64-bit)"
DEBIAN_11: Final = "Debian GNU/Linux 11 (64-bit)"
DEBIAN_12: Final = "Debian GNU/Linux 12 (64-bit)"
UBUNTU: Final = "Ubuntu Linux 22.04 (64-bit)"
SLES: Final = "SUSE Linux Enterprise 15 (64-bit)"
FREEBSD: Final = "FreeBSD 13 (64-bit)"
PHOTON: Final = "VMware Photon OS (64-bit)"


def prod_a() -> Site:
    """Business applications, and the vCenter itself."""
    networks = ("PROD-DB-120", "PROD-APP-110")
    vcenter = Machine(
        name="vcenter01",
        guest=PHOTON,
        size=(8, 30),
        disks=(50, 900),
        network="MGMT-100",
        firmware=e.Firmware.BIOS,
        criticality=e.Criticality.HIGH,
        roles=(e.ServiceRole.VCENTER,),
        tags=("vsphere",),
        needs=("adc01",),
    )
    backup = Machine(
        name="backup01",
        guest=WINDOWS_2022,
        size=(8, 64),
        disks=(100, 4000),
        network="MGMT-100",
        roles=(e.ServiceRole.BACKUP,),
        needs=("adc01",),
    )
    file_server = Machine(
        name="file",
        guest=WINDOWS_2019,
        size=(4, 16),
        disks=(100, 2000),
        network="PROD-APP-110",
        needs=("adc01",),
    )
    return Site(
        cluster=vmware_cluster("prod-a", hosts=8),
        version="7.0.3",
        edition="enterprise-plus",
        hardware=DELL,
        hosts=tuple(f"esx-a{number:02d}" for number in range(1, 9)),
        networks={
            "MGMT-100": 100,
            "PROD-APP-110": 110,
            "PROD-DB-120": 120,
            "DMZ-130": 130,
            "BACKUP-140": 140,
        },
        shared=(*luns("A-SAN", 4, 24 * TIB), nas("NFS-TEMPLATES", "templates", 20 * TIB)),
        machines=(
            *directory("adc", "MGMT-100"),
            vcenter,
            backup,
            *stack("erp", RHEL_8, databases=2, apps=6, webs=4, scale=3, networks=networks, needs="adc01"),
            *stack(
                "crm", WINDOWS_2019, databases=2, apps=4, webs=4, scale=2, networks=networks, needs="adc02"
            ),
            *stack("dwh", SLES, databases=2, apps=4, webs=0, scale=4, networks=networks, needs="adc01"),
            *stack("shop", UBUNTU, databases=2, apps=6, webs=6, scale=1, networks=networks, needs="adc02"),
            *fleet("file", 4, file_server),
            *fleet(
                "proxy", 4, replace(file_server, guest=DEBIAN_12, size=(2, 4), disks=(40,), network="DMZ-130")
            ),
            *fleet("term", 18, replace(file_server, size=(8, 20), disks=(120,), tags=("terminal",))),
            *fleet("mail", 4, replace(file_server, guest=RHEL_9, size=(4, 24), disks=(80, 800))),
            *fleet(
                "old-intranet",
                4,
                replace(file_server, size=(2, 8), disks=(80,), criticality=e.Criticality.LOW, off=True),
            ),
        ),
        prefix="02",
        apart=(
            ("adc01", "adc02"),
            ("erp-db01", "erp-db02"),
            ("crm-db01", "crm-db02"),
            ("dwh-db01", "dwh-db02"),
        ),
    )


def prod_b() -> Site:
    """Development, platform services and virtual desktops."""
    networks = ("DEV-DB-220", "DEV-APP-210")
    worker = Machine(
        name="worker",
        guest=UBUNTU,
        size=(8, 24),
        disks=(60, 200),
        network="DEV-APP-210",
        criticality=e.Criticality.LOW,
        tags=("kubernetes",),
        needs=("git01", "bdc01"),
        owner="developers@example.org",
    )
    return Site(
        cluster=vmware_cluster("prod-b", hosts=12),
        version="7.0.3",
        edition="enterprise-plus",
        hardware=HPE,
        hosts=tuple(f"esx-b{number:02d}" for number in range(1, 13)),
        networks={"MGMT-200": 200, "DEV-APP-210": 210, "DEV-DB-220": 220, "DESKTOP-230": 230},
        shared=(*luns("B-SAN", 5, 20 * TIB), nas("NFS-SCRATCH", "scratch", 30 * TIB)),
        machines=(
            *directory("bdc", "MGMT-200"),
            replace(worker, name="git01", guest=DEBIAN_12, size=(4, 16), disks=(60, 500), needs=("bdc01",)),
            *stack("billing", RHEL_9, databases=2, apps=4, webs=2, scale=2, networks=networks, needs="bdc01"),
            *stack(
                "portal", DEBIAN_11, databases=2, apps=4, webs=4, scale=1, networks=networks, needs="bdc02"
            ),
            *stack(
                "bi", WINDOWS_2022, databases=1, apps=4, webs=2, scale=2, networks=networks, needs="bdc01"
            ),
            *fleet("k8s-worker", 16, worker),
            *fleet(
                "ci-runner", 14, replace(worker, guest=DEBIAN_12, size=(4, 16), disks=(120,), tags=("ci",))
            ),
            *fleet(
                "desktop",
                30,
                replace(
                    worker,
                    guest="Microsoft Windows 10 (64-bit)",
                    size=(4, 16),
                    disks=(100,),
                    network="DESKTOP-230",
                    tags=("desktop",),
                    needs=("bdc01",),
                ),
            ),
            *fleet(
                "test-db",
                8,
                replace(worker, guest=RHEL_8, size=(4, 32), disks=(80, 300), network="DEV-DB-220"),
            ),
            *fleet("sandbox", 4, replace(worker, size=(2, 8), disks=(40,), off=True)),
        ),
        prefix="04",
        apart=(("bdc01", "bdc02"), ("billing-db01", "billing-db02")),
    )


def lab() -> Site:
    """An old KVM cluster on CentOS 7."""
    node = Machine(
        name="lab",
        guest=DEBIAN_11,
        size=(4, 12),
        disks=(80,),
        network="lab-300",
        firmware=e.Firmware.BIOS,
        criticality=e.Criticality.LOW,
        tags=("lab",),
        owner="lab@example.org",
    )
    return Site(
        cluster=e.Cluster(
            id=cluster_id("lab-kvm"),
            name="lab-kvm",
            hypervisor=e.HypervisorKind.KVM,
            manager=e.ManagerKind.LIBVIRT,
            datacentre="Example DC",
            live_migration=True,
            ha_enabled=False,
        ),
        version="CentOS Linux 7.9",
        edition=None,
        hardware=SUPERMICRO,
        hosts=tuple(f"kvm{number:02d}" for number in range(1, 5)),
        networks={"lab-300": 300, "lab-310": 310},
        shared=(nas("lab-nfs", "lab", 24 * TIB),),
        machines=(
            *fleet("lab-node", 14, node),
            *fleet(
                "lab-db", 6, replace(node, guest=RHEL_8, size=(4, 24), disks=(60, 200), network="lab-310")
            ),
            *fleet("lab-win", 6, replace(node, guest=WINDOWS_2019, size=(4, 16), disks=(100,))),
            *fleet("lab-sles", 3, replace(node, guest=SLES, size=(2, 8), disks=(60,))),
            replace(node, name="lab-gw01", guest=FREEBSD, size=(2, 4), disks=(20,)),
            *fleet("lab-spare", 2, replace(node, size=(2, 8), off=True)),
        ),
        prefix="06",
        local=e.DatastoreKind.DIR,
        bus="virtio",
        card="virtio",
    )


def legacy() -> Site:
    """One host with Xen and the xl toolstack, no cluster at all."""
    node = Machine(
        name="legacy",
        guest=DEBIAN_11,
        size=(2, 8),
        disks=(60,),
        network="xenbr0",
        firmware=e.Firmware.BIOS,
        tags=("legacy",),
        owner="legacy@example.org",
    )
    return Site(
        cluster=e.Cluster(
            id=cluster_id("xen01"),
            name="xen01",
            hypervisor=e.HypervisorKind.XEN,
            live_migration=False,
            ha_enabled=False,
        ),
        version="4.14",
        edition=None,
        hardware=FUJITSU,
        hosts=("xen01",),
        networks={"xenbr0": 400},
        shared=(),
        machines=(
            *fleet("dns", 2, replace(node, roles=(e.ServiceRole.DNS,), size=(1, 2), disks=(20,))),
            *fleet("radius", 2, replace(node, size=(1, 4), disks=(20,), needs=("dns01",))),
            replace(node, name="wiki01", size=(4, 16), disks=(60, 200), needs=("dns01",)),
            replace(node, name="ticket01", size=(4, 16), disks=(60, 300), needs=("dns01",)),
            replace(node, name="sms-gw01", needs=("dns02",)),
            replace(node, name="fax01", criticality=e.Criticality.LOW, off=True),
        ),
        prefix="08",
        local=e.DatastoreKind.LVM,
        bus="xvd",
        card="netfront",
    )


def vmware_cluster(name: str, hosts: int) -> e.Cluster:
    """A cluster of the vCenter, with vMotion, HA and DRS."""
    assert hosts > 1, "vMotion needs two hosts"
    return e.Cluster(
        id=cluster_id(name),
        name=name,
        hypervisor=e.HypervisorKind.ESXI,
        manager=e.ManagerKind.VCENTER,
        manager_address=f"vcenter01.{DOMAIN}",
        datacentre="Example DC",
        live_migration=True,
        ha_enabled=True,
        drs_enabled=True,
    )
