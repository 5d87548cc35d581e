"""Hosts of one cluster that boot in different ways."""

from collections import Counter

from planner.assess.ground import Ground
from planner.assess.looks import each_cluster
from planner.assess.rule import Rule, Verdict, information
from planner.model.estate import Cluster
from planner.model.finding import Severity, SubjectKind


def mixed(cluster: Cluster, ground: Ground) -> Verdict | None:
    """Firmware that is known, spares included."""
    modes = Counter(host.firmware for host in ground.members[cluster.id] if host.firmware)
    said = ", ".join(f"{count} {mode}" for mode, count in sorted(modes.items()))
    return information(firmware=said) if len(modes) > 1 else None


RULE = Rule(
    id="cluster-firmware-mixed",
    subject=SubjectKind.CLUSTER,
    severities=(Severity.INFORMATION,),
    message="Some hosts of the cluster boot by BIOS, others by UEFI.",
    why="The installer has to be served both ways, and the mode cannot be changed once a host is installed.",
    remedy="Set all hosts to UEFI before they are rebuilt, or prepare network boot and media for both.",
    find=each_cluster(mixed),
    source="XCP-ng documentation, installation: never switch between BIOS and UEFI afterwards",
)
