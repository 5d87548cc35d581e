"""Rules that look at the calendar: the last day on which all is well, and the day after it."""

from datetime import date

from planner.model.estate import Snapshot
from planner.model.policy import ClusterPolicy, KnowledgePolicy, Strategy, Waiver
from tests.assess.assess_estates import World

WAIVED = {
    "waivers": (
        Waiver(finding="vm-vtpm", subject="web", who="A. Person", why="keys are safe", until="2027-01-31"),
    )
}
KEPT = (ClusterPolicy(cluster="Alpha", strategy=Strategy.KEEP),)


def snapshot(created: str | None) -> dict:
    return {"snapshots": (Snapshot(name="before", created=created),)}


def on(year: int, month: int, day: int, **world) -> World:
    return World(today=date(year, month, day), **world)


DAY_CASES = [
    ("waiver-expired", "the day after", on(2027, 2, 1, policy=WAIVED), "warning"),
    ("waiver-expired", "its last day", on(2027, 1, 31, policy=WAIVED), "-"),
    ("waiver-unused", "expired, which is told already", on(2027, 2, 1, policy=WAIVED), "-"),
    ("host-support-ended", "ESXi 8, its last day", on(2027, 10, 11), "-"),
    ("host-support-ended", "ESXi 8, the day after", on(2027, 10, 12), "warning"),
    (
        "vm-guest-support-ended",
        "Windows 2016, its last day",
        on(2027, 1, 12, vm={"guest_os": "Windows Server 2016"}),
        "-",
    ),
    (
        "vm-guest-support-ended",
        "Windows 2016, the day after",
        on(2027, 1, 13, vm={"guest_os": "Windows Server 2016"}),
        "warning",
    ),
    ("target-support", "Debian 12's last day", on(2028, 6, 30), "information"),
    ("target-support", "Debian 12, the day after", on(2028, 7, 1), "critical/information"),
    ("knowledge-old", "within a year", World(), "-"),
    ("knowledge-old", "after years", on(2029, 1, 1), "warning"),
    ("knowledge-old", "after years, nothing to convert", on(2029, 1, 1, policy={"clusters": KEPT}), "-"),
    (
        "knowledge-old",
        "the policy wants it fresh",
        on(2027, 1, 1, policy={"knowledge": KnowledgePolicy(max_age_days=7)}),
        "warning",
    ),
    ("vm-snapshot-old", "four days", World(vm=snapshot("2026-11-20T23:59:00Z")), "warning"),
    ("vm-snapshot-old", "three days", World(vm=snapshot("2026-11-21 00:00:01")), "-"),
    ("vm-snapshot-old", "made after that day", World(vm=snapshot("2027-01-01")), "-"),
    ("vm-snapshot-old", "no day that can be read", World(vm=snapshot("last week")), "-"),
    ("vm-snapshot-old", "no day", World(vm=snapshot(None)), "-"),
    ("vm-snapshot-old", "none", World(), "-"),
    ("vm-snapshot-old", "unknown", World(vm={"snapshots": None}), "-"),
]
