"""The words of a configuration of `xl` or `xm`: cut apart, never evaluated.

Python's own parser does not fit: `xl` has octal numbers and indented lines, which Python refuses, and what it
says of a mistake is for programmers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Word(Enum):
    """What a word is."""

    STRING = "text"
    NUMBER = "a number"
    NAME = "a name"
    SIGN = "a sign"
    NEWLINE = "the end of the line"
    END = "the end of the file"
    OTHER = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word and the line on which it begins. A string is without quotes, its escapes resolved."""

    word: Word
    text: str
    line: int


_TOKEN: Final = re.compile(
    r"""
    (?P<blank>[ \t\r\f\v\ufeff]+|\\\r?\n|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<prefix>[rRuUbB]{0,2})(?P<string>'''(?:[^\\]|\\.)*?'''|\"{3}(?:[^\\]|\\.)*?\"{3}
        |'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<number>-?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?)(?![0-9A-Za-z_]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>\+=|[-=+\[\](){},:;])
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r?\n)|(.))", re.DOTALL)
_LETTERS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_THEMSELVES: Final = "\\'\""


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, with an END at its end; what cannot stand in a configuration is OTHER."""
    line = 1
    for found in _TOKEN.finditer(text):
        kind, said = found.lastgroup or "other", found.group()
        if kind == "string":
            yield Token(word=Word.STRING, text=_string(found), line=line)
        elif kind != "blank":
            yield Token(word=Word[kind.upper()], text=said, line=line)
        line += said.count("\n")
    yield Token(word=Word.END, text="", line=line)


def _string(found: re.Match[str]) -> str:
    quoted = found["string"]
    marks = 3 if quoted[:3] in {"'''", '"""'} and len(quoted) >= 6 else 1
    inside = quoted[marks:-marks]
    return inside if "r" in found["prefix"].lower() else _ESCAPE.sub(_unescaped, inside)


def _unescaped(escape: re.Match[str]) -> str:
    """The character of an escape; an unknown one stays as it stands, which is what `xm` did."""
    hexadecimal, octal, newline, letter = escape.groups()
    if hexadecimal or octal:
        return chr(int(hexadecimal, 16) if hexadecimal else int(octal, 8))
    if newline:
        return ""
    return _LETTERS.get(letter) or (letter if letter in _THEMSELVES else escape.group())
