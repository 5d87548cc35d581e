"""Values in commands are data: nothing in a name runs, and a shell reads back exactly the name."""

import subprocess
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.route.values import word
from tests.route.route_estates import estate_of, route_of

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
EVIL = "x'; touch pwned; $(touch pwned) `touch pwned`\n{{ 1+1 }} \u202e\"&|<>*?~!#"
PLATFORMS = ("kvm-debian-12", "xcp-ng-8.3")


def spoken_by_a_shell(text):
    done = subprocess.run(
        ["bash", "-c", f"printf %s {text}"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/bin"},
    )
    return done.stdout.decode()


@settings(max_examples=60, deadline=None)
@given(NAMES)
def test_a_shell_reads_a_word_back(name):
    assert spoken_by_a_shell(word(name)) == name


@settings(deadline=None)
@given(NAMES)
def test_a_word_is_one_visible_line(name):
    assert not any(unicodedata.category(c)[0] in "CZ" and c != " " for c in word(name))


def test_commands_with_an_evil_name_run_nothing_of_it(tmp_path):
    stand_ins = "".join(
        f"{program}() {{ :; }}\n"
        for program in ("ssh", "scp", "virsh", "xe", "qemu-img", "virt-v2v", "virt_v2v")
    )
    for source in ("esxi", "xenserver", "xen", "kvm"):
        estate = estate_of(source, name=EVIL, config_path=f"[{EVIL}] {EVIL}/a.vmx", host={"version": "8.2.1"})
        for platform in PLATFORMS:
            for command in route_of(platform, estate).commands:
                line = command.split(" > ")[0]
                subprocess.run(["bash", "-c", f"{stand_ins}{line}"], cwd=tmp_path, check=True, timeout=20)
    assert list(tmp_path.iterdir()) == []


def test_an_ipv6_address_is_bracketed_and_an_absolute_path_kept():
    estate = estate_of("esxi", host={"address": "2001:db8::11"}, config_path="/vmfs/volumes/ds/ä b/web.vmx")
    assert "ssh://root@[2001:db8::11]/vmfs/volumes/ds/%C3%A4%20b/web.vmx" in " ".join(
        route_of("kvm-debian-12", estate).commands
    )
