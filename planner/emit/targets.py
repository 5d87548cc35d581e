"""Inventory variables of the hosts that the plan installs, and of the hosts that it empties."""

from typing import Any, Final

from planner.emit.host_work import HostWork
from planner.emit.kvm import kvm_variables
from planner.emit.machine import Machine
from planner.emit.names import erase_token
from planner.emit.xcpng import upgrade_variables, xcpng_variables
from planner.emit.yaml import Unsafe
from planner.model.estate import Host
from planner.model.kinds import HypervisorKind
from planner.model.plan import ClusterPlacement, Plan
from planner.model.platform import OsFamily, Platform
from planner.model.policy import InstallPolicy

_INSTALLERS: Final = {
    OsFamily.DEBIAN: ("debian", "preseed.cfg"),
    OsFamily.EL: ("anaconda", "ks.cfg"),
    OsFamily.XCPNG: ("xcp-ng", "answerfile.xml"),
}
_NAME_IN_OS_RELEASE: Final = {OsFamily.DEBIAN: "Debian GNU/Linux"}


def target_variables(
    plan: Plan, machine: Machine, placement: ClusterPlacement, work: HostWork
) -> dict[str, Any]:
    """A host as it shall be: how it is reached, installed and configured."""
    configure = {HypervisorKind.KVM: kvm_variables, HypervisorKind.XCPNG: xcpng_variables}
    peers = work.peers(machine.host.id, placement, machine.platform.hypervisor)
    return {
        **_connection(machine.host),
        "planner_host_name": Unsafe(machine.host.name),
        **_installation(plan, machine),
        **(_retirement(machine.platform.hypervisor) if machine.host.id in work.returned else {}),
        **configure[machine.platform.hypervisor](machine, placement, peers),
    }


def source_variables(host: Host, successor: Platform | None) -> dict[str, Any]:
    """A host as it is now: reached over SSH, without asking for a Python there."""
    return {
        **_connection(host),
        "planner_host_name": Unsafe(host.name),
        **_retirement(host.hypervisor),
        "host_retire_successor": expected_system(successor) if successor else "",
    }


def upgraded_variables(host: Host, platform: Platform, install: InstallPolicy) -> dict[str, Any]:
    """A host that is upgraded in place: the same machine before and after."""
    return {
        **_connection(host),
        "planner_host_name": Unsafe(host.name),
        **upgrade_variables(platform, install),
    }


def _retirement(hypervisor: HypervisorKind) -> dict[str, Any]:
    return {"host_retire_hypervisor": hypervisor.value, "host_retire_backup_dir": "{{ planner_backup_dir }}"}


def expected_system(platform: Platform) -> str:
    """NAME and VERSION_ID of the platform's /etc/os-release."""
    return f"{_NAME_IN_OS_RELEASE.get(platform.os_family, platform.os_name)} {platform.os_version}"


def _connection(host: Host) -> dict[str, Any]:
    return {"ansible_host": Unsafe(host.address or host.name), "ansible_user": "root"}


def _installation(plan: Plan, machine: Machine) -> dict[str, Any]:
    installer, answer_file = _INSTALLERS[machine.platform.os_family]
    token = erase_token(machine.host.id, plan.estate_digest)
    variables = {
        "planner_erase_token": token,
        "host_install_expected_token": "{{ planner_erase_token }}",
        "host_install_erase_token": "{{ (erase_tokens | default({}))[inventory_hostname] | default('') }}",
        "host_install_expected_system": expected_system(machine.platform),
        "host_install_installer": installer,
        "host_install_answer_file": f"{{{{ inventory_dir }}}}/../answers/{machine.host.id}/{answer_file}",
        "host_install_publish_dir": "{{ planner_publish_dir }}",
        "host_install_base_url": machine.answers_url,
        "host_install_state_dir": "{{ planner_run_dir }}/installations",
    }
    bmc = machine.host.bmc
    if bmc is None or bmc.protocol != "redfish":
        return variables
    return {
        **variables,
        "host_install_boot_image": f"{machine.answers_url}/{machine.host.id}.iso",
        "host_install_bmc": {
            "address": Unsafe(bmc.address),
            "username": "{{ planner_bmc_username }}",
            "password": "{{ planner_bmc_password }}",
        },
    }
