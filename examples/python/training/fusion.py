"""The weights of the parts of a score, and the scale that gives their sum its meaning."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

PARTS = ("relaxation", "evidence")
LARGEST = 100_000  # weight
RIDGE = 1e-5
STEPS = 100

# Shares of non-mated comparisons that the scale is measured at, as far as there are enough of them.
FMRS = (0.5, 0.2, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)
FALSE_MATCHES = 10


def fit(tables: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, int]:
    """Fit whole weights by logistic regression, none below 0, relaxation 1000 by convention.

    Each table (parts, mated) counts as much as the others, and in it mated as much as non-mated comparisons.
    """
    features = np.concatenate([np.stack([table[part] for part in PARTS], axis=1) for table, _ in tables])
    mated = np.concatenate([mated for _, mated in tables])
    counts = np.concatenate([np.where(m, 0.5 / m.sum(), 0.5 / (~m).sum()) for _, m in tables]) / len(tables)
    used = [0, 1]
    slopes = logistic(features, mated, counts)
    if min(slopes) <= 0:
        used = [int(np.argmax(slopes))]
        slopes = logistic(features[:, used], mated, counts)
    weights = dict.fromkeys(PARTS, 0)
    first = slopes[0]
    for part, slope in zip(used, slopes, strict=True):
        weights[PARTS[part]] = min(LARGEST, round(1000 * slope / first))
    return weights


def logistic(features: np.ndarray, mated: np.ndarray, counts: np.ndarray) -> list[float]:
    """Give the slopes of a logistic regression, by Newton's method with halved steps."""
    scale = features.std(axis=0)
    design = np.column_stack([features / scale, np.ones(len(features))])
    ridge = np.full(design.shape[1], RIDGE)
    ridge[-1] = 0.0

    def loss(slopes: np.ndarray) -> float:
        odds = design @ slopes
        return float(counts @ np.logaddexp(0, np.where(mated, -odds, odds)) + ridge @ slopes**2)

    slopes = np.zeros(design.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-np.clip(design @ slopes, -500, 500)))
        gradient = design.T @ (counts * (share - mated)) + 2 * ridge * slopes
        curvature = (design * (counts * share * (1 - share))[:, None]).T @ design + 2 * np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while loss(slopes - size * step) > loss(slopes) and size > 1e-6:
            size /= 2
        slopes = slopes - size * step
        if np.abs(size * step).max() < 1e-9:
            break
    return [float(slope) for slope in slopes[:-1] / scale]


def fused(table: np.ndarray, weights: dict[str, int]) -> np.ndarray:
    """Sum the parts as the matcher does, to the last bit: they are whole multiples of 1/65536."""
    total = np.zeros(len(table), np.int64)
    for part in PARTS:
        total += weights[part] * np.rint(table[part] * 65536).astype(np.int64)
    return total >> 12


def scale(non_mated: list[np.ndarray]) -> tuple[list[tuple[int, int]], list[str]]:
    """Give knots (sum, score in 1/1024), and what was left out.

    A score is -10 log10 of the FMR, of several extractors the highest: a knot lies where no more than that share of the
    non-mated comparisons of any of them reaches it.
    """
    knots, left_out = [(0, 0)], []
    for fmr in FMRS:
        if any(fmr * len(sums) < FALSE_MATCHES for sums in non_mated):
            left_out.append(f"FMR {fmr:g}: fewer than {FALSE_MATCHES} false matches")
            continue
        reached = max(reaching(sums, fmr) for sums in non_mated)
        score = round(-10 * math.log10(fmr) * 1024)
        (sum_before, score_before) = knots[-1]
        if reached <= sum_before or score - score_before < reached - sum_before:
            left_out.append(f"FMR {fmr:g}: the score would rise less than the sum, or the sum not at all")
            continue
        knots.append((reached, score))
    return knots, left_out


def reaching(sums: np.ndarray, fmr: float) -> int:
    """Give the lowest sum that no more than this share reaches."""
    ordered = np.sort(sums)[::-1]
    return int(ordered[int(fmr * len(ordered))]) + 1


def scores(sums: np.ndarray, knots: list[tuple[int, int]]) -> np.ndarray:
    """Give the scores of sums as the matcher does."""
    result = np.zeros(len(sums), np.int64)
    for k, ((x, low), (following, high)) in enumerate(pairwise(knots)):
        here = (sums >= x) if k else np.ones(len(sums), bool)
        result[here] = low + (sums[here] - x) * (high - low) // (following - x)
    return result / 1024
