"""The review as Markdown for a pull request: short above, details folded, the same bytes for the same plan."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from planner.review.findings import MARKS
from planner.review.view import View
from planner.review.words import counted
from planner.units import format_duration, format_size

TEMPLATE: Final = "review.md.j2"
MOST_NODES: Final = 60

_SPECIAL: Final = re.compile(r"[\\`*_\[\]|~$]")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;", "://": "&#58;//"}
_WRITTEN: Final = re.compile("|".join(map(re.escape, _ENTITIES)))
_BLOCK_START: Final = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")
_MERMAID: Final = {character: f"#{ord(character)};" for character in '"#<>&`\\%{}[]()|'}


def markdown(shown: View, details: str | None = None) -> str:
    """The Markdown of a view. Every value is escaped unless a filter has made it Markdown.

    `details` says where steps, VMs and points of no return stand, when they do not stand here.
    """
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(view=shown, marks=MARKS, most_nodes=MOST_NODES, details=details)
    )


def text(value: str) -> Markup:
    r"""Text that GitHub shows as it is: no formatting, HTML, mention, reference or link comes of it.

    >>> str(text("a|b <i> @ops #1"))
    'a\\|b &lt;i&gt; &#64;ops &#35;1'
    """
    written = _WRITTEN.sub(lambda found: _ENTITIES[found[0]], _SPECIAL.sub(r"\\\g<0>", value))
    return Markup(_BLOCK_START.sub(r"\1\\\2", written))  # noqa: S704 escaped here


def code(value: str) -> Markup:
    """Text as a code span, inside or outside of a table."""
    longest = max((len(run) for run in re.findall("`+", value)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if value.startswith("`") or value.endswith("`") else ""
    return Markup(f"{fence}{padding}{value.replace('|', chr(92) + '|')}{padding}{fence}")  # noqa: S704


def fenced(value: str) -> Markup:
    """Text as a fenced block of its own."""
    longest = max((len(run) for run in re.findall("`+", value)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}\n{value}\n{fence}")  # noqa: S704 a block shows its text as it is


def prose(value: str) -> Markup:
    """Text whose `backticks` are code, if plain words stand between them, and whose rest is text."""
    parts = re.split(r"`([\w.:/= -]+)`", value)
    return Markup("").join(code(part) if number % 2 else text(part) for number, part in enumerate(parts))


def label(value: str) -> Markup:
    """Text inside the quotes of a Mermaid node."""
    return Markup("".join(_MERMAID.get(character, character) for character in value))  # noqa: S704


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup | int) else text(str(value))


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=False,  # noqa: S701 `finalize` escapes every value for Markdown
        finalize=_finalize,
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "duration": lambda seconds: Markup(format_duration(seconds)),  # noqa: S704 our own words
        "size": lambda size: Markup(format_size(size)),  # noqa: S704 our own words
        "counted": counted,
        "code": code,
        "fenced": fenced,
        "prose": prose,
        "mermaid": label,
    }
    environment.filters.update(filters)
    return environment


def _source(name: str) -> str:
    return files("planner.review").joinpath(name).read_text(encoding="utf-8")
