"""VMware's text of `name = "value"` lines: .vmx, .vmsd, and the descriptor in a .vmdk."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.read.outside import is_name
from planner.read.source import encoding_of
from planner.read.vmware.quantities import whole

LARGEST_BYTES: Final = 16 * 1024**2
"""Of a file of this kind: real ones have some KiB."""

# Possessive, so that a line of a million blanks takes no longer than any other.
_ROW: Final = re.compile(
    r"""\s*+(?P<name>[^\s="\#][^="]*+)=\s*+(?:"(?P<value>[^"]*+)"\s*+(?:\#.*)?|(?P<bare>[^"\#]*+)(?:\#.*)?)"""
)
_ESCAPED: Final = re.compile(r"(?:\|[0-9A-Fa-f]{2})+")
_DECLARED: Final = re.compile(
    rb'^[ \t]*\.?encoding[ \t]*=[ \t]*"?([A-Za-z0-9_.-]{1,40})', re.IGNORECASE | re.MULTILINE
)
_TEXT_ENCODINGS: Final = re.compile(
    r"(?P<plain>utf-?8|us-ascii|ascii|iso-?8859-\d+|cp\d+|gbk|gb18030|gb2312|big5|big5-?hkscs|shift_?jis|euc-?(?:jp|kr)|mac-?roman)"
    r"|windows-(?P<page>\d+)"
)
_PRESENT: Final = ".present"
_TRUTH: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """The values of a file by lower-case name, and the line of each.

    `others` are the lines that are no `name = "value"`, with their numbers, for those who expect some.
    What is wrong with a value is added to `problems`, so that all of it can be told at once.
    """

    file: str
    values: Mapping[str, str]
    rows: Mapping[str, int]
    others: tuple[tuple[int, str], ...]
    problems: list[Problem]

    def text(self, name: str) -> str | None:
        """A value; None when it is not there or empty."""
        return self.values.get(name.lower(), "").strip() or None

    def named(self, name: str) -> str | None:
        """A value that is looked up at the source later, and so is refused with a control character in it."""
        word = self.text(name)
        if word is None or is_name(word):
            return word
        self.refuse(name, f"is {word!r}, with a control character: give it another name at the source")
        return None

    def truth(self, name: str) -> bool:
        """A switch, which is off where it is not there."""
        word = self.text(name)
        if word is None:
            return False
        if word.lower() not in _TRUTH:
            self.refuse(name, f"is {word!r}, expected TRUE or FALSE")
        return _TRUTH.get(word.lower(), False)

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None when it is not there."""
        word = self.text(name)
        try:
            return whole(word, least, most) if word is not None else None
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def parsed(self, name: str, parse: Callable[[str], str]) -> str | None:
        """A value through a function that raises ValueError for a wrong one; None when it is not there."""
        word = self.text(name)
        try:
            return parse(word) if word is not None else None
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def present(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The devices that are there (`<device>.present`), whose lower-case names match."""
        for name in self.values:
            device = name.removesuffix(_PRESENT)
            if device != name and (match := pattern.fullmatch(device)) and self.truth(name):
                yield match

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a value."""
        row = self.rows.get(name.lower())
        self.problems.append(Problem(file=self.file, line=row, path=name, message=message))


def read_dictionary(path: Path) -> Dictionary:
    """A file of such lines. Raises InputError when it cannot be read, is too large or fits no encoding."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _refused(path, f"is larger than {LARGEST_BYTES // 1024**2} MiB: no such file of VMware is")
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    return parse_dictionary(content, path)


def parse_dictionary(content: bytes, path: Path) -> Dictionary:
    """The lines in the bytes of a file. Raises InputError when they fit no encoding.

    A byte order mark tells the encoding, or else the line `.encoding`; without both it is UTF-8 or Windows-1252.
    """
    text, encoding = _decoded(content, path)
    values: dict[str, str] = {}
    rows: dict[str, int] = {}
    others: list[tuple[int, str]] = []
    problems: list[Problem] = []
    for number, row in enumerate(text.split("\n"), start=1):
        match = _ROW.fullmatch(row)
        if match is None:
            if (rest := row.strip()) and not rest.startswith("#"):
                others.append((number, rest))
            continue
        name = match["name"].rstrip().lower()
        if name in rows:
            message = f"is there twice (first in line {rows[name]}), which VMware refuses as well: remove one"
            problems.append(
                Problem(file=str(path), line=number, path=match["name"].rstrip(), message=message)
            )
            continue
        value = match["bare"].rstrip() if match["value"] is None else match["value"]
        values[name] = _unescaped(value, encoding) if "|" in value else value
        rows[name] = number
    return Dictionary(file=str(path), values=values, rows=rows, others=tuple(others), problems=problems)


def _decoded(content: bytes, path: Path) -> tuple[str, str]:
    """The text, and the encoding of the bytes that are escaped in it."""
    marked = encoding_of(content)
    if marked == "utf-16":
        bare, candidates = content.decode(marked, "replace").encode("utf-8", "replace"), ["utf-8"]
    else:
        bare = content.removeprefix(codecs.BOM_UTF8)
        declared = _declared(bare, path)
        # A mark that the bytes behind it belie was put there by an editor: the file's own line is older.
        known = [*(["utf-8"] if marked else []), *([declared] if declared else [])]
        candidates = known or ["utf-8", "cp1252"]
    for encoding in candidates:
        try:
            return bare.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    tried = " or ".join(candidates)
    raise _refused(path, f'is no text in {tried}: save it as UTF-8, with the line .encoding = "UTF-8"')


def _declared(content: bytes, path: Path) -> str | None:
    found = _DECLARED.search(content[:65536])
    if found is None:
        return None
    word = found[1].decode().lower()
    match = _TEXT_ENCODINGS.fullmatch(word)
    encoding = match and (match["plain"] or f"cp{match['page']}")
    try:
        return codecs.lookup(encoding or "").name
    except LookupError:
        line = content.count(b"\n", 0, found.start()) + 1
        raise _refused(
            path, f"is in the encoding {word!r}, which is not known: save it as UTF-8", line
        ) from None


def _unescaped(value: str, encoding: str) -> str:
    """`|22` is the byte 22 hex: a quote, a line break, a bar."""
    return _ESCAPED.sub(
        lambda match: bytes.fromhex(match[0].replace("|", "")).decode(encoding, "replace"), value
    )


def stray_rows(found: Dictionary) -> Iterable[Problem]:
    """A problem for each line that is neither empty, a comment nor `name = "value"`."""
    for number, _ in found.others:
        message = 'expected name = "value": the file is damaged or broken off here; copy it again'
        yield Problem(file=found.file, line=number, message=message)


def _refused(path: Path, message: str, line: int | None = None) -> InputError:
    return InputError((Problem(file=str(path), line=line, message=message),))
