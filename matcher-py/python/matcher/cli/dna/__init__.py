"""`matcher dna ...`: DNA profiles compared, searched, shown and converted, and kinship, a file a subcommand."""

from __future__ import annotations

import typer

from matcher.cli.dna.compare import compare
from matcher.cli.dna.convert import convert
from matcher.cli.dna.info import info
from matcher.cli.dna.kinship import kinship
from matcher.cli.dna.search import search
from matcher.cli.outcome import ExitCode

__all__ = ["COMMANDS", "dna"]

dna = typer.Typer(
    name="dna",
    invoke_without_command=True,
)
for command in (compare, search, kinship, info, convert):
    dna.command()(command)


@dna.callback()
def program(context: typer.Context) -> None:
    """Compare and search DNA profiles, and compare hypotheses of kinship.

    Files of profiles: CODIS CMF, GeneMapper text, long (EuroForMix) and wide tables. Cases: TOML, Familias, PED.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.WRONG_INPUT)


COMMANDS = ("compare", "search", "kinship", "info", "convert")
"""The subcommands of `matcher dna`."""
