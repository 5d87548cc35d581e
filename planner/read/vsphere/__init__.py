"""VMware vSphere: what a vCenter or an ESXi host tells, live or saved.

properties, inventory             objects of the API, whichever form they came in, and all of one server
live (session, collector, paths)  a server that answers; tags, over its REST API
dump (plain)                      files of govc and pyVmomi
ansible (_vms, _hosts, named)     what Ansible's collections wrote
words                             vSphere's words
places (hardware)                 clusters and hosts
networks, storage                 port groups and switches, datastores
machines (devices, held, guest)   VMs
vm_settings, place_settings       what no other hypervisor takes over
rules, estate                     what ties VMs together, and all of it as an estate
"""

from typing import Final

from planner.read.source import Format
from planner.read.vsphere.ansible import ANSIBLE
from planner.read.vsphere.dump import DUMPS
from planner.read.vsphere.live import read_vsphere

FORMATS: Final[tuple[Format, ...]] = (DUMPS, ANSIBLE)

__all__ = ["FORMATS", "read_vsphere"]
