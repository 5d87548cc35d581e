"""Which reader gets which source."""

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.read.collect import read_estate
from tests.read.rvtools_workbooks import vinfo, write_workbook


def test_a_workbook_is_known_by_its_content(tmp_path):
    export = write_workbook(tmp_path / "export.xlsx", {"vInfo": [vinfo(VM="web")]})
    disguised = export.rename(tmp_path / "estate.yml")
    assert [vm.name for vm in read_estate(disguised).vms] == ["web"]


def test_everything_else_is_for_ansible(tmp_path):
    inventory = tmp_path / "export.xlsx"
    inventory.write_text("[all]\nesx1 planner_host=\"{'hypervisor': 'esxi'}\"\n")
    assert [host.name for host in read_estate(inventory).hosts] == ["esx1"]


def test_what_nobody_understands_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("disk.vmdk").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(
        InputError,
        match=r"^disk\.vmdk: is of no known kind: expected one of .*Ansible inventory; .* with --as",
    ) as raised:
        read_estate(Path("disk.vmdk"))
    assert str(raised.value).isprintable()


def test_a_source_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_estate(tmp_path / "absent")
