"""Figures: error rates of scores, and those that cross-validation gives."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matcher import evaluation, fingerprint

from . import card, fusion
from .prints import Training

Figures = dict[str, Any]


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


class HeldOut(NamedTuple):
    """What cross-validation found: for each set the sums of all pairs; and weights fitted on all their parts."""

    sums: list[np.ndarray]
    weights: dict[str, int]


def cross_validated(training: Training, fit: Callable[[set[int]], bytes], say: Callable[[str], None]) -> HeldOut:
    """Compare every pair of every set under a projection that was fitted without the people of either print.

    The weights are fitted on these parts too: those of pairs that the projection was fitted on would promise too much
    of it. The sums of a pair are under weights that were fitted without any pair of its folds. Sums under different
    models are taken as they are.
    """
    tables: list[np.ndarray] = []
    of = [
        np.sort(fold[prints.pairs.indexes], axis=1) for prints, fold in zip(training.sets, training.folds, strict=True)
    ]
    all_held_out = list(combinations_with_replacement(range(training.count), 2))
    for held_out in all_held_out:
        with tempfile.TemporaryDirectory() as folder:
            path = card.write(Path(folder), card.provisional("fold"), fit(set(held_out)))
            model = fingerprint.Model.read(path)
        for k, prints in enumerate(training.sets):
            tested = (of[k] == held_out).all(axis=1)
            table = fingerprint.compare_pairs(prints.templates, prints.pairs.indexes[tested], model=model)
            if len(tables) == k:
                tables.append(np.zeros(len(tested), table.dtype))
            tables[k][tested] = table
        say(f"cross-validation without folds {held_out}")

    def weights(held_out: tuple[int, ...]) -> dict[str, int]:
        others = [~np.isin(folds, held_out).any(axis=1) for folds in of]
        used = [
            (table[rows], prints.pairs.mated[rows])
            for prints, table, rows, yes in zip(training.sets, tables, others, training.fitted, strict=True)
            if yes
        ]
        return fusion.fit(used)

    sums = [np.zeros(len(table), np.int64) for table in tables]
    for held_out in all_held_out:
        fitted = weights(held_out)
        for k, table in enumerate(tables):
            tested = (of[k] == held_out).all(axis=1)
            sums[k][tested] = fusion.fused(table[tested], fitted)
    return HeldOut(sums, weights(()))
