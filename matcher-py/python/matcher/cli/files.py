"""Template files and folders of them, as the commands take them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher import _progress
from matcher._matcher import TEMPLATE_EXTENSIONS, Batch, Gallery, Template
from matcher.cli.output import Output, plural, printable
from matcher.errors import FileError, InvalidValueError, MatcherError
from matcher.fingerprint import FINGER_POSITIONS, read


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
    dpi = template.dpi
    parts = [
        plural_minutiae(len(template)),
        FINGER_POSITIONS[template.finger_position],
        *([template.impression] if template.impression else []),
        " × ".join(f"{value:g}" for value in (dpi if isinstance(dpi, tuple) else (dpi,))) + " dpi",
    ]
    return " · ".join(parts)


def plural_minutiae(count: int) -> str:
    """Return "1 minutia", "2 minutiae"."""
    return "1 minutia" if count == 1 else f"{count:,} minutiae"


def read_views(path: Path, out: Output) -> list[Template]:
    """Read all views of a file, and say on stderr what is odd about them."""
    views = read(path)
    told: list[str] = []
    for view in views:
        # What concerns the whole record stands at each of its views.
        told += [diagnostic for diagnostic in view.diagnostics if diagnostic not in told]
    for diagnostic in told:
        out.warning(f"{path}: {diagnostic}")
    return views


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
        return listing


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
    """A folder of template files: a file is a subject, its views are the subject's prints.

    A subject's id is the path of its file relative to the folder, without the extension. Where two files
    differ in nothing but that, all ids keep it.
    """

    path: Path
    files: dict[str, Path] = field(default_factory=dict)
    """Template files by subject id, in the order of their names."""
    others: Counter[str] = field(default_factory=Counter)
    """Files that are left alone, counted by extension."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """What could not be read, with the reason: folders now, files once they are read."""
    with_extension: bool = False
    """Whether the ids keep the extension."""

    @classmethod
    def of(cls, path: Path) -> Folder:
        """List what is in a folder and in the folders below; nothing is read yet."""
        if not path.is_dir():
            reason = "is a file, expected a folder of template files" if path.exists() else "no such folder"
            raise FileError(f"{path}: {reason}")
        listing = Listing.of(path, TEMPLATE_EXTENSIONS)
        folder = cls(path, others=listing.others, unreadable=listing.unreadable)
        found = sorted(listing.found)
        if str(path) in folder.unreadable:
            raise FileError(f"{path}: {folder.unreadable[str(path)]}")
        if not found:
            expected = f"at least one file with the extension {', '.join(TEMPLATE_EXTENSIONS)}"
            message = f"{path}: number of template files is 0, expected {expected}"
            raise InvalidValueError(message, str(path), "number of template files", "0", expected)
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
        if self.others:
            names = ", ".join(f".{name}" if name else "none" for name in sorted(self.others))
            count = plural(self.others.total(), "file")
            out.note(f"{self.path}: {count} left alone for the extension ({names})")


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


def enrol(folder: Folder, threads: int | None, out: Output) -> Enrolled:
    """Read all files of a folder into a gallery; those that cannot be read are named and left out."""
    enrolled = Enrolled(Gallery.in_memory(), folder, {})
    subjects = list(folder.files.items())
    progress = _progress.start("reading")
    try:
        for start in range(0, len(subjects), BATCH):
            with enrolled.gallery.batch(threads) as batch:
                for subject_id, path in subjects[start : start + BATCH]:
                    reason = _enrol_one(batch, subject_id, path, enrolled.diagnostics)
                    if reason is not None:
                        folder.unreadable[str(path)] = reason
            progress(min(start + BATCH, len(subjects)), len(subjects))
    finally:
        progress.finish()
    for name, reason in folder.unreadable.items():
        out.warning(f"not searched: {name}: {reason}")
    if not len(enrolled.gallery):
        raise FileError(f"{folder.path}: none of its {plural(len(folder.files), 'template file')} could be read")
    if enrolled.diagnostics:
        first = printable(next(iter(enrolled.diagnostics)))
        count = plural(len(enrolled.diagnostics), "file")
        out.note(f"{count} read with diagnostics, the first is {first}; `matcher info FILE` lists them")
    return enrolled


BATCH = 256
"""Files in a batch: few enough that the bar moves and Ctrl-C is heard, enough to be prepared on all cores."""


def _enrol_one(batch: Batch, subject_id: str, path: Path, diagnostics: dict[str, list[str]]) -> str | None:
    """Enrol the views of a file and note what was odd about them; return why, where it cannot be done."""
    try:
        views = read(path)
        batch.enrol(subject_id, views)
    except MatcherError as error:
        return str(error).removeprefix(f"{path}: ")
    except UnicodeEncodeError:
        return "the file name is no text, so it can be no subject id"
    found = [diagnostic for view in views for diagnostic in view.diagnostics]
    if found:
        diagnostics[subject_id] = list(dict.fromkeys(found))
    return None
