"""What Ansible sees is what the planner sees: formats, precedence, vault, scripts and plugins."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from planner.errors import InputError
from planner.model.kinds import HypervisorKind, ManagerKind, PowerState
from planner.read.collect import read_estate
from planner.units import GIB

HOST = "planner_host: {hypervisor: esxi, memory: %s}\n"


@pytest.fixture
def write(tmp_path):
    def write_files(**files):
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return lambda files: write_files(**files)


def test_host_vars_beat_group_vars_and_children_beat_parents(write):
    source = write(
        {
            "hosts.yml": "site: {children: {prod: {hosts: {esx1: , esx2: , esx3: }}}}\n",
            "group_vars/all.yml": HOST % "1 GiB",
            "group_vars/site.yml": HOST % "2 GiB",
            "group_vars/prod/memory.yml": HOST % "3 GiB",
            "host_vars/esx2.yml": HOST % "4 GiB",
            "host_vars/esx3/memory.yaml": HOST % "5 GiB",
        }
    )
    assert [host.memory_bytes for host in read_estate(source).hosts] == [3 * GIB, 4 * GIB, 5 * GIB]


def test_ansible_itself_agrees_on_precedence(write):
    source = write(
        {
            "hosts.yml": "prod: {vars: {planner_host: {hypervisor: kvm}}, hosts: {a: , b: , c: }}\n",
            "group_vars/all.yml": "planner_host: {hypervisor: esxi}\n",
            "group_vars/prod.yml": "planner_host: {hypervisor: xen}\n",
            "host_vars/b.yml": "planner_host: {hypervisor: xcp-ng}\n",
        }
    )
    shown = subprocess.run(
        ["ansible-inventory", "-i", str(source), "--list"], check=True, capture_output=True, text=True
    )
    variables = json.loads(shown.stdout)["_meta"]["hostvars"]
    assert {host.name: host.hypervisor for host in read_estate(source).hosts} == {
        name: variables[name]["planner_host"]["hypervisor"] for name in ("a", "b", "c")
    }


def test_ini_inventory(write):
    source = write(
        {
            "hosts.ini": "[prod]\n"
            "esx[1:2] ansible_host=192.0.2.1\n"
            "[prod:vars]\n"
            "planner_cluster={'name': 'Prod', 'manager': 'vcenter'}\n"
            "planner_host={'hypervisor': 'esxi', 'version': '8.0.3', 'memory': '64 GiB'}\n",
        }
    )
    estate = read_estate(source / "hosts.ini")
    assert [host.name for host in estate.hosts] == ["esx1", "esx2"]
    assert {host.address for host in estate.hosts} == {"192.0.2.1"}
    assert estate.clusters[0].manager is ManagerKind.VCENTER
    assert estate.clusters[0].origin == "hosts.ini:4"


def test_vault_files_and_values(write, monkeypatch, tmp_path):
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    secret = subprocess.run(
        ["ansible-vault", "encrypt_string", "--vault-password-file", str(password), "Finance"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    source = write(
        {
            "estate/hosts.yml": "all: {hosts: {esx1: }}\n",
            "estate/host_vars/esx1/host.yml": HOST % "64 GiB",
            "estate/host_vars/esx1/vms.yml": "planner_vms:\n  - name: web\n    owner: " + secret,
            "estate/policy.yml": "vddk_path: /opt/vddk\n",
        }
    )
    host_file = source / "estate" / "host_vars" / "esx1" / "host.yml"
    subprocess.run(
        ["ansible-vault", "encrypt", "--vault-password-file", str(password), str(host_file)],
        check=True,
        capture_output=True,
    )
    with pytest.raises(InputError, match="no vault secrets found"):
        read_estate(source / "estate")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(password))
    estate = read_estate(source / "estate")
    assert estate.hosts[0].memory_bytes == 64 * GIB
    assert estate.vms[0].owner == "Finance"
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"vault password file .*absent was not found"):
        read_estate(source / "estate")


def test_dynamic_script(write):
    listing = {
        "prod": {"hosts": ["esx1"], "vars": {"planner_cluster": {"name": "Prod"}}},
        "_meta": {
            "hostvars": {
                "esx1": {
                    "planner_host": {"hypervisor": "esxi"},
                    "planner_vms": [{"name": "{{ lookup('pipe', 'touch pwned') }}", "power": "on"}],
                }
            }
        },
    }
    source = write({"inventory.sh": f"#!/bin/sh\ncat <<'END'\n{json.dumps(listing)}\nEND\n"})
    (source / "inventory.sh").chmod(0o755)
    estate = read_estate(source / "inventory.sh")
    assert estate.vms[0].name == "{{ lookup('pipe', 'touch pwned') }}"
    assert estate.vms[0].origin == "inventory.sh"
    assert not (source / "pwned").exists()


def test_inventory_plugin(write):
    source = write(
        {
            "1-hosts.yml": "all: {hosts: {esx1: {site: prod, planner_host: {hypervisor: esxi}}}}\n",
            "2-groups.yml": "plugin: ansible.builtin.constructed\nkeyed_groups: [{key: site, separator: ''}]\n",
            "group_vars/prod.yml": "planner_cluster: {name: Prod}\n",
        }
    )
    assert [cluster.name for cluster in read_estate(source).clusters] == ["Prod"]


def test_names_are_never_templated(write):
    names = [
        "{{ lookup('pipe', 'touch pwned') }}",
        "{% for x in y %}",
        'O\'Brien "the" VM',
        "$(reboot); `id`",
        "-rf",
        "Büro ☃",
        "../../etc/passwd",
    ]
    vms = yaml.safe_dump([{"name": name} for name in names], allow_unicode=True)
    source = write(
        {
            "hosts.yml": "all: {hosts: {esx1: }}\n",
            "host_vars/esx1.yml": (HOST % "1 GiB") + "planner_vms:\n" + vms,
        }
    )
    estate = read_estate(source)
    assert {vm.name for vm in estate.vms} == set(names)
    assert all(vm.id.replace("-", "").isalnum() for vm in estate.vms)
    assert not list(source.rglob("pwned"))


def test_files_of_the_planner_are_no_inventory(write, capfd):
    source = write(
        {
            "hosts.yml": "all: {hosts: {esx1: {planner_host: {hypervisor: esxi}}}}\n",
            "policy.yml": "network_map: [{source: A, bridge: br0}]\n",
            "MANIFEST.sha256": "0123456789abcdef  hosts.yml\n",
            "README.md": "not an inventory\n",
            "generate.py": "raise SystemExit('not executable, so not run')\n",
        }
    )
    assert [host.name for host in read_estate(source).hosts] == ["esx1"]
    assert capfd.readouterr() == ("", "")


def test_a_changed_inventory_is_read_again(write):
    source = write({"hosts.yml": "all: {hosts: {esx1: {planner_host: {hypervisor: esxi}}}}\n"})
    assert read_estate(source).vms == ()
    write({"host_vars/esx1.yml": "planner_vms: [{name: web, power: on}]\n"})
    assert [vm.power for vm in read_estate(source).vms] == [PowerState.ON]


def test_hosts_that_are_no_hypervisors_do_not_matter(write):
    source = write(
        {
            "hosts.yml": "web: {hosts: {www: , localhost: }}\n"
            "prod: {hosts: {esx1: {planner_host: {hypervisor: esxi}}}}\n",
        }
    )
    estate = read_estate(source)
    assert [(cluster.name, cluster.hypervisor) for cluster in estate.clusters] == [
        ("esx1", HypervisorKind.ESXI)
    ]


def test_a_relative_path_and_a_link_give_the_same_estate(write, monkeypatch):
    source = write({"real/hosts.yml": "all: {hosts: {esx1: {planner_host: {hypervisor: esxi}}}}\n"})
    (source / "link").symlink_to(source / "real")
    monkeypatch.chdir(source)
    assert read_estate(Path("real")) == read_estate(Path("link")) == read_estate(source / "real")
