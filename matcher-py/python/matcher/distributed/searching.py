"""Searches of a cluster: one that somebody waits for, and batches that go a few probes at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, TypeVar

from matcher._matcher import CandidateList, Gathering, PartSearch, merge_dna
from matcher.distributed.answer import ClusterAnswer
from matcher.distributed.holding import Holding
from matcher.distributed.options import Print, invalid, seconds
from matcher.distributed.rounds import Part, Search
from matcher.distributed.worker import Question
from matcher.distributed.workers import FRESH
from matcher.dna import Profile
from matcher.errors import ClusterError

T = TypeVar("T")

IN_FLIGHT = 2
"""Chunks of a batch that are on their way: while one waits for its next decision, the workers do the other."""


class Searching:
    """Searches in what a cluster holds; all on the loop of the client."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._turns = count()
        self._background: set[asyncio.Task[None]] = set()

    async def _begun(
        self,
        question: Question,
        deadline: float | None,
        threads: int | None,
        given_up: dict[str, Part] | None,
    ) -> Search:
        """Begin a search: at once, or as tasks where it is part of a batch."""
        until = None if deadline is None else time.monotonic() + seconds(deadline)
        if threads is not None and threads < 1:
            raise invalid("threads", threads, "1 or more")
        if not self._holding.shards:
            raise ClusterError("shards of the cluster is 0, expected 1 or more: see add")
        await self._holding.look_round(FRESH)
        self._holding.workers.need()
        ask = self._holding.workers.step if given_up is None else self._holding.workers.step_as_task
        shards = list(self._holding.shards.values())
        turn = next(self._turns)
        return Search(
            self._holding.workers, shards, question, ask, turn=turn, until=until, threads=threads, given_up=given_up
        )

    async def prints(
        self,
        probes: list[Print],
        options: dict[str, Any],
        deadline: float | None,
        threads: int | None,
        given_up: dict[str, Part] | None = None,
    ) -> list[ClusterAnswer]:
        """Search by prints.

        Parameters
        ----------
        probes, options, deadline, threads
            What for, and how.
        given_up : dict of str to Part, optional
            Of a batch: shards that are not asked any more, because they were late; those that are late now come to it.
            The workers are asked by tasks then.
        """
        question = Question("fingerprint", probes, options)
        search = await self._begun(question, deadline, threads, given_up)
        try:
            gathering = Gathering()
            said = await search.stage(None, last=options["mode"] == "exhaustive")
            while said and (decision := gathering.decide(said)) is not None:
                said = await search.stage(decision, last=False)
            if not said:
                gathering = _of_nobody(self._holding.nobody().search_part(probes, **options))
            missing, retried = search.missing, search.retried
            for shard in missing:
                gathering.missing(shard.subjects)
            answers = [ClusterAnswer(found, missing, retried) for found in gathering.lists()]
        finally:
            self._ended(search, given_up)
        for answer in answers:
            _check_once(answer.candidates)
        return answers

    async def profiles(
        self,
        profiles: list[Profile],
        options: dict[str, Any],
        chance: dict[str, Any],
        deadline: float | None,
        threads: int | None,
        given_up: dict[str, Part] | None = None,
    ) -> list[ClusterAnswer]:
        """Search by DNA profiles; ``chance`` are the keywords of how often profiles agree by chance."""
        question = Question("dna", profiles, options)
        search = await self._begun(question, deadline, threads, given_up)
        said = await search.stage(None, last=True)
        if given_up is not None:
            given_up.update(search.late)
        missing, retried = search.missing, search.retried
        uncounted = sum(part.shard.facts.profiles for part in search.parts if part.lost)
        said = said or [self._holding.nobody().search_dna_many(profiles, **options)]
        rule, limit = options["rule"], options["limit"]
        return [
            ClusterAnswer(merge_dna(found, profile, rule, limit, **chance), missing, retried, uncounted)
            for profile, found in zip(profiles, zip(*said, strict=True), strict=True)
        ]

    def _ended(self, search: Search, given_up: dict[str, Part] | None) -> None:
        """Note what was lost, and let the workers forget the search while the answer goes its way."""
        if given_up is not None:
            given_up.update(search.late)
        task = asyncio.ensure_future(search.end())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def batch(
        self,
        chunks: list[list[T]],
        one: Callable[[list[T], dict[str, Part], float | None], Awaitable[list[ClusterAnswer]]],
        deadline: float | None,
        tell: Callable[[int, int], object],
    ) -> list[ClusterAnswer]:
        """Search with chunks of probes, some at a time, and put their answers in order.

        A shard that was late is not asked again for the probes that follow: each would wait for it anew.
        """
        until = None if deadline is None else time.monotonic() + seconds(deadline)
        answers: list[list[ClusterAnswer]] = [[] for _ in chunks]
        waiting = iter(enumerate(chunks))
        given_up: dict[str, Part] = {}
        done, total = 0, sum(map(len, chunks))

        async def take() -> None:
            nonlocal done
            for place, chunk in waiting:
                left = None if until is None else max(0.0, until - time.monotonic())
                answers[place] = await one(chunk, given_up, left)
                done += len(chunk)
                tell(done, total)

        takers = [asyncio.ensure_future(take()) for _ in range(IN_FLIGHT)]
        try:
            await asyncio.gather(*takers)
        finally:
            for taker in takers:
                taker.cancel()
            await asyncio.gather(*takers, return_exceptions=True)
        return [answer for chunk in answers for answer in chunk]


def _of_nobody(part: PartSearch) -> Gathering:
    """Take a search through its stages where there is one part alone: one that holds nobody."""
    gathering, said = Gathering(), part.said
    while (decision := gathering.decide([said])) is not None:
        said = part.go_on(decision)
    return gathering


def _check_once(candidates: Any) -> None:
    """Refuse an answer that lists a subject twice: shards that overlap, which was not seen when they were added."""
    assert isinstance(candidates, CandidateList)
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.subject_id in seen:
            raise ClusterError(f"subject {candidate.subject_id!r} is enrolled in two shards, expected in one")
        seen.add(candidate.subject_id)
