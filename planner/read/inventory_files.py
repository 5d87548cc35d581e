"""The files of an inventory: which Ansible looks at, which are fit for it, and which nobody reads."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ansible.inventory.manager import IGNORED

from planner.errors import Problem
from planner.read.document import Locator
from planner.read.flows import FLOWS
from planner.read.strict_yaml import yaml_problems

NOT_INVENTORY: Final = frozenset({"policy.yml", FLOWS, "MANIFEST.sha256"})
"""Files of ours that lie beside an inventory."""

_VARIABLE_DIRECTORIES: Final = {"group_vars": "group", "host_vars": "host"}
_TURN: Final = ("", ".yml", ".yaml", ".json")
"""The endings of files of variables in the order in which Ansible tries them; the first that is there is taken."""
_YAML_SUFFIXES: Final = frozenset({".yml", ".yaml", ".json"})


def unfit_yaml(source: Path, locator: Locator) -> Iterator[Problem]:
    """Problems of YAML files that must not be given to Ansible."""
    directory = locator.typed
    sources = [path for path in _files(source) if path.suffix in _YAML_SUFFIXES]
    variables = [
        path for name in _VARIABLE_DIRECTORIES for path in _files(directory / name) if _is_yaml(path)
    ]
    for path in dict.fromkeys(sources + variables):
        if path.name not in NOT_INVENTORY:
            yield from yaml_problems(path, locator.shown(str(path.absolute())))


def is_no_inventory(path: Path) -> bool:
    """Whether a file is ours, or a program that Ansible could not run anyway."""
    return path.name in NOT_INVENTORY or (path.suffix == ".py" and not os.access(path, os.X_OK))


def orphans(locator: Locator, names: dict[str, set[str]]) -> Iterator[Problem]:
    """Files of planner variables whose host or group is not among `names`, usually for a misspelt name."""
    for folder, kind in _VARIABLE_DIRECTORIES.items():
        for path in _files(locator.typed / folder):
            owner = path.relative_to(locator.typed / folder).parts[0]
            if not names[kind] & {owner, Path(owner).stem} and b"planner_" in path.read_bytes():
                message = f"belongs to no {kind}: the inventory has no {kind} of that name"
                yield Problem(file=locator.shown(str(path.absolute())), message=message)


def shadowed(locator: Locator) -> Iterator[Problem]:
    """Files of planner variables that Ansible passes over, because it finds another of the same host or group first."""
    for folder, kind in _VARIABLE_DIRECTORIES.items():
        for name, rivals in _by_owner(locator.typed / folder).items():
            taken, *passed_over = sorted(rivals, key=_TURN.index)
            if not passed_over or not any(map(_ours, rivals.values())):
                continue
            shown = locator.shown(str(rivals[taken].absolute()))
            message = (
                f"is never read: for the {kind} {name} Ansible takes {shown} and looks no further; "
                "keep one of them, with what both say"
            )
            for ending in passed_over:
                yield Problem(file=locator.shown(str(rivals[ending].absolute())), message=message)


def _by_owner(directory: Path) -> dict[str, dict[str, Path]]:
    """The files and folders of each host or group, by their endings."""
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        ending = path.suffix if path.suffix in _TURN else ""
        found[path.name.removesuffix(ending)][ending] = path
    return found


def _ours(path: Path) -> bool:
    return any(b"planner_" in file.read_bytes() for file in _files(path))


def _is_yaml(path: Path) -> bool:
    return path.suffix in _YAML_SUFFIXES or not path.suffix


def _files(path: Path) -> Iterator[Path]:
    """Files at and below `path` that Ansible would look at, sorted."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if not IGNORED.search(os.fsencode(child.name)):
                yield from _files(child)
