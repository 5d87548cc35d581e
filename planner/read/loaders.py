"""Kernels that a host keeps for its guests, told from loaders that go on to what is on the guest's own disk."""

import re
from typing import Final

# Source: xl.cfg manual, kernel and firmware; Xen Project documentation, PV-GRUB and pygrub.
_LOADERS: Final = re.compile(r"pv-?grub|pygrub|grub-[a-z0-9_]+-xen|hvmloader")


def own_kernel(path: str | None) -> str | None:
    """The path where it is a kernel that the guest's disks do not hold; None for a boot loader, and for none.

    >>> own_kernel("/usr/lib/xen/boot/pv-grub-x86_64.gz"), own_kernel("/boot/vmlinuz-6.1")
    (None, '/boot/vmlinuz-6.1')
    """
    return path if path and not _LOADERS.search(path.rpartition("/")[2].lower()) else None
