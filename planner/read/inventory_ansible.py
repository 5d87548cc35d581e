"""An inventory as Ansible itself sees it: hosts, groups and their variables, none of them templated.

Playbooks are not part of an inventory, so variables beside a playbook do not count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.group import Group
from ansible.inventory.helpers import get_group_vars, sort_groups
from ansible.inventory.manager import InventoryManager
from ansible.module_utils._internal._datatag import AnsibleTagHelper
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.plugins.vars import host_group_vars
from ansible.utils.vars import combine_vars
from ansible.vars.manager import VariableManager
from ansible.vars.plugins import get_vars_from_inventory_sources

from planner.errors import InputError, Problem
from planner.read.document import Locator
from planner.read.inventory_errors import Complaints
from planner.read.inventory_files import orphans, shadowed, unfit_yaml
from planner.read.plain_json import is_ordinary, located
from planner.read.vault import unlock_vault


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryHost:
    """A host with every variable that holds for it, by Ansible's precedence; `file` first named it."""

    name: str
    variables: Mapping[str, Any]
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryGroup:
    """A group: `own` variables, all that `hold` for it (its parents' included), and its hosts by name."""

    name: str
    own: Mapping[str, Any]
    hold: Mapping[str, Any]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What Ansible reads in one source."""

    locator: Locator
    groups: tuple[InventoryGroup, ...]
    hosts: tuple[InventoryHost, ...]


def load_inventory(source: Path) -> Inventory:
    """Read an inventory file, directory, executable script or plugin configuration.

    Raises InputError with everything that Ansible could not read; it would go on without it.
    """
    locator = Locator(typed=source if source.is_dir() else source.parent)
    _raise_any(unfit_yaml(source, locator))
    complaints = Complaints(locator=locator)
    with complaints.heard():
        inventory = _parse(source, locator, complaints)
    is_ordinary.cache_clear()
    names = {
        "host": {host.name for host in inventory.hosts},
        "group": {group.name for group in inventory.groups},
    }
    _raise_any([*complaints.problems, *orphans(locator, names), *shadowed(locator)])
    return inventory


def _raise_any(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise InputError(found)


@cache
def _prepare_ansible() -> None:
    init_plugin_loader()


class _Loader(DataLoader):  # type: ignore[misc]  # Ansible has no types
    """Ansible's, but for files of variables in JSON, which it reads slowly and without their lines."""

    def load(self, data: str, file_name: str | None = None, *args: Any, **named: Any) -> Any:
        if (
            file_name
            and file_name.endswith(".json")
            and {"host_vars", "group_vars"} & {*Path(file_name).parts}
        ):
            found = located(AnsibleTagHelper.as_native_type(data), file_name)
            if found is not None:
                return found
        return super().load(data, file_name, *args, **named)


def _parse(source: Path, locator: Locator, complaints: Complaints) -> Inventory:
    _prepare_ansible()
    # Ansible remembers which variable files exist for the whole life of the process.
    host_group_vars.FOUND.clear()
    host_group_vars.NAK.clear()
    host_group_vars.CANONICAL_PATHS.clear()
    loader = _Loader()
    loader.set_basedir(str(locator.typed.absolute()))
    try:
        unlock_vault(loader)
        manager = InventoryManager(loader=loader, sources=[str(source.absolute())], parse=False)
        manager.parse_source = complaints.watching(manager.parse_source)
        manager.parse_sources()
        return Inventory(
            locator=locator, groups=_groups(loader, manager), hosts=_hosts(loader, manager, complaints)
        )
    except AnsibleError as error:
        raise InputError((complaints.problem(error, str(source.absolute())),)) from error


def _groups(loader: Any, manager: Any) -> tuple[InventoryGroup, ...]:
    def variables(groups: list[Any]) -> Mapping[str, Any]:
        in_files = get_vars_from_inventory_sources(loader, manager._sources, groups, "task")  # noqa: SLF001
        found: Mapping[str, Any] = combine_vars(get_group_vars(groups), in_files)
        return found

    return tuple(
        InventoryGroup(
            name=str(group.name),
            own=variables([group]),
            hold=variables(_with_parents(group)),
            hosts=tuple(str(host.name) for host in group.get_hosts()),
        )
        for group in sorted(manager.groups.values(), key=lambda group: str(group.name))
    )


def _with_parents(group: Group) -> list[Group]:
    groups: list[Group] = sort_groups([group, *group.get_ancestors()])
    return groups


def _hosts(loader: Any, manager: Any, complaints: Complaints) -> tuple[InventoryHost, ...]:
    variables = VariableManager(loader=loader, inventory=manager)
    variables.safe_basedir = False
    hosts = []
    for host in sorted(manager.hosts.values(), key=lambda host: str(host.name)):
        file = host.vars.get("inventory_file")
        try:
            found = variables.get_vars(host=host, include_hostvars=False)
        except AnsibleError as error:
            complaints.problems.append(complaints.problem(error, file))
            continue
        hosts.append(InventoryHost(name=str(host.name), variables=found, file=file))
    return tuple(hosts)
