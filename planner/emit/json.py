"""JSON that Ansible reads: `Unsafe` text is wrapped as Ansible itself writes it, so that it is never evaluated."""

import orjson

from planner.emit.yaml import Unsafe


def dump_json(data: object) -> str:
    """Indented JSON, keys in the order given.

    >>> print(dump_json({"name": Unsafe("web"), "vcpus": 2}), end="")
    {
      "name": {
        "__ansible_unsafe": "web"
      },
      "vcpus": 2
    }
    """
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_SUBCLASS
    return orjson.dumps(data, default=_marked, option=options).decode()


def _marked(value: object) -> dict[str, str]:
    if isinstance(value, Unsafe):
        return {"__ansible_unsafe": str(value)}
    raise TypeError(f"{type(value).__name__} is not for an inventory")
