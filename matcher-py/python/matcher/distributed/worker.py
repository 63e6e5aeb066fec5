"""What runs on a worker: it maps each shard once, keeps it, and takes searches in it from stage to stage.

Nothing here is kept for good. A step says what was asked and all that was decided so far, so a worker that knows
nothing of a search, because it is new or took over from one that died, begins it anew, hears the same decisions, and is
where the other one was. What a step answers depends on nothing else.

Examples
--------
>>> from matcher.distributed import worker
>>> worker.greet()["version"] == worker.VERSION
True
"""

from __future__ import annotations

import asyncio
import heapq
import pickle
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, Literal

import distributed

from matcher._matcher import Gallery, PartSearch, __version__
from matcher.errors import ExpiredError, StoreError, ThreadsError

VERSION = f"{__version__}, protocol 1"
"""What a client and its workers must agree on. The protocol is the messages of this file."""

KEPT = 600.0
"""Seconds that a search is kept without a word from its client, which may be gone."""

SKETCH = 4096
"""How many subjects stand for a shard where it is asked whether two shards have subjects in common."""

CONCURRENT = 4
"""Steps of searches that somebody waits for which a worker does at the same time; others wait."""


@dataclass(frozen=True)
class Place:
    """Where a shard lies, and how it is opened.

    Attributes
    ----------
    path : str
        Its folder, as the worker sees it.
    opening : bytes
        The pickled keywords ``config`` and ``model``.
    """

    path: str
    opening: bytes


@dataclass(frozen=True)
class Facts:
    """What a shard says of itself."""

    subjects: int
    prints: int
    profiles: int
    bytes: int
    method: str
    purpose: str
    sketch: frozenset[int] | None


@dataclass(frozen=True)
class Question:
    """What is searched for, the same for all shards.

    Attributes
    ----------
    kind : {"fingerprint", "dna"}
        What the probes are.
    probes : list
        Prints, or several of one person, or profiles.
    options : dict
        Keywords of the search.
    """

    kind: Literal["fingerprint", "dna"]
    probes: list[Any]
    options: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One stage of a search in some shards of a worker.

    Attributes
    ----------
    search : str
        Its name, which no other search has.
    question : Question
        What is searched for.
    parts : list of (Place, int)
        The shards, each with how many prints lie in the others.
    decisions : list of bytes
        All that was decided so far.
    deadline : float or None
        Seconds for this step.
    threads : int or None
        How many in each shard; as many as the worker has unless given.
    """

    search: str
    question: Question
    parts: list[tuple[Place, int]]
    decisions: list[bytes]
    deadline: float | None
    threads: int | None


@dataclass(frozen=True)
class Reply:
    """What a shard answered: one of the three.

    Attributes
    ----------
    said : bytes or list
        What `PartSearch` says, or a `DnaCandidateList` a profile.
    unavailable : str
        Why the shard cannot be searched on this worker; another one may be able to.
    refused : Exception
        What is wrong with the question; no worker would answer it.
    """

    said: Any = None
    unavailable: str = ""
    refused: Exception | None = None


@dataclass
class _Held:
    """A shard that is open; whoever comes while it is being opened waits for it alone."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    gallery: Gallery | None = None


@dataclass
class _Running:
    """A search in a shard."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    part: PartSearch | None = None
    heard: int = 0
    used: float = field(default_factory=time.monotonic)


_lock = threading.Lock()
_held: dict[Place, _Held] = {}
_running: dict[tuple[str, Place], _Running] = {}
_pool: ThreadPoolExecutor | None = None


def greet() -> dict[str, Any]:
    """Tell a client which library this worker has."""
    return {"version": VERSION}


async def at_once(work: Callable[..., Any], argument: Any, dask_worker: Any) -> Any:
    """Do work that somebody waits for in a thread of its own, beside the tasks of the worker.

    The event loop stays free, so the worker is seen to be alive, and a search does not wait behind a batch.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads(), work, argument, dask_worker.state.nthreads)


def as_task(step: Step) -> list[Reply]:
    """Do a step as a task of the worker's."""
    return advance(step, distributed.get_worker().state.nthreads)


def advance(step: Step, threads: int) -> list[Reply]:
    """Do a step in each of its shards, one after the other, each with all threads.

    Parameters
    ----------
    step : Step
        What is to be done.
    threads : int
        How many the worker has.

    Returns
    -------
    list of Reply
        One a shard.
    """
    _sweep()
    began = time.monotonic()
    replies = []
    for place, elsewhere in step.parts:
        left = None if step.deadline is None else max(0.0, step.deadline - (time.monotonic() - began))
        replies.append(_guarded(place, partial(_step, step, place, elsewhere, left, threads)))
    return replies


def look(asked: tuple[Sequence[Place], bool], threads: int) -> list[Reply]:
    """Open shards and tell what each says of itself.

    Parameters
    ----------
    asked : (sequence of Place, bool)
        The shards, and whether to go through their subjects as well.
    threads : int
        Not used: opening needs none.
    """
    places, thoroughly = asked
    return [_guarded(place, partial(_look, place, thoroughly)) for place in places]


def forget(search: str, places: Sequence[Place]) -> None:
    """Drop what is kept of a search that is over."""
    with _lock:
        for place in places:
            _running.pop((search, place), None)


def let_go(places: Sequence[Place]) -> None:
    """Close shards; a search that still goes through one ends as it would have."""
    with _lock:
        for place in places:
            _held.pop(place, None)


def _guarded(place: Place, work: Callable[[], Any]) -> Reply:
    """Sort what may go wrong: with the shard here, or with the question everywhere."""
    try:
        return Reply(said=work())
    except ExpiredError as error:
        return Reply(refused=error)
    except (StoreError, OSError, MemoryError, ThreadsError) as error:
        with _lock:
            _held.pop(place, None)  # the next one opens it anew
        return Reply(unavailable=str(error) or type(error).__name__)
    except Exception as error:
        return Reply(refused=error)


def _step(step: Step, place: Place, elsewhere: int, deadline: float | None, threads: int) -> Any:
    gallery, question = _open(place), step.question
    keywords = {**question.options, "deadline": deadline, "threads": step.threads or threads}
    if question.kind == "dna":
        return gallery.search_dna_many(question.probes, **keywords)
    with _lock:
        running = _running.setdefault((step.search, place), _Running())
        running.used = time.monotonic()
    with running.lock:
        if running.part is None or running.heard > len(step.decisions):
            running.part = gallery.search_part(question.probes, elsewhere=elsewhere, **keywords)
            running.heard = 0
        for decision in step.decisions[running.heard :]:
            running.part.go_on(decision, deadline)
            running.heard += 1
        return running.part.said


def _open(place: Place) -> Gallery:
    with _lock:
        held = _held.setdefault(place, _Held())
    with held.lock:
        if held.gallery is None:
            held.gallery = Gallery.open(place.path, read_only=True, **pickle.loads(place.opening))
        return held.gallery


def _look(place: Place, thoroughly: bool) -> Facts:
    gallery = _open(place)
    stats = gallery.stats()
    store = stats["store"] or {}
    return Facts(
        subjects=stats["subjects"],
        prints=stats["prints"],
        profiles=stats["profiles"],
        bytes=sum(value for name, value in store.items() if name.endswith("_bytes")),
        method=str(gallery.method),
        purpose=gallery.purpose,
        sketch=sketch(gallery.subjects()) if thoroughly else None,
    )


def sketch(subjects: Sequence[str]) -> frozenset[int]:
    """Return what stands for a set of subjects: the smallest hashes of their ids.

    Two sets of which one has many of the other's subjects have some of these in common; two sets that have nothing in
    common have none (but for a hash of 64 bits that two ids share).

    Examples
    --------
    >>> from matcher.distributed.worker import sketch
    >>> sketch(["A", "B"]) & sketch(["C"]), len(sketch(["A", "B"]) & sketch(["B", "C"]))
    (frozenset(), 1)
    """
    hashes = (int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") for name in subjects)
    return frozenset(heapq.nsmallest(SKETCH, hashes))


def _threads() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="matcher")
        return _pool


def _sweep() -> None:
    """Drop searches whose client is gone."""
    with _lock:
        old = time.monotonic() - KEPT
        for key in [key for key, running in _running.items() if running.used < old]:
            del _running[key]
