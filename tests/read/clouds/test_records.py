"""What every fact of a JSON document goes through: strict, with its place when it is wrong."""

from pathlib import Path

import pytest

from planner.read.clouds.records import MEMORY, VCPUS, document
from planner.units import MIB


def read(value, method, *arguments):
    problems = []
    record = document(Path("a.json"), {"x": {"y": [{"z": value}]}}, problems)
    (item,) = record.inner("x").many("y")
    return getattr(item, method)("z", *arguments), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("method", "arguments", "value", "expected"),
    [
        ("number", (), "12", 12),
        ("number", (), 12.0, 12),
        ("number", (), "", None),
        ("number", (), None, None),
        ("size", (MIB,), "4", 4 * MIB),
        ("size", (MIB,), 0, None),
        ("flag", (), "True", True),
        ("flag", (), 0, False),
        ("flag", (), "", None),
        ("text", (), 7, "7"),
        ("line", (), " a\nb ", "a b"),
        ("uuid", (), "{ABC}", "abc"),
        ("mac", (), "00155D000001", "00:15:5d:00:00:01"),
        ("mac", (), "00:00:00:00:00:00", None),
        ("mtu", (), "1", None),
        ("mtu", (), 9000, 9000),
    ],
)
def test_a_fact_is_read_however_it_is_written(method, arguments, value, expected):
    assert read(value, method, *arguments) == (expected, [])


@pytest.mark.parametrize(
    ("method", "arguments", "value", "said"),
    [
        ("number", (VCPUS,), 0, "0 is not 1 to 10000"),
        ("number", (), "12 GB", "'12 GB' is not a whole number"),
        ("number", (), 1.5, "1.5 is not a whole number"),
        ("number", (), float("nan"), "nan is not a whole number"),
        ("number", (), True, "True is not a whole number"),
        ("number", (), "9" * 40, "is not a whole number"),
        ("size", (MIB, MEMORY), 2**40, "is not 1 to 1073741824"),
        ("flag", (), "maybe", "'maybe' is not true or false"),
        ("text", (), ["a"], "['a'] is not text"),
        ("mac", (), "a", "'a' is not a MAC address"),
        ("mtu", (), 70000, "70000 is not 0 to 65535"),
        ("inner", (), [], "[] is not an object"),
        ("many", (), {}, "{} is not a list"),
        ("many", (), [1], "1 is not an object"),
    ],
)
def test_a_wrong_fact_is_unknown_and_says_its_place(method, arguments, value, said):
    _, (problem,) = read(value, method, *arguments)
    assert problem.startswith("a.json: x.y[0].z")
    assert problem.endswith(said)


def test_a_long_value_is_not_repeated_whole():
    _, (problem,) = read("x" * 10_000, "number")
    assert len(problem) < 150
