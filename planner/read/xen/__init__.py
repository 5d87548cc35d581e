"""Plain Xen and Oracle VM: configurations of `xl` and `xm`, and what `xl` prints of a host.

syntax, parser     a configuration as settings with literals: read, never run
settings           their values, read strictly
drives, cards      disks and network cards, in every form that they ever had
adjusted           what somebody set beyond the ordinary
machines           the VM of a configuration
configurations     configurations as an estate: of `xl` and `xm`, and of Oracle VM
listing, info      `xl list -l` and `xl info` as VMs and their host
"""

from typing import Final

from planner.read.source import Format
from planner.read.xen.configurations import ORACLE_VM, XL
from planner.read.xen.listing import XL_LIST

FORMATS: Final[tuple[Format, ...]] = (ORACLE_VM, XL, XL_LIST)

__all__ = ["FORMATS"]
