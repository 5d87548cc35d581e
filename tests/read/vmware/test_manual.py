"""The command that docs/sources/vmware-files.md shows does what it says."""

import os
import re
import subprocess
from pathlib import Path

from planner.read.source import Sample
from planner.read.vmware import COMPANIONS
from tests.read.vmware.folders import VMX, descriptor, on_datastore, vmx

MANUAL = Path(__file__).parents[3] / "docs" / "sources" / "vmware-files.md"
(COPY,) = re.findall(r"```sh\n(.*?)```", MANUAL.read_text(encoding="utf-8"), flags=re.DOTALL)
DISK = {"scsi0.present": "TRUE", "scsi0:0.present": "TRUE", "scsi0:0.fileName": "web.vmdk"}
UUID = "498076b2-02796c1a-ef5b-000ae484a6a3"


def host(top: Path) -> None:
    """A host as ESXi lays it out: datastores by UUID, and links to them by name."""
    folder = on_datastore(top, UUID)
    vmx(folder, DISK)
    descriptor(folder / "web.vmdk")
    (folder / "web.vmsd").touch()
    (folder / "vmware.log").write_text("much")
    with (folder / "web-flat.vmdk").open("wb") as stream:
        stream.truncate(40 * 1024**3)
    (top / "vmfs" / "volumes" / "büro ds").symlink_to(UUID)


def test_the_copy_holds_what_the_reader_needs_and_no_disks(tmp_path):
    host(tmp_path / "host")
    programs = tmp_path / "bin"
    programs.mkdir()
    ssh = programs / "ssh"
    # Stands for the host: what it is told to do below / happens below its folder.
    ssh.write_text(f"""#!/bin/sh\n[ "$1" = root@esx1.example.net ] || exit 255\n
exec sh -c "cd '{tmp_path}/host' && ${{2#cd / && }}"\n""")
    ssh.chmod(0o755)
    search = {"PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-e", "-c", COPY],
        check=False,
        cwd=tmp_path,
        env=os.environ | search,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(path for path in (tmp_path / "estate").rglob("*") if path.is_file())
    assert {path.name for path in files} == {"web.vmx", "web.vmdk", "web.vmsd"}
    assert sum(any(knows(Sample.of(path)) for knows in COMPANIONS) for path in files) == 2
    estate = VMX.read([path for path in files if VMX.recognises(Sample.of(path))])
    (vm,) = estate.vms
    assert (vm.config_path, vm.disks[0].path) == ("[büro ds] web/web.vmx", "[büro ds] web/web.vmdk")
    assert (vm.disks[0].capacity_bytes, vm.snapshots, estate.gaps) == (40 * 1024**3, (), ())
