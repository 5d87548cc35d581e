"""Small estates that say everything a plan needs, but for what a test takes away."""

from planner.model.estate import Cluster, Cpu, Disk, Estate, Host, HostNic, LocalDisk, Nic, VirtualMachine
from planner.model.kinds import DiskKind, Firmware, HypervisorKind, PowerState
from planner.units import GIB

WHOLE_HOST = {
    "version": "8.0",
    "cpu": Cpu(cores=8, flags=("vmx",)),
    "memory_bytes": 64 * GIB,
    "nics": (HostNic(name="vmnic0"),),
    "disks": (LocalDisk(id="wwn-1", capacity_bytes=GIB),),
    "networks": (),
}
WHOLE_VM = {
    "vcpus": 2,
    "memory_bytes": 4 * GIB,
    "power": PowerState.ON,
    "firmware": Firmware.BIOS,
    "guest_os": "Debian",
    "snapshots": (),
    "disks": (Disk(id="d", capacity_bytes=10 * GIB), Disk(id="cd", kind=DiskKind.CDROM)),
    "nics": (Nic(id="n", network="net-lan"),),
}


def estate(hypervisor=HypervisorKind.ESXI, hosts=(WHOLE_HOST,), vms=(WHOLE_VM,), **more):
    cluster = {key: more.pop(key) for key in ("manager", "manager_address") if key in more}
    return Estate(
        clusters=(Cluster(id="cluster-c", name="C [1]", hypervisor=hypervisor, **cluster),),
        hosts=tuple(
            Host(
                id=f"host-{number}",
                name=f"h {number}",
                hypervisor=hypervisor,
                cluster="cluster-c",
                **({"address": f"192.0.2.{number}"} | facts),
            )
            for number, facts in enumerate(hosts, 1)
        ),
        vms=tuple(
            VirtualMachine(
                id=f"vm-{number}", name=f"v {number}", cluster="cluster-c", **({"host": "host-1"} | facts)
            )
            for number, facts in enumerate(vms, 1)
        ),
        **more,
    )
