"""Numbers, truths and names as spreadsheets and locales write them."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.read.rvtools import cells
from planner.units import MIB


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (4096, 4096),
        (4096.0, 4096),
        ("4096", 4096),
        ("4,096", 4096),
        ("4.096", 4096),
        ("4.096,00", 4096),
        ("4,096.00", 4096),
        ("4\u00a0096", 4096),
        ("4\u202f096", 4096),
        ("4'096", 4096),
        ("4\u2019096", 4096),
        ("1,234,567", 1234567),
        ("4.096E+03", 4096),
        ("2,0", 2),
        (" 7 ", 7),
        ("", None),
        (None, None),
        ("   ", None),
    ],
)
def test_whole_numbers(cell, number):
    assert cells.whole(cell) == number


@pytest.mark.parametrize(
    "cell",
    [1.5, "1.5", "10.240,5", "1,23,456", "NaN", float("nan"), "inf", -1, "-4096", 1e30, True, "many", "0x10"],
)
def test_no_whole_numbers(cell):
    with pytest.raises(ValueError, match="correct the cell"):
        cells.whole(cell)


@given(st.integers(min_value=0, max_value=2**53), st.sampled_from([",", ".", "'", " ", "\u00a0"]))
def test_grouping_never_changes_a_number(number, separator):
    assert cells.whole(f"{number:,}".replace(",", separator)) == number


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.none()))
def test_any_cell_is_a_number_or_nothing_or_refused(cell):
    with contextlib.suppress(ValueError):
        number = cells.mebibytes(cell)
        assert number is None or (number >= 0 and number % MIB == 0)


@pytest.mark.parametrize(
    ("cell", "truth"),
    [("True", True), ("false", False), (True, True), (False, False), (1.0, True), ("No", False), ("", None)],
)
def test_truth(cell, truth):
    assert cells.truth(cell) is truth


def test_no_truth():
    with pytest.raises(ValueError, match="neither True nor False"):
        cells.truth("Falsch")


@pytest.mark.parametrize(
    "name",
    [
        " leading and trailing ",
        'a/b\\c:d*?"<>|',
        "{{ lookup('pipe', 'id') }}",
        "\u202egnp.exe",
        "no",
        "服务器",
    ],
)
def test_names_stay_as_they_are(name):
    assert cells.name(name) == name


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "\x00", "a\u2028b", "\x85"])
def test_names_with_control_characters_are_refused(name):
    with pytest.raises(ValueError, match="control character"):
        cells.name(name)


def test_names_that_a_spreadsheet_took_for_something_else():
    assert cells.name(123.0) == "123"
    assert cells.name(dt.date(2026, 3, 4)) == "2026-03-04"
    assert cells.name("  ") is None
