"""Workbooks that would exhaust memory, CSV exports, and what is neither."""

import zipfile

import pytest

from planner.errors import InputError
from planner.read.rvtools import is_rvtools, read_rvtools
from tests.read.rvtools_workbooks import vinfo, write_workbook

SHEET = "xl/worksheets/sheet1.xml"
MIBIBYTE = 1024**2


def with_sheet(path, xml, name=SHEET):
    """A copy of a workbook with another sheet in place of its first."""
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, xml if member == name else old.read(member))
    return changed


def rows(*lines):
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return start + "".join(lines) + "</sheetData></worksheet>"


@pytest.fixture
def workbook(tmp_path):
    return write_workbook(tmp_path / "export.xlsx", {"vInfo": [vinfo()]})


def refusal(path):
    assert is_rvtools(path)
    with pytest.raises(InputError) as caught:
        read_rvtools(path)
    (problem,) = caught.value.problems
    return problem.message


def test_two_cells_in_opposite_corners_are_refused(workbook):
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "1048576 rows and 16384 columns" in refusal(with_sheet(workbook, rows(corners)))


def test_cells_without_references_are_counted_too(workbook):
    wide = "<row>" + "<c><v>1</v></c>" * 100 + "</row>"
    far = '<row r="1048570"><c><v>1</v></c></row>'
    assert "1048570 rows and 100 columns" in refusal(with_sheet(workbook, rows(wide, far)))


def test_formatted_but_empty_cells_do_not_count(workbook):
    xml = zipfile.ZipFile(workbook).read(SHEET).decode()
    empty = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    changed = with_sheet(workbook, xml.replace("</sheetData>", empty))
    assert len(read_rvtools(changed).vms) == 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked(workbook):
    bomb = with_sheet(workbook, rows(" " * (64 * MIBIBYTE)))
    assert "zip bomb" in refusal(bomb)


def test_a_directory_that_lies_about_sizes_is_damaged(workbook, tmp_path):
    data = bytearray(workbook.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    liar = tmp_path / "liar.xlsx"
    liar.write_bytes(data)
    assert "damaged" in refusal(liar)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old .xls or a password-protected"),
        (b"PK\x03\x04 and nothing that follows", "damaged"),
    ],
)
def test_files_that_are_no_workbook_after_all(tmp_path, content, message):
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    assert message in refusal(path)


def test_an_archive_of_something_else(tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "hello")
    assert "cannot be read as a workbook" in refusal(path)


CSV = {
    "RVTools_tabvInfo.csv": 'VM,Powerstate,CPUs,Memory,Host,Cluster\nweb,poweredOn,2,"4,096",esx1,CL\n',
    "RVTools_tabvHost.csv": 'Host,Cluster,# Cores,# Memory\nesx1,CL,16,"131,072"\n',
    "notes.csv": "anything,else\n",
}


def test_a_folder_of_csv_files(tmp_path):
    for name, text in CSV.items():
        (tmp_path / name).write_text(text)
    assert is_rvtools(tmp_path)
    estate = read_rvtools(tmp_path)
    assert [(vm.name, vm.host) for vm in estate.vms] == [("web", "host-esx1")]
    assert estate.hosts[0].memory_bytes == 128 * 1024**3


def test_a_zip_of_csv_files_reads_the_same(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in CSV.items():
            archive.writestr(f"RVTools_2026/{name}", text)
    assert [vm.name for vm in read_rvtools(path).vms] == ["web"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_vinfo_alone_in_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    lines = (["VM", "Powerstate", "CPUs", "Memory", "Host"], ["naïve", "poweredOn", "2", "4096", "esx1"])
    path = tmp_path / "list.txt"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert is_rvtools(path)
    assert [vm.name for vm in read_rvtools(path).vms] == ["naïve"]


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(InputError, match="no export of RVTools"):
        read_rvtools(tmp_path / "missing.xlsx")
