"""`matcher convert FILE TARGET`: a print from one format into another, and what that loses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher._matcher import FORMAT_EXTENSIONS, FORMAT_VIEWS, Template
from matcher.cli.files import choose, is_image, plural_minutiae, read_views
from matcher.cli.options import AsJson, Dpi
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable
from matcher.cli.transaction import is_transaction
from matcher.errors import FileError, InvalidValueError
from matcher.fingerprint import FORMATS, format_of, losses, read_transaction, write

EXTENSIONS = {
    **{extension: name for name, extension in reversed(FORMAT_EXTENSIONS.items())},
    **dict.fromkeys(("an2", "eft", "nist"), "an2k-efs"),
    "iso": "iso19794-2:2005",
    "ansi": "incits378-2004",
}
"""Formats by the extension of a file that is to be written; of several with one extension the first."""


@guarded
def convert(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Template file, transaction or image.")],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET",
            help="File to write. Or a folder: a file of the source's name is written into it, and of several views one "
            "each where the format holds one.",
        ),
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"Format to write: {', '.join(FORMATS)}. Unless said, that of the extension of TARGET: "
            + ", ".join(f".{extension} {name}" for extension, name in EXTENSIONS.items())
            + ".",
        ),
    ] = None,
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="NAME",
            help="Format of FILE. Found out unless said; minutiae of a card without a template around them need it.",
        ),
    ] = None,
    view: Annotated[
        int | None, typer.Option("--view", metavar="N", help="Only this view, from 0. Unless said, all of them.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    dpi: Dpi = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Convert a print from one format into another.

    What the format cannot say of the print is listed on stderr: fields that are lost, and by how much places and
    directions are rounded. Nothing is written unless all of it can be.

    Exit codes: 0 done, 2 wrong input.
    """
    out = Output(as_json)
    for option, name in (("--format", format), ("--from", source_format)):
        if name is not None and name not in FORMATS:
            raise typer.BadParameter(f"is {name!r}, expected one of {', '.join(FORMATS)}", param_hint=option)
    wanted = format or _format_of_target(target)
    views = read_views(source, out, dpi, source_format)
    chosen = choose(views, view, source)
    files = _files(source, target, wanted, chosen)
    for file in files:
        _check(file, source, force)
    lost = {index: losses(views[index], wanted) for index in chosen}
    left = _left_behind(source) if source_format is None else None
    _write(files, views, wanted)
    for change, of in _by_change(lost).items():
        out.note(("" if len(chosen) == 1 else f"view {', '.join(map(str, of))}: ") + printable(change))
    if left:
        out.note(left)
    if as_json:
        out.emit(
            {
                "command": "convert",
                "file": str(source),
                "format": wanted,
                "written": [{"file": str(file), "views": indexes} for file, indexes in files.items()],
                "lost": [{"view": index, "changes": changes} for index, changes in lost.items()],
                "left_behind": left,
                **ExitCode.FOUND.describe(),
            }
        )
        return ExitCode.FOUND
    names = list(files)
    out.facts(
        {
            "From": f"{printable(source)} · {_kind_of(source, source_format)}",
            "To": f"{printable(names[0] if len(names) == 1 else names[0].parent)} · {wanted}",
            "Written": f"{plural(len(chosen), 'view')} in {plural(len(files), 'file')}, "
            f"{plural_minutiae(sum(len(views[index]) for index in chosen))}",
            "Lost": "nothing" if not left and not any(lost.values()) else "see the notes",
        }
    )
    return ExitCode.FOUND


def _format_of_target(target: Path) -> str:
    extension = target.suffix.lstrip(".").lower()
    if target.is_dir() or extension not in EXTENSIONS:
        what = "a folder" if target.is_dir() else f"of the extension {extension!r}"
        raise typer.BadParameter(
            f"is missing, and TARGET is {what}; expected one of {', '.join(FORMATS)}", param_hint="--format"
        )
    return EXTENSIONS[extension]


def _files(source: Path, target: Path, format: str, chosen: list[int]) -> dict[Path, list[int]]:
    """Return which views go into which file."""
    extension = FORMAT_EXTENSIONS[format]
    fits = len(chosen) <= FORMAT_VIEWS[format]
    if not target.is_dir():
        if not fits:
            expected = f"a folder that is there, for a file of {format} holds {FORMAT_VIEWS[format]}"
            message = f"{target}: number of views is {len(chosen)}, expected {expected}; or one of them with --view"
            raise InvalidValueError(message, str(target), "number of views", str(len(chosen)), expected)
        return {target: chosen}
    if fits:
        return {target / f"{source.stem}.{extension}": chosen}
    return {target / f"{source.stem}-{index}.{extension}": [index] for index in chosen}


def _check(file: Path, source: Path, force: bool) -> None:
    if file.exists() and source.exists() and file.samefile(source):
        raise FileError(f"{file}: is the file to convert, expected another one to write")
    if file.exists() and not force:
        raise FileError(f"{file}: is there already; --force replaces it")


def _write(files: dict[Path, list[int]], views: list[Template], format: str) -> None:
    """Write all files. What a format cannot hold was found before, but for views that must share a header."""
    for file, indexes in files.items():
        write([views[index] for index in indexes], file, format)


def _by_change(lost: dict[int, list[str]]) -> dict[str, list[int]]:
    """Return the views by what they lose."""
    views: dict[str, list[int]] = {}
    for index, changes in lost.items():
        for change in changes:
            views.setdefault(change, []).append(index)
    return views


def _left_behind(source: Path) -> str | None:
    """Return what of the file no template has a place for, in words."""
    if not is_transaction(source):
        return None
    others = sum(record["type"] not in (1, 9) for record in read_transaction(source).records)
    return (
        f"of a transaction only the minutiae are converted: {plural(others, 'other record')}, texts, and cores, deltas "
        "and ridge counts of Type-9 records stay behind"
    )


def _kind_of(source: Path, source_format: str | None) -> str:
    return source_format or ("an image" if is_image(source) else format_of(source))
