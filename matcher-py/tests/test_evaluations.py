"""Error rates in and out of Python; their arithmetic is tested where it is done."""

from pathlib import Path

import numpy as np
import pytest
from matcher import InvalidValueError, MatcherError, evaluation, simulate
from matcher.fingerprint import score_matrix


def test_rates_of_two_lists_of_scores() -> None:
    rates = evaluation.error_rates([0.9, 0.8, 0.7, 0.3], np.array([0.1, 0.2, 0.4, 0.2], dtype=np.float32))
    assert isinstance(rates, evaluation.ErrorRates)
    assert (rates.mated, rates.non_mated) == (4, 4)
    assert rates.eer == 0.25
    assert rates.fnmr_at_fmr(0) == 0.25
    thresholds, fmr, fnmr = rates.det()
    assert len(thresholds) == len(fmr) == len(fnmr)
    assert (np.diff(thresholds) > 0).all()
    assert (np.diff(fmr) <= 0).all()
    assert (np.diff(fnmr) >= 0).all()


def test_an_operating_point_says_what_the_data_support() -> None:
    rates = evaluation.error_rates(np.linspace(5, 10, 50), np.linspace(0, 4, 400))
    assert rates.operating_point(1e-2)["supported"]
    assert not rates.operating_point(1e-3)["supported"]
    assert rates.summary()["mated"] == 50
    assert rates.at_threshold(4.5)


@pytest.mark.parametrize(
    ("mated", "non_mated"), [([], [1.0]), ([1.0], []), ([np.nan], [1.0]), ([1.0], [np.inf]), ([[1.0]], [1.0])]
)
def test_scores_that_are_none(mated: list[float], non_mated: list[float]) -> None:
    with pytest.raises(InvalidValueError):
        evaluation.error_rates(mated, non_mated)


def test_a_target_outside_its_range_is_named() -> None:
    rates = evaluation.error_rates([1.0], [0.0])
    with pytest.raises(InvalidValueError):
        rates.fnmr_at_fmr(2.0)


def test_ranks_of_searches() -> None:
    scores = np.array([[0.9, 0.1, 0.2], [0.5, 0.5, 0.1], [0.2, 0.3, 0.1]])
    rates = evaluation.identification(scores, ["a", "b", "x"], ["a", "b", "c"])
    assert isinstance(rates, evaluation.IdentificationRates)
    assert (rates.mated, rates.non_mated) == (2, 1)
    assert rates.cmc(2).tolist() == [0.5, 1.0]
    assert rates.fnir_at_fpir(0.0) >= 0
    with pytest.raises(InvalidValueError):
        evaluation.identification(scores, ["a"], ["a", "b", "c"])


def test_a_labelled_folder(folder: Path) -> None:
    result = evaluation.evaluate_folders([folder])
    assert (result.rates.mated, result.rates.non_mated) == (12, 24 * 23 // 2 - 12)
    assert len(result.mated) == 12
    assert result.naming == ["<finger>_<impression>"]
    assert result.rates.eer < 0.05
    by_hand = evaluation.evaluate_folders([str(folder)], naming="<finger>_<impression>", threads=1)
    assert np.array_equal(np.sort(by_hand.mated), np.sort(result.mated))
    first, second = zip(*simulate.fingers(12, impressions=2, seed=2024), strict=True)
    diagonal = np.diag(score_matrix(first, second))
    assert np.array_equal(np.sort(diagonal), np.sort(result.mated))


def test_folders_that_cannot_be_evaluated(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(MatcherError):
        evaluation.evaluate_folders([tmp_path / "nowhere"])
    with pytest.raises(MatcherError):
        evaluation.evaluate_folders([])
    with pytest.raises(MatcherError):
        evaluation.evaluate_folders([folder], naming="<finger")
    with pytest.raises(MatcherError):
        evaluation.evaluate_folders([folder], naming="<person>-<impression>")
