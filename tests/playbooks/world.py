"""A small world for plays: stand-ins first on PATH, their state in a file, every host on a local connection."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ROLES = ROOT / "playbooks" / "roles"
STANDINS = ROOT / "tests" / "standins"
# What the world offers, by the name that the roles call.
PROGRAMS = {
    path.stem: path for path in STANDINS.glob("*.py") if path.stem not in ("__init__", "state", "xapi")
}
RENAMED = {"vim_cmd": "vim-cmd", "virt_v2v": "virt-v2v", "xapi_wait": "xapi-wait-init-complete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a play did: its exit status, the recap by host, and all that it printed."""

    status: int
    recap: dict[str, dict[str, int]]
    output: str

    def changed(self, host: str) -> int:
        return self.recap[host]["changed"]


class World:
    """A directory with programs, state, and plays that were run."""

    def __init__(self, directory: Path, **state: Any) -> None:
        self.directory = directory
        self.bin = directory / "bin"
        self.bin.mkdir()
        for stem, path in PROGRAMS.items():
            self.program(
                RENAMED.get(stem, stem), f"import runpy; runpy.run_path({str(path)!r}, run_name='__main__')"
            )
        (directory / "ansible.cfg").touch()
        self.file = directory / "state.json"
        self.file.write_text(json.dumps(state))

    def program(self, name: str, code: str) -> None:
        """Put a Python program on the PATH."""
        head = f"#!{sys.executable}\nimport sys; sys.path.insert(0, {str(ROOT)!r})\n"
        (self.bin / name).write_text(head + code + "\n")
        (self.bin / name).chmod(0o755)

    @property
    def state(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.file.read_text())
        return content

    def change(self, **parts: Any) -> None:
        """Replace parts of the state."""
        self.file.write_text(json.dumps(self.state | parts))

    def calls(self, program: str) -> list[list[str]]:
        return [call[1:] for call in self.state.get("calls", []) if call[0] == program]

    def play(
        self,
        roles: list[str],
        hosts: dict[str, dict[str, Any]],
        *arguments: str,
        on: str = "target",
        **extra: Any,
    ) -> Run:
        """Run roles on the host `on` of an inventory whose hosts are all this machine."""
        play = {"name": "Try", "hosts": on, "gather_facts": False, "roles": roles}
        book = self.directory / "play.yml"
        book.write_text(yaml.safe_dump([play], sort_keys=False))
        return self.run(book, {"all": {"hosts": hosts}}, *arguments, **extra)

    def run(self, book: Path, inventory: dict[str, Any], *arguments: str, **extra: Any) -> Run:
        """Run a playbook; `extra` are extra variables."""
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory["all"]["vars"] = local | inventory["all"].get("vars", {})
        (self.directory / "inventory.yml").write_text(tagged(inventory))
        (self.directory / "extra.yml").write_text(tagged(extra))
        environment = os.environ | {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "STANDIN_STATE": str(self.file),
            "ANSIBLE_ROLES_PATH": str(ROLES),
            "ANSIBLE_CONFIG": str(self.directory / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "ANSIBLE_REMOTE_TEMP": str(self.directory / "remote"),
            "ANSIBLE_ASYNC_DIR": str(self.directory / "async"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }
        done = subprocess.run(
            [
                "ansible-playbook",
                *("-i", "inventory.yml", "-e", "@extra.yml", str(book), *arguments),
            ],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        output = done.stdout + done.stderr
        return Run(status=done.returncode, recap=recap(output), output=output)


class Unsafe(str):
    """Text that Ansible must never evaluate."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes Unsafe text with its tag."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def tagged(document: Any) -> str:
    """YAML with !unsafe where a value is Unsafe."""
    text: str = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return text


def recap(output: str) -> dict[str, dict[str, int]]:
    lines = output.partition("PLAY RECAP")[2].splitlines()[1:]
    rows = (line.split(":", 1) for line in lines if " : ok=" in line)
    return {
        host.strip(): {key: int(value) for key, value in (pair.split("=") for pair in counts.split())}
        for host, counts in rows
    }
