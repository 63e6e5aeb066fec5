"""`matcher dna ...`: DNA profiles compared, searched and shown, a file a subcommand."""

from __future__ import annotations

import typer

from matcher.cli.dna.compare import compare
from matcher.cli.dna.info import info
from matcher.cli.dna.search import search
from matcher.cli.outcome import ExitCode

__all__ = ["COMMANDS", "dna"]

dna = typer.Typer(
    name="dna",
    invoke_without_command=True,
)
for command in (compare, search, info):
    dna.command()(command)


@dna.callback()
def program(context: typer.Context) -> None:
    """Compare and search DNA profiles. Files: CODIS CMF, GeneMapper text, long and wide tables."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.WRONG_INPUT)


COMMANDS = ("compare", "search", "info")
"""The subcommands of `matcher dna`."""
