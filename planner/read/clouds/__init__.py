"""Systems that the planner reads but knows no way out of yet: Proxmox VE, oVirt, Nutanix AHV, Hyper-V, OpenStack.

records              JSON read strictly
proxmox, ovirt,
nutanix, hyper_v,
openstack            a reader each: files to an estate
<system>_…           its parts: what was found in files, VMs, and the places that they are at
"""

from planner.read.clouds.hyper_v import HYPER_V
from planner.read.clouds.nutanix import NUTANIX
from planner.read.clouds.openstack import OPENSTACK
from planner.read.clouds.ovirt import OVIRT
from planner.read.clouds.proxmox import PROXMOX
from planner.read.source import Format

FORMATS: tuple[Format, ...] = (PROXMOX, OVIRT, NUTANIX, HYPER_V, OPENSTACK)
"""Each knows its files by the shape of what is in them; no file is of two."""
