"""policy.yml: every field, every complaint."""

from dataclasses import fields
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.model.kinds import Bond, Criticality, DatastoreKind
from planner.model.policy import (
    BudgetSeverity,
    CapacityPolicy,
    ClusterPolicy,
    Criterion,
    DecisionPolicy,
    DowntimeBudget,
    DowntimePolicy,
    Freeze,
    InstallPolicy,
    KnowledgePolicy,
    NetworkMapping,
    Parking,
    Policy,
    Price,
    PricesPolicy,
    SharedStorage,
    StorageMapping,
    Strategy,
    TimingPolicy,
    TogetherPolicy,
    TransferPolicy,
    Uplink,
    Waiver,
    WavePolicy,
    Weekday,
    Window,
    WindowPolicy,
)
from planner.read.policy import read_policy
from planner.units import GIB, TIB

WHOLE = """
capacity: {vcpu_per_core: 2.5, reserve_hosts: 0, host_memory: 8 GiB, source_memory_percent: 120, storage_percent: 80}
transfers:
  per_host: 3
  per_datastore: 4
  at_once: 9
  conversions_per_host: 5
  measured: 110 MB/s
  datastore: 1 GB/s
  uplinks: [{name: wan, hosts: [a, b], clusters: [lab], rate: 100 MB/s, at_once: 4}]
timing:
  shutdown: 60
  convert_linux: 10 min
  convert_windows: 20 min
  verify: 30 s
  live_migration: 1 min
  retire_host: 10 min
  install_host: 1.5 h
  configure_host: 30 min
  upgrade_host: 2 h
  soak: 1 d
  spread_percent: 200
waves: {pilot_vms: 0, max_vms: 5, failure_budget: 1, cutovers_at_once: 3}
together: {vapps: show, guest_clusters: wish, likely_guest_clusters: bind, linked_clones: show}
downtime: {budgets: {critical: 15 min, low: 3600}, severity: critical}
windows:
  timezone: Europe/Vienna
  open:
    - {days: [fri, sat], from: "22:00", to: "06:00"}
    - {clusters: [lab], from: "18:00", to: "23:00"}
  freezes:
    - {from: 2026-12-20, to: 2027-01-06, why: year end}
decision:
  targets: [kvm-debian-12]
  weights: {existing-skills: 9, downtime: 0}
  skills: [debian]
  wants: [ha]
  one_hypervisor: 0
prices:
  currency: CHF
  years: 5
  subscription_core_year: 190.5
  support_host_year: {xcp-ng-8.3: 1100, kvm-debian-12: 0}
  guest_licences_year: {kvm-el-9: 10}
  labour_hour: 90
  swing_host: 1500
install:
  at_once: 4
  source_url: http://192.0.2.5/install
  enterprise_linux: rocky
  domain: example.org
  timezone: Europe/Vienna
  dns: [192.0.2.53]
  ntp: [ntp.example.org]
  gateway: 192.0.2.1
  prefix: 24
  ssh_keys: [ssh-ed25519 AAAA ops]
knowledge: {max_age_days: 90}
clusters: [{cluster: "A {{ x }}", target: xcp-ng-8.3, strategy: upgrade-in-place, reserve_percent: 20}]
network_map: [{source: VM Network, bridge: br0}, {source: DMZ, bridge: br30, vlan: 30}]
storage_map: [{source: ds1, target: local}]
shared_storage:
  - {name: vmstore, kind: nfs, capacity: 20 TiB, server: 192.0.2.9, export: /vm}
  - {name: san, kind: iscsi, capacity: 1 TiB, server: 192.0.2.8, target_iqn: "iqn.2026-01.org.example:a", scsi_id: 3600a}
parking: {storage: vmstore, max_criticality: low}
waivers:
  - {finding: disk-rdm, subject: db, who: A. Example, why: copied by hand, until: 2027-06-30}
  - {finding: snapshots, who: B. Example, why: removed before, until: "2027-01-31"}
vddk_path: /opt/vmware-vix-disklib-distrib
"""

POLICY = Policy(
    capacity=CapacityPolicy(
        vcpu_per_core=2.5,
        reserve_hosts=0,
        host_memory_bytes=8 * GIB,
        source_memory_percent=120,
        storage_percent=80,
    ),
    transfers=TransferPolicy(
        per_host=3,
        per_datastore=4,
        at_once=9,
        conversions_per_host=5,
        measured_bytes=110_000_000,
        datastore_bytes=10**9,
        uplinks=(Uplink(name="wan", hosts=("a", "b"), clusters=("lab",), rate_bytes=100_000_000, at_once=4),),
    ),
    timing=TimingPolicy(
        shutdown=60,
        convert_linux=600,
        convert_windows=1200,
        verify=30,
        live_migration=60,
        retire_host=600,
        install_host=5400,
        configure_host=1800,
        upgrade_host=7200,
        soak=86400,
        spread_percent=200,
    ),
    waves=WavePolicy(pilot_vms=0, max_vms=5, failure_budget=1, cutovers_at_once=3),
    together=TogetherPolicy(
        vapps=Bond.SHOW, guest_clusters=Bond.WISH, likely_guest_clusters=Bond.BIND, linked_clones=Bond.SHOW
    ),
    downtime=DowntimePolicy(
        budgets=(
            DowntimeBudget(criticality=Criticality.LOW, most=3600),
            DowntimeBudget(criticality=Criticality.CRITICAL, most=900),
        ),
        severity=BudgetSeverity.CRITICAL,
    ),
    windows=WindowPolicy(
        timezone="Europe/Vienna",
        open=(
            Window(opens="22:00", closes="06:00", days=(Weekday.FRI, Weekday.SAT)),
            Window(opens="18:00", closes="23:00", clusters=("lab",)),
        ),
        freezes=(Freeze(first="2026-12-20", last="2027-01-06", why="year end"),),
    ),
    decision=DecisionPolicy(
        targets=("kvm-debian-12",),
        weights=(Criterion(id="downtime", weight=0), Criterion(id="existing-skills", weight=9)),
        skills=("debian",),
        wants=("ha",),
        one_hypervisor=0,
    ),
    prices=PricesPolicy(
        currency="CHF",
        years=5,
        subscription_core_year=190.5,
        support_host_year=(
            Price(platform="kvm-debian-12", amount=0),
            Price(platform="xcp-ng-8.3", amount=1100),
        ),
        guest_licences_year=(Price(platform="kvm-el-9", amount=10),),
        labour_hour=90,
        swing_host=1500,
    ),
    install=InstallPolicy(
        at_once=4,
        source_url="http://192.0.2.5/install",
        enterprise_linux="rocky",
        domain="example.org",
        timezone="Europe/Vienna",
        dns=("192.0.2.53",),
        ntp=("ntp.example.org",),
        gateway="192.0.2.1",
        prefix=24,
        ssh_keys=("ssh-ed25519 AAAA ops",),
    ),
    knowledge=KnowledgePolicy(max_age_days=90),
    clusters=(
        ClusterPolicy(
            cluster="A {{ x }}", target="xcp-ng-8.3", strategy=Strategy.UPGRADE_IN_PLACE, reserve_percent=20
        ),
    ),
    network_map=(
        NetworkMapping(source="VM Network", bridge="br0"),
        NetworkMapping(source="DMZ", bridge="br30", vlan=30),
    ),
    storage_map=(StorageMapping(source="ds1", target="local"),),
    shared_storage=(
        SharedStorage(
            name="vmstore",
            kind=DatastoreKind.NFS,
            capacity_bytes=20 * TIB,
            server="192.0.2.9",
            export="/vm",
        ),
        SharedStorage(
            name="san",
            kind=DatastoreKind.ISCSI,
            capacity_bytes=TIB,
            server="192.0.2.8",
            target_iqn="iqn.2026-01.org.example:a",
            scsi_id="3600a",
        ),
    ),
    parking=Parking(storage="vmstore", max_criticality=Criticality.LOW),
    waivers=(
        Waiver(finding="disk-rdm", subject="db", who="A. Example", why="copied by hand", until="2027-06-30"),
        Waiver(finding="snapshots", subject=None, who="B. Example", why="removed before", until="2027-01-31"),
    ),
    vddk_path="/opt/vmware-vix-disklib-distrib",
)


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read_text(text):
        (tmp_path / "policy.yml").write_text(text)
        return read_policy(Path())

    return read_text


def test_every_field_is_read(read):
    assert read(WHOLE) == POLICY


@pytest.mark.parametrize("part", [field.name for field in fields(Policy)])
def test_the_whole_policy_differs_from_the_defaults_everywhere(part):
    """Otherwise the test above could not see that a field is dropped."""
    assert getattr(POLICY, part) != getattr(Policy(), part)


@pytest.mark.parametrize("text", ["", "---\n", "# nothing yet\n", "{}\n"])
def test_an_empty_policy_has_the_defaults(read, text):
    assert read(text) == Policy()


def test_no_policy_has_the_defaults(tmp_path):
    (tmp_path / "hosts.yml").write_text("all:\n")
    assert read_policy(tmp_path) == read_policy(tmp_path / "hosts.yml") == Policy()


def test_the_policy_lies_beside_an_inventory_file(read, tmp_path):
    read("vddk_path: /opt/vddk\n")
    (tmp_path / "hosts.yml").write_text("all:\n")
    assert read_policy(tmp_path / "hosts.yml").vddk_path == "/opt/vddk"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", ["policy.yml:1: must be a mapping, not a list"]),
        (
            "capacity: [\n",
            ["policy.yml:2: is broken YAML: while parsing a flow node did not find expected node content"],
        ),
        (
            "waves: {}\nwaves: {}\n",
            ["policy.yml:2: the key 'waves' stands here a second time: keep one of them"],
        ),
        (
            "capacty: {}\nwaves: {max_vm: 3}\n",
            [
                "policy.yml:1: capacty: unknown key 'capacty'; did you mean 'capacity'?",
                "policy.yml:2: waves.max_vm: unknown key 'max_vm'; did you mean 'max_vms'?",
            ],
        ),
        (
            "capacity:\n  host_memory: 4 Gigs\n  vcpu_per_core: .inf\n  storage_percent: 101\n  reserve_hosts: -1\n",
            [
                (
                    "policy.yml:2: capacity.host_memory: '4 Gigs' is not a size: write a number and one of "
                    "b, kb, mb, gb, tb, kib, mib, gib, tib"
                ),
                "policy.yml:3: capacity.vcpu_per_core: must be a number, not text",
                "policy.yml:4: capacity.storage_percent: 101 is more than 100",
                "policy.yml:5: capacity.reserve_hosts: -1 is less than 0",
            ],
        ),
        (
            "capacity: {reserve_hosts: 1, reserve_percent: 25}\nclusters: [{cluster: A, reserve_percent: 100}]\n",
            [
                "policy.yml:1: capacity: reserve_hosts and reserve_percent exclude each other: keep one of them",
                "policy.yml:2: clusters[0].reserve_percent: 100 is more than 99",
            ],
        ),
        (
            "timing: {shutdown: 3 weeks, soak: -1, spread_percent: 50}\n",
            [
                "policy.yml:1: timing.shutdown: '3 weeks' is not a duration: write a number and one of s, m, min, h, d",
                "policy.yml:1: timing.soak: -1 must not be negative",
                "policy.yml:1: timing.spread_percent: 50 is less than 100",
            ],
        ),
        (
            "network_map:\n  - {source: A, bridge: br-much-too-long-}\n  - {source: A, bridge: br0, vlan: 4095}\n",
            [
                (
                    "policy.yml:2: network_map[0].bridge: 'br-much-too-long-' is not accepted: "
                    "Name of the bridge on the target: at most 15 characters."
                ),
                "policy.yml:3: network_map[1].vlan: 4095 is more than 4094",
                "policy.yml:3: network_map[1].source: 'A' stands here a second time",
            ],
        ),
        (
            "waivers:\n  - {finding: x, why: y, until: soon}\n",
            [
                "policy.yml:2: waivers[0]: lacks who",
                "policy.yml:2: waivers[0].until: 'soon' is no date (like 2027-06-30)",
            ],
        ),
        (
            "shared_storage: [{name: a, kind: nfs, capacity: 0}, {name: b, kind: vmfs, capacity: 1}]\n",
            [
                "policy.yml:1: shared_storage[0].capacity: 0 must be more than zero",
                "policy.yml:1: shared_storage[0]: lacks server and export",
                "policy.yml:1: shared_storage[1].kind: 'vmfs' is unknown; known: nfs, iscsi, hba",
            ],
        ),
        (
            """windows:
  open:
    - {from: 22:00, to: '06:00', days: [frisday]}
  freezes: [{from: '2026-12-40', to: 2027-01-06, why: x}]
transfers: {datastore: 1 GB/s}
""",
            [
                "policy.yml:3: windows.open[0].days[0]: 'frisday' is unknown; known: mon, tue, wed, thu, fri, sat, sun",
                "policy.yml:3: windows.open[0].from: must be text, but is read as the number 1320: write it in quotes",
                "policy.yml:4: windows.freezes[0].from: '2026-12-40' is no date (like 2027-06-30)",
                "policy.yml:5: transfers: datastore wants per_datastore beside it",
            ],
        ),
        (
            "windows:\n  freezes:\n    - {from: 2027-01-06, to: 2026-12-20, why: x}\n",
            ["policy.yml:3: windows.freezes[0].to: ends before it begins (2027-01-06)"],
        ),
        (
            (
                "transfers:\n  uplinks:\n    - {name: Site A, at_once: 0, hosts: [a]}\n    - {name: b, at_once: 1}\n"
                "    - {name: b, at_once: 1, clusters: [x]}\n    - {name: c}\n"
            ),
            [
                (
                    "policy.yml:3: transfers.uplinks[0].name: 'Site A' is not accepted: "
                    "Letters a to z, digits and single dashes."
                ),
                "policy.yml:3: transfers.uplinks[0].at_once: 0 is less than 1",
                "policy.yml:4: transfers.uplinks[1]: wants hosts or clusters: those that are behind it",
                "policy.yml:5: transfers.uplinks[2].name: 'b' stands here a second time",
                "policy.yml:6: transfers.uplinks[3]: lacks at_once",
                "policy.yml:6: transfers.uplinks[3]: wants hosts or clusters: those that are behind it",
            ],
        ),
        (
            "downtime: {budgets: {urgent: 1 h, high: -1}, severity: fatal}\n",
            [
                "policy.yml:1: downtime.budgets: 'urgent' is unknown; known: low, normal, high, critical",
                "policy.yml:1: downtime.budgets.high: -1 must not be negative",
                "policy.yml:1: downtime.severity: 'fatal' is unknown; known: warning, critical",
            ],
        ),
        (
            "install: {source_url: ftp://x, gateway: 300.1.1.1, prefix: 0, dns: [ns1]}\n",
            [
                "policy.yml:1: install.source_url: 'ftp://x' is not accepted: An http or https address.",
                "policy.yml:1: install.dns[0]: 'ns1' is no IP address",
                "policy.yml:1: install.gateway: '300.1.1.1' is no IP address",
                "policy.yml:1: install.prefix: 0 is less than 1",
            ],
        ),
        (
            "decision: {weights: {skills: many}}\n",
            ["policy.yml:1: decision.weights.skills: must be a whole number, not text"],
        ),
        (
            "vddk_path: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n",
            [
                (
                    "policy.yml:1: vddk_path: cannot be decrypted: Attempting to decrypt but no vault secrets found; "
                    "set ANSIBLE_VAULT_PASSWORD_FILE"
                )
            ],
        ),
    ],
)
def test_every_problem_is_said_with_its_line(read, text, said):
    with pytest.raises(InputError) as raised:
        read(text)
    assert str(raised.value).splitlines() == said


def test_nothing_in_a_policy_is_templated(read):
    policy = read("waivers: [{finding: '{{ 1 + 1 }}', who: a, why: b, until: 2027-01-01}]\n")
    assert policy.waivers[0].finding == "{{ 1 + 1 }}"
