"""flows.csv: what its rows mean, what is summed up, and what is said about one that is wrong."""

import re

import pytest

from planner.errors import InputError
from planner.knowledge import hint_limits
from planner.model.estate import ClusterId, Nic, VirtualMachine, VmId
from planner.read import flows as reader
from planner.read.collect import read_estate
from planner.read.flows import read_flows

HEADER = "source,destination,port,bytes"


def machine(name, *addresses, **facts):
    return VirtualMachine(
        id=VmId(f"vm-{name}"),
        name=name,
        cluster=ClusterId("cluster-a"),
        nics=tuple(Nic(id=str(number), addresses=(address,)) for number, address in enumerate(addresses)),
        **facts,
    )


VMS = (
    machine("web", "192.0.2.1", hostname="web.example.org", uuid="4206AA00-0000"),
    machine("db", "192.0.2.2/24", "2001:db8::2"),
    machine("app", "192.0.2.3"),
    machine("twin1", "192.0.2.9"),
    machine("twin2", "192.0.2.9"),
)


def read(tmp_path, *rows, vms=VMS, header=HEADER):
    path = tmp_path / "flows.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_flows(path, vms)


def told(found):
    """Each flow as `source>destination:port=bytes`, `*` for machines outside the estate."""
    return [
        f"{(flow.source or '*').removeprefix('vm-')}>{(flow.destination or '*').removeprefix('vm-')}"
        f":{flow.port or '-'}={flow.size_bytes}"
        for flow in found
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["192.0.2.1,192.0.2.2,5432,10"], ["web>db:5432=10"], id="by address"),
        pytest.param(["WEB,db,5432,10"], ["web>db:5432=10"], id="by name, in any case"),
        pytest.param(["web.example.org,vm-db,5432,10"], ["web>db:5432=10"], id="by host name and id"),
        pytest.param(["4206aa00-0000,2001:DB8:0::2,5432,10"], ["web>db:5432=10"], id="by UUID and IPv6"),
        pytest.param([" web , db , 5432 , 10 "], ["web>db:5432=10"], id="spaces"),
        pytest.param(['"web","db","5432","10"', ""], ["web>db:5432=10"], id="quotes and an empty line"),
        pytest.param(
            ["web,db,5432,10", "web,db,5432,5", "web,db,22,3"],
            ["web>db:5432=15", "web>db:22=3"],
            id="summed up by port, the most first",
        ),
        pytest.param(["web,db,,7", "web,app,0,2"], ["web>app:-=2", "web>db:-=7"], id="without a port"),
        pytest.param(["web,192.0.2.1,80,5"], [], id="with itself"),
        pytest.param(["203.0.113.1,203.0.113.2,80,5"], [], id="between strangers"),
        pytest.param(
            ["203.0.113.1,web,443,5", "203.0.113.2,web,443,5", "web,203.0.113.9,25,1"],
            ["*>web:443=10", "web>*:25=1"],
            id="strangers are counted together",
        ),
        pytest.param(["web,192.0.2.9,80,5"], ["web>*:80=5"], id="an address that two VMs have is nobody's"),
        pytest.param(
            ["web,db,5432,10", "db,web,49731,90"], ["web>db:5432=100"], id="answers count with the question"
        ),
        pytest.param(
            ["web,db,5432,10", "db,web,22,90"],
            ["db>web:22=90", "web>db:5432=10"],
            id="a service on both sides is two questions",
        ),
        pytest.param(
            ["web,db,49152,10", "db,web,49731,90"],
            ["db>web:49731=90", "web>db:49152=10"],
            id="who asked is not known",
        ),
        pytest.param(["web,db,443,0"], [], id="no traffic"),
    ],
)
def test_rows_and_what_they_mean(tmp_path, rows, expected):
    assert told(read(tmp_path, *rows)) == expected


def test_columns_are_found_by_name(tmp_path):
    found = read(tmp_path, "x,10,5432,db,web", header="When,Bytes,PORT,destination,Source")
    assert told(found) == ["web>db:5432=10"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "flows.csv"
    path.write_text(f"{HEADER}\r\nBüro,db,80,1\r\n", encoding=encoding)
    assert told(read_flows(path, (*VMS, machine("Büro")))) == ["Büro>db:80=1"]


def test_only_the_strongest_partners_and_ports_are_named(tmp_path):
    limits = hint_limits()
    many = [machine(f"s{number:02}") for number in range(limits.flow_partners + 3)]
    rows = [f"web,s{number:02},80,{number + 1}" for number in range(len(many))]
    assert told(read(tmp_path, *rows, vms=(*VMS, *many))) == [
        f"web>s{number:02}:80={number + 1}" for number in range(3, len(many))
    ]
    ports = [f"web,db,{port},{port}" for port in range(1, limits.flow_ports + 3)]
    top = [f"web>db:{port}={port}" for port in range(limits.flow_ports + 2, 2, -1)]
    assert sorted(told(read(tmp_path, *ports))) == sorted([*top, "web>db:-=3"])


def test_a_client_of_which_there_are_many_is_not_cut_off(tmp_path):
    clients = [machine(f"c{number:03}") for number in range(200)]
    found = read(tmp_path, *(f"c{number:03},db,5432,1" for number in range(200)), vms=(*VMS, *clients))
    assert len(found) == 200


def test_a_scan_of_every_port_is_told_in_few_flows_and_loses_no_byte(tmp_path):
    found = read(tmp_path, *(f"web,db,{port},2" for port in range(1, 30_000)))
    assert sum(flow.size_bytes for flow in found) == 2 * 29_999
    assert len(found) == hint_limits().flow_ports + 1


def test_the_order_of_rows_makes_no_difference(tmp_path):
    rows = ["web,db,5432,10", "db,web,50000,4", "app,db,5432,3", "203.0.113.1,web,443,5", "web,app,80,3"]
    assert read(tmp_path, *rows) == read(tmp_path, *reversed(rows))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r":1: lacks the column source, destination, port, bytes"),
        ("source,destination,port\n", r":1: lacks the column bytes"),
        ("192.0.2.1,192.0.2.2,80,5\n", r":1: lacks the column"),
        (f"{HEADER}\nweb,db,80\n", r":2: has 3 cells"),
        (f"{HEADER}\n,db,80,1\n", r":2: has no source"),
        (f"{HEADER}\nweb,,80,1\n", r":2: has no destination"),
        (f"{HEADER}\nweb,db,http,1\n", r":2: 'http' is no port: write a whole number up to 65535"),
        (f"{HEADER}\nweb,db,65536,1\n", r":2: '65536' is no port"),
        (f"{HEADER}\nweb,db,80,-1\n", r":2: '-1' is no number of bytes"),
        (f"{HEADER}\nweb,db,80,1.5\n", r":2: '1.5' is no number of bytes"),
        (f"{HEADER}\nweb,db,80,²\n", r":2: '²' is no number of bytes"),
        (f"{HEADER}\nweb,db,80,{'9' * 5000}\n", r":2: '9+' is no number of bytes"),
        (f"{HEADER}\nweb,db,80,\n", r":2: '' is no number of bytes"),
        (f'{HEADER}\n"web\n\n,db,80,1\n', r":4: has 1 cells"),
        (f"{HEADER}\nweb,db,80,{'1' * 200_000}\n", r":2: is no CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, said):
    path = tmp_path / "flows.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_flows(path, VMS)
    assert re.search(re.escape(str(path)) + said, str(refused.value)), refused.value


def test_every_bad_row_is_told_up_to_twenty(tmp_path):
    with pytest.raises(InputError) as refused:
        read(tmp_path, "web,db,80,1", *(f"web,db,{number},x" for number in range(30)))
    assert [problem.line for problem in refused.value.problems] == list(range(3, 23))


@pytest.mark.parametrize(
    "content", [b"source,destination,port,bytes\n\xff\xfe\xfa,db,80,1\n", b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "flows.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no text in UTF-8"):
        read_flows(path, VMS)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "LARGEST_TEXT_BYTES", 20)
    with pytest.raises(InputError, match="is larger than"):
        read(tmp_path, "web,db,80,1")


def test_more_pairs_than_fit_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_SUMS", 2)
    assert len(read(tmp_path, "web,db,1,1", "web,db,2,1", "web,db,2,1")) == 2
    with pytest.raises(InputError, match="more than 2 pairs and ports"):
        read(tmp_path, "web,db,1,1", "web,db,2,1", "web,db,3,1")


def test_flows_lie_beside_the_inventory(tmp_path):
    (tmp_path / "hosts.yml").write_text(
        "prod:\n  hosts:\n    esx1:\n      planner_host: {hypervisor: esxi}\n"
        "      planner_vms: [{name: web}, {name: db, nics: [{addresses: [192.0.2.2]}]}]\n"
    )
    assert read_estate(tmp_path).flows == ()
    (tmp_path / "flows.csv").write_text(f"{HEADER}\nweb,192.0.2.2,5432,7\n")
    whole, single = read_estate(tmp_path), read_estate(tmp_path / "hosts.yml")
    assert whole.flows == single.flows
    names = {vm.id: vm.name for vm in whole.vms}
    (flow,) = whole.flows
    assert (names[flow.source], names[flow.destination], flow.port) == ("web", "db", 5432)
    assert whole.notes == ()
