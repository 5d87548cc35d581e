"""The YAML files of this package as plain data, read once."""

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def document(name: str) -> Any:
    """The content of one of this package's YAML files, such as `platforms.yml`; not to be changed."""
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))
