"""A quick yes to data that a JSON Schema certainly has nothing against.

jsonschema takes half a millisecond to find nothing wrong with a VM. Here a schema is made into plain functions once; they
say yes only where they are sure. For everything else, and for every keyword that is not known here, the answer is no, and
jsonschema has the word.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema import FormatChecker

Check = Callable[[Any], bool]
_Schema = Mapping[str, Any]

_SILENT: Final = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default"}
_PLAIN_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}


def quick_check(schema: _Schema, formats: FormatChecker) -> Check:
    """What tells of plain data (as `json.loads` makes it) whether the schema surely accepts it."""
    return _Compiler(schema, formats).check(schema)


def _never(_: Any) -> bool:
    return False


class _Compiler:
    def __init__(self, root: _Schema, formats: FormatChecker) -> None:
        self._root, self._formats = root, formats
        self._of_reference: dict[str, Check] = {}

    def check(self, schema: Any) -> Check:
        """The check of a schema: every keyword of it says yes."""
        if isinstance(schema, bool):
            return _always if schema else _never
        words = [word for word in schema if word not in _SILENT and word not in _TAKEN]
        if any(word not in _KEYWORDS for word in words):
            return _never
        return _all(
            [compiled(self, schema) for compiled in dict.fromkeys(map(_KEYWORDS.get, words)) if compiled]
        )

    def reference(self, schema: _Schema) -> Check:
        name: str = schema["$ref"]
        if not name.startswith("#/$defs/"):
            return _never
        if name not in self._of_reference:
            # A definition that contains itself is not for here.
            self._of_reference[name] = _never
            self._of_reference[name] = self.check(self._root["$defs"][name.removeprefix("#/$defs/")])
        return self._of_reference[name]

    def format(self, schema: _Schema) -> Check:
        name, checker = schema["format"], self._formats

        @lru_cache(maxsize=2**14, typed=True)
        def known(value: Any) -> bool:
            return checker.conforms(value, name)

        return lambda value: not isinstance(value, list | dict) and known(value)

    def condition(self, schema: _Schema) -> Check:
        """Only conditions on the type: to be sure that one does not hold is to be sure of a no."""
        kinds = _types({"type": schema["if"]["type"]}) if schema["if"].keys() == {"type"} else None
        if kinds is None:
            return _never
        then, other = self.check(schema.get("then", True)), self.check(schema.get("else", True))
        return lambda value: then(value) if type(value) in kinds else other(value)

    def members(self, schema: _Schema) -> Check:
        """`properties`, `required` and `additionalProperties`, in one look at a mapping."""
        known = {name: self.check(inner) for name, inner in schema.get("properties", {}).items()}
        required = frozenset(schema.get("required", ()))
        others = self.check(schema.get("additionalProperties", True))

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return not isinstance(value, dict)
            if not required <= value.keys():
                return False
            return all(known.get(name, others)(inner) for name, inner in value.items())

        return check

    def items(self, schema: _Schema) -> Check:
        inner = self.check(schema["items"])
        return lambda value: all(map(inner, value)) if type(value) is list else not isinstance(value, list)


def _always(_: Any) -> bool:
    return True


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _types(schema: _Schema) -> frozenset[type]:
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return frozenset(kind for name in names for kind in _PLAIN_TYPES[name])


def _type(_: _Compiler, schema: _Schema) -> Check:
    kinds = _types(schema)
    return lambda value: type(value) in kinds


def _enum(_: _Compiler, schema: _Schema) -> Check:
    texts = frozenset(value for value in schema["enum"] if isinstance(value, str))
    null = None in schema["enum"]
    return lambda value: value in texts if type(value) is str else value is None and null


def _pattern(_: _Compiler, schema: _Schema) -> Check:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _numbers(holds: Callable[[Any, Any], bool], word: str) -> Callable[[_Compiler, _Schema], Check]:
    def compiled(_: _Compiler, schema: _Schema) -> Check:
        limit = schema[word]
        return lambda value: not isinstance(value, int | float) or holds(value, limit)

    return compiled


def _min_length(_: _Compiler, schema: _Schema) -> Check:
    return lambda value: not isinstance(value, str) or len(value) >= schema["minLength"]


def _min_items(_: _Compiler, schema: _Schema) -> Check:
    return lambda value: not isinstance(value, list) or len(value) >= schema["minItems"]


_TAKEN: Final = {"then", "else"}
"""Read by the keyword that they go with."""
_KEYWORDS: Final[dict[str, Callable[[_Compiler, _Schema], Check]]] = {
    "$ref": _Compiler.reference,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "format": _Compiler.format,
    "if": _Compiler.condition,
    "properties": _Compiler.members,
    "required": _Compiler.members,
    "additionalProperties": _Compiler.members,
    "items": _Compiler.items,
    "minimum": _numbers(lambda value, limit: value >= limit, "minimum"),
    "maximum": _numbers(lambda value, limit: value <= limit, "maximum"),
    "exclusiveMinimum": _numbers(lambda value, limit: value > limit, "exclusiveMinimum"),
    "minLength": _min_length,
    "minItems": _min_items,
}
