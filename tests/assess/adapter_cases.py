"""Rules about the cards of hosts, and about USB storage: a hit, a miss, every severity."""

from planner.model.estate import HostAdapter, HostNic
from planner.model.policy import DecisionPolicy
from planner.model.setting import Setting, SettingKind
from tests.assess.assess_estates import KVM, XCP, World

EL_9 = {"policy": {"decision": DecisionPolicy(targets=("kvm-el-9",))}}
EL_10 = {"policy": {"decision": DecisionPolicy(targets=("kvm-el-10",))}}
XCP_ALONE = {"policy": {"decision": DecisionPolicy(targets=(XCP,))}}
KVM_ALONE = {"policy": {"decision": DecisionPolicy(targets=(KVM,))}}

CONNECTX = HostNic(name="vmnic0", mac="00:00:5e:00:53:01", driver="nmlx4_en", pci="15b3:1003")
INTEL = HostNic(name="vmnic1", mac="00:00:5e:00:53:02", driver="ixgben", pci="8086:10fb")
QLOGIC_ISCSI = HostAdapter(name="vmhba1", driver="qla4xxx")
PERC = HostAdapter(name="vmhba0", driver="lsi_mr3", model="PERC H730", pci="1000:005d")
SOFTWARE = HostAdapter(name="vmhba64", driver="iscsi_vmk", model="iSCSI Software Adapter")
STICK = HostAdapter(name="vmhba32", driver="vmkusb", model="USB Storage Controller")


def nics(*cards: HostNic) -> dict:
    return {"host": {"nics": cards}}


def adapters(*cards: HostAdapter) -> dict:
    return {"host": {"adapters": cards}}


ADAPTER_CASES = [
    ("host-nic-dropped", "the only card", World(**nics(CONNECTX), **EL_10), "critical"),
    ("host-nic-dropped", "one of two cards", World(**nics(CONNECTX, INTEL), **EL_10), "warning"),
    ("host-nic-dropped", "another card", World(**nics(INTEL), **EL_10), "-"),
    ("host-nic-dropped", "unmaintained there", World(**nics(CONNECTX), **EL_9), "information"),
    (
        "host-nic-dropped",
        "a firmware package",
        World(**nics(HostNic(name="vmnic0", mac=INTEL.mac, driver="bnx2")), **KVM_ALONE),
        "information",
    ),
    ("host-nic-dropped", "XCP-ng drives it", World(**nics(CONNECTX), **XCP_ALONE), "-"),
    ("host-nic-dropped", "driver unknown", World(**nics(HostNic(name="vmnic0")), **EL_10), "-"),
    (
        "host-nic-dropped",
        "some devices of its driver are unmaintained",
        World(**nics(HostNic(name="vmnic0", mac=INTEL.mac, driver="elxnet")), **EL_9),
        "-",
    ),
    ("host-hba-dropped", "the only controller", World(**adapters(QLOGIC_ISCSI), **EL_10), "critical"),
    (
        "host-hba-dropped",
        "nothing but USB and software beside it",
        World(**adapters(QLOGIC_ISCSI, SOFTWARE, STICK), **EL_10),
        "critical",
    ),
    ("host-hba-dropped", "one of two", World(**adapters(PERC, QLOGIC_ISCSI), **EL_10), "warning"),
    (
        "host-hba-dropped",
        "AlmaLinux switches it on again",
        World(**adapters(HostAdapter(name="vmhba0", driver="lsi_msgpt2", pci="1000:0072")), **EL_10),
        "information",
    ),
    ("host-hba-dropped", "a newer one of the driver", World(**adapters(PERC), **EL_10), "-"),
    ("host-hba-dropped", "only software", World(**adapters(SOFTWARE), **EL_10), "-"),
    ("host-usb-storage", "an adapter", World(**adapters(PERC, STICK)), "information"),
    ("host-usb-storage", "none", World(**adapters(PERC, SOFTWARE)), "-"),
    (
        "host-usb-storage",
        "it is known to boot from it",
        World(host={"adapters": (STICK,), "settings": (Setting(kind=SettingKind.USB_BOOT),)}),
        "-",
    ),
]
