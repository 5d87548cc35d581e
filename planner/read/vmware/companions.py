"""Files that lie beside a VM's configuration or a package and tell the planner nothing by themselves."""

import re
from typing import Final

from planner.read.source import Sample

_DIGESTS: Final = re.compile(r"\ufeff?\s*SHA-?(?:1|256|512)\s*\([^)\n]+\)\s*=\s*[0-9A-Fa-f]{40,128}\s")
_OF_A_VM: Final = re.compile(
    r".*(?:-(?:flat|delta|sesparse|ctk|rdmp?)\.vmdk|\.nvram|\.vswp|\.vmss|\.vmsn|\.vmem|\.vmxf|\.hlog|\.vmx\.lck|\.scoreboard)"
    r"|vmware(?:-\d+)?\.log",
    re.IGNORECASE | re.DOTALL,
)


def is_manifest(sample: Sample) -> bool:
    """Whether a file holds the digests of an OVF package (.mf), with or without a certificate (.cert)."""
    return bool(_DIGESTS.match(sample.text))


def is_of_a_running_vm(sample: Sample) -> bool:
    """Whether a file is one that VMware keeps for its own use: disks, memory, firmware, logs.

    Their content has no form that could be told from anything else, so the name decides.
    """
    return bool(_OF_A_VM.fullmatch(sample.path.name))
