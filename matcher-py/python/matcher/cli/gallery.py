"""`matcher remove|compact|index|verify|recover GALLERY`: the care of a gallery that lasts."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Annotated, Any, TypeAlias

import typer

from matcher._matcher import Gallery
from matcher.cli.options import AsJson, Threads
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, byte_size, plural, printable
from matcher.errors import DamagedError

GalleryFolder: TypeAlias = Annotated[Path, typer.Argument(metavar="GALLERY", help="Folder of the gallery.")]


@guarded
def remove(
    gallery: GalleryFolder,
    subjects: Annotated[list[str], typer.Argument(metavar="ID...", help="Subjects to take out.")],
    as_json: AsJson = False,
) -> ExitCode:
    """Take subjects out of a gallery.

    Nobody finds them any more; `matcher compact` erases what they left on the disk. Where one of them is not
    enrolled, none is taken out.

    Exit codes: 0 done, 2 wrong input.
    """
    out = Output(as_json)
    chosen = list(dict.fromkeys(subjects))
    with Gallery.open(gallery, progress=True) as target:
        for subject_id in chosen:
            target.get(subject_id)
        for subject_id in chosen:
            target.remove(subject_id)
        left = len(target)
    if as_json:
        removed = {"removed": chosen, "subjects": left}
        out.emit({"command": "remove", "gallery": str(gallery), **removed, **ExitCode.FOUND.describe()})
    else:
        out.line(f"{plural(len(chosen), 'subject')} removed, {plural(left, 'subject')} left")
    return ExitCode.FOUND


@guarded
def compact(gallery: GalleryFolder, as_json: AsJson = False) -> ExitCode:
    """Erase what was removed from the disk.

    All files are written anew without it, so the disk must have room for the gallery twice.

    Exit codes: 0 done, 2 wrong input or no room, 3 interrupted: the gallery is as it was.
    """
    out = Output(as_json)
    started = monotonic()
    with Gallery.open(gallery, progress=True) as target:
        before = target.stats()
        with interrupt_sets() as cancel:
            try:
                target.compact(progress=True, cancel=cancel)
            except Exception:
                if cancel.is_set():
                    raise KeyboardInterrupt from None
                raise
        after = target.stats()
    facts: dict[str, Any] = {
        "subjects": after["subjects"],
        "erased": before["removed"],
        "bytes_before": stored_bytes(before),
        "bytes": stored_bytes(after),
        "seconds": monotonic() - started,
    }
    if as_json:
        out.emit({"command": "compact", "gallery": str(gallery), **facts, **ExitCode.FOUND.describe()})
    else:
        out.facts(
            {
                "Gallery": f"{printable(gallery)} · {plural(facts['subjects'], 'subject')}",
                "On the disk": f"{byte_size(facts['bytes'])}, before {byte_size(facts['bytes_before'])}",
                "Time": f"{facts['seconds']:.2f} s",
            }
        )
    return ExitCode.FOUND


@guarded
def index(
    gallery: GalleryFolder,
    cells: Annotated[
        int | None,
        typer.Option(
            "--cells", metavar="N", help="Cells of the index, a multiple of 16; by the number of prints unless given."
        ),
    ] = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Make an index over the prints, for `matcher search --mode indexed`.

    It pays from some hundred thousand prints of a finger on. What is enrolled later is scanned beside it until it is
    made again; `compact` takes it away. It needs a library with faiss inside, which the wheel has not: the message says
    how to get it. Any library searches with an index that is there.

    Exit codes: 0 done, 2 wrong input, or this library has no faiss, 3 interrupted: the gallery is as it was.
    """
    out = Output(as_json)
    started = monotonic()
    with Gallery.open(gallery, progress=True) as target, interrupt_sets() as cancel:
        try:
            made = target.build_index(cells=cells, threads=threads, progress=True, cancel=cancel)
        except Exception:
            if cancel.is_set():
                raise KeyboardInterrupt from None
            raise
    facts: dict[str, Any] = {**made, "seconds": monotonic() - started}
    if as_json:
        out.emit({"command": "index", "gallery": str(gallery), **facts, **ExitCode.FOUND.describe()})
    else:
        outside = f" · {made['outside']:,} still outside, which are scanned" if made["outside"] else ""
        out.facts(
            {
                "Gallery": printable(gallery),
                "In the index": f"{plural(made['prints'], 'print')}, {made['minutiae']:,} minutiae in {made['cells']:,} cells"
                + outside,
                "On the disk": byte_size(made["bytes"]),
                "Time": f"{facts['seconds']:.2f} s",
            }
        )
    return ExitCode.FOUND


def stored_bytes(stats: dict[str, Any]) -> int:
    """Return how much of the disk a gallery takes, from its statistics."""
    return sum(stats["store"][f"{part}_bytes"] for part in ("segment", "record", "journal"))


@guarded
def verify(gallery: GalleryFolder, as_json: AsJson = False) -> ExitCode:
    """Read all that a gallery has on the disk, and tell what of it is not what was written.

    Nothing is changed. What is made from the records is made again from them when the gallery is opened for
    writing; where the records themselves are damaged, `matcher recover` saves what can be read.

    Exit codes: 0 nothing is damaged, 1 something is, 2 wrong input, 3 interrupted.
    """
    out = Output(as_json)
    started = monotonic()
    try:
        with Gallery.open(gallery, read_only=True) as target:
            found = [finding.to_dict() for finding in target.verify(progress=True)]
    except DamagedError as error:
        found = [{"file": Path(error.path).name, "what": error.reason, "is_loss": True}]
    code = ExitCode.NOT_FOUND if found else ExitCode.FOUND
    is_loss = any(finding["is_loss"] for finding in found)
    if as_json:
        facts = {"damages": found, "is_loss": is_loss, "seconds": monotonic() - started}
        outcome = {**code.describe(), "outcome": "damaged" if found else "intact"}
        out.emit({"command": "verify", "gallery": str(gallery), **facts, **outcome})
        return code
    for finding in found:
        cure = "" if finding["is_loss"] else " (made again from the records)"
        out.line(f"{printable(finding['file'])}: {printable(finding['what'])}{cure}")
    if is_loss:
        out.warning("records are damaged: `matcher recover` saves what can be read of them")
    out.line(f"{plural(len(found), 'damage')} found" if found else "Nothing is damaged.")
    return code


@guarded
def recover(gallery: GalleryFolder, as_json: AsJson = False) -> ExitCode:
    """Save what can be read of a gallery whose records are damaged.

    The damaged file is kept beside the new one. Nobody may have the gallery open.

    Exit codes: 0 all is there again, 2 wrong input, 3 something is lost, or may be.
    """
    out = Output(as_json)
    report = Gallery.recover(gallery)
    is_whole = not (report.lost or report.unaccounted or report.removals_unknown)
    code = ExitCode.FOUND if is_whole else ExitCode.INCOMPLETE
    if as_json:
        out.emit({"command": "recover", "gallery": str(gallery), **report.to_dict(), **code.describe()})
        return code
    out.facts(
        {
            "Saved": plural(report.saved, "subject"),
            "Lost": ", ".join(map(printable, report.lost)) or "none that is known by name",
            "Unaccounted for": f"{plural(report.unaccounted, 'change')}: a lost subject, or one that was removed",
            "Kept": printable(gallery / report.damaged_file),
        }
    )
    if report.removals_unknown:
        out.warning("it cannot be told any more who was removed: some of the subjects that were saved may have been")
    return code
