"""What `matcher dna search` goes through: the profiles of files, or those of a gallery."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import typer

from matcher._matcher import DnaCandidate, DnaCandidateList, Gallery, Profile, ProfileTable, Rule
from matcher.cli.dna.files import Database
from matcher.cli.files import is_gallery
from matcher.cli.output import Output, plural
from matcher.errors import InvalidValueError


class Target(Protocol):
    """Profiles that are searched."""

    def search(self, probes: Sequence[Profile], rule: Rule, **keywords: Any) -> list[DnaCandidateList]:
        """Search with several probes."""

    def has(self, candidate_id: str) -> bool:
        """Whether somebody of this id is there to be found."""

    def profile(self, candidate: DnaCandidate) -> Profile:
        """Return the profile of a candidate."""

    @property
    def read_whole(self) -> bool:
        """Whether nothing was left out because it could not be read."""

    def describe(self) -> dict[str, Any]:
        """Return what it is, as the JSON has it."""

    def size(self) -> str:
        """Return how much there is, in words."""


class Files:
    """A file of profiles, or a folder of such: a candidate is a profile."""

    def __init__(self, path: Path, out: Output) -> None:
        self._database = Database.of(path)
        self._database.tell(out)
        self._table = ProfileTable(self._database.profiles)
        self._ids = set(self._table.ids)

    def search(self, probes: Sequence[Profile], rule: Rule, **keywords: Any) -> list[DnaCandidateList]:
        """Search with several probes."""
        return self._table.search_many(probes, rule, **keywords)

    def has(self, candidate_id: str) -> bool:
        """Whether a profile has this id."""
        return candidate_id in self._ids

    def profile(self, candidate: DnaCandidate) -> Profile:
        """Return the profile of a candidate."""
        return self._table[candidate.row]

    @property
    def read_whole(self) -> bool:
        """Whether all profiles could be read."""
        return not (self._database.unreadable or self._database.lost)

    def describe(self) -> dict[str, Any]:
        """Return what it is, as the JSON has it."""
        return self._database.describe()

    def size(self) -> str:
        """Return how many profiles there are."""
        return plural(len(self._table), "profile")


class Lasting:
    """A gallery: a candidate is a subject, by the profile that agrees best."""

    def __init__(self, path: Path, viewer: str | None, tags: list[str] | None, out: Output) -> None:
        self._path, self._viewer, self._tags = path, viewer, tags
        self._gallery = Gallery.open(path, read_only=True)
        self._stats = self._gallery.stats()
        unreadable = self._stats["unreadable"]
        if unreadable:
            out.warning(f"not searched: {plural(unreadable, 'record')} that cannot be read; see `matcher verify`")

    def search(self, probes: Sequence[Profile], rule: Rule, **keywords: Any) -> list[DnaCandidateList]:
        """Search with several probes."""
        return self._gallery.search_dna_many(probes, rule, viewer=self._viewer, tags=self._tags, **keywords)

    def has(self, candidate_id: str) -> bool:
        """Whether a subject has this id."""
        return candidate_id in self._gallery

    def profile(self, candidate: DnaCandidate) -> Profile:
        """Return the profile of a candidate."""
        profiles = self._gallery.get(candidate.subject_id).dna
        return next(profile for profile in profiles if profile.id == candidate.profile_id)

    @property
    def read_whole(self) -> bool:
        """Whether all records could be read."""
        return not self._stats["unreadable"]

    def describe(self) -> dict[str, Any]:
        """Return what it is, as the JSON has it."""
        names = ("subjects", "profiles", "unreadable")
        facts = {name: self._stats[name] for name in names}
        return {"path": str(self._path), "purpose": self._gallery.purpose, **facts}

    def size(self) -> str:
        """Return how many subjects there are."""
        return plural(len(self._gallery), "subject")


def target_of(path: Path, viewer: str | None, tags: list[str] | None, out: Output) -> Target:
    """Return what lies at a path, to be searched."""
    if is_gallery(path):
        return Lasting(path, viewer, tags, out)
    for name, value in (("--viewer", viewer), ("--tag", tags)):
        if value:
            raise typer.BadParameter(f"{path} is no gallery: its profiles are nobody's in particular", param_hint=name)
    return Files(path, out)


def known(ids: list[str], target: Target) -> list[str]:
    """Return the ids; one that is not there is a slip of the pen that would go unseen."""
    for one in ids:
        if not target.has(one):
            message = f"--exclude: profile is {one!r}, expected one of the database"
            raise InvalidValueError(message, "", "--exclude", repr(one), "one of the database")
    return ids
