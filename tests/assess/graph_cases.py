"""Cases of the rules about what the graph concludes and guesses: roles, backups, traffic."""

from dataclasses import replace

from planner.model.estate import AffinityRule, Attribute, Flow, VmId
from planner.model.kinds import AffinityKind, ServiceRole
from tests.assess.assess_estates import DISK, World

WEB, DB = VmId("vm-web"), VmId("vm-db")
VEEAM = {"attributes": (Attribute(name="Notes", value="Veeam Backup: Job name: [J]"),)}
XO = {"attributes": (Attribute(name="xo:backup:job", value="1"),)}
CLONE = {"disks": (replace(DISK, base="[ds 1] golden/golden.vmdk"),)}
TOGETHER = AffinityRule(id="rule-rac", name="rac", kind=AffinityKind.TOGETHER, vms=(WEB, VmId("vm-rac2")))
BACULA = {"attributes": (Attribute(name="Backup", value="bacula, daily"),)}


def flow(source, destination):
    return Flow(source=source, destination=destination, port=443, size_bytes=2**30)


GRAPH_CASES = [
    ("vm-role-undeclared", "by name", World(vm={"name": "dc01"}), "information"),
    ("vm-role-undeclared", "by tag", World(vm={"tags": ("DHCP server",)}), "information"),
    ("vm-role-undeclared", "declared", World(vm={"name": "dc01", "roles": (ServiceRole.DIRECTORY,)}), "-"),
    ("vm-role-undeclared", "a template", World(vm={"name": "dc01", "template": True}), "-"),
    ("vm-role-undeclared", "a copy of a VM", World(vm={"name": "web-backup"}), "-"),
    ("vm-backup-ties", "Veeam", World(vm=VEEAM), "warning"),
    ("vm-backup-ties", "Xen Orchestra", World(vm=XO), "warning/information"),
    ("vm-backup-ties", "Bacula", World(vm=BACULA), "information/warning"),
    ("vm-backup-ties", "Xen Orchestra, upgraded in place", World(source="xenserver", vm=XO), "warning/-"),
    ("vm-backup-ties", "a tag", World(vm={"tags": ("backup",)}), "warning"),
    (
        "vm-backup-ties",
        "declared, by a server that says what it is",
        World(vm={"backed_up_by": DB}, vms={"db": {"hostname": "bacula01"}}),
        "information/warning",
    ),
    ("vm-backup-ties", "declared", World(vm={"backed_up_by": DB}, vms={"db": {}}), "warning"),
    ("vm-backup-ties", "excluded", World(vm={"tags": ("backup: none",)}), "-"),
    ("vm-guest-cluster-likely", "by name", World(vm={"name": "rac1"}), "information"),
    ("vm-guest-cluster-likely", "by notes", World(vm={"annotation": "Pacemaker"}), "information"),
    ("vm-guest-cluster-likely", "a template", World(vm={"name": "rac1", "template": True}), "-"),
    ("vm-guest-cluster-likely", "another name", World(), "-"),
    (
        "vm-guest-cluster-likely",
        "a rule says so",
        World(vm={"name": "rac1"}, vms={"rac2": {}}, rules=(TOGETHER,)),
        "-",
    ),
    ("vm-shared-base", "two clones", World(vm=CLONE, vms={"db": CLONE}), "information"),
    ("vm-shared-base", "alone", World(vm=CLONE, vms={"db": {}}), "-"),
    (
        "vm-shared-base",
        "the pool upgrades",
        World(source="xenserver", vm=CLONE, vms={"db": CLONE}),
        "information/-",
    ),
    (
        "estate-flows-outside",
        "clients",
        World(flows=(flow(None, WEB), flow(WEB, None)), vms={"db": {}}),
        "information",
    ),
    ("estate-flows-outside", "only VMs", World(flows=(flow(WEB, DB),), vms={"db": {}}), "-"),
]
