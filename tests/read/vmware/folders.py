"""Files of a VM as ESXi writes them, for tests."""

from collections.abc import Mapping
from pathlib import Path

from planner.model.estate import Estate, VirtualMachine
from planner.read.vmware import FORMATS

VMX, OVF = FORMATS
LEAST = {"config.version": "8", "virtualHW.version": "19", "displayName": "web"}
"""The lines that every configuration has."""


def rows(values: Mapping[str, str]) -> str:
    return "".join(f'{name} = "{value}"\n' for name, value in values.items())


def vmx(folder: Path, values: Mapping[str, str] | None = None, *, name: str = "web.vmx") -> Path:
    """A .vmx of the least lines and these."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(rows({".encoding": "UTF-8", **LEAST, **(values or {})}), encoding="utf-8")
    return path


def on_datastore(top: Path, datastore: str = "ds 1", folder: str = "web") -> Path:
    """The folder of a VM in a copy of /vmfs/volumes."""
    return top / "vmfs" / "volumes" / datastore / folder


def read(folder: Path, values: Mapping[str, str] | None = None) -> Estate:
    return VMX.read([vmx(folder, values)])


def machine(folder: Path, values: Mapping[str, str] | None = None) -> VirtualMachine:
    (vm,) = read(folder, values).vms
    return vm


def descriptor(
    path: Path,
    sectors: int = 83886080,
    kind: str = "vmfs",
    *,
    parent: str | None = None,
    lines: Mapping[str, str] | None = None,
) -> Path:
    """A descriptor of one extent, as ESXi writes it."""
    chained = f'parentCID=0a0b0c0d\nparentFileNameHint="{parent}"\n' if parent else "parentCID=ffffffff\n"
    path.write_text(
        f'# Disk DescriptorFile\nversion=1\nencoding="UTF-8"\nCID=fffffffe\n{chained}createType="{kind}"\n\n'
        f'# Extent description\nRW {sectors} VMFS "{path.stem}-flat.vmdk"\n\n# The Disk Data Base\n#DDB\n\n'
        + rows({"ddb.adapterType": "lsilogic", **(lines or {})}),
        encoding="utf-8",
    )
    return path
