"""What every reader stands on: text of any encoding, strict JSON, hardened XML, and the gathering of what was found."""

import pytest

from planner.errors import InputError
from planner.model.estate import Cluster, Conflict, Datastore, Estate, Gap, Host, VirtualMachine
from planner.model.kinds import HypervisorKind
from planner.read.gather import gather, is_unplaced, unplaced_cluster
from planner.read.ids import cluster_id
from planner.read.source import LARGEST_TEXT_BYTES, Sample, read_json, read_text
from planner.read.xml import parse_xml, read_xml


def refusal(read, *arguments):
    with pytest.raises(InputError) as raised:
        read(*arguments)
    return str(raised.value)


def written(tmp_path, content):
    path = tmp_path / "source"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encoding_that_its_mark_declares(tmp_path, encoding):
    assert read_text(written(tmp_path, "Büro\r\n".encode(encoding))) == "Büro\r\n"


def test_text_without_a_mark_falls_back_only_where_the_format_says_so(tmp_path):
    path = written(tmp_path, "Büro".encode("cp1252"))
    assert read_text(path, "cp1252") == "Büro"
    assert refusal(read_text, path) == f"{path}: is no text in UTF-8: save it as UTF-8"


def test_a_text_too_large_to_be_one_is_not_read(tmp_path):
    path = written(tmp_path, "")
    with path.open("wb") as file:
        file.truncate(LARGEST_TEXT_BYTES + 1)
    assert "is larger than 256 MiB" in refusal(read_text, path)
    assert "is larger than 256 MiB" in refusal(read_xml, path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1', ":1: is no JSON: Expecting ',' delimiter (column 8)"),
        ('{"a": 1,\n "a": 2}', "has the key 'a' twice in one object: keep one"),
        ("[" * 100_000, "is nested too deeply"),
        ("9" * 5000, "Exceeds the limit"),
        ("<html>", ":1: is no JSON: Expecting value (column 1)"),
    ],
)
def test_json_that_is_none_is_refused_with_its_line(tmp_path, text, said):
    assert said in refusal(read_json, written(tmp_path, text))


def test_a_sample_takes_only_what_looks_like_json_for_json(tmp_path):
    assert Sample.of(written(tmp_path, ' {"a": [1]}')).json == {"a": [1]}
    assert Sample.of(written(tmp_path, '{"a": ')).json is None
    assert Sample.of(written(tmp_path, "1")).json is None


BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'


@pytest.mark.parametrize(
    "text", [BOMB, OUTSIDE, '<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', "<!DOCTYPE a><a/>"]
)
def test_a_document_type_is_refused_whole(text):
    assert refusal(parse_xml, text, "a.ovf").startswith("a.ovf: has a document type")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a>\n<b></a>", "a.xml:2: is no sound XML"),
        ("", "a.xml:1: is no sound XML"),
        ("<a>&nothing;</a>", "a.xml:1: is no sound XML"),
        ("<a>" * 100_000, "a.xml:1: is no sound XML"),
    ],
)
def test_unsound_xml_is_refused_with_its_line(text, said):
    assert refusal(parse_xml, text, "a.xml").startswith(said)


def test_comments_and_instructions_are_no_content():
    assert [child.tag for child in parse_xml("<a><!-- x --><?php y?><b/></a>", "a.xml")] == ["b"]


def machine(name, number=1, **more):
    return VirtualMachine(
        id=f"vm-{number}", name=name, cluster=cluster_id("c"), origin=f"{number}.vmx", **more
    )


def estate(**found):
    return Estate(**({"clusters": (), "hosts": ()} | found))


def test_what_was_found_is_put_in_order_and_alike_things_count_once():
    b, a = (Cluster(id=cluster_id(name), name=name, hypervisor=HypervisorKind.KVM) for name in "ba")
    gaps = (Gap(source="s", what="b", why="w"), Gap(source="s", what="a", why="w"))
    conflicts = tuple(
        Conflict(subject="vm-1", fact=fact, kept="1", others=("2",)) for fact in ("b", "a", "b")
    )
    found = gather(estate(clusters=(b, a, b), gaps=gaps, conflicts=conflicts, notes=("n", "m", "n")))
    assert found.clusters == (a, b)
    assert [gap.what for gap in found.gaps] == ["a", "b"]
    assert [conflict.fact for conflict in found.conflicts] == ["a", "b"]
    assert found.notes == ("n", "m")
    assert gather(found) == found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"vms": (machine("web"), machine("web"))}, "is there twice"),
        ({"vms": (machine("a\nb"),)}, "1.vmx: a VM is named 'a\\nb', with a control character"),
        ({"vms": (machine(""),)}, "1.vmx: a VM has no name"),
        ({"hosts": (Host(id="host-a", name="a", hypervisor=HypervisorKind.KVM),) * 2}, None),
        (
            {
                "datastores": (
                    Datastore(id="ds-a", name="a", shared=True),
                    Datastore(id="ds-a", name="a", shared=False),
                )
            },
            "the datastore 'a' is there twice",
        ),
    ],
)
def test_what_cannot_be_told_apart_or_named_is_refused(found, said):
    if said is None:
        assert len(gather(estate(**found)).hosts) == 1
    else:
        assert said in refusal(gather, estate(**found))


def test_every_hypervisor_has_a_place_for_vms_whose_host_nobody_names():
    places = {unplaced_cluster(kind).id for kind in HypervisorKind}
    assert len(places) == len(HypervisorKind)
    assert all(map(is_unplaced, (*places, cluster_id("unplaced"))))
    assert not is_unplaced(cluster_id("production"))
    assert unplaced_cluster(HypervisorKind.ESXI).name == "unplaced-esxi"
