"""`matcher dna ...`: DNA profiles compared, searched and shown, a file a subcommand."""

from __future__ import annotations

import typer

from matcher.cli.dna.compare import compare
from matcher.cli.dna.info import info
from matcher.cli.dna.search import search

__all__ = ["COMMANDS", "dna"]

dna = typer.Typer(
    name="dna",
    help="Compare and search DNA profiles. Files: CODIS CMF, GeneMapper text, long and wide tables.",
    no_args_is_help=True,
)
for command in (compare, search, info):
    dna.command()(command)

COMMANDS = ("compare", "search", "info")
"""The subcommands of `matcher dna`."""
