"""A YAML file of one document, as people write it: looked at first, vault included, nothing templated."""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from planner.errors import InputError, Problem
from planner.read.document import Document, Locator, one_line
from planner.read.strict_yaml import yaml_problems
from planner.read.vault import unlock_vault


def load_yaml(path: Path) -> Document:
    """The file as a document. Raises InputError when it cannot be read, or is not fit to be constructed."""
    if unfit := yaml_problems(path, str(path)):
        raise InputError(unfit)
    loader = DataLoader()
    try:
        unlock_vault(loader)
        raw = loader.load_from_file(str(path.absolute()), cache="none", unsafe=True)
    except AnsibleError as error:
        raise InputError((Problem(file=str(path), message=one_line(error)),)) from error
    return as_document(path, raw)


def as_document(path: Path, raw: Any) -> Document:
    """A value that stands in a file."""
    return Document(name="", raw=raw, locator=Locator(typed=path.parent), file=str(path.absolute()))
