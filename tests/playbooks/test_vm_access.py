"""vm_access: one machine that reads sources for several VMs at once."""

import yaml

from tests.playbooks.world import World


def test_vms_of_one_machine_change_its_ssh_settings_one_after_the_other(tmp_path):
    world = World(tmp_path)
    play = {
        "name": "Try",
        "hosts": "all",
        "strategy": "ansible.builtin.host_pinned",
        "gather_facts": False,
        "roles": ["vm_access"],
    }
    book = tmp_path / "play.yml"
    book.write_text(yaml.safe_dump([play], sort_keys=False))
    settings = tmp_path / "ssh"
    settings.mkdir(mode=0o700)
    variables = {
        "vm_access_owner": "host-hv1",
        "vm_access_ssh_dir": str(settings),
        "vm_access_key": str(settings / "id_rsa"),
    }
    hosts = {f"move-vm-{number}": {} for number in range(3)}
    done = world.run(book, {"all": {"hosts": hosts, "vars": variables}})
    assert done.status == 0, done.output
    assert sum(done.changed(host) for host in hosts) == 1, done.output
    assert (settings / "id_rsa.pub").read_text().split()[2] == "conversion@host-hv1"
    assert sorted(path.name for path in settings.iterdir()) == ["id_rsa", "id_rsa.pub"]
