"""What hints.yml says: its schema, the words that its patterns know, and those that they must leave alone."""

import copy
import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from planner.knowledge import backup_product, backup_trace, likely_guest_cluster, likely_roles
from planner.knowledge.document import document
from planner.model.estate import Attribute, ClusterId, VirtualMachine, VmId
from planner.model.kinds import HypervisorKind, ServiceRole

SCHEMA = json.loads(resources.files("planner.schemas").joinpath("hints.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(formats=["regex"]))


def vm(name="x", **facts):
    return VirtualMachine(id=VmId("vm-x"), name=name, cluster=ClusterId("c"), **facts)


def test_the_file_matches_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert not list(VALIDATOR.iter_errors(document("hints.yml")))


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("roles", "pattern", "(open"),
        ("roles", "role", "mail"),
        ("roles", "in", "anywhere"),
        ("roles", "source", None),
        ("backups", "kvm", "yes"),
        ("backups", "confidence", "rumour"),
        ("guest_clusters", "kind", "apart"),
        ("guest_clusters", "product", ""),
    ],
)
def test_the_schema_refuses(part, key, value):
    changed = copy.deepcopy(document("hints.yml"))
    changed[part][0][key] = value
    assert list(VALIDATOR.iter_errors(changed))


def test_ids_are_unique_and_every_role_has_a_pattern():
    for part in ("roles", "guest_clusters", "backups"):
        ids = [row["id"] for row in document("hints.yml")[part]]
        assert len(ids) == len(set(ids))
    assert {row["role"] for row in document("hints.yml")["roles"]} == set(ServiceRole)


def test_the_first_words_for_a_role_are_told_names_before_notes():
    several = vm("dc01", hostname="ns1.example.org", tags=("dns server", "active directory", "ntp"))
    assert [(str(role), words) for role, words in likely_roles(several)] == [
        ("directory", "dc01"),
        ("dns", "ns1"),
        ("ntp", "ntp"),
    ]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("dc01", "directory"),
        ("CORP-DC1", "directory"),
        ("srvdc02", "directory"),
        ("ad.example.org", "directory"),
        ("ipa-2", "directory"),
        ("ns1", "dns"),
        ("prod dns", "dns"),
        ("dhcp01", "dhcp"),
        ("ntp", "ntp"),
        ("lic-server", "licence"),
        ("flexlm01", "licence"),
        ("veeam01", "backup"),
        ("backup", "backup"),
        ("vcsa-01", "vcenter"),
        ("xoa", "xen-orchestra"),
        ("jumphost2", "jump-host"),
        ("bastion", "jump-host"),
        ("awx", "controller"),
        ("dc1-web01", None),
        ("web01.dc1.example.org", None),
        ("db-backup", None),
        ("veeam-proxy-01", None),
        ("sbc01", None),
        ("abcdc", None),
        ("click", None),
        ("trans1", None),
        ("download", None),
        ("Windows 10", None),
    ],
)
def test_names_and_what_they_look_like(name, role):
    assert [str(found) for found, _ in likely_roles(vm(name))] == ([role] if role else [])
    assert [str(found) for found, _ in likely_roles(vm(hostname=name))] == ([role] if role else [])


@pytest.mark.parametrize(
    ("facts", "roles"),
    [
        ({"tags": ("dc",)}, ["directory"]),
        ({"tags": ("Role: DNS", "ntp")}, ["dns", "ntp"]),
        ({"annotation": "second Domain Controller of the site"}, ["directory"]),
        ({"attributes": (Attribute(name="Role", value="licence"),)}, ["licence"]),
        ({"annotation": "DNS of the customer is elsewhere"}, []),
        ({"tags": ("backup",)}, []),
    ],
)
def test_notes_and_what_they_tell(facts, roles):
    assert [str(found) for found, _ in likely_roles(vm(**facts))] == roles


def test_long_notes_are_cut():
    ((_, words),) = likely_roles(vm(annotation=f"domain controller {'x ' * 500}"))
    assert len(words) <= 120


@pytest.mark.parametrize(
    ("line", "product", "server"),
    [
        ("Veeam Backup: Job name: [J], Time: [1], Backup host: [VBR01], more", "Veeam", "vbr01"),
        ("VEEAM", "Veeam", None),
        ("NB_LAST_BACKUP: Tue Nov 24, master, policy", "Veritas", None),
        ("xo:backup:schedule: 1", "Xen Orchestra", None),
        ("backup", "None", None),
        ("Last Backup: 2026-11-01", "None", None),
        ("backup-policy: gold", "None", None),
        ("backup: no", None, None),
        ("backup:", None, None),
        ("no backup", None, None),
        ("the old backup of the shop", None, None),
    ],
)
def test_traces_of_backups(line, product, server):
    trace = backup_trace(vm(annotation=f"first line\n{line}"))
    assert (trace and str(trace.product.name).startswith(product or "?")) == (True if product else None)
    assert (trace and trace.server) == server


def test_a_server_tells_its_product_by_its_name():
    product = backup_product(vm("veeam01"))
    assert (product.name, product.reads(HypervisorKind.KVM)) == ("Veeam Backup & Replication", False)
    assert product.reads(HypervisorKind.XCPNG) is None
    assert backup_product(vm("backup01")) is None


@pytest.mark.parametrize(
    ("facts", "product"),
    [
        ({"name": "rac1"}, "Oracle RAC"),
        ({"name": "prod-racdb-n2"}, "Oracle RAC"),
        ({"name": "sqlfci01"}, "Windows Server Failover Cluster"),
        ({"name": "srv-wsfc-2.example.org"}, "Windows Server Failover Cluster"),
        ({"name": "k8s-master-1"}, "Kubernetes control plane"),
        ({"name": "etcd3"}, "etcd"),
        ({"name": "db-galera2"}, "Galera"),
        ({"name": "x", "annotation": "SQL AlwaysOn, replica 2"}, "SQL Server Always On availability group"),
        (
            {"name": "x", "annotation": "Exchange database availability group"},
            "Exchange database availability group",
        ),
        ({"name": "x", "tags": ("pacemaker",)}, "Pacemaker"),
        ({"name": "x", "annotation": "must always on be up"}, None),
        ({"name": "trackrac1"}, None),
        ({"name": "oracle1"}, None),
        ({"name": "cluster1"}, None),
        ({"name": "k8s-worker-1"}, None),
    ],
)
def test_what_looks_like_a_node_of_a_guest_cluster(facts, product):
    found = likely_guest_cluster(vm(**facts))
    assert (found.product if found else None) == product
