"""`matcher enrol GALLERY FILES...`: files of prints and profiles into a gallery that lasts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, TypeVar

import typer

from matcher import _progress
from matcher._matcher import Batch, Gallery, Profile, Template, read_profile_file
from matcher.cli.dna.files import EXTENSIONS as PROFILE_EXTENSIONS
from matcher.cli.dna.files import lost
from matcher.cli.files import (
    PRINT_EXTENSIONS,
    Listing,
    Views,
    batch_size,
    has_extension,
    is_gallery,
    read_many,
    reason_of,
    subject_ids,
)
from matcher.cli.options import AsJson, Dpi, Threads
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, plural, printable
from matcher.cli.suspicions import describe_suspicion, tell_suspicions
from matcher.errors import FileError, InvalidValueError, MatcherError
from matcher.fingerprint import check_conventions

T = TypeVar("T")


@guarded
def enrol(
    gallery: Annotated[
        Path, typer.Argument(metavar="GALLERY", help="Folder of the gallery; made where there is none yet.")
    ],
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="Template files, images and files of DNA profiles, or folders of such, folders below included. A "
            "template file or an image is a subject and its views are the subject's prints; the id is its path in the "
            "folder without the extension. A profile belongs to the subject of its own id. An image beside which a "
            "template of its name lies is left alone.",
        ),
    ],
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="ID", help="All files are of this one subject; none of them may be refused."),
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            "--purpose",
            metavar="TEXT",
            help="What the data was taken for, where the gallery is made. [default: criminal] Of a gallery that is "
            "there already it must be the one it has.",
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", help="Whose records these are; the owner may see them.")
    ] = None,
    visible_to: Annotated[
        list[str] | None,
        typer.Option(
            "--visible-to",
            metavar="NAME",
            help="Who may see the records besides their owner; may be repeated. Unless said, everybody.",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Tag of the records; may be repeated.")
    ] = None,
    provenance: Annotated[
        str | None,
        typer.Option(
            "--provenance", metavar="NOTE", help="Where the records come from. Unless said, the path of the file."
        ),
    ] = None,
    dpi: Dpi = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Enrol files of prints and DNA profiles in a gallery that lasts.

    Of images the minutiae are found first; `matcher model install` fetches what that takes.

    Who is enrolled already is counted and left as it is, so a command that was interrupted can be given again
    and goes on. A file that is refused is named with the reason, and the others are enrolled.

    Exit codes: 0 all are enrolled, 2 wrong input, 3 something was refused, or interrupted.
    """
    out = Output(as_json)
    started = monotonic()
    plan = Plan(is_of_one=subject is not None)
    for source in sources:
        plan.add(source, subject)
    if not plan.subjects and not plan.refused:
        extensions = ", ".join((*PRINT_EXTENSIONS, *PROFILE_EXTENSIONS))
        raise FileError(f"{sources[0]}: there is no file to enrol, expected the extension {extensions}")
    particulars: dict[str, Any] = {"owner": owner, "visible_to": visible_to or None, "tags": tag or None}
    # What is wrong with these is wrong for every file: it is found before anything is made.
    Gallery.in_memory().enrol("anybody", provenance=provenance, **particulars)
    target, created = _open(gallery, purpose)
    with target, interrupt_sets() as cancel:
        run = Run(target, plan, particulars, provenance, dpi, threads, cancel)
        run.enrol()
        code = ExitCode.INCOMPLETE if plan.refused or run.left else ExitCode.FOUND
        Listing(others=plan.others, doubles=plan.doubles).tell(out)
        for file, reason in plan.refused.items():
            out.warning(f"refused: {file}: {reason}")
        if run.diagnostics:
            first = printable(next(iter(run.diagnostics)))
            count = plural(len(run.diagnostics), "file")
            out.note(f"{count} enrolled with diagnostics, the first is {first}; `matcher info FILE` lists them")
        suspicions = check_conventions(run.looked_at)
        tell_suspicions(suspicions, out)
        if run.left:
            out.warning(f"interrupted: {plural(run.left, 'subject')} not enrolled yet; the same command goes on")
        seconds = monotonic() - started
        if as_json:
            out.emit(
                {
                    "command": "enrol",
                    "gallery": {
                        "path": str(gallery),
                        "created": created,
                        "purpose": target.purpose,
                        "subjects": len(target),
                    },
                    "enrolled": run.enrolled,
                    "prints": run.prints,
                    "profiles": run.profiles,
                    "already_enrolled": run.already,
                    "not_enrolled": run.left,
                    "refused": [{"file": file, "reason": reason} for file, reason in plan.refused.items()],
                    "left_alone": dict(plan.others),
                    "images_left_alone": plan.doubles,
                    "diagnostics": run.diagnostics,
                    "suspicions": [describe_suspicion(suspicion) for suspicion in suspicions],
                    "seconds": seconds,
                    **code.describe(),
                }
            )
            return code
        enrolled = f"{plural(run.enrolled, 'subject')}: {plural(run.prints, 'print')}, "
        out.facts(
            {
                "Gallery": f"{printable(gallery)}{', new' if created else ''} · for {printable(target.purpose)} · "
                f"{plural(len(target), 'subject')}",
                "Enrolled": enrolled + plural(run.profiles, "DNA profile"),
                "Already there": plural(run.already, "subject"),
                "Refused": plural(len(plan.refused), "file"),
                "Time": f"{seconds:.2f} s",
            }
        )
    return code


@dataclass
class Planned:
    """What is to be enrolled of a subject."""

    prints: list[Path] = field(default_factory=list)
    """Template files and images, read when their turn comes."""
    profiles: list[tuple[Path, Profile]] = field(default_factory=list)
    """Profiles, each with its file."""

    def files(self) -> list[Path]:
        """Return the files that all of it stands in."""
        return [*self.prints, *dict.fromkeys(file for file, _ in self.profiles)]


@dataclass
class Plan:
    """Who is to be enrolled, before a gallery is opened: what is ambiguous is refused as a whole."""

    subjects: dict[str, Planned] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """Files and folders that are not enrolled, or not all of them, with the reason."""
    others: Counter[str] = field(default_factory=Counter)
    """Files of folders that are left alone, counted by extension."""
    doubles: int = 0
    """Images of folders that are left alone: a template of that name lies beside each."""
    is_of_one: bool = False
    """Whether all files are of one subject."""

    def add(self, source: Path, subject: str | None) -> None:
        """Add a file, or the files of a folder."""
        if source.is_dir():
            if is_gallery(source):
                raise InvalidValueError(f"{source}: is a gallery, expected files of prints and profiles to enrol")
            listing = Listing.of(source, (*PRINT_EXTENSIONS, *PROFILE_EXTENSIONS))
            files, folder = sorted(listing.found), source
            self.others += listing.others
            self.doubles += listing.doubles
            self.refused |= listing.unreadable
        elif source.exists():
            files, folder = [source], source.parent
        else:
            raise FileError(f"{source}: no such file or folder")
        prints = [file for file in files if not _has_profiles(file)]
        for subject_id, file in zip(subject_ids(prints, folder), prints, strict=True):
            planned = self.subjects.setdefault(subject or subject_id, Planned())
            if planned.prints and subject is None:
                raise InvalidValueError(
                    f"{file}: subject is {subject_id!r}, as that of {planned.prints[0]} is; expected another one: "
                    "enrol them apart, or with --subject"
                )
            planned.prints.append(file)
        for file in files:
            if _has_profiles(file):
                self._add_profiles(file, subject)

    def _add_profiles(self, file: Path, subject: str | None) -> None:
        try:
            profiles, _, diagnostics = read_profile_file(file)
        except MatcherError as error:
            self.refused[str(file)] = reason_of(error, file)
            return
        missed = lost(diagnostics)
        if missed:
            more = f" (and {len(missed) - 1:,} more)" if len(missed) > 1 else ""
            self.refused[str(file)] = f"not all of it could be read: {missed[0]}{more}"
        for profile in profiles:
            self.subjects.setdefault(subject or profile.id, Planned()).profiles.append((file, profile))


def _has_profiles(file: Path) -> bool:
    return has_extension(file, PROFILE_EXTENSIONS)


@dataclass
class Run:
    """The enrolment, batch by batch: each is on the disk before the next one is read."""

    gallery: Gallery
    plan: Plan
    particulars: dict[str, Any]
    provenance: str | None
    dpi: float | None
    threads: int | None
    cancel: threading.Event
    enrolled: int = 0
    prints: int = 0
    profiles: int = 0
    already: int = 0
    left: int = 0
    diagnostics: dict[str, list[str]] = field(default_factory=dict)
    """What was odd about the files, by file."""
    looked_at: list[Template] = field(default_factory=list)
    """The first prints that were enrolled: enough to see whether their conventions were mistaken."""

    def enrol(self) -> None:
        """Enrol all that are not there yet, until somebody interrupts."""
        total, done = len(self.plan.subjects), 0
        size = min(BATCH, batch_size([file for planned in self.plan.subjects.values() for file in planned.prints]))
        progress = _progress.start("enrolling")
        try:
            for some in _batches(self.plan.subjects.items(), size):
                if self.cancel.is_set() or not self._enrol_some(some):
                    break
                done += len(some)
                progress(done, total)
        finally:
            progress.finish()
        self.left = total - done

    def _enrol_some(self, some: list[tuple[str, Planned]]) -> bool:
        """Enrol those that are not there yet; False where somebody interrupted and nothing was done."""
        # Two batches of one command never share a subject, so what is looked up stays true.
        states = [self._is_there(*entry) for entry in some]
        files = [file for entry, there in zip(some, states, strict=True) if there is False for file in entry[1].prints]
        try:
            views = read_many(files, self.dpi, self.threads, self.cancel)
        except MatcherError:
            if self.cancel.is_set():
                return False
            raise
        self.already += states.count(True)
        with self.gallery.batch(self.threads) as batch:
            for entry, there in zip(some, states, strict=True):
                if there is False:
                    self._enrol_one(batch, *entry, views)
        return True

    def _is_there(self, subject_id: str, planned: Planned) -> bool | None:
        """Whether a subject is enrolled already; None where it never can be."""
        try:
            return subject_id in self.gallery
        except UnicodeEncodeError:
            reason = "the file name is no text, so it can be no subject id"
            self.plan.refused.update((str(file), reason) for file in planned.files())
            return None

    def _enrol_one(self, batch: Batch, subject_id: str, planned: Planned, read: dict[Path, Views]) -> None:
        views: list[Template] = []
        odd: dict[str, list[str]] = {}
        for file in planned.prints:
            found = read[file]
            if isinstance(found, MatcherError):
                self.plan.refused[str(file)] = reason_of(found, file)
                return
            views += found
            diagnostics = [diagnostic for view in found for diagnostic in view.diagnostics]
            if diagnostics:
                odd[str(file)] = list(dict.fromkeys(diagnostics))
        if self.plan.is_of_one and self.plan.refused:
            # With less than all of it the subject would count as enrolled the next time.
            return
        profiles = [profile for _, profile in planned.profiles]
        files = planned.files()
        note = str(files[0]) if self.provenance is None else self.provenance
        try:
            batch.enrol(subject_id, views, profiles, provenance=note, **self.particulars)
        except MatcherError as error:
            self.plan.refused.update((str(file), reason_of(error, file)) for file in files)
            return
        except UnicodeEncodeError:
            reason = "the file name is no text, so it can be no provenance"
            self.plan.refused.update((str(file), reason) for file in files)
            return
        self.diagnostics |= odd
        self.enrolled += 1
        self.prints += len(views)
        self.looked_at += views[: LOOKED_AT - len(self.looked_at)] if len(self.looked_at) < LOOKED_AT else []
        self.profiles += len(profiles)


LOOKED_AT = 2000
"""Prints whose conventions are looked at, at most."""
BATCH = 256
"""Subjects of a durable change at most."""


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def _open(path: Path, purpose: str | None) -> tuple[Gallery, bool]:
    """Open the gallery, or make one; and whether it was made."""
    if not is_gallery(path):
        return Gallery.create(path, purpose or "criminal"), True
    gallery = Gallery.open(path, progress=True)
    if purpose not in (None, gallery.purpose):
        found = gallery.purpose
        gallery.close()
        message = f"--purpose is {purpose!r}, expected {found!r}, the purpose of {path}"
        raise InvalidValueError(message, str(path), "--purpose", repr(purpose), repr(found))
    return gallery, False
