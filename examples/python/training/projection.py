"""The projection: 672 numbers of a cylinder to 256 bits.

A linear discriminant (Fisher): the directions along which cylinders differ most, measured in what cylinders of
corresponding minutiae differ by. The within-class scatter is shrunk towards a multiple of the identity, as there are
few corresponding minutiae. Then both halves of the directions are turned at random: the signs of discriminants are bits
of very unequal worth, those of a turned basis are not; the better half comes first, as a search looks at it alone.
"""

from __future__ import annotations

import numpy as np

from .scatter import VALUES, Source

BITS = 256
FIRST = 128  # bits that a search looks at first


def fit(sources: list[Source], held_out: set[int], shrinkage: float, components: int, seed: int) -> bytes:
    """Fit the stored form: 256 thresholds (32 bits), then 672 rows of 256 weights (8 bits)."""
    mean, total, within = moments(sources, held_out)
    strength, axes = descending(total)
    if strength[components - 1] <= strength[0] * 1e-9:
        raise ValueError(f"too few cylinders: they do not span {components} dimensions, expected more prints")
    axes = axes[:, :components]
    within = axes.T @ within @ axes
    within = (1 - shrinkage) * within + shrinkage * np.trace(within) / components * np.eye(components)
    whitening = np.linalg.inv(np.linalg.cholesky(within))
    _, directions = descending(whitening @ (axes.T @ total @ axes) @ whitening.T)
    weights = axes @ whitening.T @ directions[:, :BITS]
    # The sign of an eigenvector means nothing, and programs choose it differently.
    weights *= np.sign(np.take_along_axis(weights, np.abs(weights).argmax(axis=0)[None], axis=0))
    weights = weights @ rotation(seed)
    weights = np.rint(weights / np.abs(weights).max(axis=0) * 127)
    thresholds = np.rint(mean @ weights)
    return bytes(thresholds.astype("<i4").tobytes() + weights.astype(np.int8).tobytes())


def moments(sources: list[Source], held_out: set[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give mean, total scatter and within-class scatter; each source counts by its weight, however large it is."""
    mean, square, within = np.zeros(VALUES), np.zeros((VALUES, VALUES)), np.zeros((VALUES, VALUES))
    share = sum(source.weight for source in sources)
    for source in sources:
        parts = [part for fold, part in enumerate(source.folds) if fold not in held_out]
        cylinders, differences = sum(p.cylinders for p in parts), sum(p.differences for p in parts)
        if not cylinders or not differences:
            raise ValueError(f"{source.name}: no corresponding minutiae, expected mated prints that align")
        mean += source.weight / share * sum(p.total for p in parts) / cylinders
        square += source.weight / share * sum(p.square for p in parts) / cylinders
        within += source.weight / share * sum(p.within for p in parts) / differences / 2
    return mean, square - np.outer(mean, mean), within


def descending(symmetric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give eigenvalues, largest first, and eigenvectors."""
    values, vectors = np.linalg.eigh((symmetric + symmetric.T) / 2)
    return values[::-1], vectors[:, ::-1]


def rotation(seed: int) -> np.ndarray:
    """Turn both halves of the directions at random, each in itself."""
    random = np.random.Generator(np.random.PCG64([seed]))
    turned = np.zeros((BITS, BITS))
    for half in (slice(0, FIRST), slice(FIRST, BITS)):
        size = half.stop - half.start
        turned[half, half] = np.linalg.qr(random.normal(size=(size, size)))[0]
    return turned
