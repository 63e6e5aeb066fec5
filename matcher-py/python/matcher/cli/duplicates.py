"""`matcher duplicates GALLERY`: who is in a gallery twice, and which cases belong together."""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from matcher._matcher import Gallery, Links
from matcher.cli.dna.files import rule_of
from matcher.cli.files import Folder, enrol, is_gallery
from matcher.cli.options import AsJson, TagOption, Threads, ViewerOption
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, describe_method, new_table, plural, printable
from matcher.cli.search import Position
from matcher.fingerprint import DECISION_THRESHOLD

SHOWN = 20
"""Links and clusters in the tables; --out and --json have all that are listed."""


class Kind(str, Enum):
    """What subjects are compared by."""

    fingerprint = "fingerprint"
    dna = "dna"


class Mode(str, Enum):
    """How the prints are gone through."""

    fast = "fast"
    exhaustive = "exhaustive"


@guarded
def duplicates(
    gallery: Annotated[
        Path,
        typer.Argument(
            metavar="GALLERY", help="Folder of a gallery; by prints also one of template files, as for search."
        ),
    ],
    kind: Annotated[Kind, typer.Option("--kind", help="Compare subjects by prints, or by DNA profiles.")] = (
        Kind.fingerprint
    ),
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="RULE", help="Of DNA: a shipped rule, or a file in TOML."),
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(
            "--min-score",
            metavar="SCORE",
            help=f"The least score of a link. [default: of prints {DECISION_THRESHOLD:g} for each pair of fingers "
            "that counts, of DNA whatever meets the rule] Among so many pairs chance is no stranger: in a large "
            "gallery ask for more than in a search.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many links to list at most; all are counted.")
    ] = 10_000,
    out_file: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the links: a graph where the name ends in .graphml, else a CSV table."
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="Go on from this file where the same command was stopped or killed; it is made where there is none.",
        ),
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            "--mode", help="Of prints. fast: compare in full what comes through two quicker stages. exhaustive: all."
        ),
    ] = Mode.fast,
    position: Annotated[
        Position,
        typer.Option("--position", help="Of prints. same: of the same finger, and of unknown ones. any: all."),
    ] = Position.same,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="NAME", help="Of DNA: only profiles of this category; may be repeated."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="ID", help="Subject to leave out; may be repeated."),
    ] = None,
    viewer: ViewerOption = None,
    tag: TagOption = None,
    threads: Threads = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline", metavar="SECONDS", min=0, help="Stop after this time and answer with what was found."
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare all subjects of a gallery with all: who is there twice, under two ids.

    With --checkpoint the same command goes on where it was stopped by --deadline, Ctrl-C or a crash, and finds
    the very same. The gallery is not changed.

    Exit codes: 0 links found, 1 searched completely and none found, 2 wrong input, 3 incomplete, 4 nobody could
    be compared.
    """
    out = Output(as_json)
    if min_score is not None and math.isnan(min_score):
        raise typer.BadParameter("is NaN, expected a number", param_hint="--min-score")
    if (kind is Kind.dna) != (rule is not None):
        expected = "is needed with --kind dna" if kind is Kind.dna else "is of --kind dna"
        raise typer.BadParameter(expected, param_hint="--rule")
    opened, unreadable = _opened(gallery, kind, viewer, tag, threads, out)
    started = monotonic()
    with opened, interrupt_sets() as cancel:
        links = opened.find_duplicates(
            kind.value,
            rule=None if rule is None else rule_of(rule),
            min_score=min_score,
            mode=mode.value,
            position=position.value,
            limit=limit,
            categories=category or None,
            exclude=exclude,
            viewer=viewer,
            tags=tag or None,
            checkpoint=checkpoint,
            threads=threads,
            progress=True,
            cancel=cancel,
            deadline=deadline,
        )
        subjects = len(opened)
    seconds = monotonic() - started
    if not links.complete:
        goes_on = "the same command goes on" if checkpoint is not None else "with --checkpoint FILE it could go on"
        out.warning(f"stopped: this is what was found so far; {goes_on}")
    if out_file is not None:
        write = links.to_graphml if out_file.suffix.lower() == ".graphml" else links.to_csv
        write(out_file)
    complete = links.complete and not unreadable
    code = _outcome(links, complete)
    if as_json:
        out.emit(
            {
                "command": "duplicates",
                "gallery": {"folder": str(gallery), "subjects": subjects, "unreadable": unreadable},
                "options": {
                    "kind": kind.value,
                    "rule": rule,
                    "min_score": min_score,
                    "limit": limit,
                    "mode": mode.value,
                    "position": position.value,
                    "categories": category or None,
                    "exclude": exclude or [],
                    "viewer": viewer,
                    "tags": tag or None,
                    "deadline": deadline,
                    "checkpoint": None if checkpoint is None else str(checkpoint),
                    "out": None if out_file is None else str(out_file),
                },
                **links.to_dict(),
                "complete": complete,
                "seconds": seconds,
                "method": describe_method(links.method),
                **code.describe(),
            }
        )
        return code
    _show(out, links)
    out.facts(
        {
            "Gallery": f"{printable(gallery)} · {plural(subjects, 'subject')}",
            "Searched": _counts(links, unreadable, complete),
            "Found": f"{plural(links.found, 'link')}, {len(links):,} listed",
            **({} if out_file is None else {"Written": printable(out_file)}),
            "Time": f"{seconds:.2f} s",
            "Method": str(links.method),
        }
    )
    if code is ExitCode.NOT_COMPARABLE:
        out.warning(f"none of {plural(links.not_comparable, 'subject')} could be compared")
    return code


def _opened(
    path: Path, kind: Kind, viewer: str | None, tags: list[str] | None, threads: int | None, out: Output
) -> tuple[Gallery, int]:
    """Open the gallery, or read the files of the folder into one; say how much could not be read."""
    if is_gallery(path):
        gallery = Gallery.open(path, read_only=True, threads=threads)
        unreadable: int = gallery.stats()["unreadable"]
        if unreadable:
            out.warning(f"not searched: {plural(unreadable, 'record')} that cannot be read; see `matcher verify`")
        return gallery, unreadable
    if kind is Kind.dna:
        raise typer.BadParameter(f"{path} is no gallery", param_hint="GALLERY")
    for name, value in (("--viewer", viewer), ("--tag", tags)):
        if value:
            raise typer.BadParameter(f"{path} is no gallery: its files are nobody's in particular", param_hint=name)
    folder = Folder.of(path)
    folder.tell(out)
    enrolled = enrol(folder, threads, out, None)
    return enrolled.gallery, len(folder.unreadable) + enrolled.unreadable


def _outcome(links: Links, complete: bool) -> ExitCode:
    if not complete:
        return ExitCode.INCOMPLETE
    if links.found:
        return ExitCode.FOUND
    if links.not_comparable and not links.searched:
        return ExitCode.NOT_COMPARABLE
    return ExitCode.NOT_FOUND


def _show(out: Output, links: Links) -> None:
    if not len(links):
        out.line()
        out.line("No link.")
        out.line()
        return
    what = "Fingers" if links.kind == "fingerprint" else "Loci"
    table = new_table("Subject", "Subject", "Score", what, left=("Subject",))
    for link in list(links)[:SHOWN]:
        table.add_row(printable(link.a), printable(link.b), f"{link.score:.2f}", str(link.agreeing))
    out.line()
    out.table(table)
    if len(links) > SHOWN:
        out.line(f"and {len(links) - SHOWN:,} more; --out FILE writes all")
    clusters = links.clusters()
    table = new_table("Cluster", "Subjects", left=("Subjects",))
    for number, cluster in enumerate(clusters[:SHOWN], 1):
        names = ", ".join(printable(name) for name in cluster[:SHOWN])
        more = f" and {len(cluster) - SHOWN:,} more" if len(cluster) > SHOWN else ""
        table.add_row(str(number), names + more)
    out.line()
    out.table(table)
    if len(clusters) > SHOWN:
        out.line(f"and {plural(len(clusters) - SHOWN, 'cluster')} more")
    out.line()


def _counts(links: Links, unreadable: int, complete: bool) -> str:
    parts = [
        plural(links.searched, "subject"),
        f"{links.not_comparable:,} not comparable",
        f"{links.not_searched + unreadable:,} not searched",
        f"{links.pairs_searched:,} of {plural(links.pairs, 'pair')}",
        "complete" if complete else "incomplete",
    ]
    return " · ".join(parts)
