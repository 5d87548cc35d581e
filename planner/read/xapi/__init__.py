"""XenServer, Citrix Hypervisor and XCP-ng: what XAPI knows, live or saved.

records                        XAPI's objects, whichever form they come in
live (session), dump, xe, xva  the forms: a pool that answers, a JSON dump, text of `xe`, an exported VM
words                          XAPI's words
places, networks, storage      the pool and its hosts, networks, storage repositories
guest, devices, machines       VMs
settings                       what somebody set on them, and on the pool, beyond the ordinary
relations, estate              what ties VMs together, and all of it as an estate
"""

from typing import Final

from planner.read.source import Format
from planner.read.xapi.dump import XAPI_DUMP
from planner.read.xapi.live import read_xapi
from planner.read.xapi.xe import XE
from planner.read.xapi.xva import XVA

FORMATS: Final[tuple[Format, ...]] = (XAPI_DUMP, XE, XVA)

__all__ = ["FORMATS", "read_xapi"]
