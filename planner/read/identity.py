"""Ids made from names: stable across runs, safe as keys, paths and Ansible host names."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final

_LONGEST_SLUG: Final = 40


# The same labels come back in every VM.
@lru_cache(maxsize=2**12)
def slug(name: str) -> str:
    """Lower-case ASCII letters, digits and single dashes of a name; may be empty.

    >>> slug("Büro / VM Network")
    'buro-vm-network'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower())[:_LONGEST_SLUG].strip("-")


def identifier(prefix: str, name: str, *scope: str) -> str:
    """An id for a thing called `name`, unique together with `scope`.

    A name that is a slug already and needs no scope keeps its look (`vm-web`); any other gets six hex
    digits of a digest, so that two names never share an id and adding a machine renames no other.

    >>> identifier("vm", "web")
    'vm-web'
    >>> identifier("vm", "web", "esx1")
    'vm-web-9f47ef'
    """
    short = slug(name)
    if short == name and not scope:
        return f"{prefix}-{short}"
    fingerprint = hashlib.sha256("\x1f".join((*scope, name)).encode()).hexdigest()[:6]
    return "-".join(part for part in (prefix, short, fingerprint) if part)
