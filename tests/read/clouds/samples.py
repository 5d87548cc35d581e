"""A small estate of each system, as its own commands and API would describe it; file name -> text or JSON."""

import json

PVE_CONF = """\
#front%3A end
#second line
agent: 1
bios: ovmf
boot: order=scsi0;net0
cores: 4
cpu: host
efidisk0: tank:vm-101-disk-1,efitype=4m,pre-enrolled-keys=1,size=1M
hostpci0: 0000:01:00.0,pcie=1,x-vga=1
hotplug: disk,network,cpu
ide2: local:iso/debian.iso,media=cdrom,size=600M
machine: pc-q35-8.1
memory: 4096
meta: creation-qemu=8.1.5,ctime=1700000000
name: web
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20
net1: model=e1000,macaddr=BC:24:11:00:00:02,bridge=vmbr1
numa: 0
onboot: 1
ostype: l26
scsi0: tank:vm-101-disk-0,iothread=1,size=32G
scsi1: /dev/disk/by-id/wwn-0x5000,size=1T
scsihw: virtio-scsi-single
smbios1: uuid=53704878-EC92-4E5E-9387-D2826499F8BF
sockets: 2
startup: order=2,up=30
tags: prod;front
tpmstate0: tank:vm-101-disk-2,size=4M,version=v2.0
unused0: tank:vm-101-disk-9
usb0: host=0bc2:2038
usb1: spice

[PENDING]
memory: 8192

[before]
#kept
memory: 2048
name: old
snaptime: 1700000100
"""
PVE_SECOND = """\
bootdisk: virtio0
cores: 1
memory: 1024
name: {{ db }}
net0: virtio=BC:24:11:00:00:03,bridge=vmbr0
onboot: 1
ostype: win10
smbios1: uuid=11111111-2222-4333-8444-555555555555
startup: order=1
virtio0: nas:102/vm-102-disk-0.qcow2,size=10G
"""
PROXMOX = {
    "nodes/pve1/qemu-server/101.conf": PVE_CONF,
    "nodes/pve1/qemu-server/102.conf": PVE_SECOND,
    "corosync.conf": "logging {\n  debug: off\n}\ntotem {\n  cluster_name: lab\n  version: 2\n}\n",
    "cluster/resources.json": [
        {
            "id": "node/pve1",
            "type": "node",
            "node": "pve1",
            "status": "online",
            "maxcpu": 16,
            "maxmem": 2**35,
        },
        {
            "id": "node/pve2",
            "type": "node",
            "node": "pve2",
            "status": "offline",
            "maxcpu": 8,
            "maxmem": 2**34,
        },
        {
            "id": "qemu/101",
            "type": "qemu",
            "vmid": 101,
            "node": "pve1",
            "name": "web",
            "status": "running",
            "maxcpu": 8,
            "maxmem": 2**32,
            "template": 0,
            "pool": "shop",
        },
        {
            "id": "qemu/102",
            "type": "qemu",
            "vmid": 102,
            "node": "pve1",
            "name": "{{ db }}",
            "status": "stopped",
            "maxcpu": 1,
            "maxmem": 2**30,
            "template": 0,
        },
        {
            "id": "qemu/103",
            "type": "qemu",
            "vmid": 103,
            "node": "pve2",
            "name": "bare",
            "status": "running",
            "qmpstatus": "paused",
            "maxcpu": 2,
            "maxmem": 2**31,
            "template": 0,
        },
        {"id": "lxc/201", "type": "lxc", "vmid": 201, "node": "pve1", "name": "ct", "status": "running"},
        {
            "id": "storage/pve1/tank",
            "type": "storage",
            "storage": "tank",
            "node": "pve1",
            "plugintype": "zfspool",
            "maxdisk": 1000,
            "disk": 400,
            "shared": 0,
            "content": "images",
            "status": "available",
        },
        {
            "id": "storage/pve2/tank",
            "type": "storage",
            "storage": "tank",
            "node": "pve2",
            "plugintype": "zfspool",
            "maxdisk": 2000,
            "disk": 2000,
            "shared": 0,
            "content": "images",
            "status": "available",
        },
        {
            "id": "storage/pve1/nas",
            "type": "storage",
            "storage": "nas",
            "node": "pve1",
            "plugintype": "nfs",
            "maxdisk": 5000,
            "disk": 1000,
            "shared": 1,
            "content": "images",
            "status": "available",
        },
        {"id": "sdn/pve1/localnetwork", "type": "sdn", "sdn": "localnetwork", "node": "pve1", "status": "ok"},
    ],
    "storage.json": [
        {"storage": "tank", "type": "zfspool", "pool": "tank", "content": "images", "digest": "d1"},
        {
            "storage": "nas",
            "type": "nfs",
            "server": "192.0.2.9",
            "export": "/srv/nas",
            "path": "/mnt/pve/nas",
            "content": "images",
            "digest": "d1",
        },
        {"storage": "local", "type": "dir", "path": "/var/lib/vz", "content": "iso", "digest": "d1"},
        {"storage": "pbs", "type": "pbs", "server": "192.0.2.8", "content": "backup", "digest": "d1"},
    ],
    "nodes/pve1/status.json": {
        "pveversion": "pve-manager/8.2.4/faa83925c9641325",
        "cpuinfo": {"cpus": 16, "cores": 8, "sockets": 2, "model": "Xeon(R) Silver", "flags": "vmx fpu ept"},
        "memory": {"total": 34_000_000_000, "used": 5, "free": 6},
        "boot-info": {"mode": "efi", "secureboot": 0},
    },
    "nodes/pve1/network.json": [
        {"iface": "eno1", "type": "eth", "active": 1},
        {"iface": "eno2", "type": "eth", "active": 1},
        {"iface": "eno3", "type": "eth"},
        {"iface": "bond0", "type": "bond", "slaves": "eno1 eno2", "bond_mode": "802.3ad"},
        {"iface": "vmbr0", "type": "bridge", "bridge_ports": "bond0", "mtu": "9000", "bridge_vlan_aware": 1},
        {"iface": "vmbr1", "type": "bridge", "bridge_ports": "eno3.30"},
    ],
}

ID = "5fa3c1f2-0000-4000-8000-0000000000{:02x}".format
API = "/ovirt-engine/api"


def _ovirt(kind, number, **facts):
    return {"id": ID(number), "href": f"{API}/{kind}/{ID(number)}"} | facts


OVIRT = {
    "vms.json": {
        "vm": [
            _ovirt(
                "vms",
                1,
                name="Büro {{ 7 }}",
                status="up",
                memory="4294967296",
                fqdn="web.example.org",
                memory_policy={"guaranteed": "1073741824", "max": "17179869184"},
                cpu={"topology": {"sockets": "2", "cores": "2", "threads": "1"}, "architecture": "x86_64"},
                os={"type": "rhel_9x64"},
                bios={"type": "q35_secure_boot"},
                description="front\nend",
                cluster={"id": ID(20), "href": f"{API}/clusters/{ID(20)}"},
                host={"id": ID(30)},
                disk_attachments={
                    "disk_attachment": [
                        {
                            "id": ID(41),
                            "interface": "virtio_scsi",
                            "active": "true",
                            "bootable": "true",
                            "disk": {
                                "id": ID(41),
                                "alias": "web_Disk1",
                                "provisioned_size": "34359738368",
                                "actual_size": "1073741824",
                                "storage_type": "image",
                                "shareable": "false",
                                "storage_domains": {"storage_domain": [{"id": ID(50)}]},
                            },
                        },
                        {"id": ID(42), "interface": "virtio", "disk": {"id": ID(42)}},
                    ]
                },
                nics={
                    "nic": [
                        {
                            "id": ID(61),
                            "name": "nic1",
                            "interface": "virtio",
                            "mac": {"address": "56:6F:00:00:00:01"},
                            "vnic_profile": {"id": ID(70)},
                        }
                    ]
                },
                snapshots={
                    "snapshot": [
                        {
                            "id": ID(81),
                            "description": "Active VM",
                            "snapshot_type": "active",
                            "date": "1700000000000",
                        },
                        {
                            "id": ID(82),
                            "description": "before",
                            "snapshot_type": "regular",
                            "date": "1700000000000",
                        },
                    ]
                },
                cdroms={"cdrom": [{"id": ID(1), "file": {"id": "debian.iso"}}]},
            ),
            _ovirt(
                "vms",
                2,
                name="cold",
                status="down",
                memory="1073741824",
                cluster={"id": ID(20)},
                cpu={"topology": {"sockets": "1", "cores": "1", "threads": "2"}},
                bios={"type": "cluster_default"},
                disk_attachments={},
                nics={},
            ),
        ]
    },
    "hosts.json": {
        "host": [
            _ovirt(
                "hosts",
                30,
                name="kvm1",
                address="kvm1.example.org",
                status="up",
                memory="68719476736",
                cluster={"id": ID(20)},
                version={"full_version": "vdsm-4.50.3"},
                cpu={"name": "Xeon", "topology": {"sockets": "2", "cores": "8", "threads": "2"}},
                hardware_information={
                    "manufacturer": "Example",
                    "product_name": "R1",
                    "uuid": ID(99).upper(),
                },
                power_management={"enabled": "true", "address": "192.0.2.50", "type": "ipmilan"},
                nics={
                    "host_nic": [
                        {
                            "id": ID(90),
                            "name": "eno1",
                            "mac": {"address": "52:54:00:00:00:01"},
                            "speed": "10000000000",
                        },
                        {
                            "id": ID(91),
                            "name": "eno1.20",
                            "base_interface": "eno1",
                            "vlan": {"id": "20"},
                            "network": {"id": ID(71)},
                        },
                    ]
                },
            ),
            _ovirt(
                "hosts", 31, name="kvm2", status="maintenance", memory="68719476736", cluster={"id": ID(20)}
            ),
        ]
    },
    "clusters.json": {
        "cluster": [_ovirt("clusters", 20, name="Default", bios_type="q35_ovmf", data_center={"id": ID(10)})]
    },
    "data-centres.json": {"data_center": [_ovirt("datacenters", 10, name="Berlin")]},
    "storage.json": {
        "storage_domain": [
            _ovirt(
                "storagedomains",
                50,
                name="nas",
                type="data",
                available="700",
                used="300",
                storage={"type": "nfs", "address": "192.0.2.9", "path": "/srv/data"},
                data_centers={"data_center": [{"id": ID(10)}]},
            ),
            _ovirt("storagedomains", 51, name="out", type="export", storage={"type": "nfs"}),
        ]
    },
    "networks.json": {
        "network": [
            _ovirt("networks", 71, name="prod", vlan={"id": "20"}, mtu="0", data_center={"id": ID(10)})
        ]
    },
    "profiles.json": {"vnic_profile": [_ovirt("vnicprofiles", 70, name="prod", network={"id": ID(71)})]},
    "disks.json": {
        "disk": [
            _ovirt(
                "disks",
                42,
                alias="web_Disk2",
                storage_type="lun",
                shareable="true",
                lun_storage={"logical_units": {"logical_unit": [{"id": "3600", "size": "2147483648"}]}},
            )
        ]
    },
}


def _entity(kind, number, name, resources, **status):
    return {
        "status": {"state": "COMPLETE", "name": name, "resources": resources} | status,
        "spec": {"name": name},
        "metadata": {"kind": kind, "uuid": ID(number)},
    }


_CLUSTER = {"cluster_reference": {"kind": "cluster", "uuid": ID(20), "name": "ahv-a"}}


def _v3(kind, *entities):
    return {
        "api_version": "3.1",
        "metadata": {"kind": kind, "total_matches": len(entities), "length": len(entities), "offset": 0},
        "entities": list(entities),
    }


NUTANIX = {
    "vms.json": _v3(
        "vm",
        _entity(
            "vm",
            1,
            "Büro {{ 7 }}",
            {
                "num_sockets": 2,
                "num_vcpus_per_socket": 2,
                "num_threads_per_core": 1,
                "memory_size_mib": 4096,
                "power_state": "ON",
                "machine_type": "Q35",
                "hypervisor_type": "AHV",
                "host_reference": {"kind": "host", "uuid": ID(30), "name": "ahv1"},
                "boot_config": {"boot_type": "SECURE_BOOT"},
                "vtpm_config": {"vtpm_enabled": True},
                "guest_tools": {
                    "nutanix_guest_tools": {
                        "ngt_state": "INSTALLED",
                        "is_reachable": True,
                        "guest_os_version": "linux:64:Debian-12",
                    }
                },
                "disk_list": [
                    {
                        "uuid": ID(41),
                        "disk_size_bytes": 2**35,
                        "disk_size_mib": 2**15,
                        "device_properties": {
                            "device_type": "DISK",
                            "disk_address": {"adapter_type": "SCSI", "device_index": 0},
                        },
                        "storage_config": {"storage_container_reference": {"uuid": ID(50), "name": "pool-a"}},
                    },
                    {
                        "uuid": ID(42),
                        "disk_size_mib": 600,
                        "device_properties": {
                            "device_type": "CDROM",
                            "disk_address": {"adapter_type": "IDE", "device_index": 0},
                        },
                    },
                ],
                "nic_list": [
                    {
                        "uuid": ID(61),
                        "mac_address": "50:6b:8d:00:00:01",
                        "subnet_reference": {"uuid": ID(70), "name": "prod"},
                    }
                ],
                "gpu_list": [{"mode": "VIRTUAL", "name": "T4-8Q", "vendor": "NVIDIA"}],
            },
            description="front",
            **_CLUSTER,
        ),
    ),
    "hosts.json": _v3(
        "host",
        _entity(
            "host",
            30,
            "ahv1",
            {
                "num_cpu_sockets": 2,
                "num_cpu_cores": 16,
                "memory_capacity_mib": 65536,
                "cpu_model": "Xeon",
                "hypervisor": {"ip": "192.0.2.31", "hypervisor_full_name": "Nutanix 20230302.1"},
                "ipmi": {"ip": "192.0.2.51"},
                "block": {"block_model": "NX-1"},
            },
            **_CLUSTER,
        ),
        {"status": {"resources": {}}, "metadata": {"kind": "host", "uuid": ID(39)}},
    ),
    "clusters.json": _v3(
        "cluster", _entity("cluster", 20, "ahv-a", {"network": {"external_ip": "192.0.2.30"}})
    ),
    "subnets.json": _v3(
        "subnet", _entity("subnet", 70, "prod", {"subnet_type": "VLAN", "vlan_id": 20}, **_CLUSTER)
    ),
}


def _v4(name, *items):
    return {
        "data": [{"$objectType": name, "$reserved": {}} | item for item in items],
        "metadata": {
            "totalAvailableResults": len(items),
            "$objectType": "common.v1.response.ApiResponseMetadata",
        },
    }


NUTANIX_V4 = {
    "vms.json": _v4(
        "vmm.v4.ahv.config.Vm",
        {
            "extId": ID(1),
            "name": "Büro {{ 7 }}",
            "description": "front",
            "numSockets": 2,
            "numCoresPerSocket": 2,
            "numThreadsPerCore": 1,
            "memorySizeBytes": 2**32,
            "machineType": "Q35",
            "powerState": "ON",
            "biosUuid": ID(2),
            "cluster": {"extId": ID(20)},
            "host": {"extId": ID(30)},
            "bootConfig": {"$objectType": "vmm.v4.ahv.config.UefiBoot", "isSecureBootEnabled": True},
            "vtpmConfig": {"isVtpmEnabled": True},
            "guestTools": {"isInstalled": True, "isReachable": True, "guestOsVersion": "linux:64:Debian-12"},
            "disks": [
                {
                    "extId": ID(41),
                    "diskAddress": {"busType": "SCSI", "index": 0},
                    "backingInfo": {
                        "$objectType": "vmm.v4.ahv.config.VmDisk",
                        "diskSizeBytes": 2**35,
                        "storageContainer": {"extId": ID(50)},
                    },
                }
            ],
            "cdRoms": [{"extId": ID(42), "diskAddress": {"busType": "IDE", "index": 0}}],
            "nics": [
                {
                    "extId": ID(61),
                    "nicBackingInfo": {"macAddress": "50:6b:8d:00:00:01", "model": "VIRTIO"},
                    "nicNetworkInfo": {"subnet": {"extId": ID(70)}},
                }
            ],
            "gpus": [{"mode": "VIRTUAL", "name": "T4-8Q"}],
        },
    ),
    "hosts.json": _v4(
        "clustermgmt.v4.config.Host",
        {
            "extId": ID(30),
            "hostName": "ahv1",
            "cluster": {"uuid": ID(20), "name": "ahv-a"},
            "cpuModel": "Xeon",
            "numberOfCpuSockets": 2,
            "numberOfCpuCores": 16,
            "numberOfCpuThreads": 32,
            "memorySizeBytes": 2**36,
            "hypervisor": {
                "fullName": "Nutanix 20230302.1",
                "externalAddress": {"ipv4": {"value": "192.0.2.31"}},
            },
            "ipmi": {"ip": {"ipv4": {"value": "192.0.2.51"}}},
            "blockModel": "NX-1",
            "maintenanceState": "normal",
        },
    ),
    "clusters.json": _v4(
        "clustermgmt.v4.config.Cluster",
        {"extId": ID(20), "name": "ahv-a", "network": {"externalAddress": {"ipv4": {"value": "192.0.2.30"}}}},
    ),
    "subnets.json": _v4(
        "networking.v4.config.Subnet",
        {"extId": ID(70), "name": "prod", "subnetType": "VLAN", "networkId": 20},
    ),
    "containers.json": _v4(
        "clustermgmt.v4.config.StorageContainer",
        {"containerExtId": ID(50), "name": "pool-a", "maxCapacityBytes": 10**13, "clusterExtId": ID(20)},
    ),
}

HYPER_V = {
    "vms.json": [
        {
            "VMName": "web",
            "Name": "Büro {{ 7 }}",
            "VMId": ID(1).upper(),
            "Id": ID(1),
            "State": 2,
            "Generation": 2,
            "ProcessorCount": 4,
            "MemoryStartup": 2**32,
            "MemoryAssigned": 2**33,
            "MemoryMinimum": 2**29,
            "MemoryMaximum": 2**40,
            "DynamicMemoryEnabled": True,
            "ComputerName": "HV1",
            "Version": "10.0",
            "Notes": "front",
            "IsClustered": False,
            "ConfigurationLocation": "D:\\VMs\\web",
            "IntegrationServicesState": "Update required",
            "ParentSnapshotId": None,
            "HardDrives": [
                {
                    "Path": "D:\\VMs\\web.vhdx",
                    "ControllerType": 1,
                    "ControllerNumber": 0,
                    "ControllerLocation": 0,
                    "DiskNumber": None,
                    "VMId": ID(1),
                    "SupportPersistentReservations": False,
                },
                {
                    "Path": "C:\\ClusterStorage\\Volume1\\web-data.vhdx",
                    "ControllerType": "SCSI",
                    "ControllerNumber": 0,
                    "ControllerLocation": 1,
                    "VMId": ID(1),
                    "SupportPersistentReservations": True,
                },
                {
                    "Path": "Disk 2 500.00 GB Bus 0 Lun 1 Target 0",
                    "ControllerType": 1,
                    "ControllerNumber": 0,
                    "ControllerLocation": 2,
                    "DiskNumber": 2,
                    "VMId": ID(1),
                },
            ],
            "DVDDrives": [
                {
                    "Path": None,
                    "ControllerType": 1,
                    "ControllerNumber": 0,
                    "ControllerLocation": 3,
                    "DvdMediaType": 0,
                    "VMId": ID(1),
                }
            ],
            "NetworkAdapters": [
                {
                    "SwitchName": "prod",
                    "MacAddress": "00155D000001",
                    "IsLegacy": False,
                    "VMId": ID(1),
                    "VlanSetting": {"OperationMode": 1, "AccessVlanId": 20},
                },
                {"SwitchName": None, "MacAddress": "000000000000", "IsLegacy": True, "VMId": ID(1)},
            ],
        },
        {
            "Name": "old",
            "VMId": ID(2),
            "State": "Off",
            "Generation": 1,
            "ProcessorCount": 1,
            "MemoryStartup": 2**30,
            "DynamicMemoryEnabled": False,
            "ComputerName": "HV2.example.org",
            "ParentSnapshotId": ID(80),
            "HardDrives": [
                {
                    "Path": "\\\\nas\\vms\\old.vhd",
                    "ControllerType": 0,
                    "ControllerNumber": 0,
                    "ControllerLocation": 0,
                    "VMId": ID(2),
                }
            ],
            "NetworkAdapters": [
                {
                    "SwitchName": "prod",
                    "MacAddress": "00155D000002",
                    "VMId": ID(2),
                    "VlanSetting": {"OperationMode": 0, "AccessVlanId": 0},
                }
            ],
        },
    ],
    "host1.json": {
        "ComputerName": "HV1",
        "Name": "HV1",
        "LogicalProcessorCount": 32,
        "MemoryCapacity": 2**36,
        "FullyQualifiedDomainName": "example.org",
    },
    "vhds.json": [
        {
            "Path": "d:\\vms\\WEB.vhdx",
            "VhdFormat": 3,
            "VhdType": 3,
            "Size": 2**35,
            "FileSize": 2**30,
            "ComputerName": "HV1",
        },
        {
            "Path": "C:\\ClusterStorage\\Volume1\\web-data.vhdx",
            "VhdFormat": "VHDX",
            "VhdType": "Fixed",
            "Size": 2**36,
            "FileSize": 2**36,
            "ComputerName": "HV1",
        },
        {"Path": "\\\\nas\\vms\\old.vhd", "VhdFormat": 2, "VhdType": 2, "Size": 2**30, "FileSize": 2**30},
    ],
    "snapshots.json": {
        "Name": "before",
        "VMId": ID(2),
        "VMName": "old",
        "SnapshotType": 0,
        "Id": ID(80),
        "State": 3,
        "ProcessorCount": 1,
        "Generation": 1,
        "CreationTime": "/Date(1700000000000)/",
    },
    "firmware.json": {
        "VMId": ID(1),
        "VMName": "web",
        "SecureBoot": 0,
        "SecureBootTemplate": "MicrosoftWindows",
    },
    "security.json": {"VMId": ID(1), "VMName": "web", "TpmEnabled": True, "Shielded": False},
}

OPENSTACK = {
    "servers.json": [
        {
            "ID": ID(1),
            "Name": "Büro {{ 7 }}",
            "Status": "ACTIVE",
            "Task State": None,
            "Power State": 1,
            "Networks": {"prod": ["10.0.0.5", "192.0.2.77"]},
            "Image Name": "debian-12",
            "Image ID": ID(60),
            "Flavor Name": "m1.small",
            "Flavor ID": "2",
            "Availability Zone": "az1",
            "Host": "cmp1",
            "Properties": {"tier": "front"},
            "Project ID": "shop",
        },
        {
            "ID": ID(2),
            "Name": "old",
            "Status": "SHUTOFF",
            "Task State": "None",
            "Power State": "Shutdown",
            "Networks": "prod=10.0.0.6",
            "Image Name": "N/A (booted from volume)",
            "Image ID": "N/A (booted from volume)",
            "Flavor": "m1.small",
            "Availability Zone": "az1",
            "Host": "cmp9",
            "Properties": "tier='back'",
        },
    ],
    "show.json": {
        "id": ID(3),
        "name": "shown",
        "status": "ACTIVE",
        "addresses": "prod=10.0.0.7",
        "OS-EXT-STS:power_state": "Running",
        "flavor": "m1.small (2)",
        "image": "debian-12 (" + ID(60) + ")",
        "OS-EXT-AZ:availability_zone": "az1",
        "OS-EXT-SRV-ATTR:host": "cmp1",
        "OS-EXT-SRV-ATTR:hypervisor_hostname": "cmp1.example.org",
        "project_id": "shop",
        "properties": "",
        "volumes_attached": "",
    },
    "flavors.json": [
        {
            "ID": "2",
            "Name": "m1.small",
            "RAM": 2048,
            "Disk": 20,
            "Ephemeral": 0,
            "VCPUs": 2,
            "Is Public": True,
        }
    ],
    "hypervisors.json": [
        {
            "ID": 1,
            "Hypervisor Hostname": "cmp1.example.org",
            "Hypervisor Type": "QEMU",
            "Host IP": "192.0.2.31",
            "State": "up",
            "vCPUs Used": 4,
            "vCPUs": 32,
            "Memory MB Used": 10000,
            "Memory MB": 131072,
        },
        {
            "ID": 2,
            "Hypervisor Hostname": "cmp2.example.org",
            "Hypervisor Type": "QEMU",
            "Host IP": "192.0.2.32",
            "State": "down",
            "vCPUs Used": 0,
            "vCPUs": 32,
            "Memory MB Used": 512,
            "Memory MB": 131072,
        },
    ],
    "services.json": [
        {"ID": ID(90), "Binary": "nova-scheduler", "Host": "ctl", "Zone": "internal", "Status": "enabled"},
        {"ID": ID(91), "Binary": "nova-compute", "Host": "cmp2", "Zone": "az1", "Status": "enabled"},
    ],
    "volumes.json": [
        {
            "ID": ID(50),
            "Name": "old-root",
            "Status": "in-use",
            "Size": 30,
            "Type": "ceph",
            "Bootable": "true",
            "Attached to": [{"server_id": ID(2), "device": "/dev/vda"}],
            "Properties": {},
        },
        {
            "ID": ID(51),
            "Name": "spare",
            "Status": "available",
            "Size": 10,
            "Type": "ceph",
            "Bootable": "false",
            "Attached to": [],
        },
    ],
    "ports.json": [
        {
            "ID": ID(61),
            "Name": "",
            "MAC Address": "fa:16:3e:00:00:01",
            "Status": "ACTIVE",
            "Fixed IP Addresses": [{"subnet_id": ID(70), "ip_address": "10.0.0.5"}],
        },
        {
            "ID": ID(62),
            "Name": "",
            "MAC Address": "fa:16:3e:00:00:02",
            "Status": "ACTIVE",
            "Fixed IP Addresses": "ip_address='10.0.0.6', subnet_id='x'",
        },
    ],
    "image.json": {
        "id": ID(60),
        "name": "debian-12",
        "disk_format": "qcow2",
        "container_format": "bare",
        "properties": {
            "os_distro": "debian",
            "os_version": "12",
            "hw_firmware_type": "uefi",
            "os_secure_boot": "required",
            "hw_machine_type": "q35",
        },
    },
    "network.json": {
        "id": ID(71),
        "name": "prod",
        "admin_state_up": True,
        "mtu": 1500,
        "provider:network_type": "vlan",
        "provider:segmentation_id": 20,
    },
}

SYSTEMS = {
    "proxmox": PROXMOX,
    "ovirt": OVIRT,
    "nutanix": NUTANIX,
    "nutanix-v4": NUTANIX_V4,
    "hyper-v": HYPER_V,
    "openstack": OPENSTACK,
}


def kind_of(system: str) -> str:
    """The word for `--as` of a sample."""
    return system.removesuffix("-v4")


def write(folder, files, *, encoding="utf-8"):
    """Save files of a sample; returns their paths in order."""
    paths = []
    for name, content in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        path.write_text(text, encoding)
        paths.append(path)
    return paths
