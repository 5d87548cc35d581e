"""libvirt: domains, networks, pools, volumes and hosts, from XML files or live.

values                                  numbers and units as libvirt writes them, and what is wrong with them
domain (firmware, drives, cards, held)  a VM, as its own document tells it
settings                                what somebody set on it beyond the ordinary
pools, networks, interfaces, node, hardware, snapshots   the documents around it
site                                    VMs on a host with its storage and networks
files, folders                          documents in files
uri, session, reports                   a daemon that answers, and what it refuses to
live (host, machines, guests, agent)    all that it is asked
"""

from typing import Final

from planner.read.libvirt.files import LIBVIRT
from planner.read.libvirt.live import read_libvirt
from planner.read.libvirt.uri import SCHEMES
from planner.read.source import Format

FORMATS: Final[tuple[Format, ...]] = (LIBVIRT,)

__all__ = ["FORMATS", "SCHEMES", "read_libvirt"]
