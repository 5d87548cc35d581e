"""What several verbs take."""

from pathlib import Path
from typing import Final

import click

PLACE: Final = click.Path(path_type=Path)
INVENTORY: Final = click.argument("inventory", type=PLACE)
DIRECTORY: Final = click.argument("directory", type=PLACE)
