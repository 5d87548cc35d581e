"""`planner collect`: whatever a team has, as one estate.

What only one way of showing it needs is imported there: JSON is for programs, which do not wait for a review.
"""

import sys
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from planner.console import OUT, ask_password, watched_endpoint, watched_files
from planner.files import write_directory
from planner.model.codec import to_bytes
from planner.model.estate import Estate
from planner.read.collect import Reading
from planner.read.collect import collect as collect_sources
from planner.read.flows import FLOWS
from planner.read.secrets import password
from planner.read.select import kinds
from planner.verbs.arguments import PLACE
from planner.verbs.words import counts


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", type=PLACE, help="Write an Ansible inventory into this new directory.")
@click.option("--json", "as_json", is_flag=True, help="Print the estate as JSON.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(kinds()),
    metavar="KIND",
    help=f"Read every file as: {', '.join(kinds())}.",
)
@click.option(
    "--password-file", type=PLACE, help="Holds the password of live sources; mode 0600, vault allowed."
)
@click.option("--ca-file", type=PLACE, help="Certificates to trust instead of the system's.")
@click.option("--thumbprint", help="SHA-256 of the only certificate to trust: for self-signed ones.")
@click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=60, show_default=True, help="Seconds for an answer."
)
def collect(
    sources: tuple[str, ...],
    output: Path | None,
    as_json: bool,  # noqa: FBT001
    password_file: Path | None,
    **reading: Any,
) -> None:
    """Turn SOURCES into one inventory that people can edit; without -o or --json, say what was found and missed.

    A source is a file, a folder (with all below it), a pattern, - (standard input), or an endpoint:
    vsphere://user@host, xapi://root@host, qemu+ssh://root@host/system, qemu:///system. Several tell of one
    estate: what they both know is merged.
    """
    ask = ask_password if sys.stdin.isatty() else None
    estate = collect_sources(
        sources,
        Reading(
            password=lambda endpoint: password(endpoint, password_file, ask),
            watched_files=watched_files,
            watched_endpoint=watched_endpoint,
            **reading,
        ),
    )
    if output is not None:
        _write(estate, output)
    elif as_json:
        click.echo(to_bytes(estate), nl=False)
    else:
        _summarise(estate)


def _summarise(estate: Estate) -> None:
    from planner.review.estate import estate_summary

    OUT.print(estate_summary(estate))


def _write(estate: Estate, output: Path) -> None:
    from planner.emit.inventory import inventory_files, starter_policy

    write_directory(
        output, inventory_files(estate), edited={"policy.yml": starter_policy(estate)}, beside=(FLOWS,)
    )
    notes = (f"  note: {escape(note)}" for note in estate.notes)
    OUT.print("\n".join((counts(estate), *notes)))
    OUT.print(f"-> {escape(str(output))}: edit policy.yml there, then `planner plan`")
