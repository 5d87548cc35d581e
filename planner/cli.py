"""The command line: verbs by name, and errors as lines and exit codes. Only this module and the verbs print and exit.

Exit codes: 0 done; 1 the estate or plan has blocking findings; 2 bad input or usage; 3 an internal fault.
"""

import gc
import os
import sys
from importlib import import_module
from typing import Final

import click
from rich.markup import escape

from planner import __version__
from planner.console import ERR, complain
from planner.errors import InfeasibleError, InputError, PlannerError

OBJECTS_BEFORE_GARBAGE: Final = (1_000_000, 1_000, 1_000)
"""New objects before garbage is looked for among them; what has survived that once is practically never looked at again."""
_VERBS: Final = {
    "collect": "collect",
    "validate": "inventory",
    "init": "inventory",
    "show": "inventory",
    "assess": "judge",
    "concerns": "judge",
    "decide": "judge",
    "knowledge": "judge",
    "graph": "relations",
    "impact": "relations",
    "plan": "plan",
    "review": "plan",
    "explain": "plan",
    "verify": "plan",
    "calibrate": "calibrate",
    "bench": "bench",
}
"""Verbs, and the modules of `planner.verbs` that have them."""


class Verbs(click.Group):
    """A group of which a verb is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order in which a team meets them."""
        del ctx
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name; None of any other."""
        del ctx
        if cmd_name not in _VERBS:
            return None
        verb: click.Command = getattr(import_module(f"planner.verbs.{_VERBS[cmd_name]}"), cmd_name)
        return verb


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Plan the way out of a hypervisor. Nothing is touched: every verb here only reads and writes files."""


def _explain_infeasible(error: InfeasibleError) -> None:
    for shortage in error.shortages:
        ERR.print(f"[red]✗ {escape(shortage.cluster)}[/]: {escape(shortage.what)}")
        for remedy in shortage.remedies:
            ERR.print(f"    remedy: {escape(remedy)}")
    ERR.print("No plan was written: no order of steps is safe.")


def main() -> None:
    """Run the command line; turn errors into one line each and an exit code."""
    # What is read lives until the end: looking for garbage among it every few objects takes a third of the time.
    gc.set_threshold(*OBJECTS_BEFORE_GARBAGE)
    try:
        cli(standalone_mode=True)
    except InfeasibleError as error:
        _explain_infeasible(error)
        sys.exit(error.exit_code)
    except InputError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(error.exit_code)
    except PlannerError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("PLANNER_DEBUG"):
            raise
        ERR.print(
            f"[red]internal fault[/] {escape(repr(error))}: set PLANNER_DEBUG=1 for the traceback and report it"
        )
        sys.exit(3)
