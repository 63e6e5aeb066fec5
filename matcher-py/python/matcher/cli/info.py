"""`matcher info [FILE|GALLERY]`: what this program is, or what a file or folder holds."""

from __future__ import annotations

import platform
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from matcher._matcher import Gallery, Template, __version__, build_info
from matcher.cli.files import (
    Folder,
    describe,
    is_gallery,
    is_image,
    read_in_batches,
    reason_of,
    resolution,
)
from matcher.cli.options import AsJson, Dpi
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, byte_size, describe_method, new_table, plural, printable
from matcher.cli.shard import facts_of_shard
from matcher.cli.suspicions import describe_suspicion, tell_suspicions
from matcher.cli.transaction import is_transaction, show_transaction
from matcher.errors import MatcherError, NoModelError
from matcher.fingerprint import (
    DECISION_THRESHOLD,
    FINGER_POSITIONS,
    FORMATS,
    check_conventions,
    extract,
    format_of,
    image_format_of,
    read,
    read_image,
)


@guarded
def info(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE|GALLERY]", help="Template file or image, folder of such, gallery, or shard."),
    ] = None,
    dpi: Dpi = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Show what this program is, or what a file or folder holds.

    Exit codes: 0 done, 2 wrong input, 3 files of the folder could not be read.
    """
    out = Output(as_json)
    if path is None:
        return _program(out)
    if is_gallery(path):
        return _gallery(path, out)
    if path.is_dir():
        return _folder(path, out, dpi)
    return _image(path, out, dpi) if is_image(path) else _file(path, out, dpi)


def _program(out: Output) -> ExitCode:
    method = Gallery.in_memory().method
    if out.as_json:
        out.emit(
            {
                "command": "info",
                "version": __version__,
                "build": build_info,
                "method": describe_method(method),
                "formats": FORMATS,
                "decision_threshold": DECISION_THRESHOLD,
                "python": platform.python_version(),
                "numpy": np.__version__,
                **ExitCode.FOUND.describe(),
            }
        )
        return ExitCode.FOUND
    out.facts(
        {
            "matcher": f"{__version__}, {build_info}",
            "Method": str(method),
            "Threshold": f"{DECISION_THRESHOLD:g}, the default of --min-score",
            "Formats": ", ".join(FORMATS),
            "Python": f"{platform.python_version()}, numpy {np.__version__}",
        }
    )
    return ExitCode.FOUND


def _file(path: Path, out: Output, dpi: float | None) -> ExitCode:
    if is_transaction(path):
        return show_transaction(path, out, dpi)
    views = read(path, dpi=dpi)
    found = format_of(path)
    if out.as_json:
        out.emit(
            {
                "command": "info",
                "file": str(path),
                "format": found,
                "views": [
                    {"view": index, **describe(view), "extended_data_bytes": len(view.extended_data)}
                    for index, view in enumerate(views)
                ],
                **ExitCode.FOUND.describe(),
            }
        )
        return ExitCode.FOUND
    out.facts({"File": printable(path), "Format": found, "Views": str(len(views))})
    told: set[str] = set()
    for index, view in enumerate(views):
        out.line()
        out.line(f"View {index}")
        out.facts({f"  {name}": value for name, value in _facts(view).items()})
        for diagnostic in view.diagnostics:
            if diagnostic not in told:
                told.add(diagnostic)
                out.warning(diagnostic)
    return ExitCode.FOUND


def _image(path: Path, out: Output, dpi: float | None) -> ExitCode:
    """Show what an image is, and what is found on it where there is a model to find it with."""
    image, found = read_image(path, dpi), image_format_of(path)
    try:
        view = extract(image)
    except NoModelError as error:
        out.note(str(error))
        view = None
    if out.as_json:
        facts = {"format": found, "width": image.width, "height": image.height, "dpi": image.dpi}
        views = [] if view is None else [{"view": 0, **describe(view)}]
        out.emit({"command": "info", "file": str(path), **facts, "views": views, **ExitCode.FOUND.describe()})
        return ExitCode.FOUND
    size = {"Resolution": resolution(image.dpi), "Image": f"{image.width} × {image.height} pixels"}
    out.facts({"File": printable(path), "Format": f"{found}, an image", **(size if view is None else _facts(view))})
    return ExitCode.FOUND


def _facts(view: Template) -> dict[str, str]:
    minutiae = view.minutiae
    known = minutiae["quality"][~np.isnan(minutiae["quality"])]
    kinds = Counter(int(code) for code in minutiae["kind"])
    facts = {
        "Minutiae": f"{len(view)}: {kinds[1]} ridge endings, {kinds[2]} bifurcations, {kinds[0]} other",
        "Quality": f"median {np.median(known):.2f}, {known.min():.2f} to {known.max():.2f}"
        if len(known)
        else "not stated",
        "Resolution": resolution(view.dpi),
        "Image": "not stated" if view.width is None else f"{view.width} × {view.height} pixels",
        "Finger": f"{FINGER_POSITIONS[view.finger_position]} (code {view.finger_position})",
        "Impression": view.impression or "not stated",
        "Extractor": view.extractor or "not stated",
    }
    if view.quality is not None:
        facts["Print quality"] = f"{view.quality:.2f}"
    if view.extended_data:
        facts["Extended data"] = plural(len(view.extended_data), "byte")
    facts["Diagnostics"] = str(len(view.diagnostics) or "none")
    return facts


def _gallery(path: Path, out: Output) -> ExitCode:
    with Gallery.open(path, read_only=True) as gallery:
        stats = gallery.stats()
        code = ExitCode.INCOMPLETE if stats["unreadable"] else ExitCode.FOUND
        if out.as_json:
            facts = {**stats, "method": describe_method(gallery.method), "shard": gallery.shard}
            document = {"command": "info", "gallery": str(path), "purpose": gallery.purpose, **facts}
            out.emit({**document, **code.describe()})
            return code
        store = stats["store"]
        out.facts(
            {
                "Gallery": printable(path),
                "Purpose": printable(gallery.purpose),
                **facts_of_shard(gallery.shard),
                "Subjects": f"{stats['subjects']:,}, removed and not erased yet {stats['removed']:,}",
                "Prints": f"{stats['prints']:,}, of which not comparable {stats['not_comparable']:,}",
                "Minutiae": f"{stats['minutiae']:,}",
                "DNA profiles": f"{stats['profiles']:,}",
                "On the disk": f"records {byte_size(store['record_bytes'])}, {plural(store['segments'], 'segment')} "
                f"{byte_size(store['segment_bytes'])}, journal {byte_size(store['journal_bytes'])}",
                "Method": str(gallery.method),
            }
        )
        if stats["unreadable"]:
            out.warning(f"{plural(stats['unreadable'], 'record')} cannot be read; see `matcher verify`")
    return code


def _folder(path: Path, out: Output, dpi: float | None) -> ExitCode:
    folder = Folder.of(path)
    folder.tell(out)
    views: dict[str, list[Template]] = {}
    subjects = {file: subject_id for subject_id, file in folder.files.items()}
    for some in read_in_batches(list(subjects), dpi, threads=None):
        for file, found in some.items():
            if isinstance(found, MatcherError):
                folder.unreadable[str(file)] = reason_of(found, file)
            else:
                views[subjects[file]] = found
    for name, reason in folder.unreadable.items():
        out.warning(f"not read: {name}: {reason}")
    odd = {id_: [d for v in of_file for d in v.diagnostics] for id_, of_file in views.items()}
    odd = {id_: list(dict.fromkeys(told)) for id_, told in odd.items() if told}
    code = ExitCode.INCOMPLETE if folder.unreadable else ExitCode.FOUND
    prints = [view for of_file in views.values() for view in of_file]
    facts, suspicions = _summary(prints), check_conventions(prints)
    tell_suspicions(suspicions, out)
    if out.as_json:
        out.emit(
            {
                "command": "info",
                "folder": str(path),
                "template_files": len(folder.files),
                "read": len(views),
                "unreadable": [{"file": n, "reason": r} for n, r in folder.unreadable.items()],
                "left_alone": dict(folder.listing.others),
                **facts,
                "diagnostics": odd,
                "suspicions": [describe_suspicion(suspicion) for suspicion in suspicions],
                **code.describe(),
            }
        )
        return code
    out.facts(
        {
            "Folder": printable(path),
            "Files": f"{len(folder.files):,}, unreadable {len(folder.unreadable):,}",
            "Prints": f"{facts['prints']:,}, of which without minutiae {facts['without_minutiae']:,}",
            "Minutiae": _spread(facts["minutiae"]),
            "Resolutions": _listing(facts["dpi"]),
            "Fingers": _listing(facts["fingers"]),
            "Impressions": _listing(facts["impressions"]),
            "Diagnostics": f"in {plural(len(odd), 'file')}" if odd else "none",
        }
    )
    if odd:
        table = new_table("Subject", "Diagnostics", "The first", left=("Subject", "The first"))
        for subject_id, told in list(odd.items())[:SHOWN]:
            table.add_row(printable(subject_id), str(len(told)), printable(told[0]))
        out.line()
        out.table(table)
        out.line()
        if len(odd) > SHOWN:
            out.line(f"... and {plural(len(odd) - SHOWN, 'file')} more; --json lists all")
    return code


SHOWN = 20
"""How many files with diagnostics a table shows."""


def _summary(prints: list[Template]) -> dict[str, Any]:
    counts = [len(view) for view in prints]
    return {
        "prints": len(prints),
        "without_minutiae": counts.count(0),
        "minutiae": dict(zip(("min", "median", "max"), np.percentile(counts, (0, 50, 100)), strict=True))
        if counts
        else None,
        "dpi": Counter("×".join(f"{d:g}" for d in (v.dpi if isinstance(v.dpi, tuple) else (v.dpi,))) for v in prints),
        "fingers": Counter(FINGER_POSITIONS[view.finger_position] for view in prints),
        "impressions": Counter(view.impression or "not stated" for view in prints),
    }


def _spread(counts: dict[str, float] | None) -> str:
    return f"median {counts['median']:g}, {counts['min']:g} to {counts['max']:g} a print" if counts else "–"


def _listing(counted: Counter[str]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in counted.most_common()) or "–"
