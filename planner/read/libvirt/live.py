"""A live libvirt: its host, storage, networks and domains, with calls that only read."""

from collections.abc import Mapping
from dataclasses import replace

from planner.model.estate import Cluster, Estate, Host
from planner.model.kinds import ManagerKind
from planner.model.setting import Setting, SettingKind
from planner.read.endpoint import Endpoint
from planner.read.gather import gather
from planner.read.ids import cluster_id
from planner.read.libvirt.guests import ask_guests
from planner.read.libvirt.hardware import Hardware
from planner.read.libvirt.host import ask_around, ask_hardware, ask_host
from planner.read.libvirt.machines import Home, ask_domain, ask_vm
from planner.read.libvirt.reports import Asking
from planner.read.libvirt.session import binding, connected
from planner.read.libvirt.site import Site, gaps_of, site_of


def read_libvirt(endpoint: Endpoint) -> Estate:
    """The estate of one host with libvirt.

    A domain, a pool or a question that fails is a gap of the estate, and so is all that comes after a connection
    broke. Raises InputError when there is no connection, or its host or its list of domains cannot be read.
    """
    libvirt = binding(endpoint)
    with connected(endpoint, libvirt) as connection:
        return gather(_estate(Asking(endpoint=endpoint, libvirt=libvirt, connection=connection)))


def _estate(asking: Asking) -> Estate:
    endpoint = asking.endpoint
    node, host = ask_host(asking)
    if node is None or host is None:
        raise endpoint.refused(f"tells nothing of its host: {_first(asking)}")
    handles = asking.ask("the list of VMs", lambda: asking.connection.listAllDomains(0))
    if handles is None:
        raise endpoint.refused(f"does not list its VMs: {_first(asking)}")
    domains = [domain for one in handles if (domain := ask_domain(asking, one)) is not None]
    cluster = Cluster(
        id=cluster_id(host.name),
        name=host.name,
        hypervisor=host.hypervisor,
        manager=ManagerKind.LIBVIRT,
        manager_address=host.address,
        live_migration=node.live_migration or None,
        settings=page_merging(asking.maybe(lambda: asking.connection.getMemoryParameters(0))),
        origin=endpoint.url,
    )
    site = site_of(cluster, host.name, [domain.definition for domain in domains], ask_around(asking))
    home = Home(site=site, host=host, hardware=ask_hardware(asking))
    vms = ask_guests(asking, tuple(ask_vm(asking, domain, home) for domain in domains))
    return Estate(
        clusters=(cluster,),
        hosts=(_equipped(host, site, home.hardware),),
        datastores=site.datastores,
        networks=tuple(site.networks.values()),
        vms=vms,
        gaps=(*asking.all_gaps(), *gaps_of(endpoint.url, site, vms)),
    )


def page_merging(memory: Mapping[str, int] | None) -> tuple[Setting, ...]:
    """Whether the kernel has merged equal pages, by the host's memory parameters; None is what no daemon told."""
    pages = (memory or {}).get("shm_pages_sharing", 0)
    return (Setting(kind=SettingKind.PAGE_MERGING, value=f"{pages} pages"),) if pages > 0 else ()


def _first(asking: Asking) -> str:
    return next((gap.why for gap in asking.all_gaps()), "it gives no answer")


def _equipped(host: Host, site: Site, hardware: Hardware) -> Host:
    return replace(
        host,
        cluster=site.cluster.id,
        nics=hardware.nics,
        adapters=hardware.adapters,
        disks=hardware.disks,
        datastores=tuple(sorted({store.id for store in site.datastores})),
        networks=site.carried(),
    )
