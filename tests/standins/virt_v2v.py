"""Stands in for virt-v2v 2.2: `-i vmx -it ssh` and `-i libvirtxml` in, `-o libvirt` out; unknown options are refused."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from tests.standins.state import State, note, refuse, state


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="virt-v2v", allow_abbrev=False)
    for option in ("-i", "-it", "-ic", "-ip", "-o", "-os", "-of", "-on", "--root"):
        parser.add_argument(option)
    parser.add_argument("-io", action="append", default=[])
    parser.add_argument("--mac", action="append", default=[])
    parser.add_argument("guest")
    return parser.parse_args()


def vmx_source(content: State, url: str) -> tuple[list[int], list[str]]:
    """Disk sizes and MACs of a VM that is read over ssh; one that runs would give a corrupt copy."""
    path = Path(unquote(urlsplit(url).path))
    if not path.is_file():
        refuse(f"virt-v2v: error: could not copy the VMX file from the remote server: {path}")
    text = path.read_text()
    for vm in content["esxi"]["vms"].values():
        if vm["vmx"].endswith(f"{path.parent.name}/{path.name}") and vm["power"] != "off":
            refuse("virt-v2v: the stand-in refuses to read the disks of a running VM")
    flats = [
        path.parent / name.replace(".vmdk", "-flat.vmdk")
        for name in re.findall(r'fileName = "(.*\.vmdk)"', text)
    ]
    return [flat.stat().st_size for flat in flats], re.findall(r'generatedAddress = "(.*)"', text)


def xml_source(path: str) -> tuple[list[int], list[str]]:
    root = ET.parse(path).getroot()
    files = [disk.find("source").get("file", "") for disk in root.iter("disk")]  # type: ignore[union-attr]
    return [Path(file).stat().st_size for file in files], [mac.get("address", "") for mac in root.iter("mac")]


def domain(name: str, disks: list[Path], cards: list[tuple[str, str]], disk_format: str) -> str:
    blocks = "".join(
        f"<disk type='file' device='disk'><driver name='qemu' type='{disk_format}'/><source file='{disk}'/>"
        f"<target dev='vd{disk.name[-1]}' bus='virtio'/></disk>"
        for disk in disks
    )
    nics = "".join(
        f"<interface type='bridge'><source bridge='{bridge}'/><mac address='{mac}'/><model type='virtio'/></interface>"
        for mac, bridge in cards
    )
    return f"<domain type='kvm'><name>{name}</name><devices>{blocks}{nics}</devices></domain>"


def convert(content: State) -> None:
    note(content, "virt-v2v")
    content["environment"] = {key: os.environ.get(key) for key in ("LIBGUESTFS_BACKEND", "VIRT_V2V_TMPDIR")}
    options = arguments()
    if options.ip:
        content["password"] = {
            "text": Path(options.ip).read_text(),
            "mode": Path(options.ip).stat().st_mode & 0o777,
        }
    if options.i == "vmx":
        sizes, macs = vmx_source(content, options.guest)
    elif options.i == "libvirtxml":
        sizes, macs = xml_source(options.guest)
    else:
        sizes, macs = content["vcenter"]["sizes"], content["vcenter"]["macs"]
    if "virt-v2v" in content.get("fail", []):
        refuse("virt-v2v: error: inspection could not detect the source guest (or physical machine).")
    bridges = dict(re.fullmatch(r"(.{17}):bridge:(.+)", mapping).groups() for mapping in options.mac)  # type: ignore[union-attr]
    pool = Path(content["libvirt"]["pools"][options.os]["path"])
    disks = [pool / f"{options.on}-sd{'abcdef'[number]}" for number in range(len(sizes))]
    for disk, size in zip(disks, sizes, strict=True):
        grown = size + content.get("grow", 0)
        subprocess.run(["qemu-img", "create", "-q", "-f", options.of, disk, str(grown)], check=True)
    cards = [(mac, bridges.get(mac, "default")) for mac in macs]
    content["libvirt"]["domains"][options.on] = {
        "uuid": f"00000000-0000-4000-8000-{len(content['calls']):012d}",
        "state": "shut off",
        "autostart": False,
        "links": {},
        "description": "",
        "xml": domain(options.on, disks, cards, options.of),
    }


with state() as everything:
    convert(everything)
sys.stdout.write("[ 100.0] Finishing off\n")
