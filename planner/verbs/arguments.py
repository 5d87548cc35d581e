"""What several verbs take. Here is the only clock: everything else is told the day."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

PLACE: Final = click.Path(path_type=Path)
INVENTORY: Final = click.argument("inventory", type=PLACE)
DIRECTORY: Final = click.argument("directory", type=PLACE)


def _day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    return value.date() if value else date.today()  # noqa: DTZ011


ON: Final[Callable[[Any], Any]] = click.option(
    "--on",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    metavar="YYYY-MM-DD",
    help="Judge as of this day instead of today: waivers, ends of support, ages.",
)
