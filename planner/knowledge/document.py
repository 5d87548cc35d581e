"""The YAML files of this package as plain data, read once."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def document(name: str) -> Any:
    """The content of one of this package's YAML files, such as `platforms.yml`; not to be changed."""
    return yaml.load(resources.files(__package__).joinpath(name).read_text("utf-8"), Loader=_Loader)  # noqa: S506  # a safe one


def first_match(patterns: Mapping[str, str], texts: Iterable[str | None]) -> str | None:
    """The name of the first pattern that is found in the texts, whatever their case; None where none is."""
    said = " ".join(text for text in texts if text)
    return next((name for name, pattern in patterns.items() if re.search(pattern, said, re.IGNORECASE)), None)
