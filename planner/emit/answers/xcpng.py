"""XCP-ng answer file: an XML document, held to what the installer of 8.3 really reads.

Source: xcp-ng/host-installer answerfile.py and constants.py, release 10.10.19-8.3. The installer ignores
unknown elements and checks no netmask, so this module writes only elements that it knows.
"""

from xml.etree import ElementTree as ET

from planner.emit.machine import ROOT_PASSWORD_HASH, Machine


def answerfile(machine: Machine) -> str:
    """The document for a fresh installation onto `install_disk`, which must be known."""
    root = ET.Element("installation", {"mode": "fresh", "sr-type": "ext"})
    disk = ET.SubElement(root, "primary-disk", {"guest-storage": "no"})
    disk.text = f"/dev/disk/by-id/{machine.target.install_disk}"
    ET.SubElement(root, "keymap").text = "us"
    ET.SubElement(root, "root-password", {"type": "hash"}).text = ROOT_PASSWORD_HASH
    ET.SubElement(root, "source", {"type": "url"}).text = machine.tree_url
    _admin_interface(root, machine)
    for server in machine.install.dns:
        ET.SubElement(root, "name-server").text = server
    ET.SubElement(root, "hostname").text = machine.hostname
    ET.SubElement(root, "timezone").text = machine.install.timezone
    _ntp(root, machine)
    script = ET.SubElement(root, "script", {"stage": "filesystem-populated", "type": "url"})
    script.text = f"{machine.answers_url}/{machine.host.id}.sh"
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _admin_interface(root: ET.Element, machine: Machine) -> None:
    identity = (
        {"hwaddr": machine.management.mac}
        if machine.management and machine.management.mac
        else {"name": "eth0"}
    )
    if not machine.static:
        ET.SubElement(root, "admin-interface", {**identity, "proto": "dhcp"})
        return
    interface = ET.SubElement(root, "admin-interface", {**identity, "proto": "static"})
    ET.SubElement(interface, "ipaddr").text = machine.host.address
    ET.SubElement(interface, "subnet-mask").text = machine.netmask
    ET.SubElement(interface, "gateway").text = machine.install.gateway


def _ntp(root: ET.Element, machine: Machine) -> None:
    if not machine.install.ntp:
        ET.SubElement(root, "ntp", {"source": "default"})
        return
    ntp = ET.SubElement(root, "ntp", {"source": "manual"})
    for server in machine.install.ntp:
        ET.SubElement(ntp, "ntp-server").text = server
