"""What a projection is fitted on, as sums: how cylinders vary, and how those of corresponding minutiae differ.

The sums are kept a fold of people each, so that a projection without some people costs no second look at prints. They
are sums of whole numbers in blocks that `float32` holds exactly, so they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from matcher import fingerprint, simulate
from matcher.fingerprint import Template

from .copies import perturbed
from .prints import Prints

VALUES = 672
BLOCK = 1024  # rows: 1024 * 127 * 127 < 2 ** 24, so a sum of products is exact in float32


@dataclass
class Scatter:
    """Sums over cylinders, and over differences of corresponding ones."""

    cylinders: int = 0
    total: np.ndarray = field(default_factory=lambda: np.zeros(VALUES))
    square: np.ndarray = field(default_factory=lambda: np.zeros((VALUES, VALUES)))
    differences: int = 0
    within: np.ndarray = field(default_factory=lambda: np.zeros((VALUES, VALUES)))

    def add(self, other: Scatter) -> None:
        """Add the sums of others."""
        self.cylinders += other.cylinders
        self.total += other.total
        self.square += other.square
        self.differences += other.differences
        self.within += other.within


@dataclass
class Source:
    """Prints of one kind: how much they count, and their sums a fold."""

    name: str
    weight: float
    folds: list[Scatter]


def squares(rows: list[np.ndarray]) -> np.ndarray:
    """Sum the products of all values of a row with each other, over all rows."""
    sums = np.zeros((VALUES, VALUES))
    whole = np.concatenate(rows) if rows else np.zeros((0, VALUES), np.int16)
    for start in range(0, len(whole), BLOCK):
        block = whole[start : start + BLOCK].astype(np.float32)
        sums += block.T @ block
    return sums


def scatter(cylinders: list[np.ndarray], differences: list[np.ndarray]) -> Scatter:
    """Sum up cylinders, and differences of such."""
    total = sum((values.sum(axis=0, dtype=np.int64) for values in cylinders), np.zeros(VALUES, np.int64))
    return Scatter(
        sum(map(len, cylinders)),
        total.astype(float),
        squares(cylinders),
        sum(map(len, differences)),
        squares(differences),
    )


class Described:
    """The cylinders of a print, found by an identity of its minutiae."""

    def __init__(self, template: Template, identities: np.ndarray | None = None) -> None:
        """Describe a print; a minutia is known by its row unless identities are given (-1: none)."""
        self.values, index = fingerprint.cylinders(template)
        known = index if identities is None else identities[index]
        self.row = {int(identity): row for row, identity in enumerate(known) if identity >= 0}

    def difference(self, other: Described, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
        """Subtract the cylinders of corresponding minutiae, as far as both have one."""
        found = [(self.row[a], other.row[b]) for a, b in pairs if a in self.row and b in other.row]
        rows, others = np.array(found, int).reshape(-1, 2).T
        difference: np.ndarray = np.subtract(self.values[rows], other.values[others], dtype=np.int16)
        return difference


def of_mates(prints: Prints, folds: np.ndarray, count: int, weight: float, good: np.ndarray) -> Source:
    """Sum up real prints; minutiae correspond that the untrained matcher paired, in the mated pairs that are good."""
    described = [Described(template) for template in prints.templates]
    untrained = fingerprint.Model.untrained()
    differences: list[list[np.ndarray]] = [[] for _ in range(count)]
    for a, b in prints.pairs.indexes[good]:
        found = fingerprint.compare(prints.templates[a], prints.templates[b], model=untrained).pairs
        differences[folds[a]].append(described[a].difference(described[b], map(tuple, found.tolist())))
    cylinders = [[described[k].values for k in np.flatnonzero(folds == fold)] for fold in range(count)]
    return Source(prints.name, weight, [scatter(*both) for both in zip(cylinders, differences, strict=True)])


def of_copies(
    prints: Prints, folds: np.ndarray, count: int, weight: float, copies: int, seed: int, say: Callable[[str], None]
) -> Source:
    """Sum up perturbed copies of each print, compared in a ring."""
    parts = [Scatter() for _ in range(count)]
    cylinders: list[list[np.ndarray]] = [[] for _ in range(count)]
    differences: list[list[np.ndarray]] = [[] for _ in range(count)]
    for k, template in enumerate(prints.templates):
        random = np.random.Generator(np.random.PCG64([seed, k]))
        ring = [Described(*perturbed(template, random)) for _ in range(copies)]
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            cylinders[folds[k]].append(one.values)
            differences[folds[k]].append(one.difference(other, [(identity, identity) for identity in one.row]))
        # From time to time, so that not all copies are kept in memory.
        if len(cylinders[folds[k]]) > 300 or k + 1 == len(prints.templates):
            for fold in range(count):
                parts[fold].add(scatter(cylinders[fold], differences[fold]))
                cylinders[fold], differences[fold] = [], []
            say(f"{prints.name}: copies of {k + 1} of {len(prints.templates)} prints")
    return Source(f"{prints.name}, perturbed copies", weight, parts)


def of_simulated(fingers: int, count: int, seed: int) -> Source:
    """Sum up simulated fingers of two impressions; minutiae correspond that the untrained matcher pairs."""
    untrained = fingerprint.Model.untrained()
    parts = [Scatter() for _ in range(count)]
    for k, (first, second) in enumerate(simulate.fingers(fingers, impressions=2, seed=seed)):
        one, other = Described(first), Described(second)
        found = fingerprint.compare(first, second, model=untrained).pairs
        difference = one.difference(other, map(tuple, found.tolist()))
        parts[k % count].add(scatter([one.values, other.values], [difference]))
    return Source("simulated", 1.0, parts)
