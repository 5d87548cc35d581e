"""A real document that somebody changed is read or refused, in words."""

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from planner.errors import InputError
from planner.model.estate import Estate
from planner.read.libvirt import FORMATS
from planner.read.xml import read_xml

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
FILES = sorted(
    file
    for folder in ("qemuxmlconfdata", "networkxml2xmlin", "storagepoolxml2xmlin")
    for file in (CORPORA / "libvirt" / folder).glob("*.xml")
    if not file.name.startswith("broken")
)
(LIBVIRT,) = FORMATS
VALUES = ("", " ", "-1", "0", "9" * 30, "0x10", "1.5", "²", "٣", "yes", "{{ 7 }}", "a\tb", "\U0001f4a9")

pytestmark = pytest.mark.skipif(not FILES, reason=f"{CORPORA} is not on this machine")


@pytest.fixture(scope="module")
def documents():
    return [read_xml(file) for file in FILES]


def take_out(element, _value):
    if element.getparent() is not None:
        element.getparent().remove(element)


def double(element, _value):
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def rewrite(element, value):
    element.text = value


def rewrite_attribute(element, value):
    for name in list(element.attrib)[:1]:
        element.set(name, value)


def take_out_attributes(element, _value):
    element.attrib.clear()


CHANGES = (take_out, double, rewrite, rewrite_attribute, take_out_attributes)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_changed_document_is_read_or_refused(documents, tmp_path, data):
    root = copy.deepcopy(documents[data.draw(st.integers(0, len(documents) - 1))])
    elements = list(root.iter())
    element = elements[data.draw(st.integers(0, len(elements) - 1))]
    data.draw(st.sampled_from(CHANGES))(element, data.draw(st.sampled_from(VALUES)))
    file = tmp_path / "changed.xml"
    file.write_bytes(etree.tostring(root))
    estate, problems = read(file)
    assert all(problem.file and problem.message for problem in problems)
    assert all(vm.name and vm.source == "libvirt" for vm in estate.vms)
    assert all((disk.capacity_bytes or 0) >= 0 for vm in estate.vms for disk in vm.disks)


def read(file):
    try:
        return LIBVIRT.read((file,)), ()
    except InputError as error:
        return Estate(clusters=(), hosts=()), error.problems
