"""YAML is judged before it is built, and never by running out of memory or stack."""

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.read.strict_yaml import DEEPEST, yaml_problems


def said(tmp_path, text):
    file = tmp_path / "file.yml"
    file.write_text(text)
    return [(problem.line, problem.message) for problem in yaml_problems(file, "file.yml")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1\nb: {a: 1}\n",
        "a: &x {k: 1}\nb: *x\nc: {<<: *x, k: 2}\n",
        "a: &x {k: 1}\nb: {<<: *x}\nc: {<<: *x}\n",
        "a: !unsafe '{{ x }}'\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n",
        "- a\n---\n- a\n",
        "[" * DEEPEST + "]" * DEEPEST,
        "? [a, b]\n: 1\n? [a, b]\n: 2\n",
    ],
)
def test_accepted(tmp_path, text):
    assert said(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\na: 2\n", 2, "the key 'a' stands here a second time"),
        ("a: {b: 1, c: [], b: 3}\n", 1, "the key 'b' stands here a second time"),
        ("a: [}\n", 1, "is broken YAML"),
        ("a: 1\n\tb: 2\n", 2, "is broken YAML"),
        ("a: \x07\n", 1, "is broken YAML"),
        ("a:\n- !!python/name:os.system x\n", 2, "asks for a Python object"),
        ("a: *b\n", 1, "the alias *b stands for nothing"),
        ("a: &x\n  b: *x\n", 2, "stands for nothing, or for what contains it"),
        ("x: " + "[" * (DEEPEST + 1), 1, f"is nested more than {DEEPEST} deep"),
        ("x: " + "[" * 200_000, 1, f"is nested more than {DEEPEST} deep"),
    ],
)
def test_refused(tmp_path, text, line, message):
    (first, *_) = said(tmp_path, text)
    assert first[0] == line
    assert message in first[1]


def test_an_expansion_is_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    started = time.perf_counter()
    ((line, message),) = said(tmp_path, "\n".join(lines))
    assert (line, "beyond 1000000 values" in message) == (7, True)
    assert time.perf_counter() - started < 5


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_pyyaml_writes_is_accepted(tmp_path_factory, value):
    text = yaml.safe_dump(value, allow_unicode=True)
    assert said(tmp_path_factory.getbasetemp(), text) == []


@given(st.text(alphabet="ab:-[]{},&*!? \n'\"|>#%@`\t<"))
def test_any_text_is_accepted_or_refused_and_never_a_fault(tmp_path_factory, text):
    accepted = said(tmp_path_factory.getbasetemp(), text) == []
    if accepted and "!" not in text and "*" not in text:
        list(yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
