"""What is laid out here is what PyYAML writes, byte for byte."""

import time

from hypothesis import example, given
from hypothesis import strategies as st

from planner.emit.yaml import HEADER, Unsafe, by_pyyaml, dump

_LOOKALIKES = (
    "", "true", "null", "~", "12", "1:30", "00:50:56:29:1a:e9", "2026-01-01", "0x1f", "1e3", ".5", "=", "<<", "---",
    "...", "yes", "-", "?", "a: b", "a:", "a #b", "a, b", "{{ x['y'] }}", "{a}", "[a]", "(a)", " a", "a ", "a  b", "!x", "&x",
    "*x", "0123", "'", '"', "\\", "é", "\ufeff", "\x85", "\u2028", "a\nb", "a\tb",
)  # fmt: skip
_TEXTS = st.one_of(
    st.sampled_from(_LOOKALIKES),
    st.text(max_size=12),
    st.text(alphabet="ab01: #-'\"{}[],.&*!|>%@`?\\/=~<\n", max_size=40),
    st.text(alphabet="abc -:'", min_size=120, max_size=330),
)
_SCALARS = st.one_of(
    _TEXTS, _TEXTS.map(Unsafe), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)
)
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(_TEXTS, inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=12,
)


@given(_DATA)
@example([["\x85"]])
@example({"a": [[{}], {"b": ()}], "c" * 130: {"d": Unsafe("83")}})
def test_every_value_is_written_as_pyyaml_writes_it(data):
    # A list at the top is written item by item, as plays are.
    assert dump({"k": data}) == f"{HEADER}---\n{by_pyyaml({'k': data})}"


def test_the_variables_of_a_step_take_a_fraction_of_what_pyyaml_takes():
    step = {f"vm_move_{number}": Unsafe(f"v{number:04d}-web") for number in range(40)}
    ours, theirs = (_seconds(write, {"k": step}) for write in (dump, by_pyyaml))
    assert ours < theirs / 3


def _seconds(write, data):
    begun = time.process_time()
    for _ in range(20):
        write(data)
    return time.process_time() - begun
