"""A search over shards, from the question to the answers: stages, time, and what happens when a worker is lost.

A stage ends where all shards must be known before it can go on: each says what it has, one decision is drawn through
all of it, and all go on (see `matcher._matcher.Gathering`). A shard whose worker is lost is given to another one, which
begins again and hears the same decisions. A shard that no worker can search any more, or that is late, drops out and is
named.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from matcher.distributed.answer import MissingShard
from matcher.distributed.shards import Shard
from matcher.distributed.worker import Place, Question, Reply, Step, forget
from matcher.distributed.workers import LateError, LostError, Workers
from matcher.errors import ClusterError

Ask = Callable[[str, Step, float | None], Awaitable[list[Reply]]]

SHARE = 0.6
"""How much of the time that is left a stage may take where others follow."""

MARGIN = 0.1
"""Seconds of a stage's time that are for the way to the worker and back; at most a fifth of it."""

SHORTEST = 0.25
"""Seconds that a worker has to answer even where no time is left: it answers that it has not searched."""


@dataclass
class Part:
    """A shard in a search."""

    shard: Shard
    elsewhere: int
    worker: str = ""
    tried: list[str] = field(default_factory=list)
    said: Any = None
    lost: str = ""
    late: bool = False
    retried: bool = False

    def missing(self) -> MissingShard:
        """Say that it was not searched."""
        return MissingShard(self.shard.path, self.shard.facts.subjects, self.lost)


class Search:
    """One search of all shards.

    Parameters
    ----------
    workers : Workers
        Who can be asked.
    shards : sequence of Shard
        What is searched.
    question : Question
        What for.
    ask : callable
        How a worker is asked: directly, or by a task.
    turn : int
        Which of its workers each shard goes to first, where it has several.
    until : float, optional
        When time is up, by the monotonic clock.
    threads : int, optional
        How many on each worker.
    given_up : mapping of str to Part
        Shards that are not asked at all, by path: they were late before.
    """

    def __init__(
        self,
        workers: Workers,
        shards: Sequence[Shard],
        question: Question,
        ask: Ask,
        *,
        turn: int = 0,
        until: float | None = None,
        threads: int | None = None,
        given_up: Mapping[str, Part] | None = None,
    ) -> None:
        total = sum(shard.facts.prints for shard in shards)
        self._workers = workers
        self._question = question
        self._ask = ask
        self._turn = turn
        self._until = until
        self._threads = threads
        self._decisions: list[bytes] = []
        self._name = uuid4().hex
        self._asked: dict[str, set[Place]] = defaultdict(set)
        self.parts = [Part(shard, total - shard.facts.prints) for shard in shards]
        for part in self.parts:
            before = (given_up or {}).get(part.shard.path, part)
            part.lost, part.late = before.lost, before.late

    async def stage(self, decision: bytes | None, last: bool) -> list[Any]:
        """Do a stage in every shard that is still there, and return what each said.

        Parameters
        ----------
        decision : bytes, optional
            What was decided after the stage before; None for the first.
        last : bool
            Whether it is known that no other stage follows.

        Returns
        -------
        list
            Empty where time was up before any of them had answered.
        """
        if decision is not None:
            self._decisions.append(decision)
        limit = None
        if self._until is not None:
            left = max(0.0, self._until - time.monotonic())
            limit = time.monotonic() + max(SHORTEST, left if last else SHARE * left)
        going = [part for part in self.parts if not part.lost]
        for part in going:
            self._settle(part)
        await self._serve([part for part in going if not part.lost], limit)
        said = [part.said for part in self.parts if not part.lost]
        if not said and not any(part.late for part in self.parts):
            reasons = "; ".join(f"{part.shard.path}: {part.lost}" for part in self.parts)
            raise ClusterError(f"shards that were searched is 0, expected 1 or more of {len(self.parts)} ({reasons})")
        return said

    @property
    def late(self) -> dict[str, Part]:
        """The shards that dropped out because time was up, by path."""
        return {part.shard.path: part for part in self.parts if part.late}

    @property
    def missing(self) -> tuple[MissingShard, ...]:
        """The shards that dropped out."""
        return tuple(part.missing() for part in self.parts if part.lost)

    @property
    def retried(self) -> tuple[str, ...]:
        """The shards that went to another worker."""
        return tuple(part.shard.path for part in self.parts if part.retried and not part.lost)

    async def end(self) -> None:
        """Let the workers forget the search."""
        told = (
            self._workers.tell([address], forget, self._name, sorted(places, key=str))
            for address, places in self._asked.items()
        )
        await asyncio.gather(*told)

    async def _serve(self, parts: list[Part], limit: float | None) -> None:
        """Ask the worker of each part; those that are lost with theirs are served again by others at once."""
        groups: dict[str, list[Part]] = defaultdict(list)
        for part in parts:
            groups[part.worker].append(part)
        await asyncio.gather(*(self._serve_by(worker, group, limit) for worker, group in groups.items()))

    async def _serve_by(self, worker: str, parts: list[Part], limit: float | None) -> None:
        deadline = None
        if limit is not None:
            left = max(0.0, limit - time.monotonic())
            deadline = max(0.0, left - min(MARGIN, left / 5)) if self._until_is_open() else 0.0
        step = Step(
            search=self._name,
            question=self._question,
            parts=[(part.shard.place, part.elsewhere) for part in parts],
            decisions=list(self._decisions),
            deadline=deadline,
            threads=self._threads,
        )
        self._asked[worker].update(part.shard.place for part in parts)
        again = []
        try:
            replies = await self._ask(worker, step, limit)
        except LateError:
            for part in parts:
                part.lost, part.late = f"worker {worker} did not answer in time", True
            return
        except LostError as error:
            replies = [Reply(unavailable=str(error)) for _ in parts]
        for part, reply in zip(parts, replies, strict=True):
            if reply.refused is not None:
                raise reply.refused
            if reply.unavailable:
                part.tried.append(worker)
                part.retried = True
                self._settle(part, reply.unavailable)
                if not part.lost:
                    again.append(part)
            else:
                part.said = reply.said
        if again:
            await self._serve(again, limit)

    def _until_is_open(self) -> bool:
        return self._until is None or time.monotonic() < self._until

    def _settle(self, part: Part, why: str = "") -> None:
        """Find a worker for a part; one that was tried in this search is not tried again."""
        usable = self._workers.usable
        if part.worker in usable and part.worker not in part.tried:
            return
        shard = part.shard
        holders = [address for address in shard.holders if address in usable]
        if holders:
            turn = self._turn % len(holders)
            holders = holders[turn:] + holders[:turn]
        able = [address for address, one in usable.items() if one.is_one_of(shard.workers)]
        free = [address for address in dict.fromkeys(holders + able) if address not in part.tried]
        if part.worker and part.worker not in usable:
            part.retried = True
        if free:
            part.worker = free[0]
        else:
            part.lost = why or "no worker that can see it is there"
