"""Calls that go wrong, or go another way than usual: none hangs, none ends the process, none answers wrongly."""

import multiprocessing
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest
from matcher import Gallery, InvalidValueError, simulate
from matcher.fingerprint import Matcher, Template, score_matrix

from_arrays = Template.from_arrays


@pytest.fixture(scope="module")
def large() -> Gallery:
    """A gallery that takes longer to search than the time between two calls of a progress function."""
    return simulate.gallery(1500, fingers=1, seed=7)


@pytest.fixture(scope="module")
def probe(large: Gallery) -> Template:
    return large.get(large.subjects()[5]).fingerprints[0]


def within_seconds(seconds: float, work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "it hangs"


@pytest.mark.parametrize("threads", [1, 2])
def test_a_progress_function_may_use_change_and_close_the_gallery(probe: Template, threads: int) -> None:
    gallery = simulate.gallery(6000, fingers=1, seed=7)
    found: list[int] = []

    def progress(done: int, total: int) -> None:
        if done < total and not found:
            found.append(gallery.search(probe, limit=1, threads=threads).searched)
            gallery.enrol("new", [probe])
            found.append(len(gallery))
            gallery.close()

    def work() -> None:
        answer = gallery.search(probe, mode="exhaustive", threads=threads, progress=progress)
        found.append(answer.searched)

    within_seconds(60, work)
    assert found == [6000, 6001, 6000], "the answer is about the gallery as it was when the search began"
    with pytest.raises(ValueError, match="closed"):
        len(gallery)


def test_searching_and_enrolling_at_the_same_time(large: Gallery, probe: Template) -> None:
    gallery = simulate.gallery(300, fingers=1, seed=7)
    counts: list[int] = []

    def search() -> None:
        counts.extend(gallery.search(probe, threads=2).searched for _ in range(5))

    searching = threading.Thread(target=search)
    searching.start()
    for number in range(40):
        gallery.enrol(f"S{number}", [probe])
        if number % 2:
            gallery.remove(f"S{number}")
    searching.join(60)
    assert len(counts) == 5
    assert all(300 <= count <= 340 for count in counts)
    assert len(gallery) == 320


def test_the_first_exception_of_a_progress_function_is_raised_and_it_is_called_no_more(
    large: Gallery, probe: Template
) -> None:
    for threads in (1, 2):
        calls: list[int] = []

        def progress(done: int, total: int, calls: list[int] = calls) -> None:
            calls.append(done)
            raise KeyError(len(calls))

        with pytest.raises(KeyError, match="1"):
            large.search(probe, threads=threads, progress=progress)
        assert len(calls) == 1


def test_many_threads_are_no_harm(probe: Template) -> None:
    assert score_matrix([probe] * 3, [probe], threads=1_000_000).shape == (3, 1)


def test_a_long_row_hears_its_watcher(probe: Template) -> None:
    calls: list[int] = []
    score_matrix([probe], [probe] * 10_000, threads=1, progress=lambda done, total: calls.append(done))
    assert len(calls) > 2
    calls.clear()
    Matcher(probe).scores([probe] * 10_000, threads=1, progress=lambda done, total: calls.append(done))
    assert calls == sorted(calls)
    assert calls[-1] == 10_000


def test_a_text_is_no_list_of_ids(large: Gallery, probe: Template) -> None:
    # Its letters would be, and the subject that was to be left out would be shown.
    with pytest.raises(TypeError, match="exclude is str"):
        large.search(probe, exclude=large.subjects()[5])
    with pytest.raises(InvalidValueError, match="limit is -1"):
        large.search(probe, limit=-1)


def _search_in_child(queue: "multiprocessing.Queue[int]") -> None:
    queue.put(simulate.gallery(20, fingers=1, seed=7).search(next(simulate.fingers(1, 1, 7))).searched)


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(large: Gallery, probe: Template) -> None:
    large.search(probe)  # the parent's threads exist now
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_search_in_child, args=(queue,))
    child.start()
    try:
        assert queue.get(timeout=60) == 20
    finally:
        child.kill()


def test_arguments_of_another_kind_are_named(large: Gallery, probe: Template) -> None:
    with pytest.raises(TypeError, match="cancel is int, expected an event"):
        large.search(probe, cancel=5)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="exclude has int, expected an iterable of str"):
        large.search(probe, exclude=[1])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="expected templates, found int"):
        large.search(5)  # type: ignore[call-overload]
    with pytest.raises(InvalidValueError, match="deadline is inf, expected a finite number of seconds"):
        large.search(probe, deadline=float("inf"))
    with pytest.raises(InvalidValueError, match="config is Out of range float values"):
        Gallery.in_memory({"alignment": {"reach": float("nan")}})


def test_columns_that_are_no_numbers_are_named() -> None:
    for x in (["abc"], [[1], [2, 3]], [1 + 2j]):
        with pytest.raises(InvalidValueError, match="x is no array of numbers"):
            from_arrays(x, [1], [0])
    with pytest.raises(InvalidValueError, match="minutia 1 x is NaN"):
        from_arrays(np.ma.array([1, 2], mask=[False, True]), [1, 2], [0, 0])
    masked = from_arrays([1], [1], [0], quality=np.ma.array([0.5], mask=[True]))
    assert np.isnan(masked.minutiae["quality"][0])


def test_kinds_are_whole_codes_or_names() -> None:
    for kind in ([1.9], [np.nan], [2**63], [-1], [3]):
        with pytest.raises(InvalidValueError, match="minutia 0 kind is"):
            from_arrays([1], [1], [0], kind=kind)
    with pytest.raises(InvalidValueError, match="kind is 2-dimensional"):
        from_arrays([1], [1], [0], kind=[[1]])
    for names in (["bifurcation"], np.array(["bifurcation"], dtype=object), np.array([2], dtype=object), [2.0]):
        assert from_arrays([1], [1], [0], kind=names).minutiae["kind"][0] == 2


def test_impressions_out_of_range_are_named() -> None:
    for impression in (300, -1, 10, "smudge"):
        with pytest.raises(InvalidValueError, match="impression is"):
            from_arrays([1], [1], [0], impression=impression)
