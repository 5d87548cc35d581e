"""Folders of domain XML and of .vmx files, as many as wanted: each a VM with two disks and a card."""

from pathlib import Path
from string import Template
from typing import Final

_DOMAIN: Final = Template("""\
<domain type='kvm'>
  <name>vm-$number</name>
  <uuid>50000000-0000-4000-8000-$hexadecimal</uuid>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <cpu mode='host-passthrough' check='none' migratable='on'/>
  <clock offset='utc'><timer name='rtc' tickpolicy='catchup'/><timer name='hpet' present='no'/></clock>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='/var/lib/libvirt/images/vm-$number.qcow2'/>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
    </disk>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source dev='/dev/vg/vm-$number'/>
      <target dev='vdb' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
    </disk>
    <controller type='usb' index='0' model='qemu-xhci' ports='15'/>
    <interface type='bridge'>
      <mac address='52:54:00:$mac'/><source bridge='br0'/><model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </interface>
    <serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='vnc' port='-1' autoport='yes'><listen type='address'/></graphics>
    <video><model type='virtio' heads='1' primary='yes'/></video>
    <memballoon model='virtio'/><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
""")
_VMX: Final = Template("""\
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "19"
displayName = "vm-$number"
uuid.bios = "42 00 00 00 00 00 40 00-80 00 $spaced"
vc.uuid = "50 00 00 00 00 00 40 00-80 00 $spaced"
guestOS = "debian11-64"
firmware = "efi"
numvcpus = "2"
memSize = "4096"
sched.mem.min = "0"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.deviceType = "scsi-hardDisk"
scsi0:0.fileName = "vm-$number.vmdk"
scsi0:1.present = "TRUE"
scsi0:1.deviceType = "scsi-hardDisk"
scsi0:1.fileName = "vm-${number}_1.vmdk"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
ethernet0.networkName = "VM Network"
ethernet0.addressType = "static"
ethernet0.address = "00:50:56:$mac"
""")
_EXTENT: Final = Template("""\
# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="vmfs"

RW 83886080 VMFS "$name-flat.vmdk"

ddb.adapterType = "lsilogic"
ddb.thinProvisioned = "1"
ddb.virtualHWVersion = "19"
""")


def write_domains(folder: Path, count: int) -> None:
    """Write that many domain XML files."""
    folder.mkdir()
    for vm in range(count):
        (folder / f"vm-{vm:05d}.xml").write_text(_DOMAIN.substitute(_words(vm)))


def write_vmx(folder: Path, count: int) -> None:
    """Write that many .vmx files, each in a folder of its own with the descriptors of its disks."""
    for vm in range(count):
        home = folder / f"vm-{vm:05d}"
        home.mkdir(parents=True)
        (home / f"vm-{vm:05d}.vmx").write_text(_VMX.substitute(_words(vm)))
        for name in (f"vm-{vm:05d}", f"vm-{vm:05d}_1"):
            (home / f"{name}.vmdk").write_text(_EXTENT.substitute(name=name))


def _words(vm: int) -> dict[str, str]:
    pairs = f"{vm:012x}"
    return {
        "number": f"{vm:05d}",
        "hexadecimal": pairs,
        "spaced": " ".join(pairs[at : at + 2] for at in range(0, 12, 2)),
        "mac": ":".join(pairs[at : at + 2] for at in range(6, 12, 2)),
    }
