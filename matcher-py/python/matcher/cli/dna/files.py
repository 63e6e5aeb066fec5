"""Files of profiles, and rules and frequency tables, as the commands take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from matcher._matcher import Frequencies, Profile, Rule, read_profile_file
from matcher.cli.files import Listing
from matcher.cli.output import Output, plural, printable
from matcher.errors import FileError, InvalidValueError, MatcherError

EXTENSIONS = ("csv", "tsv", "txt", "xml")
"""Extensions of the files that are taken from a folder."""

RuleOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--rule",
        metavar="RULE",
        help="When two profiles are a hit: the name of a shipped rule "
        f"({', '.join(Rule.builtin_names())}), or a file in TOML.",
    ),
]
FrequenciesOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--frequencies",
        metavar="TABLE",
        help="Allele frequencies of the population that the unknown person may come from: the name of a table that "
        f"comes with matcher ({', '.join(Frequencies.builtin_names())}), or a file.",
    ),
]
RareOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--rare",
        metavar="RULE",
        help='The least frequency of an allele: 5/2N, weir, budowle, a number, or "none".',
    ),
]
DEFAULT_RULE = "codis_moderate"
DEFAULT_RARE = "5/2N"


@dataclass
class Database:
    """The profiles of a file, or of the files of a folder."""

    path: Path
    profiles: list[Profile] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    """The format of each file that was read."""
    diagnostics: dict[str, list[str]] = field(default_factory=dict)
    """What was odd about a file, where anything was."""
    unreadable: dict[str, str] = field(default_factory=dict)
    """Files that could not be read, with the reason."""
    others: Counter[str] = field(default_factory=Counter)
    """Files of a folder that are left alone, counted by extension."""

    @classmethod
    def of(cls, path: Path) -> Database:
        """Read a file, or all files of a folder and of the folders below."""
        database = cls(path)
        if not path.is_dir():
            database._read(path)
            return database
        listing = Listing.of(path, EXTENSIONS)
        database.others, database.unreadable = listing.others, listing.unreadable
        for file in listing.found:
            try:
                database._read(file)
            except MatcherError as error:
                database.unreadable[str(file)] = str(error).removeprefix(f"{file}: ")
        if not database.profiles:
            expected = f"files of profiles with the extension {', '.join(EXTENSIONS)}"
            raise FileError(f"{path}: no profile could be read, expected {expected}")
        return database

    def _read(self, file: Path) -> None:
        profiles, self.formats[str(file)], diagnostics = read_profile_file(file)
        self.profiles += profiles
        if diagnostics:
            self.diagnostics[str(file)] = diagnostics

    @property
    def lost(self) -> int:
        """How many profiles, or pieces of a file, were not read, as far as they are listed."""
        return sum(len(lost(diagnostics)) for diagnostics in self.diagnostics.values())

    def tell(self, out: Output) -> None:
        """Say on stderr what could not be read, and what is odd."""
        for name, reason in self.unreadable.items():
            out.warning(f"not read: {name}: {reason}")
        for name, diagnostics in self.diagnostics.items():
            for diagnostic in diagnostics[:SHOWN]:
                out.warning(f"{name}: {diagnostic}")
            if len(diagnostics) > SHOWN:
                more = plural(len(diagnostics) - SHOWN, "diagnostic")
                out.warning(f"{name}: and {more} more; `matcher dna info {name} --json` lists all")
        if self.others:
            names = ", ".join(f".{name}" if name else "none" for name in sorted(self.others))
            out.note(f"{self.path}: {plural(self.others.total(), 'file')} left alone for the extension ({names})")

    def describe(self) -> dict[str, Any]:
        """Return what it is, as the JSON has it."""
        return {
            "path": str(self.path),
            "profiles": len(self.profiles),
            "formats": self.formats,
            "unreadable": [{"file": name, "reason": reason} for name, reason in self.unreadable.items()],
            "diagnostics": self.diagnostics,
        }


SHOWN = 5
"""How many diagnostics of a file are told."""
LOST = "is not read)"
"""How the diagnostic of a profile that was not read ends."""
UNLISTED = "number of diagnostics is "
"""How the last diagnostic begins, where there are more than are listed."""


def lost(diagnostics: Sequence[str]) -> list[str]:
    """Return the diagnostics of a file that tell of what was not read."""
    return [text for text in diagnostics if text.endswith(LOST) or text.startswith(UNLISTED)]


def choose(profiles: list[Profile], profile_id: str | None, path: Path) -> list[Profile]:
    """Return the profiles that are asked for: all of them, or those with the id."""
    if profile_id is None:
        return profiles
    chosen = [profile for profile in profiles if profile.id == profile_id]
    if not chosen:
        known = ", ".join(profile.id for profile in profiles[:SHOWN]) + (", ..." if len(profiles) > SHOWN else "")
        message = f"{path}: profile is {profile_id!r}, expected one of {known}"
        raise InvalidValueError(message, str(path), "profile", repr(profile_id), f"one of {known}")
    return chosen


def describe(profile: Profile) -> dict[str, Any]:
    """Return what a profile is, as the JSON has it; none of its alleles."""
    return {
        "id": profile.id,
        "kind": profile.kind,
        "category": profile.category,
        "loci": len(profile),
        "partial": profile.is_partial,
    }


def summary(profile: Profile) -> str:
    """Return what a profile is, in words."""
    parts = [printable(profile.id), f"{len(profile)} loci", profile.kind]
    return " · ".join(parts + ([profile.category] if profile.category else []) + ["partial"] * profile.is_partial)


def rule_of(name: str) -> Rule:
    """Return the shipped rule of this name, or the one in this file."""
    return Rule.from_toml(Path(name)) if Path(name).is_file() else Rule.builtin(name)


def frequencies_of(table: str | None, rare: str) -> Frequencies | None:
    """Return the table that comes with the package, or the one in this file."""
    if table is None:
        return None
    chosen: Any = None if rare.lower() == "none" else rare
    if Path(table).is_file():
        return Frequencies.read(Path(table), rare=chosen)
    return Frequencies.builtin(table, rare=chosen)
