"""Stands in for ESXi's vim-cmd: listing, summaries, power, snapshots, reload and autostart of VMs."""

import re
import sys
from pathlib import Path

from tests.standins.state import State, note, refuse, state

POWERED = {"on": "Powered on", "off": "Powered off", "suspended": "Suspended"}


def machine(esxi: State, number: str) -> State:
    if number not in esxi["vms"]:
        refuse('vim.fault.NotFound: Unable to find a VM corresponding to "' + number + '"', 255)
    vm: State = esxi["vms"][number]
    return vm


def display_name(esxi: State, vm: State) -> str:
    """Names are cached until a reload, like on the real host."""
    return str(vm["name"])


def summary(esxi: State, vm: State) -> str:
    return f"""Listsummary:

(vim.vm.Summary) {{
   vm = 'vim.VirtualMachine:x',
   runtime = (vim.vm.RuntimeInfo) {{
      powerState = "powered{vm["power"].title()}",
   }},
   config = (vim.vm.Summary.ConfigSummary) {{
      name = "{display_name(esxi, vm)}",
      template = false,
      vmPathName = "{vm["vmx"]}",
      memorySizeMB = 2048,
      uuid = "{vm["uuid"]}",
   }},
}}"""


def reload(esxi: State, vm: State) -> None:
    folder = re.sub(r"^\[([^]]+)\] ", lambda match: f"{esxi['volumes']}/{match[1]}/", vm["vmx"])
    lines = Path(folder).read_text().splitlines()
    vm["name"] = next(
        line.split('"', 1)[1].rsplit('"', 1)[0] for line in lines if line.startswith("displayName")
    )


def sequence(esxi: State) -> str:
    entries = "".join(
        f"""   (vim.host.AutoStartManager.AutoPowerInfo) {{
      key = 'vim.VirtualMachine:{number}',
      startOrder = {order},
      startDelay = 120,
      waitForHeartbeat = "systemDefault",
      startAction = "powerOn",
      stopDelay = 120,
      stopAction = "systemDefault"
   }},
"""
        for number, order in sorted(esxi["autostart"].items())
    )
    return f"(vim.host.AutoStartManager.AutoPowerInfo) [\n{entries}]"


def autostart(esxi: State, number: str, *rest: str) -> None:
    if len(rest) != 6:
        refuse(
            "usage: update_autostartentry VMId StartAction StartDelay StartOrder StopAction StopDelay WaitForHeartbeat"
        )
    machine(esxi, number)
    start, _, order, stop, _, _ = rest
    if start.lower() == stop.lower() == "none":
        esxi["autostart"].pop(number, None)
    else:
        esxi["autostart"][number] = int(order)


def run(content: State, command: str, *arguments: str) -> None:
    note(content, "vim-cmd")
    esxi = content["esxi"]
    if command == "vmsvc/getallvms":
        print("Vmid   Name   File   Guest OS   Version   Annotation")
        for number, vm in sorted(esxi["vms"].items()):
            print(f"{number}      {display_name(esxi, vm)}   {vm['vmx']}   debian11_64Guest   vmx-19")
        return
    if command == "hostsvc/autostartmanager/get_autostartseq":
        print(sequence(esxi))
        return
    if command == "hostsvc/autostartmanager/update_autostartentry":
        autostart(esxi, *arguments)
        return
    vm = machine(esxi, arguments[0])
    match command.removeprefix("vmsvc/"):
        case "get.summary":
            print(summary(esxi, vm))
        case "power.getstate":
            print("Retrieved runtime info")
            print(POWERED[vm["power"]])
        case "power.shutdown":
            if not vm["tools"]:
                refuse("vim.fault.ToolsUnavailable", 255)
            vm["power"] = "off"
        case "power.on":
            if vm["power"] == "on":
                refuse("vim.fault.InvalidPowerState", 255)
            print("Powering on VM:")
            vm["power"] = "on"
        case "get.snapshotinfo":
            print("Get Snapshot:")
            for name in vm["snapshots"]:
                print(f'   name = "{name}",')
        case "reload":
            reload(esxi, vm)
        case _:
            refuse(f"Invalid command '{command}'.", 255)


with state() as content:
    run(content, *sys.argv[1:])
