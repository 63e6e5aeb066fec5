"""Galleries in memory: enrolling, searching, and what a search promises."""

import threading
from typing import Any

import numpy as np
import pytest
from matcher import (
    AlreadyEnrolledError,
    Gallery,
    InvalidValueError,
    NotEnrolledError,
    simulate,
)
from matcher._matcher import CandidateList
from matcher.fingerprint import Matcher, Template

Fingers = list[list[Template]]


def ranking(candidates: CandidateList) -> list[tuple[int, str, float]]:
    return [(candidate.rank, candidate.subject_id, candidate.score) for candidate in candidates]


def positioned(template: Template, position: int) -> Template:
    m = template.minutiae
    return Template.from_arrays(m["x"], m["y"], m["direction"], kind=m["kind"], finger_position=position)


def test_the_donor_is_found(fingers: Fingers, gallery: Gallery) -> None:
    for number, impressions in enumerate(fingers):
        candidates = gallery.search(impressions[1], limit=3)
        assert candidates[0].subject_id == f"S{number}"
        assert len(candidates) <= 3
        assert candidates.complete
        assert (candidates.searched, candidates.not_comparable, candidates.not_searched) == (12, 0, 0)
        assert candidates.score_kind == "comparison"
        assert candidates.method == gallery.method


def test_a_candidate_brings_its_evidence(fingers: Fingers, gallery: Gallery) -> None:
    candidate = gallery.search(fingers[2][1])[0]
    evidence = candidate.evidence()
    assert len(evidence) == 1
    assert evidence.score == candidate.score == evidence[0].score
    assert evidence.probes == [0]
    assert evidence.prints == [0]
    assert evidence.finger_positions == [0]
    assert evidence.pairs.shape == (evidence.parts["paired"], 2)
    assert evidence.transform is not None
    assert candidate.score == Matcher(fingers[2][1]).score(fingers[2][0])


def test_a_list_is_a_sequence(fingers: Fingers, gallery: Gallery) -> None:
    candidates = gallery.search(fingers[2][1])
    assert [c.rank for c in candidates] == list(range(1, len(candidates) + 1))
    assert candidates[-1].rank == len(candidates)
    with pytest.raises(IndexError):
        candidates[len(candidates)]
    assert candidates.to_dict()["searched"] == 12
    assert "S2" in candidates._repr_html_()


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_and_order_of_the_gallery_change_nothing(fingers: Fingers, gallery: Gallery, threads: int) -> None:
    probe = fingers[4][1]
    expected = ranking(gallery.search(probe))
    assert ranking(gallery.search(probe, threads=threads)) == expected
    backwards = Gallery.in_memory()
    for number in reversed(range(len(fingers))):
        backwards.enrol(f"S{number}", fingers[number][:1])
    assert ranking(backwards.search(probe, threads=threads)) == expected


def test_a_search_leaves_the_gallery_as_it_is(fingers: Fingers, gallery: Gallery) -> None:
    before = (gallery.stats(), sorted(gallery.subjects()))
    gallery.search(fingers[0][2])
    assert (gallery.stats(), sorted(gallery.subjects())) == before


def test_ties_are_ranked_by_id(fingers: Fingers) -> None:
    gallery = Gallery.in_memory()
    for subject_id in ("b", "c", "a"):
        gallery.enrol(subject_id, [fingers[0][0]])
    assert [c.subject_id for c in gallery.search(fingers[0][1])] == ["a", "b", "c"]


def test_the_threshold_and_the_limit(fingers: Fingers, gallery: Gallery) -> None:
    probe = fingers[0][1]
    everyone = gallery.search(probe, limit=100)
    best = everyone[0].score
    assert [c.subject_id for c in gallery.search(probe, min_score=best)] == ["S0"]
    assert len(gallery.search(probe, min_score=best + 1)) == 0
    assert ranking(gallery.search(probe, limit=2)) == ranking(everyone)[:2]


def test_same_fingers_or_any(fingers: Fingers) -> None:
    gallery = Gallery.in_memory()
    gallery.enrol("left", [positioned(fingers[0][0], 7)])
    gallery.enrol("right", [positioned(fingers[0][0], 2)])
    gallery.enrol("unknown", [fingers[0][0]])
    probe = positioned(fingers[0][1], 2)
    same = gallery.search(probe)
    assert [c.subject_id for c in same] == ["right", "unknown"]
    assert (same.searched, same.not_comparable) == (2, 1)
    anyone = gallery.search(probe, position="any")
    assert sorted(c.subject_id for c in anyone) == ["left", "right", "unknown"]
    assert anyone.not_comparable == 0
    with pytest.raises(InvalidValueError, match="position"):
        gallery.search(probe, position="left")  # type: ignore[call-overload]


def test_several_probe_prints_add_up(fingers: Fingers) -> None:
    gallery = Gallery.in_memory()
    gallery.enrol("A", [positioned(fingers[0][0], 1), positioned(fingers[1][0], 2)])
    probes = [positioned(fingers[0][1], 1), positioned(fingers[1][1], 2)]
    [candidate] = gallery.search(probes)
    alone = [gallery.search(probe)[0].score for probe in probes]
    assert candidate.score == sum(alone)
    evidence = candidate.evidence()
    assert (evidence.probes, evidence.prints, evidence.finger_positions) == ([0, 1], [0, 1], [1, 2])


def test_excluded_subjects_are_not_there(fingers: Fingers, gallery: Gallery) -> None:
    candidates = gallery.search(fingers[0][1], exclude=["S0"])
    assert all(c.subject_id != "S0" for c in candidates)
    assert candidates.searched == 11


def test_many_searches_at_once_are_the_single_ones(fingers: Fingers, gallery: Gallery) -> None:
    probes = [finger[1] for finger in fingers[:4]]
    many = gallery.search_many(probes, limit=3, threads=2)
    assert [ranking(one) for one in many] == [ranking(gallery.search(p, limit=3)) for p in probes]
    assert gallery.search_many([]) == []


def test_fast_and_exhaustive_agree_and_say_what_they_did(fingers: Fingers, gallery: Gallery) -> None:
    fast = gallery.search(fingers[3][1])
    exhaustive = gallery.search(fingers[3][1], mode="exhaustive")
    assert ranking(fast) == ranking(exhaustive)
    assert (fast.mode, exhaustive.mode) == ("fast", "exhaustive")
    assert exhaustive.cascade is None
    assert fast.cascade is not None
    (stage,) = fast.cascade["stages"]
    assert (stage["prints"], stage["code_passed"], stage["relaxed_passed"]) == (12, 12, 12)
    assert fast.cascade["compared"] == 12
    assert fast.cascade["loss"] == 0  # all were compared in full
    assert fast.to_dict()["cascade"] == fast.cascade
    assert "fast: searched 12, compared in full 12" in fast._repr_html_()
    assert "exhaustive: searched 12," in repr(exhaustive)


def test_a_rotation_can_be_limited(fingers: Fingers, gallery: Gallery) -> None:
    limited = gallery.search(fingers[3][1], max_rotation=90)
    assert limited.cascade is not None
    assert limited.cascade["max_rotation"] == 65536 // 4
    assert ranking(limited) == ranking(gallery.search(fingers[3][1]))
    for wrong in (-1.0, 181.0, float("nan")):
        with pytest.raises(InvalidValueError, match="max_rotation"):
            gallery.search(fingers[3][1], max_rotation=wrong)


def test_many_searches_stop_and_tell_together(fingers: Fingers, gallery: Gallery) -> None:
    probes = [finger[1] for finger in fingers[:3]]
    calls: list[tuple[int, int]] = []
    gallery.search_many(probes, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (36, 36)
    stopped = gallery.search_many(probes, deadline=0)
    assert [(one.complete, one.not_searched) for one in stopped] == [(False, 12)] * 3


def test_not_searched_is_not_the_same_as_no_hit(fingers: Fingers, gallery: Gallery, empty_print: Template) -> None:
    stopped = gallery.search(fingers[0][1], deadline=0)
    assert not stopped.complete
    assert stopped.searched + stopped.not_searched == 12
    assert stopped.not_searched > 0
    hopeless = gallery.search(empty_print)
    assert hopeless.complete
    assert (hopeless.searched, hopeless.not_comparable, len(hopeless)) == (0, 12, 0)


def test_an_event_cancels(fingers: Fingers, gallery: Gallery) -> None:
    cancel = threading.Event()
    assert gallery.search(fingers[0][1], cancel=cancel).complete
    cancel.set()
    assert not gallery.search(fingers[0][1], cancel=cancel).complete


@pytest.mark.parametrize(
    "options",
    [{"min_score": float("nan")}, {"limit": -1}, {"deadline": -1.0}, {"mode": "slow"}, {"threads": 0}],
)
def test_wrong_options_are_named(fingers: Fingers, gallery: Gallery, options: dict[str, Any]) -> None:
    with pytest.raises((InvalidValueError, OverflowError)):
        gallery.search(fingers[0][1], **options)


def test_no_probe_is_an_error(gallery: Gallery) -> None:
    with pytest.raises(InvalidValueError):
        gallery.search([])


def test_progress_is_told_and_its_error_ends_the_search(fingers: Fingers, gallery: Gallery) -> None:
    calls: list[tuple[int, int]] = []
    gallery.search(fingers[0][1], progress=lambda done, total: calls.append((done, total)))
    assert calls
    assert calls[-1] == (12, 12)

    def fail(done: int, total: int) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        gallery.search(fingers[0][1], progress=fail)
    assert len(gallery.search(fingers[0][1], progress=True)) > 0


def test_enrolling_twice_and_missing_subjects(fingers: Fingers, gallery: Gallery) -> None:
    with pytest.raises(AlreadyEnrolledError, match="S0"):
        gallery.enrol("S0", fingers[0][:1])
    with pytest.raises(NotEnrolledError, match="S99"):
        gallery.remove("S99")
    with pytest.raises(NotEnrolledError):
        gallery.get("S99")
    gallery.remove("S0")
    assert "S0" not in gallery
    assert "S1" in gallery
    gallery.enrol("S0", fingers[0][:1])
    assert len(gallery) == 12


@pytest.mark.parametrize("subject_id", ["", "x" * 256, "a\nb"])
def test_ids_are_checked(gallery: Gallery, subject_id: str) -> None:
    with pytest.raises(InvalidValueError, match="subject id"):
        gallery.enrol(subject_id)


def test_a_subject_gives_its_prints_back(fingers: Fingers, gallery: Gallery) -> None:
    subject = gallery.get("S5")
    assert subject.id == "S5"
    assert subject.fingerprints == fingers[5][:1]


def test_a_batch_is_enrolled_whole_or_not_at_all(fingers: Fingers, gallery: Gallery) -> None:
    def enrol_a_taken_id() -> None:
        with gallery.batch() as batch:
            batch.enrol("new", fingers[0][:1])
            batch.enrol("S0", fingers[0][:1])

    def fail_half_way() -> None:
        with gallery.batch() as batch:
            batch.enrol("new", fingers[0][:1])
            raise LookupError("mine")

    with pytest.raises(AlreadyEnrolledError):
        enrol_a_taken_id()
    with pytest.raises(LookupError, match="mine"):
        fail_half_way()
    assert "new" not in gallery
    assert len(gallery) == 12
    with gallery.batch(threads=2) as batch:
        batch.enrol("new", fingers[0][:1])
        assert len(batch) == 1
        assert "new" not in gallery
    assert "new" in gallery


def test_a_closed_gallery_says_so(fingers: Fingers) -> None:
    with Gallery.in_memory() as gallery:
        gallery.enrol("A", fingers[0][:1])
    with pytest.raises(ValueError, match="closed"):
        gallery.search(fingers[0][1])
    with pytest.raises(ValueError, match="closed"):
        gallery.enrol("B", fingers[0][:1])
    gallery.close()


def test_searches_of_several_threads_at_once(fingers: Fingers, gallery: Gallery) -> None:
    expected = [ranking(gallery.search(finger[1])) for finger in fingers]
    found: dict[int, list[tuple[int, str, float]]] = {}

    def work(number: int) -> None:
        found[number] = ranking(gallery.search(fingers[number][1], threads=1))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(len(fingers))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [found[number] for number in range(len(fingers))] == expected


def test_statistics(gallery: Gallery, empty_print: Template) -> None:
    gallery.enrol("nothing", [empty_print])
    stats = gallery.stats()
    assert (stats["subjects"], stats["prints"], stats["not_comparable"]) == (13, 13, 1)
    assert stats["minutiae"] > 12 * 10


def test_simulated_galleries(fingers: Fingers) -> None:
    gallery = simulate.gallery(subjects=30, fingers=2, seed=3)
    assert len(gallery) == 30
    assert gallery.stats()["prints"] == 60
    again = simulate.gallery(30, 2, 3, into=Gallery.in_memory(), threads=1)
    first = gallery.subjects()[0]
    assert gallery.get(first).fingerprints == again.get(first).fingerprints
    assert sorted(gallery.subjects()) == sorted(again.subjects())


def test_simulated_fingers_are_the_same_for_a_seed(fingers: Fingers) -> None:
    again = list(simulate.fingers(3, impressions=3, seed=2024))
    assert again == fingers[:3]
    assert list(simulate.fingers(1, impressions=1, seed=2025)) != [fingers[0][:1]]
    iterator = simulate.fingers(10**9, impressions=1, seed=0)
    assert len(next(iterator)) == 1
    assert list(simulate.fingers(0, impressions=1, seed=0)) == []


def test_tables_of_candidates(fingers: Fingers, gallery: Gallery) -> None:
    answer = gallery.search(fingers[0][1])
    table, arrow = answer.to_pandas(), answer.to_arrow()
    assert list(table.columns) == arrow.column_names == ["rank", "subject_id", "score", "paired"]
    assert table["subject_id"][0] == arrow["subject_id"][0].as_py() == "S0"
    assert len(table) == arrow.num_rows == len(answer)


def test_scores_are_those_of_numpy(fingers: Fingers, gallery: Gallery) -> None:
    scores = Matcher(fingers[0][1]).scores(gallery)
    by_id = dict(zip(gallery.subjects(), scores, strict=True))
    assert all(np.float64(c.score) == by_id[c.subject_id] for c in gallery.search(fingers[0][1]))
