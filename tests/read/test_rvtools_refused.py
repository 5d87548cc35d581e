"""Workbooks that are refused, cell by cell, and ones that look as if they should be."""

from functools import partial

import pytest

from tests.read.rvtools_workbooks import estate_of, host, problems_of, vinfo


@pytest.fixture
def read(tmp_path):
    """Estate of a workbook with the given sheets."""
    return partial(estate_of, tmp_path)


@pytest.fixture
def problems(tmp_path):
    """Problems of a workbook with the given sheets."""
    return partial(problems_of, tmp_path)


class TestRefused:
    def test_every_problem_is_named_with_its_cell(self, problems):
        found = problems(
            vInfo=[
                vinfo(CPUs=1.5, Memory=0),
                vinfo(VM="a\nb", VM_ID="vm-2", Powerstate="humming"),
                vinfo(VM=None, VM_ID="vm-3"),
            ],
            vHost=[host(), host(), host(None)],
        )
        assert sorted(found) == [
            "vHost!A3: host 'esx1' stands already in row 2: delete one of the two",
            "vHost!A4: the host has no name: give it one, or delete the row",
            "vInfo!A3: 'a\\nb' holds a line break or another control character: remove it at the source",
            "vInfo!A4: the VM has no name: give it one, or delete the row",
            "vInfo!B3: 'humming' is none of poweredOn, poweredOff, suspended: correct or empty the cell",
            "vInfo!D2: '1.5' is no whole number: correct the cell, or empty it when the value is unknown",
            "vInfo!E2: '0' is not 1 or more: correct the cell, or empty it when the value is unknown",
        ]

    def test_the_same_vm_id_twice_in_one_vcenter(self, problems):
        found = problems(vInfo=[vinfo(), vinfo(VM="b", VM_UUID="42-2")])
        assert found == ["vInfo!J3: VM ID vm-1 stands already in row 2: delete one of the two"]

    def test_the_same_vm_id_in_two_vcenters_is_two_vms(self, read):
        rows = [vinfo(VI_SDK_Server="vc1"), vinfo(VM="b", VM_UUID="42-2", VI_SDK_Server="vc2")]
        assert len(read(vInfo=rows).vms) == 2

    def test_two_vms_of_one_name_that_nothing_tells_apart(self, problems):
        found = problems(vInfo=[vinfo(VM_UUID=None), vinfo(VM_ID="vm-2", VM_UUID=None)])
        assert len(found) == 1
        assert found[0].startswith("vInfo!A3: a VM 'web' stands already in row 2, at the same place")

    def test_two_vms_of_one_name_with_uuids_are_two(self, read):
        assert len(read(vInfo=[vinfo(), vinfo(VM_ID="vm-2", VM_UUID="42-2")]).vms) == 2

    def test_a_datastore_twice(self, problems):
        assert problems(vInfo=[vinfo()], vDatastore=[{"Name": "ds"}, {"Name": "ds"}]) == [
            "vDatastore!A3: datastore 'ds' stands already in row 2: delete one of the two"
        ]

    def test_a_wrong_mac(self, problems):
        assert problems(vInfo=[vinfo()], vNetwork=[{"VM": "web", "Mac Address": "00:50"}]) == [
            "vNetwork!B2: '00:50' is no MAC address: correct the cell, or empty it when it is unknown"
        ]

    def test_no_vinfo(self, problems):
        assert problems(vHost=[host()]) == [
            "has no sheet vInfo, which lists the VMs (sheets: 'vHost'): export all tabs of RVTools"
        ]

    def test_missing_columns(self, problems):
        assert problems(vInfo=[{"VM": "web", "Host": "esx1"}]) == [
            "vInfo: lacks Powerstate, CPUs, Memory: export all columns of RVTools"
        ]

    def test_no_vm(self, problems):
        assert problems(vInfo=[dict.fromkeys(vinfo())]) == [
            "vInfo: lists no VM: connect RVTools to a vCenter or host that has some"
        ]

    def test_translated_headings(self, problems):
        (found,) = problems(vInfo=[{"VM": "web", "Modèle": "Faux", "Mémoire": "4 096", "Hôte": "esx1"}])
        assert found == (
            "vInfo: has French column headings (Modèle, Mémoire, Hôte), so its numbers and words may be French "
            "too: export again with RVTools' own English headings"
        )

    def test_database_headings(self, problems):
        (found,) = problems(vInfo=[{"vInfoVMName": "web"}])
        assert "without that option" in found
