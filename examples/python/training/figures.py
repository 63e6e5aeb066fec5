"""Figures: error rates of scores, and those that cross-validation gives."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
from matcher import evaluation, fingerprint

from . import card, fusion
from .prints import Training

Figures = dict[str, Any]
SAMPLE = 3000  # non-mated comparisons of a set that the weights of a fold are fitted on


def figures(scores: np.ndarray, mated: np.ndarray) -> Figures:
    """Give EER, and FNMR where the FMR is at most 1e-3, 1e-4 and zero, with 95 % intervals."""
    summary = evaluation.error_rates(scores[mated], scores[~mated]).summary()
    result: Figures = {
        "mated": summary["mated"],
        "non_mated": summary["non_mated"],
        "eer": rate(summary["eer"]["value"], summary["eer_interval"]),
        "mated_level": round(mated_level(scores[mated], scores[~mated]), 2),
    }
    for point in summary["fnmr_at_fmr"]:
        if point["target_fmr"] in (1e-3, 1e-4, 0):
            name = f"fnmr_at_fmr_{point['target_fmr']:g}"
            result[name] = rate(point["fnmr_value"], point["fnmr_interval"])
    return result


def mated_level(mated: np.ndarray, non_mated: np.ndarray) -> float:
    """Give the mean over mated comparisons of -10 log10 of the FMR at their score.

    Where no non-mated comparison reaches a score, it counts as half a one. All mated comparisons speak in this, not
    only the few beside the threshold: of few prints it tells models apart where an FNMR cannot.
    """
    reached = len(non_mated) - np.searchsorted(np.sort(non_mated), mated, side="left")
    return float(-10 * np.log10(np.maximum(reached, 0.5) / len(non_mated)).mean())


def rate(value: float, interval: list[float]) -> list[float]:
    """Round a rate and its interval to what they are worth."""
    return [round(float(number), 6) for number in (value, *interval)]


def shown(found: Figures) -> str:
    """Write figures on a line, in percent."""
    names = {
        "eer": "EER",
        "fnmr_at_fmr_0.001": "FNMR at FMR 1e-3",
        "fnmr_at_fmr_0.0001": "1e-4",
        "fnmr_at_fmr_0": "zero",
    }
    rates = "  ".join(f"{text} {100 * found[name][0]:5.2f}" for name, text in names.items())
    return f"{rates}  level {found['mated_level']:5.2f}"


def at_scores(scores: np.ndarray, mated: np.ndarray) -> list[list[float]]:
    """Give the FMR at scores that promise 1e-2, 1e-3 and 1e-4: score, FMR, interval."""
    rates = evaluation.error_rates(scores[mated], scores[~mated])
    points = [(score, rates.at_threshold(score)) for score in (20, 30, 40)]
    return [[score, *(float(f"{x:.3g}") for x in (p["fmr_value"], *p["fmr_interval"]))] for score, p in points]


def cross_validated(
    training: Training, fit: Callable[[set[int]], bytes], say: Callable[[str], None]
) -> list[np.ndarray]:
    """Score every pair of every set by a model that was fitted without the people of either print.

    Projection and weights are fitted anew for each two folds, on the sets that are `fitted`; the weights on all mated
    pairs of the others and a sample of the non-mated ones. Sums of different models are taken as they are: the scale
    is left out, which changes no error rate of a single model.
    """
    results = [np.zeros(len(prints.pairs.mated), np.int64) for prints in training.sets]
    for held_out in combinations_with_replacement(range(training.count), 2):
        with tempfile.TemporaryDirectory() as folder:
            path = card.write(Path(folder), card.provisional("fold"), fit(set(held_out)))
            model = fingerprint.Model.read(path)
        tested, fitted = [], []
        for prints, fold, used in zip(training.sets, training.folds, training.fitted, strict=True):
            of = np.sort(fold[prints.pairs.indexes], axis=1)
            test = (of == held_out).all(axis=1)
            train = ~np.isin(of, held_out).any(axis=1) & used
            train &= prints.pairs.mated | every(train & ~prints.pairs.mated, SAMPLE)
            chosen = np.flatnonzero(test | train)
            table = fingerprint.compare_pairs(prints.templates, prints.pairs.indexes[chosen], model=model)
            tested.append((np.flatnonzero(test), table[test[chosen]]))
            if used:
                fitted.append((table[train[chosen]], prints.pairs.mated[chosen][train[chosen]]))
        weights = fusion.fit(fitted)
        for result, (rows, table) in zip(results, tested, strict=True):
            result[rows] = fusion.fused(table, weights)
        say(f"cross-validation without folds {held_out}: weights {weights}")
    return results


def every(chosen: np.ndarray, most: int) -> np.ndarray:
    """Keep at most so many of the chosen rows, evenly spread."""
    rows = np.flatnonzero(chosen)
    kept = np.zeros(len(chosen), bool)
    kept[rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)]] = len(rows) > 0
    return kept
