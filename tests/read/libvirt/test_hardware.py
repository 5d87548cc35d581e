"""Cards of a host as libvirt describes its devices; the test driver forgets which driver a device has."""

from planner.model.estate import HostAdapter
from planner.read.libvirt.hardware import hardware_of
from planner.read.libvirt.values import Document
from planner.read.xml import parse_xml

PCI = """
<device>
  <name>pci_0000_03_00_{function}</name><parent>computer</parent><driver><name>{driver}</name></driver>
  <capability type='pci'>
    <class>{kind}</class>
    <domain>0</domain><bus>3</bus><slot>0</slot><function>{function}</function>
    <product id='{product}'>Example 1</product><vendor id='0x1000'/>
  </capability>
</device>
"""
NET = """
<device>
  <name>net_eth0</name><parent>pci_0000_03_00_1</parent>
  <capability type='net'><interface>eth0</interface></capability>
</device>
"""


def device(function: int, driver: str, kind: str, product: str = "0x0072") -> str:
    return PCI.format(function=function, driver=driver, kind=kind, product=product)


def test_a_card_has_the_driver_that_the_host_gave_it():
    texts = [
        NET,
        device(2, "ahci", "0x010601", product="somewhat"),
        device(1, "igb", "0x020000", product="0x1521"),
        device(0, "mpt3sas", "0x010700"),
    ]
    document = Document(file="x", problems=[])
    found = hardware_of(document, [parse_xml(text.strip(), "x") for text in texts])
    (nic,) = found.nics
    assert (nic.name, nic.driver, nic.model, nic.pci) == ("eth0", "igb", "Example 1", "1000:1521")
    assert found.adapters == (
        HostAdapter(name="pci_0000_03_00_0", driver="mpt3sas", model="Example 1", pci="1000:0072"),
        HostAdapter(name="pci_0000_03_00_2", driver="ahci", model="Example 1"),
    )
    assert document.problems == []
