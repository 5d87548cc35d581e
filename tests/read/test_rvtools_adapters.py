"""Storage adapters from vHBA, and the drivers of network ports from vNIC."""

from planner.model.estate import HostAdapter
from tests.read.rvtools_workbooks import estate_of, host, vinfo

PERC = {
    "Host": "esx1",
    "Device": "vmhba0",
    "Type": "SCSI",
    "Pci": "0000:03:00.0",
    "Driver": "lsi_mr3",
    "Model": "H730",
}


def test_adapters_stay_with_their_hosts(tmp_path):
    rows = [
        PERC | {"Device": "vmhba32", "Driver": "vmkusb", "Model": ""},
        PERC,
        PERC | {"Host": "elsewhere"},
        PERC | {"Device": ""},
        PERC | {"Device": "vmhba1", "Driver": "", "Model": "Two\nlines"},
    ]
    (found,) = estate_of(tmp_path, vInfo=[vinfo()], vHost=[host()], vHBA=rows).hosts
    assert found.adapters == (
        HostAdapter(name="vmhba0", driver="lsi_mr3", model="H730"),
        HostAdapter(name="vmhba1", model="Two lines"),
        HostAdapter(name="vmhba32", driver="vmkusb"),
    )


def test_ports_have_drivers(tmp_path):
    port = {"Host": "esx1", "Network Device": "vmnic0", "Driver": "ntg3", "Speed": 1000}
    (found,) = estate_of(
        tmp_path,
        vInfo=[vinfo()],
        vHost=[host()],
        vNIC=[port, port | {"Network Device": "vmnic1", "Driver": ""}],
    ).hosts
    assert [(nic.name, nic.driver) for nic in found.nics] == [("vmnic0", "ntg3"), ("vmnic1", None)]
