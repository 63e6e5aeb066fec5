"""One print against another, and against many."""

import pickle
import threading

import numpy as np
import pytest
from matcher import Gallery, InvalidValueError
from matcher.fingerprint import (
    DECISION_THRESHOLD,
    Comparison,
    Matcher,
    Template,
    compare,
    default_config,
    score_matrix,
)

Fingers = list[list[Template]]


def test_a_mated_pair_scores_above_the_threshold_and_others_below(fingers: Fingers) -> None:
    scores = score_matrix([f[0] for f in fingers], [f[1] for f in fingers])
    mated = np.eye(len(fingers), dtype=bool)
    assert np.median(scores[mated]) > DECISION_THRESHOLD
    assert (scores[~mated] < DECISION_THRESHOLD).all()


def test_types_and_shapes_of_a_comparison(fingers: Fingers) -> None:
    probe, reference, _ = fingers[0]
    comparison = compare(probe, reference)
    assert isinstance(comparison, Comparison)
    assert isinstance(comparison.score, float)
    assert comparison.score * 1024 == int(comparison.score * 1024)
    assert comparison.log10_lr is None
    assert comparison.comparable
    assert comparison.not_comparable is None
    assert comparison.pairs.dtype == np.int64
    assert comparison.pairs.shape == (comparison.parts["paired"], 2)
    assert comparison.transform is not None
    assert comparison.transform.dtype == np.float64
    assert comparison.transform.shape == (2, 3)
    assert comparison.method == Matcher(probe).method
    assert comparison.to_dict()["score"] == comparison.score


def test_pairs_are_one_to_one_and_lie_on_each_other_under_the_transform(fingers: Fingers) -> None:
    probe, reference, _ = fingers[0]
    comparison = compare(probe, reference)
    rows, columns = comparison.pairs.T
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    assert comparison.transform is not None
    there = reference.minutiae[columns]
    places = comparison.transform @ np.array([there["x"], there["y"], np.ones(len(columns))])
    here = probe.minutiae[rows]
    distances = np.hypot(places[0] - here["x"], places[1] - here["y"])
    assert np.median(distances) < 15


def test_a_score_does_not_depend_on_which_is_the_probe(fingers: Fingers) -> None:
    prints = [impression for finger in fingers[:5] for impression in finger]
    scores = score_matrix(prints, prints)
    assert np.array_equal(scores, scores.T)
    forth, back = compare(prints[0], prints[1]), compare(prints[1], prints[0])
    assert forth.score == back.score
    assert sorted(map(tuple, forth.pairs.tolist())) == sorted((b, a) for a, b in back.pairs.tolist())


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_all_ways_of_scoring_give_the_same_bits(fingers: Fingers, threads: int) -> None:
    probe = fingers[0][0]
    references = [finger[1] for finger in fingers]
    matcher = Matcher(probe)
    scores = matcher.scores(references, threads=threads)
    assert scores.dtype == np.float64
    assert scores.shape == (len(references),)
    assert scores.tolist() == [matcher.score(reference) for reference in references]
    assert scores.tolist() == [compare(probe, reference).score for reference in references]
    assert scores.tolist() == score_matrix([probe], references, threads=threads)[0].tolist()


def test_scores_against_a_gallery_stand_in_the_order_of_its_subjects(fingers: Fingers, gallery: Gallery) -> None:
    matcher = Matcher(fingers[3][1])
    scores = matcher.scores(gallery)
    assert gallery.subjects()[int(np.argmax(scores))] == "S3"
    assert scores.shape == (len(gallery),)


def test_a_cutoff_gives_the_score_or_none(fingers: Fingers) -> None:
    matcher = Matcher(fingers[0][0])
    score = matcher.score(fingers[0][1])
    assert matcher.score_with_cutoff(fingers[0][1], score) == score
    assert matcher.score_with_cutoff(fingers[0][1], score + 1) is None


def test_too_few_minutiae_are_not_comparable_rather_than_different(fingers: Fingers, empty_print: Template) -> None:
    comparison = compare(fingers[0][0], empty_print)
    assert not comparison.comparable
    assert comparison.not_comparable is not None
    assert "not comparable" in comparison.not_comparable
    assert comparison.score == 0
    assert comparison.pairs.shape == (0, 2)
    assert comparison.transform is None


def test_empty_lists_give_empty_matrices(fingers: Fingers) -> None:
    assert score_matrix([], []).shape == (0, 0)
    assert score_matrix([fingers[0][0]], []).shape == (1, 0)
    assert Matcher(fingers[0][0]).scores([]).shape == (0,)


def test_the_configuration_changes_the_method_and_is_checked(fingers: Fingers) -> None:
    probe, reference, _ = fingers[0]
    config = default_config()
    assert compare(probe, reference, config).method == compare(probe, reference).method
    section = next(iter(config))
    with pytest.raises(InvalidValueError):
        compare(probe, reference, {"no such part": {"number": 1.0}})
    with pytest.raises(InvalidValueError):
        compare(probe, reference, {**config, section: {"no such number": 1.0}})


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_is_an_error(fingers: Fingers, threads: int) -> None:
    with pytest.raises(InvalidValueError, match="threads"):
        score_matrix(fingers[0], fingers[1], threads=threads)


def test_what_is_no_template_is_a_type_error(fingers: Fingers) -> None:
    with pytest.raises(TypeError):
        compare(fingers[0][0], "reference.fmr")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        score_matrix([1], fingers[0])  # type: ignore[list-item]


def test_progress_is_told_and_may_stop_the_work(fingers: Fingers) -> None:
    calls: list[tuple[int, int]] = []
    prints = [finger[0] for finger in fingers]
    score_matrix(prints, prints, progress=lambda done, total: calls.append((done, total)))
    assert calls
    assert calls[-1] == (len(prints), len(prints))

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        score_matrix(prints, prints, progress=stop)


def test_other_threads_of_python_run_meanwhile(fingers: Fingers) -> None:
    prints = [impression for finger in fingers for impression in finger]
    done = threading.Event()
    turns = 0

    def work() -> None:
        score_matrix(prints, prints, threads=1)
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    while not done.wait(0.001):
        turns += 1
    worker.join()
    assert turns > 3


def test_results_come_back_from_another_process(fingers: Fingers) -> None:
    comparison = compare(fingers[0][0], fingers[0][1])
    assert pickle.loads(pickle.dumps(comparison)) == comparison
    assert pickle.loads(pickle.dumps(comparison.method)) == comparison.method
    assert comparison != compare(fingers[0][0], fingers[1][0])
    gallery = Gallery.in_memory()
    gallery.enrol("S0", fingers[0][0])
    answer = gallery.search(fingers[0][1])
    assert pickle.loads(pickle.dumps(answer)) == answer
