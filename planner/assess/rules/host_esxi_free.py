"""The free licence of ESXi."""

from planner.assess.ground import Ground
from planner.assess.looks import each_host
from planner.assess.rule import Rule, Verdict, information
from planner.model.estate import Host
from planner.model.finding import Severity, SubjectKind
from planner.model.kinds import HypervisorKind


def is_free(host: Host, ground: Ground) -> Verdict | None:
    """As the inventory says."""
    del ground
    free = host.hypervisor is HypervisorKind.ESXI and (host.edition or "").lower() == "free"
    return information(version=host.version) if free else None


RULE = Rule(
    id="host-esxi-free",
    subject=SubjectKind.HOST,
    severities=(Severity.INFORMATION,),
    message="The host has the free ESXi licence.",
    why=(
        "Its API only reads: no snapshots, no power off, no vMotion, no backup interface. VMs leave by ssh, switched "
        "off, and are down for as long as the copy takes."
    ),
    remedy=(
        "Turn SSH on (host client, Manage, Services), put a key of the conversion host into "
        "/etc/ssh/keys-root/authorized_keys, and turn SSH off again afterwards."
    ),
    find=each_host(is_free),
    source="vmware/pyvmomi issue 625; virt-v2v manual, input from VMware",
)
