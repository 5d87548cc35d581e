"""What xapi does behind the stand-in xe: joining, bonds, VLANs, storage repositories, upgrades."""

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.standins.state import State, refuse

Values = dict[str, str]
DEVICE_CONFIG = {
    "ext": {"device"},
    "lvm": {"device"},
    "nfs": {"server", "serverpath"},
    "lvmoiscsi": {"target", "targetIQN", "SCSIid"},
    "lvmohba": {"SCSIid"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command with its `key=value` pairs, run on `host`, whose pool's tables are `database`."""

    content: State
    database: State
    host: str
    values: Values

    def wanted(self, key: str) -> str:
        if key not in self.values:
            refuse(f"Required parameter not found: {key}")
        return self.values[key]

    def record(self, table: str, key: str = "uuid") -> State:
        found: State | None = self.database[table].get(self.wanted(key))
        return found if found is not None else refuse(f"The uuid you supplied was invalid. type: {table}")

    def add(self, table: str, **fields: Any) -> str:
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.insert(table, fields)

    def insert(self, table: str, fields: State) -> str:
        identity = str(uuid.uuid4())
        self.database[table][identity] = {"uuid": identity, **fields}
        return identity

    def cards(self, **fields: Any) -> list[State]:
        wanted = {name.replace("_", "-"): value for name, value in fields.items()}
        return [pif for pif in self.database["pif"].values() if wanted.items() <= pif.items()]


def pool_join(call: Call) -> None:
    """Takes the host's records over; its cards go to the networks that the coordinator has on the same device."""
    pool = next(
        (
            key
            for key, database in call.content["pools"].items()
            if any(
                database["host"][record["master"]]["address"] == call.wanted("master-address")
                for record in database["pool"].values()
            )
        ),
        None,
    )
    if pool is None:
        refuse("The host could not be contacted. HOST_OFFLINE")
    if call.wanted("master-password") != call.content["password"] or call.wanted("master-username") != "root":
        refuse("The credentials given by the user are incorrect. SESSION_AUTHENTICATION_FAILED")
    other = call.content["pools"][pool]
    if any(
        vm["power-state"] != "halted" and not vm["is-control-domain"] for vm in call.database["vm"].values()
    ):
        refuse("JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS")
    if any(pif["management"] and pif["bond-master-of"] for pif in call.database["pif"].values()):
        refuse("JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC")
    versions = {
        host["software-version"]["product_version"]
        for host in (*other["host"].values(), *call.database["host"].values())
    }
    if len(versions) > 1:
        refuse("HOSTS_NOT_HOMOGENEOUS")
    networks = {pif["device"]: pif["network-uuid"] for pif in other["pif"].values() if pif["physical"]}
    for pif in call.database["pif"].values():
        pif["network-uuid"] = networks.get(pif["device"], pif["network-uuid"])
    kept = {pif["network-uuid"] for pif in call.database["pif"].values()} - set(other["network"])
    other["network"] |= {key: record for key, record in call.database["network"].items() if key in kept}
    for table in ("host", "pif", "bond", "vlan", "sr", "pbd", "vm"):
        other[table] |= call.database[table]
    for repository in other["sr"].values():
        if repository["shared"]:
            known = next(pbd for pbd in other["pbd"].values() if pbd["sr-uuid"] == repository["uuid"])
            identity = str(uuid.uuid4())
            other["pbd"][identity] = known | {"uuid": identity, "host-uuid": call.host}
    left = call.content["at"][os.environ["STANDIN_HOST"]]["pool"]
    call.content["at"][os.environ["STANDIN_HOST"]]["pool"] = pool
    del call.content["pools"][left]


def network_create(call: Call) -> None:
    print(call.add("network", name_label=call.wanted("name-label"), MTU=int(call.values.get("MTU", 1500))))


def card(call: Call, network: State, **fields: Any) -> str:
    """A new card of the host on a network, which must not have one of this host already."""
    if call.cards(network_uuid=network["uuid"], host_uuid=call.host):
        refuse("You tried to create a PIF, but the network is already connected. NETWORK_ALREADY_CONNECTED")
    unset = {
        "host_uuid": call.host, "network_uuid": network["uuid"], "MAC": "", "physical": False, "VLAN": -1, "management": False,
        "currently_attached": False, "MTU": network["MTU"], "IP": "", "netmask": "", "gateway": "", "DNS": "",
        "IP_configuration_mode": "None", "bond_master_of": "", "bond_slave_of": None,
    }  # fmt: skip
    return call.add("pif", **(unset | fields))


def vlan_create(call: Call) -> None:
    base, tag = call.record("pif", "pif-uuid"), int(call.wanted("vlan"))
    if base["VLAN"] != -1 or base["bond-slave-of"] is not None:
        refuse("You cannot tag a VLAN, or a card that is in a bond. CANNOT_ADD_VLAN_TO_BOND_SLAVE")
    if not 0 < tag < 4095:
        refuse("VLAN_TAG_INVALID")
    if call.cards(host_uuid=call.host, device=base["device"], VLAN=tag):
        refuse("PIF_VLAN_EXISTS")
    tagged = card(
        call, call.record("network", "network-uuid"), device=base["device"], MAC=base["MAC"], VLAN=tag
    )
    print(call.insert("vlan", {"tag": tag, "tagged-PIF": base["uuid"], "untagged-PIF": tagged}))


def bond_create(call: Call) -> None:
    """The bond takes over address, management and VLANs of its cards."""
    cards = [call.database["pif"][key] for key in call.wanted("pif-uuids").split(",")]
    if not 2 <= len(cards) <= 4:
        refuse("A bond must consist of 2 to 4 member interfaces. INCORRECT_NUMBER_OF_INTERFACES")
    if any(
        pif["bond-slave-of"] is not None or not pif["physical"] or pif["host-uuid"] != call.host
        for pif in cards
    ):
        refuse("This PIF is already bonded, or belongs to another host. PIF_ALREADY_BONDED")
    if call.wanted("mode") not in ("lacp", "active-backup", "balance-slb"):
        refuse("Field has type bond_mode")
    first = next((pif for pif in cards if pif["management"]), cards[0])
    taken = ("IP", "netmask", "gateway", "DNS", "IP-configuration-mode", "management")
    device = f"bond{len([pif for pif in call.cards(host_uuid=call.host) if pif['bond-master-of']])}"
    master = card(
        call,
        call.record("network", "network-uuid"),
        device=device,
        MAC=first["MAC"],
        currently_attached=True,
        **{name: first[name] for name in taken},
    )
    bond = call.insert("bond", {"master": master, "mode": call.wanted("mode")})
    call.database["pif"][master]["bond-master-of"] = bond
    for pif in call.cards(host_uuid=call.host):
        if pif["VLAN"] != -1 and pif["device"] in [member["device"] for member in cards]:
            pif["device"] = device
    for pif in cards:
        pif |= {"bond-slave-of": bond, "management": False, "IP": "", "IP-configuration-mode": "None"}
    print(bond)


def bond_set_mode(call: Call) -> None:
    call.record("bond")["mode"] = call.wanted("mode")


def pif_plug(call: Call) -> None:
    pif = call.record("pif")
    pif |= {"currently-attached": True, "MTU": call.database["network"][pif["network-uuid"]]["MTU"]}


def pif_reconfigure_ip(call: Call) -> None:
    given = {"IP-configuration-mode": call.wanted("mode").title(), "DNS": call.values.get("DNS", "")}
    given |= {name: call.wanted(name) for name in ("IP", "netmask")} | {
        "gateway": call.values.get("gateway", "")
    }
    call.record("pif").update(given)


def device_config(call: Call, kind: str) -> State:
    config = {
        key.partition(":")[2]: value for key, value in call.values.items() if key.startswith("device-config:")
    }
    if missing := DEVICE_CONFIG[kind] - set(config):
        refuse(f"The request is missing or has an incorrect parameter: {', '.join(sorted(missing))}")
    return config


def sr_create(call: Call) -> None:
    """Formats what it is given, whatever is on it."""
    kind, shared = call.wanted("type"), call.values.get("shared") == "true"
    config = device_config(call, kind)
    if "device" in config and call.content["disks"][config["device"]]["signatures"]:
        refuse("The stand-in refuses to format a disk that was not cleared.")
    repository = call.add("sr", name_label=call.wanted("name-label"), type=kind, shared=shared)
    for host in call.database["host"] if shared else [call.wanted("host-uuid")]:
        fields = {
            "sr-uuid": repository,
            "host-uuid": host,
            "device-config": config,
            "currently-attached": True,
        }
        call.insert("pbd", fields)
    if "device" in config:
        call.content["disks"][config["device"]]["signatures"] = ["LVM2_member"]
    print(repository)


def sr_probe(call: Call) -> None:
    config = device_config(call, call.wanted("type"))
    held = call.content.get("luns", {}).get(config["SCSIid"], [])
    print("<SRlist>" + "".join(f"<SR><UUID>{key}</UUID></SR>" for key in held) + "</SRlist>")


def pbd_create(call: Call) -> None:
    repository = call.record("sr", "sr-uuid")
    config = device_config(call, repository["type"])
    fields = {
        "sr-uuid": repository["uuid"],
        "host-uuid": call.wanted("host-uuid"),
        "device-config": config,
        "currently-attached": False,
    }
    print(call.insert("pbd", fields))


def pbd_plug(call: Call) -> None:
    call.record("pbd")["currently-attached"] = True


def host_call_plugin(call: Call) -> None:
    if call.wanted("plugin") != "prepare_host_upgrade.py":
        refuse("The requested plugin could not be found. XENAPI_MISSING_PLUGIN")
    good = call.wanted("args:url") == call.content["tree"]
    if call.wanted("fn") == "main" and good:
        call.record("host", "host-uuid")["software-version"]["prepared"] = "yes"
    if not good:
        refuse("The requested plugin call has failed. INVALID_URL")
    print("true")


def host_reboot(call: Call) -> None:
    """A host that was prepared comes back upgraded; it must have been disabled, as xapi demands."""
    host = call.record("host")
    if host["enabled"]:
        refuse("The host is not disabled. HOST_NOT_DISABLED")
    if host["software-version"].pop("prepared", None) and not call.content.get("upgrade-fails"):
        host["software-version"] |= {"product_brand": "XCP-ng", "product_version": "8.3.0"}
    with Path(os.environ["STANDIN_STATE"]).with_name("reboots").open("a") as log:
        log.write(f"{host['uuid']}\n")


def enabled(call: Call, *, value: bool) -> None:
    call.record("host")["enabled"] = value


COMMANDS: dict[str, Callable[[Call], None]] = {
    "bond-create": bond_create,
    "bond-set-mode": bond_set_mode,
    "host-call-plugin": host_call_plugin,
    "host-disable": lambda call: enabled(call, value=False),
    "host-enable": lambda call: enabled(call, value=True),
    "host-reboot": host_reboot,
    "network-create": network_create,
    "pbd-create": pbd_create,
    "pbd-plug": pbd_plug,
    "pif-plug": pif_plug,
    "pif-reconfigure-ip": pif_reconfigure_ip,
    "pool-join": pool_join,
    "sr-create": sr_create,
    "sr-probe": sr_probe,
    "vlan-create": vlan_create,
}
