"""Settings of clusters, hosts and networks that the target has to do without, or has to be told again."""

from collections.abc import Iterator, Mapping
from typing import Final

from planner.model.setting import Setting, SettingKind
from planner.read.vsphere.properties import Properties

_OPEN: Final = "lockdownDisabled"
_PREFIX: Final = "lockdown"
_PROMISCUOUS: Final = "allowPromiscuous"
_LISTENING: Final = (
    (_PROMISCUOUS, "promiscuous mode"),
    ("macChanges", "MAC changes"),
    ("forgedTransmits", "forged transmits"),
)
_NSX: Final = "nsx"


def settings_of_cluster(cluster: Properties, configuration: Properties) -> tuple[Setting, ...]:
    """Power saving (DPM), and the processors that EVC shows to VMs."""
    return tuple(_of_cluster(cluster, configuration))


def _of_cluster(cluster: Properties, configuration: Properties) -> Iterator[Setting]:
    if configuration.truth("dpmConfigInfo.enabled"):
        behaviour = configuration.line("dpmConfigInfo.defaultDpmBehavior")
        yield Setting(kind=SettingKind.POWER_SAVING, value=behaviour)
    if baseline := cluster.line("summary.currentEVCModeKey"):
        yield Setting(kind=SettingKind.CPU_BASELINE, value=baseline)


def settings_of_host(host: Properties) -> tuple[Setting, ...]:
    """Lockdown mode; ESXi before 6.0 has but one."""
    mode = host.line("config.lockdownMode")
    if mode == _OPEN or (mode is None and not host.truth("config.adminDisabled")):
        return ()
    return (Setting(kind=SettingKind.LOCKDOWN, value=mode.removeprefix(_PREFIX).lower() if mode else None),)


def settings_of_standard(group: Properties) -> tuple[Setting, ...]:
    """Who may listen on a port group of a standard switch.

    Such switches let cards change their addresses unless somebody forbids it, so that alone says nothing; it counts
    where the port group itself allows it.
    """
    own, whole = (group.part(f"{where}.security") for where in ("spec.policy", "computedPolicy"))
    allowed = [what for name, what in _LISTENING if own.truth(name)]
    if not own.truth(_PROMISCUOUS) and whole.truth(_PROMISCUOUS):
        allowed.append(dict(_LISTENING)[_PROMISCUOUS])
    return _listening(allowed)


def settings_of_distributed(group: Properties) -> tuple[Setting, ...]:
    """Who may listen on a distributed port group, which forbids all of it at first; and whether NSX made it."""
    configuration = group.part("config.defaultPortConfig")
    policies = [configuration.part(name) for name in ("securityPolicy", "macManagementPolicy")]
    allowed = [what for name, what in _LISTENING if any(_allows(policy, name) for policy in policies)]
    nsx = (group.text("config.backingType") or "").lower() == _NSX or group.text("config.logicalSwitchUuid")
    made = (Setting(kind=SettingKind.NSX, value=group.line("config.segmentId")),) if nsx else ()
    return (*_listening(allowed), *made)


def _allows(policy: Properties, name: str) -> bool:
    """One policy has truths, the other what may be inherited (`{"inherited": true, "value": false}`)."""
    if isinstance(policy.fields.get(name), Mapping):
        return policy.part(name).truth("value") is True
    return policy.truth(name) is True


def settings_of_opaque(network: Properties) -> tuple[Setting, ...]:
    """A network that vSphere cannot look into: NSX makes them (`nsx.LogicalSwitch`)."""
    kind = network.line("summary.opaqueNetworkType")
    return (Setting(kind=SettingKind.NSX, value=kind),) if kind and kind.lower().startswith(_NSX) else ()


def _listening(allowed: list[str]) -> tuple[Setting, ...]:
    return (Setting(kind=SettingKind.LISTENING_PORTS, value=", ".join(allowed)),) if allowed else ()
