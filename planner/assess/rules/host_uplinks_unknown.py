"""Networks of a host that leave it through ports which nobody can tell apart."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Console, Rule, Verdict, warning
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind


def untold(host: Host, ground: Ground) -> Verdict | None:
    """A network without uplinks, or an uplink without a MAC."""
    carried = host.networks or ()
    macs = {nic.name: nic.mac for nic in host.nics}
    bare = sorted(
        ground.network_by_id[entry.network].name
        for entry in carried
        if not entry.uplinks and entry.network in ground.network_by_id
    )
    nameless = sorted({port for entry in carried for port in entry.uplinks if not macs.get(port)})
    if not bare and not nameless:
        return None
    return warning(networks_without_uplinks=", ".join(bare), ports_without_mac=", ".join(nameless))


RULE = Rule(
    id="host-uplinks-unknown",
    subject=SubjectKind.HOST,
    severities=(Severity.WARNING,),
    message="Through which port a network leaves the host is unknown.",
    why="Ports get other names under the target; bridges are bound to them by MAC, and never by guess.",
    remedy="Add `uplinks` to the networks and `mac` to the NICs of the host in the inventory.",
    commands={
        Console.VCENTER: "govc host.info -json -host $name",
        Console.ESXI: "ssh root@$host 'esxcli network nic list; esxcli network vswitch standard list'",
        Console.XAPI: "xe pif-list params=device,MAC,network-name-label,host-name-label",
        Console.XEN: "ssh root@$host ip -details link",
        Console.LIBVIRT: "ssh root@$host ip -details link",
    },
    find=each_host(untold),
)
