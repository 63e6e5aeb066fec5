"""The program `matcher`: its subcommands, and what happens around them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from matcher._matcher import __version__
from matcher.cli.compare import compare
from matcher.cli.convert import convert
from matcher.cli.dna import COMMANDS as DNA_COMMANDS
from matcher.cli.dna import dna
from matcher.cli.duplicates import duplicates
from matcher.cli.enrol import enrol
from matcher.cli.evaluate import evaluate
from matcher.cli.extract import extract
from matcher.cli.gallery import compact, index, recover, remove, verify
from matcher.cli.info import info
from matcher.cli.model import COMMANDS as MODEL_COMMANDS
from matcher.cli.model import model
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, fail, interrupted
from matcher.cli.output import Output
from matcher.cli.plan import plan
from matcher.cli.search import search
from matcher.cli.shard import apply, export

app = typer.Typer(
    name="matcher",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
COMMANDS = (extract, convert, compare, enrol, search, duplicates, evaluate)
OF_GALLERIES = (info, remove, compact, index, verify, recover, export, apply, plan)
for command in (*COMMANDS, *OF_GALLERIES):
    app.command(command.__name__)(command)
app.add_typer(model)
app.add_typer(dna)


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find minutiae on images, compare and search prints by them, and DNA profiles; keep them in a gallery.

    Exit codes: 0 found, 1 searched completely and nothing found, 2 wrong input, 3 incomplete, 4 not
    comparable.
    """
    if version:
        out = Output(as_json)
        if as_json:
            out.emit({"command": "version", "version": __version__, **ExitCode.FOUND.describe()})
        else:
            out.line(f"matcher {__version__}")
        raise typer.Exit
    if as_json and context.invoked_subcommand:
        told = {"as_json": True}
        below = {"dna": dict.fromkeys(DNA_COMMANDS, told), "model": dict.fromkeys(MODEL_COMMANDS, told)}
        context.default_map = {context.invoked_subcommand: below.get(context.invoked_subcommand, told)}
    if context.invoked_subcommand is None:
        if as_json:
            names = [command.name or "" for command in app.registered_commands]
            raise typer.BadParameter(f"expected a command: {', '.join(names)}, model or dna")
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.WRONG_INPUT)


INTERRUPTED = 130
"""What typer makes of Ctrl-C while it reads the arguments, before a command has begun."""


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code.

    Parameters
    ----------
    arguments : sequence of str
        What stands after ``matcher`` on the command line.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character gets a question mark instead of nothing at all.
            stream.reconfigure(errors="replace")
    try:
        code = app(list(arguments), prog_name="matcher", standalone_mode=False)
        if code == INTERRUPTED:
            return interrupted(Output(as_json="--json" in arguments))
        return code if isinstance(code, int) else ExitCode.FOUND
    except Exception as error:
        # Usage errors, by duck typing: typer brings its own click, or an older one that of the environment.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        out = Output(as_json="--json" in arguments)
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "matcher"
        return fail(out, "UsageError", f"{message()} (see {command} --help)", ExitCode.WRONG_INPUT)


def main() -> None:
    """Entry point of the installed command."""
    code = run(sys.argv[1:])
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.exit(code)
