"""What is said on the terminal: results on stdout, everything else (errors, progress) on stderr."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from planner.read.outside import line

OUT: Final = Console(soft_wrap=False)
ERR: Final = Console(stderr=True, soft_wrap=True, highlight=False)

_MANY: Final = 50
"""Files from which on a bar is worth it."""


def complain(text: str) -> None:
    """Say what is wrong, on one line whatever names from outside stand in it."""
    ERR.print(f"[red]✗[/] {escape(line(text) or '')}")


def watched_files(title: str, files: Sequence[Path]) -> Iterable[Path]:
    """The files one by one, with a bar when they are many and somebody looks."""
    if len(files) < _MANY or not ERR.is_terminal:
        return files
    return track(files, description=f"Reading {title}", console=ERR, transient=True)


def watched_endpoint(url: str) -> AbstractContextManager[object]:
    """A sign of life for as long as a live source is read."""
    return ERR.status(f"Reading {escape(url)}")


def ask_password(url: str) -> str:
    """The password for an endpoint, typed unseen."""
    return str(click.prompt(f"Password for {url}", hide_input=True, err=True))
