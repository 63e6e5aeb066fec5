"""Files of prints, templates and images alike, and folders of them, as the commands take them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from matcher import _progress
from matcher._matcher import TEMPLATE_EXTENSIONS, Batch, Gallery, Template
from matcher.cli.output import Output, plural, printable
from matcher.errors import FileError, InvalidValueError, MatcherError
from matcher.fingerprint import (
    FINGER_POSITIONS,
    IMAGE_EXTENSIONS,
    extract,
    extract_many,
    image_format_of,
    read,
)

PRINT_EXTENSIONS = (*TEMPLATE_EXTENSIONS, *IMAGE_EXTENSIONS)
"""Extensions of files of prints: templates, and images in which minutiae are found."""

PICTURE_MARK = ".minutiae"
"""What the name of a picture that was drawn of an image ends with, before its extension; it is no print itself."""


def describe(template: Template) -> dict[str, Any]:
    """Return what a template is, as the JSON has it; none of its minutiae."""
    return {
        "minutiae": len(template),
        "dpi": template.dpi,
        "width": template.width,
        "height": template.height,
        "finger_position": template.finger_position,
        "finger": FINGER_POSITIONS[template.finger_position],
        "impression": template.impression,
        "quality": template.quality,
        "extractor": template.extractor,
        "diagnostics": template.diagnostics,
    }


def summary(template: Template) -> str:
    """Return what a template is, in words."""
    parts = [
        plural_minutiae(len(template)),
        FINGER_POSITIONS[template.finger_position],
        *([template.impression] if template.impression else []),
        resolution(template.dpi),
    ]
    return " · ".join(parts)


def resolution(dpi: float | tuple[float, float]) -> str:
    """Return "500 dpi", or "500 × 1000 dpi" where the axes differ."""
    return " × ".join(f"{value:g}" for value in (dpi if isinstance(dpi, tuple) else (dpi,))) + " dpi"


def plural_minutiae(count: int) -> str:
    """Return "1 minutia", "2 minutiae"."""
    return "1 minutia" if count == 1 else f"{count:,} minutiae"


def has_extension(path: Path, extensions: Sequence[str]) -> bool:
    """Whether the extension of a file is one of these, in either case."""
    return path.suffix.lstrip(".").lower() in extensions


def is_image(path: Path) -> bool:
    """Whether this is an image, by its extension, or by its content where that says nothing."""
    if has_extension(path, PRINT_EXTENSIONS):
        return has_extension(path, IMAGE_EXTENSIONS)
    return path.is_file() and image_format_of(path) is not None


def read_views(path: Path, out: Output, dpi: float | None = None, format: str | None = None) -> list[Template]:
    """Read all views of a file, or find the minutiae of an image, and say on stderr what is odd about them."""
    views = [extract(path, dpi)] if format is None and is_image(path) else read(path, format, dpi=dpi)
    told: list[str] = []
    for view in views:
        # What concerns the whole record stands at each of its views.
        told += [diagnostic for diagnostic in view.diagnostics if diagnostic not in told]
    for diagnostic in told:
        out.warning(f"{path}: {diagnostic}")
    return views


Views: TypeAlias = list[Template] | MatcherError
"""The views of a file, or why it could not be read."""


class Cancel(Protocol):
    """An event that stops the work."""

    def is_set(self) -> bool:
        """Whether to stop."""


def read_many(
    files: Sequence[Path], dpi: float | None, threads: int | None, cancel: Cancel | None = None
) -> dict[Path, Views]:
    """Read files of prints; the minutiae of images are found on several threads.

    Raises
    ------
    matcher.errors.NoModelError
        There are images among them, and no model to find minutiae with.
    matcher.errors.MatcherError
        It was cancelled.
    """
    images = [file for file in files if is_image(file)]
    found: dict[Path, Views] = {}
    if images:
        answers = extract_many(images, dpi, threads=threads, cancel=cancel, errors="return")
        for file, answer in zip(images, answers, strict=True):
            found[file] = [answer] if isinstance(answer, Template) else answer
    for file in files:
        if file not in found:
            try:
                found[file] = read(file, dpi=dpi)
            except MatcherError as error:
                found[file] = error
    return found


def read_in_batches(files: Sequence[Path], dpi: float | None, threads: int | None) -> Iterator[dict[Path, Views]]:
    """Read files of prints some at a time, with a bar."""
    size = batch_size(files)
    progress = _progress.start("reading")
    try:
        for start in range(0, len(files), size):
            yield read_many(files[start : start + size], dpi, threads)
            progress(min(start + size, len(files)), len(files))
    finally:
        progress.finish()


def batch_size(files: Sequence[Path]) -> int:
    """Return how many files to read at a time: few enough that Ctrl-C is heard, enough for all cores."""
    if any(has_extension(file, IMAGE_EXTENSIONS) for file in files):
        return max(IMAGE_BATCH, 4 * (os.cpu_count() or 1))
    return BATCH


BATCH = 256
"""Template files in a batch."""
IMAGE_BATCH = 16
"""Files in a batch where there are images among them, on a machine of few cores."""


def reason_of(error: Exception, file: Path) -> str:
    """Return what an error says, without the name of the file."""
    return str(error).removeprefix(f"{file}: ")


def choose(views: Sequence[Template], index: int | None, path: Path) -> list[int]:
    """Return the numbers of the views that are asked for: all of them, or the one."""
    if index is None:
        return list(range(len(views)))
    if not 0 <= index < len(views):
        expected = f"0 to {len(views) - 1}, the views of this file"
        message = f"{path}: view is {index}, expected {expected}"
        raise InvalidValueError(message, str(path), "view", str(index), expected)
    return [index]


@dataclass
class Listing:
    """Files of some kind in a folder and in the folders below; names that begin with a dot are passed over."""

    found: list[Path] = field(default_factory=list)
    """In the order of their names, folder by folder."""
    others: Counter[str] = field(default_factory=Counter)
    """Files of other kinds, counted by extension."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """Folders that could not be read, with the reason."""
    doubles: int = 0
    """Images that are left alone: beside each lies a template of its name, or it is a picture that was drawn."""

    @classmethod
    def of(cls, path: Path, extensions: Sequence[str]) -> Listing:
        """List the files with one of these extensions; nothing is read yet."""
        listing = cls()

        def failed(error: OSError) -> None:
            listing.unreadable[str(error.filename)] = error.strerror or str(error)

        for parent, below, names in os.walk(path, onerror=failed):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                extension = os.path.splitext(name)[1].lstrip(".").lower()
                if name.startswith("."):
                    continue
                if extension in extensions:
                    listing.found.append(Path(parent, name))
                else:
                    listing.others[extension] += 1
        listing._leave_doubles()
        return listing

    def _leave_doubles(self) -> None:
        templates = {file.with_suffix("") for file in self.found if has_extension(file, TEMPLATE_EXTENSIONS)}

        def is_double(file: Path) -> bool:
            return has_extension(file, IMAGE_EXTENSIONS) and (
                file.stem.endswith(PICTURE_MARK) or file.with_suffix("") in templates
            )

        kept = [file for file in self.found if not is_double(file)]
        self.doubles = len(self.found) - len(kept)
        self.found = kept

    def tell(self, out: Output, prefix: str = "") -> None:
        """Say on stderr what of the folder is left alone."""
        if self.doubles:
            count = plural(self.doubles, "image")
            out.note(f"{prefix}{count} left alone: a template of that name lies beside it, or it is a drawn picture")
        if self.others:
            names = ", ".join(f".{name}" if name else "none" for name in sorted(self.others))
            out.note(f"{prefix}{plural(self.others.total(), 'file')} left alone for the extension ({names})")


def subject_ids(files: Sequence[Path], folder: Path) -> list[str]:
    """Return the ids of the subjects whose files these are, one a file.

    It is the path relative to the folder, without the extension. Where two files differ in nothing but that,
    all ids keep it.
    """
    ids = [file.relative_to(folder).with_suffix("").as_posix() for file in files]
    return ids if len(set(ids)) == len(ids) else [file.relative_to(folder).as_posix() for file in files]


def is_gallery(path: Path) -> bool:
    """Whether this is the folder of a lasting gallery or of a shard, damaged or not, and no plain folder of files."""
    manifest = path / "manifest.json"
    if not manifest.is_file():
        return False
    try:
        with manifest.open("rb") as file:
            begins = file.read(len(FIRST_WORD))
    except OSError:
        begins = b""
    return begins == FIRST_WORD or ((path / "records.redb").exists() and (path / "segments").is_dir())


FIRST_WORD = b"matcher "
"""How the manifest of a gallery begins, and that of a shard."""


@dataclass
class Folder:
    """A folder of files of prints: a file is a subject, its views are the subject's prints.

    A subject's id is the path of its file relative to the folder, without the extension. Where two files
    differ in nothing but that, all ids keep it.
    """

    path: Path
    files: dict[str, Path] = field(default_factory=dict)
    """Files of prints by subject id, in the order of their names."""
    listing: Listing = field(default_factory=Listing)
    """What else is there."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """What could not be read, with the reason: folders now, files once they are read."""
    with_extension: bool = False
    """Whether the ids keep the extension."""

    @classmethod
    def of(cls, path: Path) -> Folder:
        """List what is in a folder and in the folders below; nothing is read yet."""
        if not path.is_dir():
            reason = "is a file, expected a folder of template files or images" if path.exists() else "no such folder"
            raise FileError(f"{path}: {reason}")
        listing = Listing.of(path, PRINT_EXTENSIONS)
        folder = cls(path, listing=listing, unreadable=listing.unreadable)
        found = sorted(listing.found)
        if str(path) in folder.unreadable:
            raise FileError(f"{path}: {folder.unreadable[str(path)]}")
        if not found:
            expected = f"at least one file with the extension {', '.join(PRINT_EXTENSIONS)}"
            message = f"{path}: number of template files and images is 0, expected {expected}"
            raise InvalidValueError(message, str(path), "number of template files and images", "0", expected)
        ids = subject_ids(found, path)
        folder.with_extension = ids != [file.relative_to(path).with_suffix("").as_posix() for file in found]
        folder.files = dict(zip(ids, found, strict=True))
        return folder

    def subject_of(self, path: Path) -> str | None:
        """Return the id of the subject whose file this is, if it is one of them."""
        for subject_id, file in self.files.items():
            try:
                if file.name == path.name and file.samefile(path):
                    return subject_id
            except OSError:
                continue
        return None

    def tell(self, out: Output) -> None:
        """Say on stderr what is good to know before the folder is used."""
        if self.with_extension:
            out.note(f"{self.path}: files differ in nothing but their extension, so the ids keep it")
        self.listing.tell(out, f"{self.path}: ")


@dataclass
class Enrolled:
    """A gallery that can be searched: one that lasts, or a folder as one in memory."""

    gallery: Gallery
    folder: Folder
    """Of a gallery that lasts it names no file."""
    diagnostics: dict[str, list[str]]
    """What was odd about the files, by subject id."""
    unreadable: int = 0
    """Records of a gallery that lasts which could not be read."""


def enrol(folder: Folder, threads: int | None, out: Output, dpi: float | None = None) -> Enrolled:
    """Read all files of a folder into a gallery; those that cannot be read are named and left out."""
    enrolled = Enrolled(Gallery.in_memory(), folder, {})
    subjects = {file: subject_id for subject_id, file in folder.files.items()}
    for views in read_in_batches(list(subjects), dpi, threads):
        with enrolled.gallery.batch(threads) as batch:
            for file, found in views.items():
                reason = _enrol_one(batch, subjects[file], file, found, enrolled.diagnostics)
                if reason is not None:
                    folder.unreadable[str(file)] = reason
    for name, reason in folder.unreadable.items():
        out.warning(f"not searched: {name}: {reason}")
    if not len(enrolled.gallery):
        raise FileError(f"{folder.path}: none of its {plural(len(folder.files), 'file')} of prints could be read")
    if enrolled.diagnostics:
        first = printable(next(iter(enrolled.diagnostics)))
        count = plural(len(enrolled.diagnostics), "file")
        out.note(f"{count} read with diagnostics, the first is {first}; `matcher info FILE` lists them")
    return enrolled


def _enrol_one(
    batch: Batch, subject_id: str, path: Path, views: Views, diagnostics: dict[str, list[str]]
) -> str | None:
    """Enrol the views of a file and note what was odd about them; return why, where it cannot be done."""
    if isinstance(views, MatcherError):
        return reason_of(views, path)
    try:
        batch.enrol(subject_id, views)
    except MatcherError as error:
        return reason_of(error, path)
    except UnicodeEncodeError:
        return "the file name is no text, so it can be no subject id"
    found = [diagnostic for view in views for diagnostic in view.diagnostics]
    if found:
        diagnostics[subject_id] = list(dict.fromkeys(found))
    return None
