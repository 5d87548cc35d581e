"""JSON of vSphere's objects in one form, from the dialects of govc and pyVmomi.

govc 0.30 and later writes property names as the API does and keeps types in `_typeName`; before, it wrote them with
a capital first letter and kept no types. pyVmomi's encoder keeps types in `_type`, in its own dotted spelling.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from planner.read.vsphere.properties import Reference

_TYPE_KEYS: Final = ("_typeName", "_type", "_vimtype")
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_REFERENCE: Final = ({"type", "value"}, {"type", "value", "serverGuid"})


def plain(value: object) -> Any:
    """A value with the API's names, types and references, whatever it was written like.

    >>> plain({"Type": "HostSystem", "Value": "host-9"})
    Reference(of='HostSystem', ident='host-9')
    >>> plain({"_typeName": "ArrayOfString", "_value": ["a"]})
    ['a']
    >>> plain({"_type": "vim.vm.device.VirtualDisk.FlatVer2BackingInfo", "Uuid": "1"})
    {'_type': 'VirtualDiskFlatVer2BackingInfo', 'uuid': '1'}
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "_value" in value:
        return plain(value["_value"])
    reference = as_reference(value)
    if reference is not None:
        return reference
    names = {str(key): item for key, item in value.items()}
    kind = next((names[key] for key in _TYPE_KEYS if isinstance(names.get(key), str)), None)
    found = {} if kind is None else {"_type": short(kind)}
    return found | {
        key[:1].lower() + key[1:]: plain(item) for key, item in names.items() if not key.startswith("_")
    }


def as_reference(value: object) -> Reference | None:
    """The object that a value refers to; None when it is no reference."""
    if not isinstance(value, Mapping):
        return None
    if value.keys() == {"_moref", "_type"}:
        return Reference(short(str(value["_type"])), str(value["_moref"]))
    names = {str(key)[:1].lower() + str(key)[1:]: item for key, item in value.items() if key != "_typeName"}
    kind, ident = names.get("type"), names.get("value")
    if names.keys() not in _REFERENCE or not isinstance(kind, str) or not isinstance(ident, str):
        return None
    return Reference(kind, ident) if _TYPE.fullmatch(kind) and kind[0].isupper() else None


def changed(value: object) -> Any:
    """The value of a changed property: arrays stand in an object of their own type's name."""
    if isinstance(value, Mapping) and len(value) == 1:
        (key, item), *_ = value.items()
        if (item is None or isinstance(item, list)) and str(key)[:1].isupper():
            return plain(item)
    return plain(value)


def short(kind: str) -> str:
    """The API's name of a type, from pyVmomi's dotted one.

    >>> short("vim.vm.device.VirtualE1000"), short("HostSystem")
    ('VirtualE1000', 'HostSystem')
    """
    return "".join(part for part in kind.split(".") if part[:1].isupper())
