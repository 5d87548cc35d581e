"""Names that every hypervisor takes as they are."""

import re
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def is_plain(name: str) -> bool:
    """Whether a name can be a file's, a domain's and a host's alike.

    >>> is_plain("web-01.example"), is_plain("web 01"), is_plain("a/b"), is_plain("a" * 64)
    (True, False, False, False)
    """
    return bool(_PLAIN.fullmatch(name))
