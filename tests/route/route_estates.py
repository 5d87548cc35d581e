"""Small estates for the route table: one host, one VM, everything that matters in keyword arguments."""

from dataclasses import replace

from planner.knowledge import load_platforms
from planner.model.estate import (
    Cluster,
    ClusterId,
    Datastore,
    DatastoreId,
    Disk,
    Estate,
    Host,
    HostId,
    Network,
    NetworkId,
    Nic,
    VirtualMachine,
    VmId,
)
from planner.model.kinds import DatastoreKind, HypervisorKind, ManagerKind, PowerState
from planner.model.policy import Policy
from planner.route import route

GUEST = "Debian GNU/Linux 12 (64-bit)"


def estate_of(
    kind,
    *,
    manager=ManagerKind.NONE,
    live_migration=None,
    store=DatastoreKind.VMFS,
    shared=False,
    host=None,
    cluster=None,
    **vm,
):
    """An estate of one VM on one host of this kind; None fields stay unknown."""
    home = Host(
        id=HostId("host-a"), name="alpha", hypervisor=HypervisorKind(kind), cluster=ClusterId("cluster-a")
    )
    machine = VirtualMachine(
        id=VmId("vm-web"),
        name="web",
        cluster=ClusterId("cluster-a"),
        host=home.id,
        power=PowerState.ON,
        guest_os=GUEST,
        config_path="[ds 1] web/web.vmx",
        disks=(
            Disk(
                id="0",
                capacity_bytes=40 * 1024**3,
                allocated_bytes=20 * 1024**3,
                datastore=DatastoreId("ds-1"),
                path="[ds 1] web/web.vmdk",
            ),
        ),
        nics=(Nic(id="0", mac="00:50:56:aa:bb:cc", network=NetworkId("net-1")),),
    )
    return Estate(
        clusters=(
            replace(
                Cluster(
                    id=ClusterId("cluster-a"),
                    name="Alpha",
                    hypervisor=HypervisorKind(kind),
                    manager=manager,
                    live_migration=live_migration,
                ),
                **(cluster or {}),
            ),
        ),
        hosts=(replace(home, **(host or {})),),
        datastores=(Datastore(id=DatastoreId("ds-1"), name="ds 1", kind=store, shared=shared),),
        networks=(Network(id=NetworkId("net-1"), name="VM Network"),),
        vms=(replace(machine, **vm),),
    )


def route_of(platform, estate, policy=None):
    """The route of the only VM to a platform."""
    routes = route(estate, policy or Policy(), load_platforms())
    (found,) = (each for each in routes if each.platform == platform)
    return found
