"""The review as one HTML page: no request leaves it, and nothing in it runs but our own script."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from planner.review.concerns import STANDINGS
from planner.review.findings import MARKS
from planner.review.view import View
from planner.review.words import counted
from planner.units import format_duration, format_size

TEMPLATE: Final = "index.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page about one cluster, beside that of the whole plan."""

    path: str
    name: str
    source: str
    target: str
    waves: int
    vms: int
    findings: int


def html(shown: View, links: tuple[Link, ...] = (), whole: str | None = None) -> str:
    """The page of a view. Every value is escaped; style and script are allowed by their digests alone.

    With `links` it is the page of a whole plan that leads to those of its clusters; `whole` is where such a page leads back.
    """
    style, script = _asset("style.css"), _asset("script.js")
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            view=shown,
            links=links,
            whole=whole,
            style=Markup(style),  # noqa: S704 our own file, not data
            script=Markup(script),  # noqa: S704 our own file, not data
            policy=content_security_policy(style, script),
            standings=STANDINGS,
            counts=Counter(finding.standing for finding in shown.findings),
            marks=MARKS,
        )
    )


def content_security_policy(style: str, script: str) -> str:
    """Nothing may be loaded from anywhere, and only this very style and script may be used."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return files("planner.review").joinpath(name).read_text(encoding="utf-8")


class _Environment(Environment):
    getattr = staticmethod(getattr)  # type: ignore[assignment]
    """A view has attributes and no keys: Jinja, which looks for both, takes a tenth longer."""


@cache
def _environment() -> Environment:
    environment = _Environment(
        autoescape=True,
        loader=FunctionLoader(_asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(duration=format_duration, size=format_size, counted=counted, prose=prose)
    return environment


@lru_cache(maxsize=2**12)
def prose(text: str) -> Markup:
    """Escaped text whose `backticks` are shown as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped first
