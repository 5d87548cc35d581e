"""A configuration of `xl` or `xm` as settings: its assignments, with literals for values.

`xm` ran its files as Python programs. Here nothing runs: a value is a literal, literals added with `+`, or a name
that the same file gave a literal before. Anything else is refused, with its line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from planner.errors import Problem
from planner.read.xen.syntax import Token, Word, tokens

Value: TypeAlias = "str | int | float | bool | tuple[Node, ...] | Mapping[str, Node] | None"

_DEEPEST: Final = 16
_MOST_PROBLEMS: Final = 10
_MOST_DIGITS: Final = 40
_LARGEST: Final = 2**20
"""Characters in a file, and in all that it adds up (of lists their items): real ones have some thousand."""
_CONSTANTS: Final[Mapping[str, bool | None]] = {"True": True, "False": False, "None": None}
_CLOSING: Final = {"[": "]", "(": ")", "{": "}"}
_CODE: Final = (
    "is code, and a configuration is read, never run: write the value itself there; "
    "or start the VM and give what `xl list -l` prints"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and the line on which it begins; the items of a list are nodes again."""

    value: Value
    line: int


class _Fault(Exception):  # noqa: N818  # never leaves this module
    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.line = token.line


def parse(text: str, file: str, problems: list[Problem]) -> Mapping[str, Node]:
    """The settings of a file; of several with one name the last counts, as in both tools.

    What cannot be read goes to `problems`, and reading goes on with the next assignment.
    """
    if len(text) > _LARGEST:
        problems.append(
            Problem(file=file, message=f"is longer than {_LARGEST} characters: no configuration is")
        )
        return {}
    reader = _Reader(words=tuple(tokens(text)))
    faults = 0
    while reader.now.word is not Word.END:
        try:
            reader.statement()
        except _Fault as fault:
            problems.append(Problem(file=file, line=fault.line, message=str(fault)))
            faults += 1
            if faults == _MOST_PROBLEMS:
                break
            reader.skip()
    return reader.settings


@dataclass(slots=True, kw_only=True)
class _Reader:
    words: tuple[Token, ...]
    at: int = 0
    added: int = 0
    settings: dict[str, Node] = field(default_factory=dict)

    @property
    def now(self) -> Token:
        return self.words[self.at]

    def take(self) -> Token:
        token = self.now
        self.at = min(self.at + 1, len(self.words) - 1)
        return token

    def statement(self) -> None:
        """An assignment, a string that nobody uses (how Python comments), or nothing; to the end of its line."""
        token = self.now
        if token.word is Word.NAME:
            self._assignment()
        elif token.word is Word.STRING:
            self._term(0)
        if not self._ends():
            raise _Fault(self.now, _unfit(self.now, "expected one setting a line, as in `memory = 1024`"))

    def skip(self) -> None:
        """Go on to the next line that begins like an assignment."""
        while (taken := self.take()).word is not Word.END:
            begins = taken.word is Word.NEWLINE and self.now.word is Word.NAME
            if begins and self.words[self.at + 1].text in {"=", "+="}:
                return

    def _ends(self) -> bool:
        if self.now.word is Word.END:
            return True
        return (self.now.word is Word.NEWLINE or self._is(";")) and bool(self.take())

    def _assignment(self) -> None:
        name = self.take()
        sign = self.now
        if sign.word is not Word.SIGN or sign.text not in {"=", "+="}:
            raise _Fault(name, f"{name.text!r} {_CODE}")
        self.take()
        value = self._expression(0)
        if sign.text == "+=" and name.text in self.settings:
            value = self._added(self.settings[name.text], value, sign)
        self.settings[name.text] = value

    def _expression(self, depth: int) -> Node:
        value = self._term(depth)
        while self._is("+"):
            plus = self.take()
            value = self._added(value, self._term(depth), plus)
        return value

    def _added(self, one: Node, other: Node, sign: Token) -> Node:
        """Two values added up, but not without end: a name that is added to itself doubles with each line."""
        if self.added > _LARGEST:
            raise _Fault(sign, f"values are added up beyond {_LARGEST} characters: no configuration needs it")
        value = _sum(one.value, other.value)
        if value is None:
            raise _Fault(
                sign, "only text and text, or a list and a list, can be added: write the value itself there"
            )
        self.added += len(value)
        return Node(value=value, line=one.line)

    def _term(self, depth: int) -> Node:
        token = self.take()
        if token.word is Word.STRING:
            return self._string(token)
        if token.word is Word.NUMBER:
            return Node(value=_number(token), line=token.line)
        if token.word is Word.NAME:
            return self._name(token)
        if token.word is Word.SIGN and token.text in _CLOSING:
            if depth == _DEEPEST:
                raise _Fault(token, f"lists are nested more than {_DEEPEST} deep: no setting is")
            return self._dictionary(token, depth) if token.text == "{" else self._list(token, depth)
        raise _Fault(token, _unfit(token, "expected a value: text in quotes, a number or a list"))

    def _string(self, first: Token) -> Node:
        text = first.text
        while self.now.word is Word.STRING:
            text += self.take().text
        return Node(value=text, line=first.line)

    def _name(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return Node(value=_CONSTANTS[token.text], line=token.line)
        if token.text not in self.settings or self._is("("):
            raise _Fault(token, f"{token.text!r} {_CODE}")
        return Node(value=self.settings[token.text].value, line=token.line)

    def _list(self, opening: Token, depth: int) -> Node:
        items: list[Node] = []
        closed, comma = self._closed(opening), False
        while not closed:
            items.append(self._expression(depth + 1))
            comma = self._comma(opening)
            closed = self._closed(opening)
        if opening.text == "(" and len(items) == 1 and not comma:
            return items[0]
        return Node(value=tuple(items), line=opening.line)

    def _dictionary(self, opening: Token, depth: int) -> Node:
        pairs: dict[str, Node] = {}
        while not self._closed(opening):
            key = self._expression(depth + 1)
            if not isinstance(key.value, str | int) or not self._is(":"):
                raise _Fault(self.now, "expected `'key': value`")
            self.take()
            self._lines()
            pairs[str(key.value)] = self._expression(depth + 1)
            self._comma(opening)
        return Node(value=pairs, line=opening.line)

    def _closed(self, opening: Token) -> bool:
        self._lines()
        return self._is(_CLOSING[opening.text]) and bool(self.take())

    def _comma(self, opening: Token) -> bool:
        """Take the comma after an item; only before the end of the list there may be none."""
        self._lines()
        if self._is(","):
            self.take()
            return True
        if self.now.word is Word.END:
            raise _Fault(
                opening, f"{opening.text!r} is never closed: the file is cut off, or a quote is missing"
            )
        if not self._is(_CLOSING[opening.text]):
            raise _Fault(self.now, _unfit(self.now, f"expected a comma or {_CLOSING[opening.text]!r}"))
        return False

    def _lines(self) -> None:
        while self.now.word is Word.NEWLINE:
            self.take()

    def _is(self, sign: str) -> bool:
        return self.now.word is Word.SIGN and self.now.text == sign


def _sum(one: Value, other: Value) -> str | tuple[Node, ...] | None:
    """Two values added up; None where they cannot be."""
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one + other
    return None


def _number(token: Token) -> int | float:
    """A number as `xl` and `xm` take it: decimal, hexadecimal behind 0x, octal behind 0."""
    text = token.text.lower()
    digits = text.lstrip("-")
    if len(text) > _MOST_DIGITS:
        raise _Fault(token, f"a number has {len(text)} digits: no setting has so many")
    if "." in digits:
        return float(text)
    try:
        base = 16 if digits.startswith("0x") else 8 if digits.startswith("0") and digits != "0" else 10
        return int(text, base)
    except ValueError:
        raise _Fault(token, f"{token.text!r} is no number: one that begins with 0 is octal") from None


def _unfit(token: Token, expected: str) -> str:
    if token.word in {Word.NEWLINE, Word.END}:
        return f"{expected}; there is {token.word.value}"
    if token.word is Word.OTHER and token.text in {"'", '"'}:
        return "a quote is never closed: the file is cut off, or a quote is missing"
    if token.word in {Word.OTHER, Word.NAME} or token.text in {"(", "-"}:
        return f"{token.text[:60]!r} {_CODE}"
    return f"{expected}; there is {token.text[:60]!r}"
