"""What tools write of the same objects, made from what pyVmomi reads of the simulator."""

import json
from collections.abc import Iterator
from typing import Any

from pyVmomi import VmomiJSONEncoder, VmomiSupport, vim, vmodl

from tests.read.vsphere.simulators import Administrator

KINDS = (
    vim.VirtualMachine,
    vim.HostSystem,
    vim.Datastore,
    vim.ComputeResource,
    vim.ClusterComputeResource,
    vim.Datacenter,
    vim.Folder,
    vim.Network,
    vim.dvs.DistributedVirtualPortgroup,
    vim.DistributedVirtualSwitch,
    vim.ResourcePool,
)


def every_object(admin: Administrator) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every object with all of its properties."""
    query = vmodl.query.PropertyCollector
    for kind in KINDS:
        view = admin.content.viewManager.CreateContainerView(admin.content.rootFolder, [kind], True)
        into = query.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
        spec = query.FilterSpec(
            objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[into])],
            propSet=[query.PropertySpec(type=kind, all=True)],
        )
        answer = admin.content.propertyCollector.RetrievePropertiesEx([spec], query.RetrieveOptions())
        for found in answer.objects if answer else ():
            yield found.obj, {one.name: one.val for one in found.propSet}


def as_new_govc(value: Any) -> Any:
    """As govc writes it since 0.30: the API's own names, with types."""
    if isinstance(value, list):
        return [as_new_govc(item) for item in value]
    if isinstance(value, VmomiSupport.ManagedObject):
        return {"type": value._wsdlName, "value": value._moId}
    if isinstance(value, VmomiSupport.DataObject):
        names = (one.name for one in value._GetPropertyList())
        told = {name: getattr(value, name) for name in names}
        return {"_typeName": value._wsdlName} | {
            name: as_new_govc(one) for name, one in told.items() if one is not None
        }
    if isinstance(value, type):
        return value.__name__
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def as_ansible(properties: dict[str, Any]) -> dict[str, Any]:
    """As vmware.vmware's inventories write properties: with pyVmomi's encoder.

    The encoder asks the server for all of an object that is the first thing it meets: so it meets another thing first.
    """
    encoder = VmomiJSONEncoder.VmomiJSONEncoder
    _, found = json.loads(json.dumps([vim.Description(), properties], cls=encoder))
    return found
