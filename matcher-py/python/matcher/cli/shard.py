"""`matcher export GALLERY SHARD` and `matcher apply SHARD DELTA`: what of a gallery leaves the house."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from matcher._matcher import Gallery
from matcher.cli.gallery import GalleryFolder
from matcher.cli.options import AsJson, TagOption, ViewerOption
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable


@guarded
def export(
    gallery: GalleryFolder,
    shard: Annotated[Path, typer.Argument(metavar="SHARD", help="New or empty folder to write into.")],
    viewer: ViewerOption = None,
    tag: TagOption = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Only this subject; repeated, only these."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="ID", help="Subject to leave out; may be repeated."),
    ] = None,
    position: Annotated[
        list[int] | None,
        typer.Option(
            "--position",
            metavar="CODE",
            min=0,
            max=10,
            help="Only prints of this finger, by its code 1 to 10, 0 for unknown ones; may be repeated.",
        ),
    ] = None,
    no_dna: Annotated[bool, typer.Option("--no-dna", help="Leave DNA profiles at home.")] = False,
    no_records: Annotated[
        bool,
        typer.Option("--no-records", help="Leave records at home: the shard is searched, and shows no template."),
    ] = False,
    max_minutiae: Annotated[
        int | None,
        typer.Option(
            "--max-minutiae",
            metavar="N",
            help="The most minutiae to keep of a print, 12 to 255. Scores differ then from those at home.",
        ),
    ] = None,
    not_after: Annotated[
        str | None,
        typer.Option(
            "--not-after",
            metavar="DATE",
            help="When it is not to be searched any more: the last day, as 2031-12-31 (in UTC), or a time with its "
            "zone, as 2031-12-31T18:00+01:00.",
        ),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--base",
            metavar="SHARD",
            help="Write a delta: what changed since this shard was exported, or this delta of it. The other options "
            "must be those of its export, but for ids and --not-after.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Write a part of a gallery into a folder of its own, to be searched where there is no network.

    Only what the viewer may see leaves the house. Note the digest, and compare it with what `matcher info` says of
    the shard where it is used. The files are not encrypted.

    Exit codes: 0 done, 2 wrong input, 3 interrupted: there is no shard, or records that cannot be read stayed at home.
    """
    out = Output(as_json)
    started = monotonic()
    keywords: dict[str, Any] = {
        "viewer": viewer,
        "tags": tag or None,
        "only": only or None,
        "exclude": exclude or None,
        "positions": position or None,
        "dna": not no_dna,
        "records": not no_records,
        "max_minutiae": max_minutiae,
        "not_after": None if not_after is None else _end(not_after),
        "progress": True,
    }
    with Gallery.open(gallery, read_only=True) as source:
        for subject_id in [*(only or ()), *(exclude or ())]:
            # One that is not enrolled is a slip of the pen that would go unseen.
            source.get(subject_id)
        unreadable = source.stats()["unreadable"]
        noted = source.export(shard, **keywords) if base is None else source.export_delta(base, shard, **keywords)
    code = ExitCode.INCOMPLETE if unreadable else ExitCode.FOUND
    if unreadable:
        out.warning(f"left at home: {plural(unreadable, 'record')} that cannot be read; see `matcher verify`")
    kind = "shard" if base is None else "delta"
    if as_json:
        facts = {"gallery": str(gallery), "path": str(shard), "kind": kind, "unreadable_records": unreadable}
        took = {"seconds": monotonic() - started}
        out.emit({"command": "export", **facts, "shard": noted, **took, **code.describe()})
    else:
        out.facts({kind.capitalize(): printable(shard), **_facts(noted), "Time": f"{monotonic() - started:.2f} s"})
    return code


@guarded
def apply(
    shard: Annotated[Path, typer.Argument(metavar="SHARD", help="Folder of the shard.")],
    delta: Annotated[Path, typer.Argument(metavar="DELTA", help="Folder that `matcher export --base` wrote.")],
    as_json: AsJson = False,
) -> ExitCode:
    """Make a shard current by a delta of it.

    A delta that was applied before changes nothing. Whom a delta removes no search finds any more; their bytes stay in
    the shard's files until a new export replaces it.

    Exit codes: 0 done, 2 wrong input: the shard is as it was.
    """
    out = Output(as_json)
    now = Gallery.apply_delta(shard, delta)
    if as_json:
        document = {"command": "apply", "path": str(shard), "delta": str(delta), "shard": now}
        out.emit({**document, **ExitCode.FOUND.describe()})
    else:
        out.facts({"Shard": printable(shard), **_facts(now)})
    return ExitCode.FOUND


def facts_of_shard(shard: dict[str, Any] | None) -> dict[str, str]:
    """Return what a shard says of itself, by names for people; nothing where it is none."""
    if shard is None:
        return {}
    facts = _facts(shard)
    del facts["Subjects"]
    return {"Shard of": printable(shard["gallery_id"]), **facts}


def _facts(shard: dict[str, Any]) -> dict[str, str]:
    end = shard["not_after"]
    deltas = f", with {plural(shard['deltas'], 'delta')}" if shard["deltas"] else ""
    past = end is not None and end < datetime.now(timezone.utc).timestamp()
    return {
        "Subjects": f"{shard['subjects']:,}",
        "Part": printable(shard["part"]),
        "Exported": _moment(shard["exported"]) + deltas,
        "To be searched": "without end" if end is None else f"until {_moment(end)}{', which is past' * past}",
        "Digest": shard["digest"],
    }


def _moment(seconds: int) -> str:
    """Return a time in words; years that no calendar of Python's has as seconds."""
    try:
        return (datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S UTC")
    except OverflowError:
        return f"{seconds} s after 1970"


def _end(text: str) -> datetime:
    """Return the end of a day in UTC, or a time that says its zone."""
    try:
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date such as 2031-12-31", param_hint="--not-after") from None
    if len(text) <= len("2031-12-31"):
        return datetime.combine(moment.date(), time(23, 59, 59), timezone.utc)
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} does not say its zone, as +01:00 or Z", param_hint="--not-after")
    return moment
