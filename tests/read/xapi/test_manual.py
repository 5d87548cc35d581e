"""The commands that docs/sources/xapi.md shows do what it says."""

import contextlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import XenAPI

from planner.read.endpoint import parse_endpoint, trust
from planner.read.source import Sample
from planner.read.xapi import FORMATS
from planner.read.xapi.session import _Transport
from planner.read.xapi.words import CLASSES
from tests.read.xapi.server import PASSWORD, Behaviour, dump, serving
from tests.read.xapi.xe_lists import write

ROOT = Path(__file__).parents[3]
MANUAL = (ROOT / "docs" / "sources" / "xapi.md").read_text(encoding="utf-8")
LIVE, DUMP, LISTS = re.findall(r"```sh\n(.*?)```", MANUAL, flags=re.DOTALL)


def read(kind: str, *files: Path):
    return next(one for one in FORMATS if one.kind == kind).read(sorted(files))


def nowhere(estate):
    return tuple(replace(vm, origin=None) for vm in estate.vms)


def test_the_live_command_of_the_manual(tmp_path):
    """The command runs as it stands, but for the address, and for who vouches for the certificate."""
    with serving(Behaviour(records=dump("pool-8.3.json")), tmp_path) as server:
        command = LIVE.replace("xapi://root@xcp1.example.net", server.url).split()
        assert command[0] == "planner"
        done = subprocess.run(
            [sys.executable, "-m", *command, "--ca-file", str(server.ca_file)],
            cwd=tmp_path,
            env=os.environ | {"PLANNER_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert len([*(tmp_path / "estate" / "host_vars").iterdir()]) == 2


def test_the_dump_of_the_manual(tmp_path, monkeypatch):
    """The script runs as it stands; only the local socket is a server of ours."""
    (script,) = re.findall(r"<<'END'\n(.*?)^END$", DUMP, flags=re.DOTALL | re.MULTILINE)
    local = Behaviour(records=dump("pool-8.3.json"), password="")
    with serving(local, tmp_path) as server:
        endpoint = parse_endpoint(server.url, ca_file=server.ca_file)
        transport = _Transport(trust(endpoint), 20)
        url = f"https://{server.address}:{server.port}/"
        monkeypatch.setattr(XenAPI, "xapi_local", lambda: XenAPI.Session(url, transport=transport))
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(script, "manual", "exec"), {})
        transport.close()
    path = tmp_path / "made.json"
    path.write_text(printed.getvalue(), encoding="utf-8")
    assert [one.kind for one in FORMATS if one.recognises(Sample.of(path))] == ["xapi-dump"]
    made = read("xapi-dump", path)
    assert nowhere(made) == nowhere(read("xapi-dump", Path(__file__).parent / "pool-8.3.json"))
    assert made.gaps == ()
    assert [f"{of}.get_all_records" for of in CLASSES] == local.calls[1:-1]


def test_the_lists_of_the_manual(tmp_path):
    """The loop runs in a shell, with an `xe` that prints what a pool's would."""
    pool, lists, programs = (tmp_path / name for name in ("pool", "lists", "bin"))
    for folder in (pool, lists, programs):
        folder.mkdir()
    write(dump("pool-8.3.json"), pool)
    xe = programs / "xe"
    xe.write_text(
        f'#!/bin/sh\n[ "$2" = params=all ] || exit 1\n[ ! -e "{pool}/$1.txt" ] || cat "{pool}/$1.txt"\n'
    )
    xe.chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-e", "-c", LISTS], cwd=lists, env=environment, check=True)
    made = read("xe", *lists.iterdir())
    assert nowhere(made) == nowhere(read("xe", *pool.iterdir()))
    assert made.gaps == ()
