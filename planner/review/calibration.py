"""What was measured: a table for people, and the fragment of policy.yml that takes it over."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rich.markup import escape
from rich.table import Table

from planner.model.calibration import ENOUGH, Calibration, Constant, Unit
from planner.units import format_rate

_MOST_TOLD: Final = 40
_COLUMNS: Final = ("assumed", "p90", "measured", "p90", "steps", "reckoned")


def constants_table(calibration: Calibration) -> Table:
    """A row for each constant and each transport: assumed and measured, and how many steps that rests on.

    `reckoned` are the steps of which the journal did not tell the parts.
    """
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("constant", no_wrap=True)
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for constant in (*calibration.constants, *calibration.rates):
        figures = (constant.assumed, constant.assumed_p90, constant.measured, constant.measured_p90)
        table.add_row(
            f"  by {constant.transport}" if constant.transport else constant.key,
            *(_shown(figure, constant.unit) for figure in figures),
            str(len(constant.steps)),
            str(constant.fitted),
            _verdict(constant),
        )
    return table


def left_out_lines(calibration: Calibration) -> Iterator[str]:
    """What nothing rests on, each with its place and why, and the notes."""
    for left in calibration.left_out[:_MOST_TOLD]:
        yield f"left out  {escape(left.place)}: {escape(left.step)} {escape(left.why)}"
    if len(calibration.left_out) > _MOST_TOLD:
        yield f"and {len(calibration.left_out) - _MOST_TOLD} more; --json has them all"
    for note in calibration.notes[:_MOST_TOLD]:
        yield f"note  {escape(str(note))}"
    if len(calibration.notes) > _MOST_TOLD:
        yield f"and {len(calibration.notes) - _MOST_TOLD} more; --json has them all"


def policy_fragment(calibration: Calibration) -> str:
    """What was measured often enough, as YAML for policy.yml: seconds, bytes a second and percent."""
    proposed = [constant for constant in calibration.constants if constant.proposed]
    parts = dict.fromkeys(constant.key.partition(".")[0] for constant in proposed)
    lines = [
        f"# Measured in {len(calibration.used)} steps; what was measured fewer than {ENOUGH} times is not here.\n"
    ]
    for part in parts:
        lines.append(f"{part}:\n")
        lines += [_setting(constant) for constant in proposed if constant.key.partition(".")[0] == part]
    return "".join(lines)


def _setting(constant: Constant) -> str:
    p90 = "" if constant.measured_p90 is None else f", p90 {_shown(constant.measured_p90, constant.unit)}"
    shown, before = _shown(constant.measured, constant.unit), _shown(constant.assumed, constant.unit)
    name = constant.key.partition(".")[2]
    return f"  {name}: {constant.measured}  # {shown}{p90}, {len(constant.steps)} steps; was {before}\n"


def _shown(figure: int | None, unit: Unit) -> str:
    if figure is None:
        return "-"
    if unit is Unit.SECONDS:
        return str(timedelta(seconds=figure))
    return format_rate(figure) if unit is Unit.RATE else f"{figure} %"


def _verdict(constant: Constant) -> str:
    if constant.transport is not None or constant.measured is None:
        return ""
    return "✓" if constant.proposed else f"< {ENOUGH}"
