"""What holds for every one of these formats: each knows its own files, survives any input, and loses nothing."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.emit.inventory import inventory_files
from planner.errors import InputError
from planner.read.clouds import FORMATS
from planner.read.collect import read_estate
from planner.read.source import Sample
from tests.read.clouds.samples import SYSTEMS, kind_of, write
from tests.read.test_round_trip import without_origins

BY_KIND = {known.kind: known for known in FORMATS}
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just([{}]),
    st.just({}),
)


def read(system, folder, **options):
    return BY_KIND[kind_of(system)].read(write(folder, SYSTEMS[system], **options))


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_file_is_of_one_format_only(system, tmp_path):
    for path in write(tmp_path, SYSTEMS[system]):
        claimed = [known.kind for known in FORMATS if known.recognises(Sample.of(path))]
        assert claimed == [kind_of(system)], path.name


OTHERS = [
    "",
    "[]",
    "{}",
    "[1, 2]",
    '{"a": 1}',
    '{"data": []}',
    '{"entities": [], "metadata": {"kind": "vm"}}',
    '{"vm": [{"id": "1"}]}',
    '{"vm": {"name": "web"}}',
    '[{"ID": "1", "Name": "net", "Subnets": []}]',
    '[{"Name": "web", "Status": 1}]',
    '{"ansible_hostname": "kvm1", "ansible_machine": "x86_64"}',
    '{"plugin": "x", "hosts": {"a": {}}}',
    "<html><body>Sign in</body></html>",
    'name = "web"\nmemory = 4096\nvcpus = 2\n',
    "all:\n  hosts:\n    kvm1:\n      planner_host: {hypervisor: kvm}\n",
    "memory: 4096\ncores: 4\nname: web\n",
    "arch: amd64\nhostname: ct\nmemory: 512\nrootfs: tank:subvol-201-disk-0,size=8G\nnet0: name=eth0,bridge=vmbr0\n",
    '.encoding = "UTF-8"\nmemsize = "4096"\n',
]


@pytest.mark.parametrize("text", OTHERS)
def test_files_of_others_are_left_to_them(text, tmp_path):
    path = tmp_path / "file"
    path.write_text(text)
    assert [known.kind for known in FORMATS if known.recognises(Sample.of(path))] == []


@pytest.mark.parametrize("kind", BY_KIND)
@pytest.mark.parametrize(
    "text", ['{"vm": [', "<html>Sign in</html>", "[1]", '{"a": 1}', '"text"', "name = 'web'\n"]
)
def test_what_is_no_such_file_is_refused_with_its_name(kind, text, tmp_path):
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(InputError) as raised:
        BY_KIND[kind].read([path])
    assert all(problem.file == str(path) for problem in raised.value.problems)


def test_the_problems_of_every_file_are_reported(tmp_path):
    for number in range(3):
        (tmp_path / str(number)).write_text("{")
    for known in FORMATS:
        with pytest.raises(InputError) as raised:
            known.read(sorted(tmp_path.iterdir()))
        assert {problem.file for problem in raised.value.problems} == {
            str(tmp_path / str(n)) for n in range(3)
        }


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_estate_is_the_same_after_it_was_an_inventory(system, tmp_path):
    estate = read(system, tmp_path / "source")
    for path, text in inventory_files(estate).items():
        (tmp_path / "inventory" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "inventory" / path).write_text(text, "utf-8")
    assert without_origins(read_estate(tmp_path / "inventory")) == without_origins(estate)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_file_alone_is_read_and_says_what_is_missing(system, tmp_path):
    for path in write(tmp_path, SYSTEMS[system]):
        estate = BY_KIND[kind_of(system)].read([path])
        assert all(gap.source == str(path) and gap.remedy for gap in estate.gaps)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_order_of_files_means_nothing(system, tmp_path):
    paths = write(tmp_path, SYSTEMS[system])
    reader = BY_KIND[kind_of(system)]
    forwards, backwards = reader.read(paths), reader.read(paths[::-1])
    assert without_origins(forwards) == without_origins(backwards)


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


@pytest.mark.parametrize("system", SYSTEMS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused(system, tmp_path, data):
    files = dict(SYSTEMS[system])
    name = data.draw(st.sampled_from([name for name in files if not isinstance(files[name], str)]))
    place = data.draw(st.sampled_from([path for path in places(files[name]) if path]))
    files[name] = replaced(files[name], place, data.draw(STRANGE))
    paths = write(tmp_path, files)
    read_or_refused(BY_KIND[kind_of(system)], paths)


def read_or_refused(known, paths):
    """Read files; a refusal must name a file, anything else is a fault of the reader."""
    problems = ()
    try:
        known.read(paths)
    except InputError as error:
        problems = error.problems
    assert all(problem.file and problem.message for problem in problems)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    line=st.integers(0, 40),
    text=st.text(max_size=20)
    | st.sampled_from(["-1", "99999999999999999999", "a=b,c", "current=4096", "0", "[x]", ",,="]),
)
def test_any_value_in_a_configuration_is_read_or_refused(tmp_path, line, text):
    lines = SYSTEMS["proxmox"]["nodes/pve1/qemu-server/101.conf"].splitlines()
    key = lines[line % len(lines)].partition(":")[0]
    lines[line % len(lines)] = f"{key}: {text}"
    files = {"nodes/pve1/qemu-server/101.conf": "\n".join(lines)}
    read_or_refused(BY_KIND["proxmox"], write(tmp_path, files))


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_name_with_a_control_character_is_refused(system, tmp_path):
    files = json.loads(json.dumps(SYSTEMS[system]).replace(json.dumps("Büro {{ 7 }}")[1:-1], "a\\u0007b"))
    if system == "proxmox":
        files["nodes/pve1/qemu-server/101.conf"] = files["nodes/pve1/qemu-server/101.conf"].replace(
            "name: web", "name: a\x07b"
        )
    with pytest.raises(InputError, match="control character"):
        BY_KIND[kind_of(system)].read(write(tmp_path, files))
