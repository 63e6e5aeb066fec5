"""`matcher dna convert A B`: a file of profiles, or of allele frequencies, in another format."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher._matcher import Frequencies, Profile, read_profiles, write_profiles
from matcher.cli.dna.files import Database, choose
from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, plural, printable
from matcher.errors import FileError, InvalidValueError

PROFILE_TARGETS = {
    "codis-cmf": "codis-cmf",
    "long-table": "long-table",
    "euroformix": "long-table",
    "wide-table": "wide-table",
}
"""What may be asked for, and the format that is written: EuroForMix takes long tables."""
FREQUENCY_TARGETS = ("euroformix", "strmix")
"""Tables of allele frequencies that are written."""
BY_EXTENSION = {".xml": "codis-cmf", ".csv": "long-table"}
"""The format where none is asked for. A long table keeps most: the heights of peaks too."""
NOT_READ = {
    "codis-cmf": "comments, numbers of cases, kits, readers, and which alleles are required",
    "genemapper": "columns beside samples, alleles and heights",
    "long-table": "columns beside samples, markers, alleles, heights, kind, category and partial",
    "wide-table": "columns beside ids, alleles, kind, category and partial",
}
"""What of a file of each format is not read, and so is in nothing that is written of it."""


@dataclass
class Loss:
    """Something that the format written has no place for."""

    what: str
    profiles: list[str]
    """The ids of the profiles."""

    def describe(self) -> dict[str, Any]:
        """Return it as the JSON has it."""
        return {"what": self.what, "profiles": len(self.profiles), "first": self.profiles[0]}


@guarded
def convert(
    a: Annotated[Path, typer.Argument(metavar="A", help="File or folder of profiles; file of frequencies.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="File to write.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help=f"Format of B: {', '.join(PROFILE_TARGETS)}; of frequencies {', '.join(FREQUENCY_TARGETS)}. Unless "
            "said, .xml is codis-cmf and .csv is long-table, of frequencies euroformix.",
        ),
    ] = None,
    profile_id: Annotated[
        str | None, typer.Option("--profile", metavar="ID", help="Only profiles with this id.")
    ] = None,
    frequencies: Annotated[
        bool, typer.Option("--frequencies", help="A is a table of allele frequencies, and so will B be.")
    ] = False,
    population: Annotated[
        str | None,
        typer.Option("--population", metavar="NAME", help="Which population, where a file of frequencies has several."),
    ] = None,
    submission: Annotated[
        list[str] | None,
        typer.Option(
            "--submission",
            metavar="FIELD=TEXT",
            help="What a CMF file says of its sender; repeated. Fields: destination_ori, source_lab, user_id, "
            "date_time. Unless said, UNKNOWN, and the first second of 1970.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace B where it exists.")] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Write profiles, or allele frequencies, in another format, and say what is lost.

    What was written is read again and compared: what does not come back as it was is told.

    Exit codes: 0 written, 2 wrong input and nothing written, 3 written, but for profiles that could not be read.
    """
    out = Output(as_json)
    _check_target(a, b, force)
    if frequencies:
        _refuse("--profile", profile_id, "--submission", submission, why="--frequencies")
        return _convert_frequencies(a, b, to, population, out)
    _refuse("--population", population, why="profiles")
    target = _target(b, to)
    database = Database.of(a)
    database.tell(out)
    profiles = choose(database.profiles, profile_id, a)
    stream = io.BytesIO()
    write_profiles(profiles, stream, target, submission=_fields(submission))
    losses = _losses(profiles, read_profiles(stream.getvalue(), target))
    seen = _taken_for_seen(stream.getvalue()) if (to or "").lower() == "euroformix" else []
    _put(stream.getvalue(), b)
    not_read = {NOT_READ[format] for format in database.formats.values()}
    for loss in losses:
        first = printable(loss.profiles[0])
        out.warning(f"{loss.what}: {plural(len(loss.profiles), 'profile')}, the first is {first}")
    if seen:
        count = plural(len(seen), "profile")
        out.warning(
            f"EuroForMix takes -, * and OL for alleles that were seen: {count}, the first is {printable(seen[0])}"
        )
    for what in sorted(not_read):
        out.note(f"not read, and so not in {b}: {what}")
    code = ExitCode.INCOMPLETE if database.unreadable or database.lost else ExitCode.FOUND
    if as_json:
        out.emit(
            {
                "command": "dna convert",
                "a": database.describe(),
                "b": {"path": str(b), "format": target, "profiles": len(profiles)},
                "lost": [loss.describe() for loss in losses],
                "not_read": sorted(not_read),
                "taken_for_seen": seen,
                **code.describe(),
            }
        )
    else:
        out.line(f"{printable(b)}: {plural(len(profiles), 'profile')} as {target}")
    return code


def _convert_frequencies(a: Path, b: Path, to: str | None, population: str | None, out: Output) -> ExitCode:
    target = to or FREQUENCY_TARGETS[0]
    if target not in FREQUENCY_TARGETS:
        raise _wrong("--to", target, f"one of {', '.join(FREQUENCY_TARGETS)} for frequencies")
    table = Frequencies.read(a, population=population)
    stream = io.BytesIO()
    lost = table.write(stream, "strmix" if target == "strmix" else "euroformix")
    _put(stream.getvalue(), b)
    for what in lost:
        out.warning(f"lost: {what}")
    if out.as_json:
        out.emit(
            {
                "command": "dna convert",
                "a": {"path": str(a), "name": table.name, "loci": len(table)},
                "b": {"path": str(b), "format": target},
                "lost": lost,
                **ExitCode.FOUND.describe(),
            }
        )
    else:
        out.line(f"{printable(b)}: frequencies at {len(table)} loci for {target}")
    return ExitCode.FOUND


def _losses(before: list[Profile], after: list[Profile]) -> list[Loss]:
    """Return what the format has no place for; refuse what comes back as something else for no such reason."""
    heights: list[str] = []
    category: list[str] = []
    for old, new in zip_longest(before, after):
        if old is None or new is None or _core(old) != _core(new) or old.category not in (None, new.category):
            name = "nobody" if old is None else old.id
            raise _wrong("profile as written", name, "one that is read again as it was; nothing is written")
        if old.heights != new.heights:
            heights.append(old.id)
        if old.category != new.category:
            category.append(old.id)
    losses = [
        Loss("heights of peaks are lost", heights),
        Loss("the format needs a category, and none was stated: it says Other, or Forensic Mixture", category),
    ]
    return [loss for loss in losses if loss.profiles]


def _taken_for_seen(table: bytes) -> list[str]:
    """Return the ids of the samples of a long table with an allele that EuroForMix does not know to be none."""
    rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
    alleles = [name for name in rows.fieldnames or () if name.startswith("Allele")]
    ids = (row["SampleName"] for row in rows if any(row[name] in ("-", "*", "OL") for name in alleles))
    return list(dict.fromkeys(ids))


def _core(profile: Profile) -> tuple[object, ...]:
    """Return what every format has a place for."""
    return profile.id, profile.kind, profile.is_partial, profile.loci


def _check_target(a: Path, b: Path, force: bool) -> None:
    """Refuse to write over what is there, and over what is read whatever is said."""
    if b.exists() and a.exists() and a.samefile(b):
        raise FileError(f"{b}: is the file that is read, expected another one")
    if b.is_dir():
        raise FileError(f"{b}: is a folder, expected a file to write")
    if b.exists() and not force:
        raise FileError(f"{b}: is there already, expected a new file; --force replaces it")


def _target(b: Path, to: str | None) -> str:
    if to is not None:
        if to.lower() not in PROFILE_TARGETS:
            raise _wrong("--to", to, f"one of {', '.join(PROFILE_TARGETS)}")
        return PROFILE_TARGETS[to.lower()]
    if b.suffix.lower() not in BY_EXTENSION:
        raise _wrong("extension of B", b.suffix, f"one of {', '.join(BY_EXTENSION)}, or --to with the format")
    return BY_EXTENSION[b.suffix.lower()]


def _fields(submission: list[str] | None) -> dict[str, str] | None:
    if submission is None:
        return None
    fields: dict[str, str] = {}
    for given in submission:
        name, sign, text = given.partition("=")
        if not sign or name in fields:
            raise _wrong("--submission", given, "FIELD=TEXT, each field once")
        fields[name] = text
    return fields


def _refuse(*options: object, why: str) -> None:
    """Refuse options that mean nothing here, given as name, value, name, value."""
    for name, value in zip(options[::2], options[1::2], strict=True):
        if value is not None:
            raise _wrong(str(name), str(value), f"none with {why}")


def _wrong(field: str, value: str, expected: str) -> InvalidValueError:
    return InvalidValueError(f"{field} is {value!r}, expected {expected}", "", field, repr(value), expected)


def _put(data: bytes, path: Path) -> None:
    """Write a file whole or not at all; one that stood there is replaced at the very end."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileError(f"{path}: {error.strerror or error}") from error
