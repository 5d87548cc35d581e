"""Verbs about an inventory itself: is it right, its first policy, and what each stage makes of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape

from planner import pipeline
from planner.console import OUT
from planner.emit.inventory import starter_policy
from planner.errors import InputError, Problem
from planner.model.codec import to_data
from planner.verbs.arguments import INVENTORY, ON
from planner.verbs.stages import analysed, planned
from planner.verbs.words import counts


@click.command()
@INVENTORY
def validate(inventory: Path) -> None:
    """Read INVENTORY and its policy.yml, and say everything that is wrong with them."""
    estate, _ = pipeline.read(inventory)
    OUT.print(f"{counts(estate)}; no problem found")


@click.command()
@INVENTORY
def init(inventory: Path) -> None:
    """Write a first policy.yml beside INVENTORY, where there is none."""
    path = (inventory if inventory.is_dir() else inventory.parent) / "policy.yml"
    text = starter_policy(pipeline.read(inventory)[0])
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError((Problem(file=str(path), message="is there already and was left alone"),)) from error
    OUT.print(f"-> {escape(str(path))}: edit it, then `planner plan`")


STAGES: Final[dict[str, Callable[[Path, date], Any]]] = {
    "estate": lambda inventory, _: to_data(pipeline.read(inventory)[0]),
    "findings": lambda inventory, today: to_data(analysed(inventory, today).findings),
    "decisions": lambda inventory, today: to_data(analysed(inventory, today).decisions),
    "routes": lambda inventory, today: to_data(analysed(inventory, today).routes),
    "placements": lambda inventory, today: to_data(planned(inventory, today).placements),
    "schedule": lambda inventory, today: to_data(planned(inventory, today).schedule),
}


@click.command()
@click.argument("stage", type=click.Choice(sorted(STAGES)))
@INVENTORY
@ON
def show(stage: str, inventory: Path, today: date) -> None:
    """Stop after STAGE and print its value as JSON (for bug reports and the curious)."""
    click.echo(json.dumps(STAGES[stage](inventory, today), indent=2, ensure_ascii=False, default=str))
