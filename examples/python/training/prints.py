"""Labelled folders of prints: who is who, and which bytes they were."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matcher import evaluation, fingerprint
from matcher._matcher import TEMPLATE_EXTENSIONS


class Pairs(NamedTuple):
    """All comparisons of a set: indexes of both prints, and whether they are of one finger."""

    indexes: np.ndarray
    mated: np.ndarray


class Prints:
    """The prints of one folder, found by one extractor."""

    def __init__(self, folder: Path) -> None:
        """Read a folder; files are named as `matcher evaluate` understands."""
        self.folder = folder
        # Set and extractor, without the way there: what is written must not tell of the machine.
        self.name = "/".join(folder.resolve().parts[-2:])
        read = evaluation.read_folder(folder)
        self.names = [name for name, _, _, _ in read]
        self.fingers = np.array([identity for _, identity, _, _ in read])
        self.templates: list[fingerprint.Template] = [template for _, _, _, template in read]
        # All known names begin with the person, where they tell persons apart at all.
        self.people = np.array([identity.split("_")[0] for identity in self.fingers])

    @cached_property
    def pairs(self) -> Pairs:
        """Every print with every later one."""
        indexes = np.array(list(combinations(range(len(self.templates)), 2))).reshape(-1, 2)
        return Pairs(indexes, self.fingers[indexes[:, 0]] == self.fingers[indexes[:, 1]])

    def description(self) -> dict[str, object]:
        """Describe the set for the card: counts, a digest of the files, the terms that its `set.json` states."""
        digest = hashlib.sha256()
        files = {
            path.stem: path
            for path in sorted(self.folder.iterdir())
            if path.suffix[1:].lower() in TEMPLATE_EXTENSIONS and not path.name.startswith(".")
        }
        for name in self.names:
            content = files[name].read_bytes()
            digest.update(f"{files[name].name} {len(content)}\n".encode() + content)
        return {
            "set": self.name,
            "files": len(self.names),
            "people": len(set(self.people)),
            "fingers": len(set(self.fingers)),
            "sha256": digest.hexdigest(),
            "terms": self.terms(),
        }

    def terms(self) -> str:
        """Give the terms of use in the `set.json` of the folder or the one above."""
        for folder in (self.folder, self.folder.resolve().parent):
            if (folder / "set.json").is_file():
                return str(json.loads((folder / "set.json").read_text()).get("terms", "not stated"))
        return "not stated"


class Training:
    """The sets that a model is made of, and the folds of people that cross-validation holds out."""

    def __init__(self, sets: list[Prints], fit_on: list[str] | None, count: int) -> None:
        """Deal out the people of all sets to so many folds: in turn, all prints of one person to the same fold."""
        self.sets = sets
        self.count = count
        self.fitted = [fit_on is None or prints.name in fit_on for prints in sets]
        people = sorted({person for prints in sets for person in prints.people})
        fold = {person: k % count for k, person in enumerate(people)}
        self.folds = [np.array([fold[person] for person in prints.people]) for prints in sets]
        if fit_on is not None and sum(self.fitted) != len(fit_on):
            raise ValueError(f"sets to fit on are {fit_on}, expected some of {[prints.name for prints in sets]}")
        if len(people) < count:
            raise ValueError(f"people are {len(people)}, expected at least {count}, one a fold")
