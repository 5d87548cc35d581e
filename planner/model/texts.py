"""Files that are to be written: paths with texts, or with what makes a text when it is its turn.

A bundle of 100,000 VMs has hundreds of thousands of files and more than a gigabyte of text, of which no more than one file
needs to be in memory.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Text: TypeAlias = str | bytes | Iterator[bytes]
"""Text, the UTF-8 of it where that is at hand, or that piece by piece where it is large."""
Maker: TypeAlias = Callable[[], Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Mapping[str, Text]):
    """Texts by relative path, in the order in which they were given; each is made whenever it is asked for.

    >>> texts = Texts(parts={"a": "1", "b": lambda: "2"})
    >>> dict(texts)
    {'a': '1', 'b': '2'}
    """

    parts: Mapping[str, Text | Maker]

    def __getitem__(self, path: str) -> Text:
        part = self.parts[path]
        return part() if callable(part) else part

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def beside(self, other: "Texts") -> "Texts":
        """All files of both; `other`'s where both have one."""
        return Texts(parts={**self.parts, **other.parts})
