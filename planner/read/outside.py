"""Text from outside: what may stand in a name, a line or a note, and what is left of anything else."""

import re
from typing import Final

# What the schemas of the inventory do not let pass, as a name or as one line of text.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_IN_NOTES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def is_name(text: str) -> bool:
    r"""Whether a text can be the name of a thing: not empty, on one line, without control characters.

    A name is looked up at the source later, so one that is not must be refused, never repaired.

    >>> is_name("Büro {{ 7 }}"), is_name("a\nb"), is_name("")
    (True, False, False)
    """
    return bool(text) and (text.isprintable() or not _CONTROL.search(text))


def line(text: str | None) -> str | None:
    r"""One line of text that only people read; None when nothing is left of it.

    >>> line(" Debian\n12\x00 "), line("  "), line(None)
    ('Debian 12', None, None)
    """
    return _CONTROL.sub(" ", text).strip() or None if text is not None else None


def note(text: str | None) -> str | None:
    r"""Text of any number of lines, without control characters; None when nothing is left of it.

    >>> note("first\r\nsecond\n")
    'first\nsecond'
    """
    if text is None:
        return None
    return _CONTROL_IN_NOTES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip() or None
