# the programs that it stands in for print
"""Stands in for ESXi's vim-cmd: listing, summaries, power, snapshots, reload and autostart of VMs."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from tests.standins.state import State, note, refuse, state

POWERED = {"on": "Powered on", "off": "Powered off", "suspended": "Suspended"}


def machine(esxi: State, number: str) -> State:
    if number not in esxi["vms"]:
        refuse('vim.fault.NotFound: Unable to find a VM corresponding to "' + number + '"', 255)
    vm: State = esxi["vms"][number]
    return vm


def summary(_: State, vm: State) -> str:
    return f"""Listsummary:

(vim.vm.Summary) {{
   vm = 'vim.VirtualMachine:x',
   runtime = (vim.vm.RuntimeInfo) {{
      powerState = "powered{vm["power"].title()}",
   }},
   config = (vim.vm.Summary.ConfigSummary) {{
      name = "{vm["name"]}",
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


def shutdown(_: State, vm: State) -> None:
    if not vm["tools"]:
        refuse("vim.fault.ToolsUnavailable", 255)
    vm["power"] = "off"


def power_on(_: State, vm: State) -> None:
    if vm["power"] == "on":
        refuse("vim.fault.InvalidPowerState", 255)
    print("Powering on VM:")
    vm["power"] = "on"


def listing(esxi: State) -> None:
    print("Vmid   Name   File   Guest OS   Version   Annotation")
    for number, vm in sorted(esxi["vms"].items()):
        print(f"{number}      {vm['name']}   {vm['vmx']}   debian11_64Guest   vmx-19")


OF_HOST: dict[str, Callable[..., None]] = {
    "vmsvc/getallvms": listing,
    "hostsvc/autostartmanager/get_autostartseq": lambda esxi: print(sequence(esxi)),
    "hostsvc/autostartmanager/update_autostartentry": autostart,
}
OF_VM: dict[str, Callable[[State, State], None]] = {
    "vmsvc/get.snapshotinfo": lambda _, vm: print(
        "Get Snapshot:", *(f'   name = "{name}",' for name in vm["snapshots"]), sep="\n"
    ),
    "vmsvc/get.summary": lambda esxi, vm: print(summary(esxi, vm)),
    "vmsvc/power.getstate": lambda _, vm: print("Retrieved runtime info", POWERED[vm["power"]], sep="\n"),
    "vmsvc/power.on": power_on,
    "vmsvc/power.shutdown": shutdown,
    "vmsvc/reload": reload,
}


def run(content: State, command: str, *arguments: str) -> None:
    note(content, "vim-cmd")
    esxi = content["esxi"]
    if command in OF_HOST:
        OF_HOST[command](esxi, *arguments)
    elif command in OF_VM:
        OF_VM[command](esxi, machine(esxi, arguments[0]))
    else:
        refuse(f"Invalid command '{command}'.", 255)


with state() as content:
    run(content, *sys.argv[1:])
