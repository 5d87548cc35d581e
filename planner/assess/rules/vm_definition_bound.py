"""What a definition that goes along says of the host that it comes from."""

from typing import Final

from planner.assess.ground import Ground
from planner.assess.looks import by_transport
from planner.assess.rule import Console, Facts, Rule, observed, warning
from planner.model.estate import VirtualMachine
from planner.model.finding import Severity, SubjectKind
from planner.model.plan import Transport
from planner.model.setting import SettingKind

_BOUND: Final = frozenset(
    {
        SettingKind.CPU_AFFINITY,
        SettingKind.CPU_MODEL,
        SettingKind.DIRECT_KERNEL,
        SettingKind.HUGE_PAGES,
        SettingKind.NIC_FILTER,
        SettingKind.NUMA_AFFINITY,
        SettingKind.QEMU_ARGUMENTS,
        SettingKind.SERIAL_PORT,
        SettingKind.SHARED_FOLDER,
    }
)


def names_its_host(vm: VirtualMachine, ground: Ground) -> Facts | None:
    """At least one setting that means something on one host only."""
    del ground
    told = [f"{one.kind} {one.value or ''}".strip() for one in vm.settings if one.kind in _BOUND]
    return observed(set_to=", ".join(dict.fromkeys(told))) if told else None


RULE = Rule(
    id="vm-definition-bound",
    subject=SubjectKind.VM,
    severities=(Severity.WARNING,),
    message="The VM's definition names things of its present host.",
    why=(
        "It goes along as it is: where the target lacks such a processor, node, folder, kernel, port or filter, the VM "
        "does not start, and where the target has one of that name, the VM gets what was meant for somebody else."
    ),
    remedy=(
        "Compare each with the target host before the wave: make there what is needed, and take the rest out of the "
        "definition (`virsh edit`)."
    ),
    commands={Console.LIBVIRT: "virsh -c qemu+ssh://root@$host/system dumpxml --inactive --domain $name"},
    find=by_transport(
        names_its_host, {Transport.LIBVIRT_COPY: warning(), Transport.LIBVIRT_MIGRATE: warning()}
    ),
    source="libvirt documentation, domain XML and migration",
)
