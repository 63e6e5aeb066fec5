"""`matcher search GALLERY PROBE`: who of a gallery is most likely the donor of the probe."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from matcher._matcher import Candidate, CandidateList, Evidence, Gallery, Template
from matcher.cli.evidence import describe_comparison, show_pairs
from matcher.cli.files import Enrolled, Folder, choose, describe, enrol, is_gallery, read_views, summary
from matcher.cli.options import AsJson, Dpi, MinScore, TagOption, Threads, ViewerOption, threshold
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, describe_method, new_table, plural, printable
from matcher.fingerprint import FINGER_POSITIONS


class Position(str, Enum):
    """Which fingers are compared."""

    same = "same"
    any = "any"


class Mode(str, Enum):
    """How the gallery is gone through."""

    fast = "fast"
    exhaustive = "exhaustive"
    indexed = "indexed"


@guarded
def search(
    gallery: Annotated[
        Path,
        typer.Argument(
            metavar="GALLERY",
            help="Folder of a gallery, or of template files and images, folders below included. A file is a subject "
            "then, its views are the subject's prints, its path without the extension is the subject's id.",
        ),
    ],
    probe: Annotated[Path, typer.Argument(metavar="PROBE", help="Template file or image of the probe.")],
    view: Annotated[
        int | None,
        typer.Option(
            "--view",
            metavar="N",
            help="View of the probe, counted from 0. Unless said, all views are taken for prints of one "
            "person and their scores are added.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many candidates to list at most.")
    ] = 20,
    min_score: MinScore = None,
    everyone: Annotated[bool, typer.Option("--all", help="No threshold: list the best whatever their scores.")] = False,
    mode: Annotated[
        Mode,
        typer.Option(
            "--mode",
            help="fast: compare in full those that come through two quicker stages. exhaustive: compare all. indexed: as "
            "fast, but look only at prints that the index of the gallery (`matcher index`) lists, and at those not in it.",
        ),
    ] = Mode.fast,
    position: Annotated[
        Position,
        typer.Option("--position", help="same: prints of the same finger, and of unknown ones. any: all prints."),
    ] = Position.same,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="ID", help="Subject to leave out; may be repeated."),
    ] = None,
    viewer: ViewerOption = None,
    tag: TagOption = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show the corresponding minutiae of the best candidate.")
    ] = False,
    skip_unreadable: Annotated[
        bool,
        typer.Option(
            "--skip-unreadable",
            help="Files that cannot be read are named still, but do not make the answer incomplete.",
        ),
    ] = False,
    dpi: Dpi = None,
    threads: Threads = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline",
            metavar="SECONDS",
            min=0,
            help="Stop comparing after this time and answer with what was found.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Search a gallery, or a folder of template files and images, for the donor of a print.

    Of an image the minutiae are found first; `matcher model install` fetches what that takes.

    A gallery is searched as it lies on the disk, and is not changed. A file of a folder that cannot be read was
    not searched, so the answer is incomplete (exit code 3) even where candidates were found: the right one may
    be in that file. The same holds after --deadline or Ctrl-C, which still list what was found until then.

    Exit codes: 0 candidates found, 1 searched completely and none found, 2 wrong input, 3 incomplete, 4
    nobody could be compared.
    """
    out = Output(as_json)
    views = read_views(probe, out, dpi)
    chosen = choose(views, view, probe)
    probes = [views[index] for index in chosen]
    lowest = None if everyone else threshold(min_score, len(probes))
    enrolled = _enrolled(gallery, viewer, tag, threads, out, dpi)
    folder = enrolled.folder
    excluded = _known(exclude or [], enrolled.gallery)
    own = folder.subject_of(probe)
    if own is not None and own not in excluded:
        out.note(f"the probe itself is in the gallery, as {own}; --exclude {own} leaves it out")
    if len(probes) > 1:
        out.note(f"the probe has {len(probes)} views: scores are sums over them; --view chooses one")
        if lowest is not None and min_score is None:
            out.note(f"the threshold is {lowest:g}: {lowest / len(probes):g} for each view")

    started = monotonic()
    with interrupt_sets() as cancel:
        found = enrolled.gallery.search(
            probes if len(probes) > 1 else probes[0],
            limit=limit,
            min_score=lowest,
            mode=mode.value,
            position=position.value,
            exclude=excluded,
            viewer=viewer,
            tags=tag or None,
            deadline=deadline,
            threads=threads,
            progress=True,
            cancel=cancel,
        )
    seconds = monotonic() - started
    if cancel.is_set() and not found.complete:
        out.warning("interrupted: this is what was found so far")

    unreadable = len(folder.unreadable) + enrolled.unreadable
    complete = found.complete and (skip_unreadable or not unreadable)
    code = _outcome(found, complete)
    if as_json:
        out.emit(
            {
                "command": "search",
                "probe": {"file": str(probe), "views": [{"view": i, **describe(views[i])} for i in chosen]},
                "gallery": _describe_gallery(enrolled),
                "options": {
                    "limit": limit,
                    "min_score": lowest,
                    "mode": mode.value,
                    "position": position.value,
                    "exclude": excluded,
                    "viewer": viewer,
                    "tags": tag or None,
                    "deadline": deadline,
                    "skip_unreadable": skip_unreadable,
                },
                "candidates": [
                    _describe(candidate, probes, enrolled.gallery, evidence and candidate.rank == 1)
                    for candidate in found
                ],
                "score_kind": found.score_kind,
                "searched": found.searched,
                "not_comparable": found.not_comparable,
                "not_searched": found.not_searched + unreadable,
                "complete": complete,
                "mode": found.mode,
                "cascade": found.cascade,
                "seconds": seconds,
                "method": describe_method(found.method),
                **code.describe(),
            }
        )
        return code

    out.facts(
        {
            "Probe": "\n".join(f"{printable(probe)}, view {i} · {summary(views[i])}" for i in chosen),
            "Gallery": f"{printable(gallery)} · {plural(len(enrolled.gallery), 'subject')}",
        }
    )
    _show_candidates(out, found, lowest)
    out.facts(
        {
            "Searched": _counts(found, unreadable, complete, len(excluded)),
            "Mode": _mode(found),
            "Time": f"{seconds:.2f} s",
            "Method": str(found.method),
        }
    )
    if evidence and len(found):
        best = found[0]
        shown = best.evidence()
        for index, print_index, comparison in zip(shown.probes, shown.prints, shown.comparisons, strict=True):
            out.line()
            out.line(f"Evidence for {printable(best.subject_id)}, print {print_index}:")
            reference = enrolled.gallery.get(best.subject_id).fingerprints[print_index]
            show_pairs(comparison, probes[index], reference, out)
    if code is ExitCode.NOT_COMPARABLE:
        out.warning(_why_not(found, position))
    return code


def _known(ids: list[str], gallery: Gallery) -> list[str]:
    """Return the ids; one that is not enrolled is a slip of the pen that would go unseen."""
    for subject_id in ids:
        # Of a shard without records none can be had, enrolled or not.
        if subject_id not in gallery:
            gallery.get(subject_id)
    return ids


def _outcome(found: CandidateList, complete: bool) -> ExitCode:
    if not complete:
        return ExitCode.INCOMPLETE
    if len(found):
        return ExitCode.FOUND
    if found.not_comparable and not found.searched:
        return ExitCode.NOT_COMPARABLE
    return ExitCode.NOT_FOUND


def _describe(candidate: Candidate, probes: list[Template], gallery: Gallery, with_pairs: bool) -> dict[str, Any]:
    evidence = candidate.evidence()
    described = {
        "rank": candidate.rank,
        "subject_id": candidate.subject_id,
        "score": candidate.score,
        "paired": _paired(evidence),
        "finger_positions": list(evidence.finger_positions),
    }
    if with_pairs:
        prints = gallery.get(candidate.subject_id).fingerprints
        described["evidence"] = [
            {
                "probe": index,
                "print": print_index,
                **describe_comparison(comparison, probes[index], prints[print_index]),
            }
            for index, print_index, comparison in zip(
                evidence.probes, evidence.prints, evidence.comparisons, strict=True
            )
        ]
    return described


def _paired(evidence: Evidence) -> int:
    return sum(len(comparison.pairs) for comparison in evidence.comparisons)


def _enrolled(
    path: Path, viewer: str | None, tags: list[str] | None, threads: int | None, out: Output, dpi: float | None
) -> Enrolled:
    """Open the gallery, or read the files of the folder into one."""
    if is_gallery(path):
        gallery = Gallery.open(path, read_only=True, threads=threads)
        unreadable = gallery.stats()["unreadable"]
        if unreadable:
            out.warning(f"not searched: {plural(unreadable, 'record')} that cannot be read; see `matcher verify`")
        return Enrolled(gallery, Folder(path), {}, unreadable)
    for name, value in (("--viewer", viewer), ("--tag", tags)):
        if value:
            raise typer.BadParameter(f"{path} is no gallery: its files are nobody's in particular", param_hint=name)
    folder = Folder.of(path)
    folder.tell(out)
    return enrol(folder, threads, out, dpi)


def _describe_gallery(enrolled: Enrolled) -> dict[str, Any]:
    folder = enrolled.folder
    return {
        "folder": str(folder.path),
        "subjects": len(enrolled.gallery),
        "unreadable": [{"file": name, "reason": reason} for name, reason in folder.unreadable.items()],
        "unreadable_records": enrolled.unreadable,
        "left_alone": folder.listing.others.total() + folder.listing.doubles,
        "diagnostics": enrolled.diagnostics,
    }


def _show_candidates(out: Output, found: CandidateList, min_score: float | None) -> None:
    if not len(found):
        out.line()
        out.line("No candidate." if min_score is None else f"No candidate reaches the threshold of {min_score:g}.")
        out.line()
        return
    table = new_table("Rank", "Subject", "Score", "Paired minutiae", "Finger", left=("Subject", "Finger"))
    for candidate in found:
        evidence = candidate.evidence()
        fingers = dict.fromkeys(FINGER_POSITIONS[code] for code in evidence.finger_positions)
        table.add_row(
            str(candidate.rank),
            printable(candidate.subject_id),
            f"{candidate.score:.2f}",
            str(_paired(evidence)),
            ", ".join(fingers),
        )
    out.line()
    out.table(table)
    out.line()


def _counts(found: CandidateList, unreadable: int, complete: bool, excluded: int) -> str:
    parts = [
        plural(found.searched, "subject"),
        f"{found.not_comparable:,} not comparable",
        f"{found.not_searched + unreadable:,} not searched",
        *([f"{excluded:,} excluded"] if excluded else []),
        "complete" if complete else "incomplete",
    ]
    return " · ".join(parts)


def _mode(found: CandidateList) -> str:
    cascade = found.cascade
    if cascade is None:
        return found.mode
    parts = [found.mode, f"{plural(cascade['compared'], 'subject')} compared in full"]
    if (index := cascade["index"]) is not None:
        if index["looked_up"]:
            parts.insert(1, f"{index['listed']:,} of {index['looked_up']:,} listed, {index['scanned']:,} scanned")
        else:
            parts.insert(1, "no index that could be used")
    if cascade["loss"] is None:
        parts.append("loss not measured")
    elif cascade["loss"] > 0:
        parts.append(f"measured to lose {cascade['loss']:g} % of mates")
    return " · ".join(parts)


def _why_not(found: CandidateList, position: Position) -> str:
    reasons = "the probe or the references have too few minutiae"
    if position is Position.same:
        reasons += ", or all references are of other fingers (--position any compares those too)"
    return f"none of {plural(found.not_comparable, 'subject')} could be compared: {reasons}"
