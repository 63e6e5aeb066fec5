"""`matcher extract IMAGE...`: from images to templates."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import numpy as np
import typer

from matcher import _progress
from matcher._matcher import FORMAT_EXTENSIONS, Extractor, Template
from matcher.cli.files import PICTURE_MARK, Listing, batch_size, describe, reason_of, subject_ids, summary
from matcher.cli.options import AsJson, Dpi, Threads
from matcher.cli.outcome import ExitCode, guarded, interrupt_sets
from matcher.cli.output import Output, new_table, plural, printable
from matcher.errors import FileError, InvalidValueError, MatcherError
from matcher.fingerprint import FORMATS, IMAGE_EXTENSIONS, MINUTIA_KINDS, draw, extract_many, read_image, write


class PictureFormat(str, Enum):
    """What pictures are written as."""

    svg = "svg"
    png = "png"


class Ridges(Enum):
    """What the ridges of the images are."""

    find = "find"
    dark = "dark"
    light = "light"


@guarded
def extract(
    images: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE|FOLDER...", help="Images, or folders of such, folders below included."),
    ],
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the templates, made where there is none; each has the name of its image, and lies as that "
            "does in its folder. Without it, what was found on one image is shown.",
        ),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="NAME", help=f"Format of the templates: {', '.join(FORMATS)}.")
    ] = FORMATS[0],
    dpi: Dpi = None,
    ridges: Annotated[
        Ridges, typer.Option("--ridges", help="What ridges are in the images; find: look at the ground around.")
    ] = Ridges.find,
    min_quality: Annotated[
        float, typer.Option("--min-quality", metavar="Q", help="The least quality of a minutia, 0.01 to 1.")
    ] = 0.3,
    finger_position: Annotated[
        int,
        typer.Option("--finger", metavar="CODE", help="Which finger all images are of: 0 unknown, 1 to 10."),
    ] = 0,
    picture: Annotated[
        PictureFormat | None,
        typer.Option(
            "--picture",
            help=f"Draw each image with its minutiae, into NAME{PICTURE_MARK}.svg (or .png) beside the template.",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Make templates anew that are there already, instead of leaving them.")
    ] = False,
    minutiae: Annotated[
        bool, typer.Option("--minutiae", help="Show the minutiae themselves, of one image without --out.")
    ] = False,
    threads: Threads = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Find the minutiae of prints on their images.

    PNG, TIFF, BMP, JPEG, PNM, JPEG 2000 and WSQ, told apart by their content; one finger an image. Templates that
    are there already are left as they are, so a command that was interrupted can be given again and goes on.
    An image that is refused is named with the reason, and the others are done.

    Exit codes: 0 all are done, 2 wrong input, 3 something was refused, or interrupted.
    """
    out = Output(as_json)
    started = monotonic()
    wanted = Wanted(Extractor(min_quality=min_quality), dpi, ridges.value, finger_position)
    if out_folder is None:
        for name, given in (("--picture", picture is not None), ("--overwrite", overwrite)):
            if given:
                raise typer.BadParameter("expected --out DIR with it", param_hint=name)
        return _show(images, wanted, minutiae, out)
    if minutiae:
        raise typer.BadParameter("is for one image without --out", param_hint="--minutiae")
    if format not in FORMATS:
        raise typer.BadParameter(f"is {format!r}, expected one of {', '.join(FORMATS)}", param_hint="--format")
    plan = Plan()
    extension = FORMAT_EXTENSIONS[format]
    for image in images:
        plan.add(image, out_folder, extension)
    if not plan.targets and not plan.refused:
        raise FileError(f"{images[0]}: there is no image, expected the extension {', '.join(IMAGE_EXTENSIONS)}")
    with interrupt_sets() as cancel:
        run = Run(plan, wanted, format, picture, overwrite, threads, cancel)
        run.extract()
    code = ExitCode.INCOMPLETE if plan.refused or run.left else ExitCode.FOUND
    Listing(others=plan.others, doubles=plan.doubles).tell(out)
    for file, reason in plan.refused.items():
        out.warning(f"refused: {file}: {reason}")
    if run.without:
        first = printable(run.without[0])
        out.note(f"nothing was found on {plural(len(run.without), 'image')}, the first is {first}")
    if run.left:
        out.warning(f"interrupted: {plural(run.left, 'image')} not done yet; the same command goes on")
    seconds = monotonic() - started
    if as_json:
        out.emit(
            {
                "command": "extract",
                "out": str(out_folder),
                "format": format,
                "extractor": wanted.extractor.id,
                "min_quality": min_quality,
                "extracted": run.extracted,
                "minutiae": run.minutiae,
                "without_minutiae": run.without,
                "already_there": run.already,
                "not_done": run.left,
                "refused": [{"file": file, "reason": reason} for file, reason in plan.refused.items()],
                "left_alone": dict(plan.others),
                "images_left_alone": plan.doubles,
                "seconds": seconds,
                **code.describe(),
            }
        )
        return code
    mean = f", {run.minutiae / run.extracted:.0f} a print" if run.extracted else ""
    out.facts(
        {
            "Templates": f"{printable(out_folder)} · {format}",
            "Extracted": f"{plural(run.extracted, 'image')}: {run.minutiae:,} minutiae{mean}",
            "Already there": plural(run.already, "template"),
            "Refused": plural(len(plan.refused), "file"),
            "Time": f"{seconds:.2f} s",
            "Extractor": wanted.extractor.id,
        }
    )
    return code


@dataclass(frozen=True)
class Wanted:
    """What is wanted of each image."""

    extractor: Extractor
    dpi: float | None
    ridges: Any
    finger_position: int


def _show(images: list[Path], wanted: Wanted, with_minutiae: bool, out: Output) -> ExitCode:
    """Show what is found on one image; of the minutiae themselves only the number, unless they are asked for."""
    if len(images) > 1 or images[0].is_dir():
        raise typer.BadParameter("is missing, expected a folder for templates of several images", param_hint="--out")
    [path] = images
    started = monotonic()
    found = wanted.extractor.extract(path, wanted.dpi, finger_position=wanted.finger_position, ridges=wanted.ridges)
    seconds = monotonic() - started
    rows = found.minutiae
    columns = [name for name in rows.dtype.names or () if name != "source_index"]
    if out.as_json:
        listed = {"minutiae_found": [dict(zip(columns, row[columns].item(), strict=True)) for row in rows]}
        facts = {**describe(found), "median_quality": _median_quality(found)}
        document = {"command": "extract", "file": str(path), **facts, **(listed if with_minutiae else {})}
        out.emit({**document, "seconds": seconds, **ExitCode.FOUND.describe()})
        return ExitCode.FOUND
    kinds = Counter(MINUTIA_KINDS[code] for code in rows["kind"])
    median = _median_quality(found)
    out.facts(
        {
            "Image": f"{printable(path)} · {found.width} × {found.height} pixels",
            "Found": summary(found),
            "Kinds": ", ".join(f"{count} {name}" for name, count in kinds.items()) or "–",
            "Quality": "–" if median is None else f"median {median:.2f} of the minutiae",
            **({} if found.quality is None else {"Print quality": f"{found.quality:.2f}"}),
            "Time": f"{seconds:.2f} s",
            "Extractor": found.extractor or "–",
        }
    )
    if with_minutiae:
        table = new_table("row", "x", "y", "angle", "kind", "qual", left=("kind",))
        for index, m in enumerate(rows):
            angle = f"{np.degrees(m['direction']) % 360:.1f}"
            kind = MINUTIA_KINDS[m["kind"]]
            table.add_row(str(index), f"{m['x']:.1f}", f"{m['y']:.1f}", angle, kind, f"{m['quality']:.2f}")
        out.line()
        out.table(table)
    return ExitCode.FOUND


def _median_quality(template: Template) -> float | None:
    """Return the median quality of the minutiae."""
    return float(np.median(template.minutiae["quality"])) if len(template) else None


@dataclass
class Plan:
    """Which images become which templates, before anything is read."""

    targets: dict[Path, Path] = field(default_factory=dict)
    """Templates by image."""
    refused: dict[str, str] = field(default_factory=dict)
    """Images and folders that are not done, with the reason."""
    others: Counter[str] = field(default_factory=Counter)
    doubles: int = 0

    def add(self, source: Path, folder: Path, extension: str) -> None:
        """Add an image, or the images of a folder."""
        if source.is_dir():
            listing = Listing.of(source, IMAGE_EXTENSIONS)
            files, parent = sorted(listing.found), source
            self.others += listing.others
            self.doubles += listing.doubles
            self.refused |= listing.unreadable
        elif source.exists():
            files, parent = [source], source.parent
        else:
            raise FileError(f"{source}: no such file or folder")
        taken = {target: file for file, target in self.targets.items()}
        for name, file in zip(subject_ids(files, parent), files, strict=True):
            target = folder / f"{name}.{extension}"
            if target in taken and taken[target] != file:
                expected = "another name: extract them into folders of their own"
                message = f"{file}: template is {target}, as that of {taken[target]} is; expected {expected}"
                raise InvalidValueError(message, str(file), "template", str(target), expected)
            self.targets[file] = target


@dataclass
class Run:
    """The extraction, batch by batch: each is on the disk before the next one is read."""

    plan: Plan
    wanted: Wanted
    format: str
    picture: PictureFormat | None
    overwrite: bool
    threads: int | None
    cancel: threading.Event
    extracted: int = 0
    minutiae: int = 0
    already: int = 0
    left: int = 0
    without: list[str] = field(default_factory=list)
    """Images on which nothing was found."""

    def extract(self) -> None:
        """Do all that is not done yet, until somebody interrupts."""
        todo = [entry for entry in self.plan.targets.items() if self.overwrite or not self._is_done(entry[1])]
        self.already = len(self.plan.targets) - len(todo)
        size = batch_size([image for image, _ in todo])
        progress = _progress.start("finding minutiae")
        done = 0
        try:
            while done < len(todo) and not self.cancel.is_set():
                some = todo[done : done + size]
                if not self._extract_some(some):
                    break
                done += len(some)
                progress(done, len(todo))
        finally:
            progress.finish()
        self.left = len(todo) - done

    def _is_done(self, target: Path) -> bool:
        return target.exists() and (self.picture is None or drawn(target, self.picture).exists())

    def _extract_some(self, some: list[tuple[Path, Path]]) -> bool:
        """Make templates of some images; False where somebody interrupted and nothing was done."""
        wanted = self.wanted
        try:
            answers = extract_many(
                [image for image, _ in some],
                wanted.dpi,
                wanted.extractor,
                finger_position=wanted.finger_position,
                ridges=wanted.ridges,
                threads=self.threads,
                cancel=self.cancel,
                errors="return",
            )
        except MatcherError:
            if self.cancel.is_set():
                return False
            raise
        for (image, target), found in zip(some, answers, strict=True):
            try:
                if isinstance(found, MatcherError):
                    raise found
                self._write(image, target, found)
            except MatcherError as error:
                self.plan.refused[str(image)] = reason_of(error, image)
                continue
            self.extracted += 1
            self.minutiae += len(found)
            if not len(found):
                self.without.append(str(image))
        return True

    def _write(self, image: Path, target: Path, found: Template) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{target.parent}: {error.strerror or error}") from error
        if self.picture is not None:
            # Before the template: where that stands, all of it is done.
            pixels = read_image(image, self.wanted.dpi, ridges=self.wanted.ridges)
            draw(found, pixels, id=printable(image.name)).save(drawn(target, self.picture))
        write(found, target, self.format)


def drawn(target: Path, picture: PictureFormat) -> Path:
    """Return the file of the picture beside a template."""
    return target.with_name(f"{target.stem}{PICTURE_MARK}.{picture.value}")
