"""The YAML files against their schema, against each other, and against the code that reads them."""

import json
import re
from importlib import resources
from string import Template

import jsonschema
import pytest

from planner import knowledge
from planner.knowledge.document import document
from planner.knowledge.platforms import load_platforms
from planner.model.estate import Cpu, Disk
from planner.model.kinds import HypervisorKind
from planner.model.plan import Transport
from planner.route.circumstances import CIRCUMSTANCES
from planner.route.trip import trips
from planner.route.values import DISK_VALUES, TRIP_VALUES

FILES = ("platforms.yml", "guests.yml", "routes.yml", "criteria.yml", "advice.yml")
SCHEMA = json.loads(resources.files("planner.schemas").joinpath("knowledge.schema.json").read_text("utf-8"))


def problems(documents):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(documents)]


def test_files_match_the_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert problems({name: document(name) for name in FILES}) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("platforms.yml", "platforms", "xcp-ng-8.3", "facts", "max_vcpus", "source"), None),
        (("platforms.yml", "platforms", "xcp-ng-8.3", "facts", "max_disk_bytes", "value"), 17588964818944),
        (("platforms.yml", "platforms", "xcp-ng-8.3", "facts", "nested", "confidence"), "rumour"),
        (("routes.yml", "transports", "esxi-ssh", "rate", "value"), "fast"),
        (("criteria.yml", "wants", 0, "date"), "soon"),
        (("guests.yml", "guests", 0, "kvm"), "yes"),
    ],
)
def test_schema_refuses(path, value):
    documents = json.loads(json.dumps({name: document(name) for name in FILES}))
    place = documents
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems(documents)


def test_ids_are_unique():
    for records in (
        document("guests.yml")["guests"],
        document("routes.yml")["table"],
        document("criteria.yml")["criteria"],
        document("criteria.yml")["wants"],
    ):
        ids = [record["id"] for record in records]
        assert len(ids) == len(set(ids))


def test_every_transport_is_known_and_used():
    rows = {row.transport for row in knowledge.route_rows()}
    assert set(document("routes.yml")["transports"]) == set(Transport)
    assert rows - {None} == set(Transport)
    assert all(knowledge.transport(kind).transport is kind for kind in Transport)


def clauses():
    for kind in Transport:
        known = knowledge.transport(kind)
        yield from known.commands + known.preconditions + known.losses


def test_every_circumstance_has_a_meaning_and_a_check_and_is_used():
    said = set(document("routes.yml")["circumstances"])
    used = {name for row in knowledge.route_rows() for name in row.when}
    used |= {name for clause in clauses() for name in clause.when}
    assert said == set(CIRCUMSTANCES) == used


def test_templates_use_only_values_that_exist(esxi_trip):
    once = {name for name, value in TRIP_VALUES.items() if value(esxi_trip)}
    each = once | {name for name, value in DISK_VALUES.items() if value(esxi_trip, Disk(id="0"), 1)}
    once |= {"bridges"}
    for clause in clauses():
        assert set(Template(clause.text).get_identifiers()) <= (each if clause.each_disk else once), (
            clause.text
        )


def test_every_source_reaches_every_target_somehow_or_is_refused_with_a_reason():
    sources = set(HypervisorKind) - {HypervisorKind.NONE}
    for target in (HypervisorKind.KVM, HypervisorKind.XCPNG):
        reached = {source for row in knowledge.route_rows() if row.target is target for source in row.sources}
        assert reached == sources


def test_the_last_row_of_every_pair_needs_nothing_or_covers_every_version():
    """No VM falls through the table: the rows of a pair end in one without conditions, or cover all three."""
    for source in set(HypervisorKind) - {HypervisorKind.NONE}:
        for target in (HypervisorKind.KVM, HypervisorKind.XCPNG):
            rows = [row for row in knowledge.route_rows() if row.target is target and source in row.sources]
            by_version = [row.when["upgradable"] for row in rows if row.when.keys() == {"upgradable"}]
            assert rows[-1].when == {} or by_version == [True, None, False], (source, target)


def test_platforms_carry_their_facts():
    platforms = {platform.id: platform for platform in load_platforms()}
    assert list(platforms) == sorted(platforms)
    assert platforms["kvm-debian-12"].max_vcpus == 288
    assert platforms["xcp-ng-8.3"].max_disk_bytes == 16381 * 1024**3
    assert platforms["xcp-ng-8.3"].required_cpu_flags == (("vmx", "svm"), ("ept", "npt"))
    assert all(platform.sources for platform in platforms.values())
    assert all(fact.source and re.fullmatch(r"\d{4}-\d\d-\d\d", fact.date) for fact in knowledge.facts())


def test_a_fact_is_found_by_platform_and_name():
    found = knowledge.fact("xcp-ng-8.3", "min_host_disk_bytes")
    assert (found.id, found.value, found.confidence) == (
        "xcp-ng-8.3.min_host_disk_bytes",
        46 * 1024**3,
        "source",
    )
    with pytest.raises(KeyError):
        knowledge.fact("xcp-ng-8.3", "colour")


def test_shared_facts_are_overridden_not_copied():
    assert knowledge.fact("kvm-debian-13", "max_vcpus").value == 1024
    assert (
        knowledge.fact("kvm-debian-13", "min_host_disk_bytes").value
        == knowledge.fact("kvm-debian-12", "min_host_disk_bytes").value
    )


@pytest.mark.parametrize(
    ("hypervisor", "texts", "platform"),
    [
        ("kvm", ("Debian 12", None), "kvm-debian-12"),
        ("kvm", ("Debian GNU/Linux", "13.1"), "kvm-debian-13"),
        ("kvm", ("AlmaLinux 9.4", "9.0.0"), "kvm-el-9"),
        ("kvm", ("CentOS 7", "4.5.0"), None),
        ("kvm", (None, None), None),
        ("xcp-ng", (None, "8.3.0"), "xcp-ng-8.3"),
        ("xcp-ng", (None, "8.2.1"), None),
        ("xenserver", (None, "8.3.0"), None),
        ("esxi", ("Debian 12", "8.0.3"), None),
    ],
)
def test_installed_platform(hypervisor, texts, platform):
    assert knowledge.installed_platform(HypervisorKind(hypervisor), *texts) == platform


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("8.2.1", True),
        ("8.0.0", True),
        ("8.1", True),
        ("8.2.0", False),
        ("7.6.0", False),
        ("8.4.0", False),
        (None, None),
    ],
)
def test_upgrades(version, verdict):
    assert knowledge.upgrades("xcp-ng-8.3", HypervisorKind.XENSERVER, version) is verdict
    assert knowledge.upgrades("kvm-debian-12", HypervisorKind.XENSERVER, version) is False


@pytest.mark.parametrize(
    ("texts", "maker"),
    [
        (("GenuineIntel", None), "intel"),
        ((None, "Intel(R) Xeon(R) Gold 6338"), "intel"),
        (("AuthenticAMD", None), "amd"),
        ((None, "AMD EPYC 7543"), "amd"),
        ((None, None), None),
        (("HygonGenuine", None), None),
        (("ARM", None), "arm"),
        ((None, "Ampere Altra Max M128-30"), "arm"),
        (("Charm", None), None),
    ],
)
def test_cpu_maker(texts, maker):
    vendor, model = texts
    assert knowledge.cpu_maker(Cpu(vendor=vendor, model=model)) == maker


@pytest.mark.parametrize(
    ("cpu", "architecture"),
    [
        (Cpu(vendor="GenuineIntel"), "x86_64"),
        (Cpu(model="Neoverse-N1"), "aarch64"),
        (Cpu(flags=("fp", "asimd", "aes")), "aarch64"),
        (Cpu(flags=("lm", "vmx")), "x86_64"),
        (Cpu(flags=("aes",)), None),
        (Cpu(), None),
    ],
)
def test_cpu_architecture(cpu, architecture):
    assert knowledge.cpu_architecture(cpu) == architecture


@pytest.mark.parametrize(
    ("cpu", "lacking"),
    [
        (Cpu(flags=("lm", "svm")), ()),
        (Cpu(flags=("lm",)), ("vmx or svm",)),
        (Cpu(flags=("fp", "asimd")), ()),
        (Cpu(), ()),
    ],
)
def test_flags_that_a_processor_lacks(cpu, lacking):
    assert knowledge.lacking(cpu, (("vmx", "svm"),)) == lacking


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("CentOS 7", "el"),
        ("Debian 12", "debian"),
        ("xenserver", "xcp-ng"),
        ("Proxmox VE 8", "debian"),
        ("Arch", None),
    ],
)
def test_os_family(text, family):
    assert knowledge.os_family(text) == family


@pytest.mark.parametrize(("hours", "score"), [(0, 10), (0.1, 9), (1, 7), (1.01, 6), (16, 2), (17, 0)])
def test_downtime_score(hours, score):
    assert knowledge.downtime_score(hours) == score


@pytest.fixture
def esxi_trip():
    from planner.model.estate import Cluster, ClusterId, Estate, VirtualMachine, VmId
    from planner.model.policy import Policy

    estate = Estate(
        clusters=(Cluster(id=ClusterId("c"), name="c", hypervisor=HypervisorKind.ESXI),),
        hosts=(),
        vms=(VirtualMachine(id=VmId("vm-a"), name="a", cluster=ClusterId("c")),),
    )
    return next(trips(estate, Policy(), load_platforms()))
